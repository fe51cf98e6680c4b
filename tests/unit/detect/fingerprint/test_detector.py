"""Quotes of protected documents: what is one, what is none, and that the index gives nothing away."""

import os
from pathlib import Path

import pytest

from guard.detect.fingerprint.build import Editor, Source, counted
from guard.detect.fingerprint.detector import FingerprintScanner
from guard.detect.fingerprint.index import Index, read_index, write_index
from guard.detect.fingerprint.key import load_key
from guard.errors import DetectorError, KeyFileError
from guard.text.normalize import normalize
from guard.types.finding import Strength

KEY = bytes(range(32))
REPORT = (
    "Le conseil d'administration a décidé, mardi 12 mars, de céder l'usine de Valenciennes à un groupe sous-traitant—puis "
    "de fermer le siège (rue de l'Arc-en-Ciel) avant l'été."
)


def index_of(tmp_path: Path, editor: Editor, *, boilerplate: int = 20) -> Index:
    tables, _ = editor.tables(boilerplate=boilerplate)
    write_index(tmp_path / "index", KEY, counted(editor.documents.values(), tables), tables)
    return read_index(tmp_path / "index", KEY)


def scanner(tmp_path: Path, *sources: Source, fields: int = 2) -> FingerprintScanner:
    editor = Editor(KEY)
    for number, source in enumerate(sources):
        editor.add(source, f"set-{number}", fields=fields)
    return FingerprintScanner(index_of(tmp_path, editor), KEY)


def found(scan: FingerprintScanner, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in scan.detect(text)]


@pytest.mark.parametrize(
    "quote",
    [
        "décidé, mardi 12 mars, de céder l'usine de",
        "DECIDE MARDI 12 MARS DE CEDER L'USINE DE",
        "decide mardi 12 mars de ceder l usine de",
        "décidé\nmardi\n\n12 mars ; de « céder » l’usine de",
        "decide.mardi.12.mars.de.ceder.l.usine.de",
        "decide-mardi-12-mars-de-ceder-l-usine-de",
        "décidé m\u0430rdi 12 m\u0430rs de céder l'usine de",
        "céder l'usine de Valenciennes à un groupe sous-traitant",
        "usine de Valenciennes à un groupe sous traitant puis de",
        "de fermer le siège (rue de l'Arc-en-Ciel) avant",
    ],
)
def test_eight_words_are_found_however_they_are_written(tmp_path: Path, quote: str) -> None:
    scan = scanner(tmp_path, Source("report", [REPORT]))
    text = f"Vu hier : {quote} !"
    assert found(scan, text) == [quote]


@pytest.mark.parametrize(
    "text",
    [
        "décidé, mardi 12 mars, de céder l'usine",
        "mardi 12 mars de céder l'usine d'Anzin à un groupe sous-traitant",
        "l'usine de Valenciennes à un groupe sous-traitant",
        "siège (rue de l'Arc-en-Ciel) avant l'été",
        "céder l'usine de Denain à un groupe sous-traitant puis de",
        "",
        "le",
        "le " * 500,
    ],
)
def test_fewer_than_eight_give_nothing(tmp_path: Path, text: str) -> None:
    assert found(scanner(tmp_path, Source("report", [REPORT])), text) == []


def test_a_hit_says_what_it_rests_on_and_no_text(tmp_path: Path) -> None:
    (hit,) = scanner(tmp_path, Source("report", [REPORT])).detect(f"Lu : {REPORT} Ouf.")
    assert (hit.entity_type, hit.subtype, hit.strength, hit.score) == ("FINGERPRINT", "set-0", Strength.DICTIONARY, 1.0)
    assert hit.explanation == "26 consecutive words of a protected document"
    assert (hit.start, hit.end) == (5, 5 + len(REPORT) - 1)


def test_two_quotes_are_two_hits_and_two_sets_too(tmp_path: Path) -> None:
    other = "one two three four five six seven eight nine ten eleven twelve"
    scan = scanner(tmp_path, Source("report", [REPORT]), Source("b", [other]), Source("c", [f"zero {other}"]))
    text = f"{other[:39]} et puis le conseil d'administration a décidé mardi 12 mars de rien"
    assert sorted((hit.subtype, text[hit.start : hit.end][:7]) for hit in scan.detect(text)) == [
        ("set-0", "le cons"),
        ("set-1", "one two"),
        ("set-2", "one two"),
    ]
    gap = f"{other[:39]} BUT {other[-43:]}"
    assert len([hit for hit in scan.detect(gap) if hit.subtype == "set-1"]) == 2


def test_offsets_are_those_of_the_plain_view(tmp_path: Path) -> None:
    scan = scanner(tmp_path, Source("report", [REPORT]))
    views = normalize("œuvre…ﬁn 👀 le con\u200bseil d'administration a dé\u0301cidé mardi 12 mars de céder !")
    (hit,) = scan.scan(views)
    start, end = views.origin.to_original(hit.start, hit.end)
    assert views.text[start:end].startswith("le con")
    assert views.text[start:end].endswith("céder")


def test_what_many_documents_share_or_all_may_read_is_not_protected(tmp_path: Path) -> None:
    footer = "this message is confidential and meant for its addressee alone please delete it"
    editor = Editor(KEY)
    for number in range(3):
        editor.add(Source(f"d{number}", [f"{REPORT} alpha{number} {footer}"]), "board")
    assert found(FingerprintScanner(index_of(tmp_path, editor, boilerplate=4), KEY), footer) == [footer]
    assert found(FingerprintScanner(index_of(tmp_path, editor, boilerplate=3), KEY), footer) == []
    editor = Editor(KEY)
    editor.add_public([footer])
    editor.add(Source("d", [f"{REPORT} {footer}"]), "board")
    index = index_of(tmp_path, editor)
    assert found(FingerprintScanner(index, KEY), footer) == []
    again = Editor(KEY, index)
    again.add(Source("later", [footer]), "board")
    assert found(FingerprintScanner(index_of(tmp_path, again), KEY), footer) == []
    assert found(FingerprintScanner(index, KEY), REPORT) == [REPORT.removesuffix(".")]


def test_adding_again_replaces_and_removing_takes_all(tmp_path: Path) -> None:
    editor = Editor(KEY)
    editor.add(Source("a", [REPORT]), "board")
    editor.add(Source("b", rows=[["Marie Dupont", "06 39 98 12 34"]]), "customers")
    editor = Editor(KEY, index_of(tmp_path, editor))
    editor.add(Source("a", ["eight other words that nobody has ever said before now"]), "board")
    index = index_of(tmp_path, editor)
    assert [(each.group, each.label) for each in sorted(index.documents, key=lambda each: each.label)] == [
        ("board", "a"),
        ("customers", "b"),
    ]
    scan = FingerprintScanner(index, KEY)
    assert scan.groups == {"board", "customers"}
    assert found(scan, REPORT) == []
    assert len(found(scan, "Marie Dupont 0639981234")) == 2
    editor = Editor(KEY, index)
    assert len(editor.remove(lambda _: True)) == 2
    empty = index_of(tmp_path, editor)
    assert empty.documents == ()
    assert all(len(table) == 0 for table in empty.tables.values())
    assert found(FingerprintScanner(empty, KEY), REPORT + " Marie Dupont 0639981234") == []


def test_the_index_can_not_be_read(tmp_path: Path) -> None:
    editor = Editor(KEY)
    editor.add(Source("merger-with-nordwind.docx", [REPORT]), "codename-set")
    editor.add(Source("list", rows=[["Marie Dupont", "06 39 98 12 34"]]), "customers")
    index = index_of(tmp_path, editor)
    data = (tmp_path / "index").read_bytes().lower()
    for word in (b"nordwind", b"codename", b"conseil", b"valenciennes", b"dupont", b"639981234"):
        assert word not in data
    assert "nordwind" not in repr(index)
    assert (tmp_path / "index").stat().st_mode & 0o077 == 0


def test_a_damaged_or_foreign_index_is_refused_as_a_whole(tmp_path: Path) -> None:
    editor = Editor(KEY)
    editor.add(Source("a", [REPORT]), "board")
    index_of(tmp_path, editor)
    path = tmp_path / "index"
    sound = path.read_bytes()
    with pytest.raises(DetectorError, match="another key"):
        read_index(path, bytes(32))
    for place in (3, 60, len(sound) // 2, len(sound) - 1):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        with pytest.raises(DetectorError, match=r"damaged|no fingerprint index"):
            read_index(path, KEY)
    for size in (0, 5, 30, 60, len(sound) - 8):
        path.write_bytes(sound[:size])
        with pytest.raises(DetectorError):
            read_index(path, KEY)
    with pytest.raises(DetectorError, match="cannot be read"):
        read_index(tmp_path / "none", KEY)


def test_an_open_index_outlives_its_replacement(tmp_path: Path) -> None:
    scan = scanner(tmp_path, Source("a", [REPORT]))
    index_of(tmp_path, Editor(KEY))
    assert found(scan, REPORT) == [REPORT.removesuffix(".")]


def test_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "fingerprints.key"
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_key(path)
    key = load_key(path, create=True)
    assert load_key(path) == load_key(path, create=True) == key
    assert (len(key), path.stat().st_mode & 0o777) == (32, 0o600)
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="open to other users"):
        load_key(path)
    path.chmod(0o600)
    path.write_text("short")
    with pytest.raises(KeyFileError, match="does not hold a key"):
        load_key(path)


def test_hits_of_another_key_are_none(tmp_path: Path) -> None:
    editor = Editor(KEY)
    editor.add(Source("a", [REPORT]), "board")
    assert found(FingerprintScanner(index_of(tmp_path, editor), os.urandom(32)), REPORT) == []


@pytest.mark.parametrize(
    "text",
    [
        "\ud800" * 5000,
        "\0" * 5000,
        "1 " * 2500,
        "a\u0301" * 5000,
        "06" * 2500,
        "é" * 5000,
        "le conseil " * 400,
        "1-" * 2500,
    ],
)
def test_hostile_texts_raise_nothing(tmp_path: Path, text: str) -> None:
    scan = scanner(
        tmp_path, Source("a", [REPORT]), Source("b", rows=[["Marie Dupont", "06 39 98 12 34", "123456789012"]])
    )
    assert found(scan, text) == []
