"""The quick reader of our own data files gives what `tomllib` gives."""

import tomllib
from pathlib import Path

import pytest

from guard.words import plain_toml

GUARD = Path(__file__).parents[3] / "guard"
FILES = sorted(GUARD.rglob("*.toml"))
AT_EVERY_START = sorted([*GUARD.glob("detect/catalog/*.toml"), *GUARD.glob("words/lang/en/*.toml")])


def named(path):
    return str(path.relative_to(GUARD))


def no_other_reader(text):
    raise AssertionError(text[:80])


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_file_of_ours_reads_as_with_the_standard_reader(path):
    text = path.read_text(encoding="utf-8")
    assert repr(plain_toml.loads(text)) == repr(tomllib.loads(text))


@pytest.mark.parametrize("path", AT_EVERY_START, ids=named)
def test_what_every_start_reads_is_written_plainly(path, monkeypatch):
    """Where this fails, write the line without apostrophes in lists and without backslashes between three quotation marks."""
    monkeypatch.setattr(tomllib, "loads", no_other_reader)
    assert plain_toml.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a = 1",
        "a = 1 # one\n\n  # two\nb = 2",
        "[a.b]\nc = 1\n[a]\nd = 2\n",
        "[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 1\n[c]\n",
        "a.b = 1\n",
        '"a b" = 1\n',
        "a = '''b''''\n",
        "a = '''''b'''\n",
        "a = ''''''\nb = ''\nc = 'd # e'\n",
        "a = '''\n\nb\n# c\n'''\n",
        "a = '''b''' # '''\n",
        'a = """\nb\n"c" ""d\n"""\n',
        'a = """b\\\n   c"""\n',
        'a = """b""""\n',
        'a = ["b", "c"] # d\n',
        'a = [\n  "b",\n  "c",\n]\n',
        'a = [\n  "b", # c\n  "]",\n]\nd = 1\n',
        'a = [\n  ["b", "c"],\n  ["d"]\n]\n',
        'a = [\n  "]", [\n    "b",\n  ],\n]\n',
        "a = ['b', \"c\"]\n",
        'a = "\\u00e9\\n\\t\\"\\\\"\n',
        'a = "\\U0001F600"\n',
        "a = 1979-05-27\nb = 07:32:00\nc = 1979-05-27T07:32:00Z\n",
        "a = 1_000\nb = 0x1f\nc = +1\nd = -0\ne = 1e5\nf = 1.50\ng = inf\nh = true\n",
        "a = { b = 1 }\nc = {}\n",
        "a=1\n  b  =  2\n",
        "a = 1\r\nb = 'c'\r\n",
    ],
)
def test_valid_toml_reads_the_same(text):
    assert repr(plain_toml.loads(text)) == repr(tomllib.loads(text))


@pytest.mark.parametrize(
    "text", ["a = ", "a", "a = 1 b = 2", 'a = ["b"\n', "a = 1\na = 2\n", "[a\n", 'a = "b\nc"\n', "]\n"]
)
def test_what_is_not_toml_is_refused(text):
    with pytest.raises(tomllib.TOMLDecodeError):
        plain_toml.loads(text)
