"""Other ways to write an example keep its names where they are."""

import gzip
import random
from dataclasses import replace
from pathlib import Path

import pytest

from guard.training.names.augment import Augmenter, unspaced
from guard.training.names.sources import Example

POST = "Merci Sophie Binet, l'OM joue à Lyon #TeamFarmer"


def example(text: str, *names: tuple[str, str]) -> Example:
    return Example(
        text, tuple((text.index(name), text.index(name) + len(name), label) for name, label in names), lang="fr"
    )


def shown(one: Example) -> list[tuple[str, str]]:
    return [(one.text[start:end], label) for start, end, label in one.names]


@pytest.fixture
def augment(tmp_path: Path) -> Augmenter:
    files = {
        "names/insee_prenoms_1900_2020.tsv.gz": "prenom\tsexe\tnombre\tderniere_annee\nMARIE\t2\t2000\t2020\n_PRENOMS_RARES\t1\t9\t2000\n",
        "names/first_names_us.txt.gz": "Aaron\n",
        "names/surnames_fr.txt.gz": "Abadie\n",
        "names/surnames_us.txt.gz": "Aaberg\n",
        "names/common_forenames_by_country.csv.gz": "Country,Romanized Name\nAM,Martina\n",
        "names/common_surnames_by_country.csv.gz": "Country,Romanized Name\nAM,Grigoryan\n",
        "places/fr_communes.tsv.gz": "code_insee\tdepartement\tlibelle\n01001\t01\tBruz\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    known = tmp_path / "known.txt"
    known.write_text("[person]\nÉmile Zola\n[org]\nSNCF\n[place]\nNice\n", encoding="utf-8")
    return Augmenter(random.Random(1), tmp_path, known)


def test_other_names_stand_where_the_old_ones_did(augment: Augmenter) -> None:
    post = example(POST, ("Sophie Binet", "PERSON"), ("OM", "ORGANIZATION"), ("Lyon", "LOCATION"), ("Farmer", "PERSON"))
    seen: set[str] = set()
    for _ in range(300):
        other = augment(post, 1.0)
        names = shown(other)
        if " @ " in other.text:
            assert names.pop()[1] == "LOCATION"
            seen.add("checked in")
        assert [label for _, label in names] == ["PERSON", "ORGANIZATION", "LOCATION", "PERSON"]
        for surface, _ in names:
            assert surface.strip() == surface != ""
            seen.add(surface.casefold())
        assert " " not in names[-1][0]  # within a hashtag
        assert shown(other)[1][0].casefold() == "om"  # an elision before another letter would be wrong
    assert {"marie abadie", "émile zola", "nice", "bruz", "checked in"} <= seen


def test_case_and_accents_change_no_place(augment: Augmenter) -> None:
    post = example("À Nîmes avec Éléonore", ("Nîmes", "LOCATION"), ("Éléonore", "PERSON"))
    written = {augment(post, 0).text for _ in range(300)}
    assert {
        "à nîmes avec éléonore",
        "À NÎMES AVEC ÉLÉONORE",
        "A Nimes avec Eleonore",
        "À nîmes avec éléonore",
    } <= written


def test_unspaced() -> None:
    text = "RT @ lea : Shaw 's goal , # Leeds !"
    names = tuple((text.index(each), text.index(each) + len(each), "PERSON") for each in ("@", "lea", "Shaw", "Leeds"))
    glued = unspaced(Example(text, names, lang="en", spaced=True))
    assert glued.text == "RT @lea: Shaw's goal, #Leeds!"
    assert [surface for surface, _ in shown(glued)] == ["Shaw", "Leeds"]  # a handle as people write it is no name


def test_names_of_a_language_stand_in_its_posts(augment: Augmenter, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text("[org]\nWHO\n[org fr]\nSNCF\n[org en]\nNHS\n[place]\nNice\n[person]\nZola\n", encoding="utf-8")
    augment = Augmenter(random.Random(1), tmp_path, known)
    post = example("Merci EDF !", ("EDF", "ORGANIZATION"))
    french = {shown(augment(post, 1.0))[0][0].upper() for _ in range(200)}
    english = {shown(augment(replace(post, lang="en"), 1.0))[0][0].upper() for _ in range(200)}
    assert french == {"EDF", "WHO", "SNCF"}
    assert english == {"EDF", "WHO", "NHS"}
