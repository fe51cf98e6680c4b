"""`guard fingerprint` as a user meets it: what can be read, what is told, and that nothing is half done."""

import io
import json
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from guard.cli.main import main
from guard.detect.fingerprint.detector import FingerprintScanner
from guard.detect.fingerprint.files import MOST_BYTES

TEXT = "Le conseil a décidé mardi de céder l'usine de Valenciennes à un groupe étranger avant l'été."
LIST = "name;phone;city\nMarie Dupont;06 39 98 12 34;Lyon\nJean Martin;06 39 98 55 66;Lille\n"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def packed(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return data.getvalue()


def add(*arguments: str) -> int:
    return main(["fingerprint", "add", *arguments])


def found(text: str) -> list[tuple[str | None, str]]:
    scanner = FingerprintScanner.open(Path("var/fingerprints.idx"), Path("var/keys/fingerprints.key"))
    return [(hit.subtype, text[hit.start : hit.end]) for hit in scanner.detect(text)]


def word(*paragraphs: str) -> bytes:
    runs = "".join(
        f"<w:p><w:r><w:t>{half}</w:t></w:r><w:r><w:instrText>HIDDEN</w:instrText><w:t>{other}</w:t></w:r></w:p>"
        for half, other in ((one[: len(one) // 2], one[len(one) // 2 :]) for one in paragraphs)
    )
    return packed({"word/document.xml": f'<w:document xmlns:w="w"><w:body>{runs}</w:body></w:document>'})


DOCUMENTS = {
    "a.txt": TEXT,
    "a.md": TEXT.replace("mardi", "[mardi](https://intranet.example/agenda)").replace("céder", "**céder**"),
    "plain": TEXT,
    "utf16.txt": TEXT.encode("utf-16"),
    "windows.txt": TEXT.encode("cp1252"),
    "hyphenated.txt": TEXT.replace("Valenciennes", "Valen-\n  ciennes"),
    "a.html": f"<p>{TEXT.replace('mardi', '<b>ma</b>rdi')}</p><script>var x</script>",
    "a.docx": word("Titre", TEXT),
    "a.odt": packed(
        {
            "content.xml": f'<o xmlns:text="t"><text:p>{TEXT.replace("mardi ", "mardi<text:s/>")}</text:p><text:p>x</text:p></o>'
        }
    ),
    "a.pptx": packed({"ppt/slides/slide1.xml": f'<p xmlns:a="a"><a:p><a:r><a:t>{TEXT}</a:t></a:r></a:p></p>'}),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_of_all_kinds(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(write(name, DOCUMENTS[name]), "--set", "board") == 0
    assert "in set board" in capsys.readouterr().out
    assert found(f"Vu : {TEXT}") == [("board", TEXT.removesuffix("."))]


SHEET = """<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>phone</t></is></c></row>
<row><c r="A2" t="s"><v>1</v></c><c r="B2"><v>7</v></c><c r="C2"><v>639981234</v></c><c t="s"><v>99</v></c></row></sheetData></worksheet>"""
STRINGS = "<sst><si><t>name</t></si><si><r><t>Marie </t></r><r><t>Dupont</t></r></si></sst>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", LIST),
        ("b.csv", LIST.replace(";", ",")),
        ("a.tsv", LIST.replace(";", "\t")),
        ("no-head.csv", LIST.partition("\n")[2]),
        ("cp1252.csv", LIST.replace("Marie", "Zoé").encode("cp1252")),
        ("a.xlsx", packed({"xl/sharedStrings.xml": STRINGS, "xl/worksheets/sheet1.xml": SHEET})),
    ],
)
def test_lists_of_all_kinds(name: str, content: str | bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(write(name, content), "--set", "clients", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)[0]["rows"] >= 1
    person = "Zoe Dupont" if "1252" in name else "Marie Dupont"
    assert found(f"{person}: +33 639981234") == [("clients", person), ("clients", "33 639981234")]
    assert found(f"{person} ou bien 06 39 98 55 66") == []


def test_columns_and_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert add(write("a.csv", LIST), "--columns", "Name, city") == 0
    assert found("Marie Dupont 06 39 98 12 34") == []
    assert found("Marie Dupont, Lyon") == [("documents", "Marie Dupont"), ("documents", "Lyon")]
    assert add("a.csv", "--fields", "3") == 0
    assert found("Marie Dupont, Lyon") == []
    assert add("a.csv", "--columns", "nam") == 2
    assert "a.csv:1: the file has no column nam (it has: name, phone, city)" in capsys.readouterr().err
    assert add(write("a.txt", TEXT), "--columns", "name") == 2


BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.docx", b"no zip", "damaged"),
        ("b.docx", packed({"word/document.xml": "<a><b></a>"}), "damaged"),
        ("c.docx", packed({"other.xml": "<a/>"}), "holds no docx document"),
        ("d.docx", packed({"word/document.xml": BOMB}), "damaged"),
        ("e.docx", word("x")[:-30], "damaged"),
        ("f.odt", packed({"content.xml": " " * (MOST_BYTES + 1)}), "unpacks to more than"),
        ("a.xlsx", packed({"xl/worksheets/s.xml": "<a>" + '<row><c r="XFD1"/></row>' * 3000 + "</a>"}), "cells"),
        ("b.xlsx", packed({"xl/x.xml": "<a/>"}), "holds no worksheet"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "old format"),
        ("a.bin", b"\xff\0\xff", "a.bin:1:1: the file is neither UTF-8 here nor a known format"),
        ("b.bin", b"ab\nc\xff", "b.bin:2:2: the file is neither"),
        ("a.rtf", b"{\\rtf1 x}", "old format"),
        ("nul.txt", b"one\ntwo\0three", "nul.txt:2:4: the file is no text"),
        ("png.txt", b"\x89PNG\r\n\x1a\n\x01\x02", "png.txt:3:1: the file is no text"),
        ("half.txt", b"\xff\xfea\0\n\0b", "half.txt:2:1: the file is no text"),
        ("empty.txt", "", "empty.txt:1: the file protects nothing: it holds no text"),
        ("empty.csv", "\n\n", "empty.csv:1: the file protects nothing"),
        (
            "short.txt",
            "only seven words are in this file",
            "short.txt:1: the file protects nothing: nowhere in it stand 8",
        ),
        ("head.csv", "name;phone\n", "head.csv:1: the file has no row below its column names"),
        ("towns.csv", "town;country\nLyon;France\n", "towns.csv:1: the file protects nothing: no row has 2 fields"),
        ("a.csv", "a,b\n" + "x" * 200_000 + ",c\n", "a.csv:2: the file is no table"),
    ],
)
def test_files_that_cannot_be_read_are_told_and_change_nothing(
    name: str, content: str | bytes, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert add(write("sound.txt", TEXT)) == 0
    before = Path("var/fingerprints.idx").read_bytes()
    assert add(write("other.txt", TEXT + "x"), write(name, content)) == 2
    error = capsys.readouterr().err
    assert name in error
    assert told in error
    assert Path("var/fingerprints.idx").read_bytes() == before


class Pages:
    """Stands for pypdf: a file's lines are its pages."""

    def __init__(self, data: io.BytesIO) -> None:
        self.pages = [Page(line.decode()) for line in data.read().split(b"|")]


class Page:
    def __init__(self, text: str) -> None:
        self._text = text

    def extract_text(self) -> str:
        if "damaged" in self._text:
            raise KeyError("/Root")
        return self._text


def test_pdf(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write("a.pdf", TEXT.replace("Valenciennes", "Valen-\nciennes").replace("étranger", "étran-|ger"))
    monkeypatch.setitem(sys.modules, "pypdf", None)
    assert add("a.pdf") == 2
    assert "needs the package pypdf" in capsys.readouterr().err
    fake = ModuleType("pypdf")
    fake.PdfReader = Pages  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pypdf", fake)
    assert add("a.pdf") == 0
    assert found(TEXT) == [("documents", TEXT.removesuffix("."))]
    assert add(write("b.pdf", "damaged")) == 2
    assert add(write("c.pdf", " | ")) == 2
    told = capsys.readouterr().err
    assert "b.pdf: the file is damaged" in told
    assert "c.pdf: the file holds pictures of text" in told


def test_folders_and_missing_files(capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder").mkdir()
    assert add("folder") == 2
    assert add("none.txt") == 2
    assert add() == 2
    assert "is a folder (name files" in capsys.readouterr().err
    assert not Path("var/fingerprints.idx").exists()


def test_list_and_remove(capsys: pytest.CaptureFixture[str]) -> None:
    add(write("a.txt", TEXT), "--set", "board")
    add(write("b.csv", LIST), "--set", "clients")
    capsys.readouterr()
    assert main(["fingerprint", "list"]) == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["board", "a.txt"],
        ["clients", "b.csv"],
    ]
    assert main(["fingerprint", "remove", "a.txt", "none"]) == 2
    assert main(["fingerprint", "remove", "a.txt", "--set", "clients"]) == 2
    assert main(["fingerprint", "remove"]) == 2
    assert found(TEXT) != []
    assert main(["fingerprint", "remove", "a.txt"]) == 0
    assert found(TEXT) == []
    assert main(["fingerprint", "remove", "--set", "clients", "--format", "json"]) == 0
    capsys.readouterr()
    assert main(["fingerprint", "list"]) == 0
    assert capsys.readouterr() == ("", "nothing is indexed\n")


def test_public_and_boilerplate(capsys: pytest.CaptureFixture[str]) -> None:
    add(write("a.txt", TEXT), "--public", write("public.txt", TEXT))
    assert "warning: a.txt protects nothing" in capsys.readouterr().err
    assert found(TEXT) == []
    other = "one two three four five six seven eight"
    add(write("b.txt", other), write("c.txt", other), "--boilerplate", "2")
    assert "1 sequence of 8 words stands in 2 documents or more" in capsys.readouterr().err
    assert found(other) == []


def test_columns_that_protect_nothing_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert add(write("a.csv", LIST), "--columns", "phone,Phone") == 2
    assert "a.csv:1: the file protects nothing: no row has 2 fields in phone, Phone" in capsys.readouterr().err
    assert add("a.csv", "--fields", "4") == 0
    assert "warning: a.csv: 2 of 2 rows are found only if" in capsys.readouterr().err
    assert add(write("b.csv", LIST.partition("\n")[2]), "--columns", "name,phone") == 2
    assert "its first row looks like data, so it has: 1, 2, 3" in capsys.readouterr().err
    assert add(write("c.csv", LIST.replace("city", "phone").replace("Lyon", "0478001234")), "--columns", "phone") == 0
    assert found("0478001234, 06 39 98 12 34") != []
    assert not Path("var/fingerprints.idx").stat().st_mode & 0o077


def test_every_file_that_gives_nothing_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert add(write("a.txt", ""), write("b.txt", TEXT), "none.txt", "--public", write("p.txt", "too short")) == 2
    told = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in told] == ["p.txt:1:", "a.txt:1:", "none.txt:"]
    assert not Path("var/fingerprints.idx").exists()


def test_rows_that_no_fields_tell_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert add(write("a.csv", LIST + "Lyon;;Lyon\n")) == 0
    assert "warning: a.csv: 1 of 3 rows are found only if 8 words" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "value"), [("--boilerplate", "1"), ("--boilerplate", "x"), ("--fields", "x")])
def test_numbers(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        add("a.txt", option, value)
    assert "write " in capsys.readouterr().err


def test_an_index_that_is_not_there_or_damaged_is_told_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("list", "remove a.txt"):
        assert main(["fingerprint", *verb.split()]) == 2
        assert "nothing is indexed: there is no var/fingerprints.idx (`guard fingerprint add" in capsys.readouterr().err
    assert add(write("a.txt", TEXT)) == 0
    Path("var/fingerprints.idx").write_bytes(b"x")
    for verb in ("list", "add a.txt"):
        assert main(["fingerprint", *verb.split()]) == 3
        assert "remove it and add all documents anew" in capsys.readouterr().err


def test_another_key_and_a_lost_key(capsys: pytest.CaptureFixture[str]) -> None:
    add(write("a.txt", TEXT))
    Path("var/keys/fingerprints.key").rename("kept")
    assert add("a.txt") == 2
    assert not Path("var/keys/fingerprints.key").exists()
    assert add("a.txt", "--index", "new.idx") == 0
    assert main(["fingerprint", "list", "--key", "kept"]) == 0
    assert main(["fingerprint", "list"]) == 3
    assert "another key" in capsys.readouterr().err


def test_settings_name_the_places() -> None:
    Path("conf").mkdir()
    write("conf/guard.toml", '[keys]\nfolder = "k"\n[fingerprints]\nindex = "i/fp.idx"\n')
    assert add(write("a.txt", TEXT), "--config", "conf/guard.toml") == 0
    assert Path("conf/i/fp.idx").exists()
    assert Path("conf/k/fingerprints.key").stat().st_mode & 0o777 == 0o600
    assert Path("conf/k").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["Board", "a b", "", "a/b", "é"])
def test_names_of_sets(name: str) -> None:
    with pytest.raises(SystemExit) as caught:
        add("a.txt", "--set", name)
    assert caught.value.code == 2


RULE = """guard: 1
policy: demo
owner: a@b.example
review_by: 2037-01-01
mode: enforce
rules:
  - id: quotes
    find: {fingerprint: %s}
    do: block
    say: {fr: non, en: never}
    match: ["[[x]]"]
    no_match: [y]
"""


def test_what_is_not_protected_yet_is_told_with_what_to_write(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("policies").mkdir()
    write("policies/demo.yaml", RULE % "contracts")
    assert add(write("a.txt", TEXT), "--set", "board") == 0
    assert capsys.readouterr().err.splitlines() == [
        'not protected yet: the settings name no index; write in guard.toml, under [fingerprints]: index = "var/fingerprints.idx"',
        "not protected yet: no rule asks for the set board; write a rule with find: {fingerprint: board}",
    ]
    write("guard.toml", '[fingerprints]\nindex = "var/other.idx"\n')
    assert add("a.txt", "--set", "contracts", "--index", "var/fingerprints.idx") == 0
    (told,) = capsys.readouterr().err.splitlines()
    assert "the settings name another index" in told
    write("guard.toml", '[fingerprints]\nindex = "var/fingerprints.idx"\n')
    assert add("a.txt", "--set", "contracts") == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert add("a.txt", "--set", "board") == 0
    assert "aucune règle ne cherche l’ensemble board" in capsys.readouterr().err
    write("policies/demo.yaml", RULE % "any")
    assert add("a.txt", "--set", "board") == 0
    assert capsys.readouterr().err == ""
    write("policies/demo.yaml", "- ")
    assert add("a.txt", "--set", "board") == 0
    assert capsys.readouterr().err == ""
