"""Word lists from files of names, and what they then say."""

import gzip
from pathlib import Path
from string import ascii_lowercase

import numpy as np

from guard.models.names.lists import FACTS, KINDS, WordLists
from guard.models.names.tokens import tokens
from guard.training.names import lexicon

OURS = Path(lexicon.__file__).with_name("known.txt")
FILES = {
    "names/insee_prenoms_1900_2020.tsv.gz": (
        "prenom\tsexe\tnombre\tderniere_annee\nMARIE\t2\t2232238\t2020\nJEAN-EUDES\t1\t400\t2020\nAXEL\t1\t90\t2020\n"
        "AXEL\t2\t10\t2020\n_PRENOMS_RARES\t1\t900000\t2020\n"
    ),
    "names/first_names_us.txt.gz": "Aaron\n",
    "names/surnames_fr.txt.gz": "Abadie\n",
    "names/surnames_us.txt.gz": "Smith\n",
    "names/common_forenames_by_country.csv.gz": "Country,Romanized Name\nAM,Mari-Anna\n",
    "names/common_surnames_by_country.csv.gz": "Country,Romanized Name\nAM,Grigoryan (x)\n",
    "places/fr_communes.tsv.gz": "code_insee\tdepartement\tlibelle\n35047\t35\tBruz\n29024\t29\tSaint-Donat\n",
}


def built(folder: Path) -> WordLists:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(gzip.compress(text.encode()))
    known = folder / "known.txt"
    known.write_text("# ours\n[person]\nÉmile Zola, Jul\n[org]\nFrance Travail, CAF\n", encoding="utf-8")
    counts = {"rose": (900, 100), "jamais": (3, 0), "rare": (0, 1)}
    return WordLists(**lexicon.build(folder, known, counts))


def said(lists: WordLists, word: str) -> set[str]:
    bits = lists.facts(word)
    return {fact for place, fact in enumerate(FACTS) if bits >> place & 1}


def test_what_lists_say(tmp_path: Path) -> None:
    lists = built(tmp_path)
    assert said(lists, "Marie") == {"given-5", "woman"}
    assert said(lists, "eudes") == {"given-2", "man"}
    assert said(lists, "AXEL") == {"given-1", "man"}
    assert said(lists, "anna") == {"given-world"}
    assert said(lists, "grigoryan") == {"surname-world"}
    assert said(lists, "bruz") == {"commune"}
    assert said(lists, "donat") == {"commune-part"}
    assert said(lists, "zola") == {"known-person-part"}
    assert said(lists, "jul") == {"known-person"}
    assert said(lists, "caf") == {"known-org"}
    assert said(lists, "rose") == {"small-3", "capital-2"}
    assert said(lists, "jamais") == {"small-1", "capital-1"}
    assert said(lists, "prenoms") == set()


def test_names_of_several_words(tmp_path: Path) -> None:
    lists = built(tmp_path)
    for text, kind in (("emile zola", "person"), ("France Travail", "org"), ("Saint-Donat", "commune")):
        found = tokens(text)
        assert lists.phrases(found, 0) == (1 << KINDS.index(kind), len(found))


def test_arrays_are_sorted(tmp_path: Path) -> None:
    built(tmp_path)
    arrays = lexicon.build(tmp_path, tmp_path / "known.txt", {})
    assert all(np.all(np.diff(arrays[name].astype(np.int64)) > 0) for name in ("words", "phrases", "starts"))


def test_our_own_list() -> None:
    names = list(lexicon.known(OURS))
    assert {kind for kind, _, _ in names} == {"person", "org", "place"}
    assert {lang for _, _, lang in names} == {"", "fr", "en"}
    assert len(names) > 40_000
    assert all(name == name.strip() and name for _, name, _ in names)
    assert len({(kind, name) for kind, name, _ in names}) == len(names)


def test_a_model_learns_with_a_part_of_our_list(tmp_path: Path) -> None:
    built(tmp_path)
    (tmp_path / "known.txt").write_text(
        "[org en]\n" + ", ".join(f"Firm {one}{two}z" for one in ascii_lowercase for two in ascii_lowercase)
    )
    whole, part, none = (lexicon.build(tmp_path, tmp_path / "known.txt", {}, share) for share in (1.0, 0.75, 0.0))
    size = len(whole["phrases"]) - len(none["phrases"])
    assert size == 676
    assert 450 < len(part["phrases"]) - len(none["phrases"]) < 560
    assert set(part["phrases"].tolist()) < set(whole["phrases"].tolist())
