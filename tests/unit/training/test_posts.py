import gzip
import json

import pytest

from guard.errors import UsageError
from guard.training.posts import read_phrases, read_posts
from guard.training.words import Lexicon, words_of

LINE = {"id": "a1", "lang": "fr", "text": "Perdu [[ORG_CLIENT|Val-des-Prés]].", "topics": ["lost_deal"], "severity": 2}


def test_posts_of_files_and_folders(tmp_path):
    (tmp_path / "fr-a-01.jsonl").write_text(json.dumps(LINE) + "\n\n")
    with gzip.open(tmp_path / "fr-a-02.jsonl.gz", "wt") as file:
        file.write(json.dumps({"text": "ok", "severity": 0, "pair": "p1"}))
    (tmp_path / "README.md").write_text("not a post")
    first, second = read_posts([tmp_path])
    assert (first.text, first.topics, first.leaks, first.source) == ("Perdu Val-des-Prés.", {"lost_deal"}, True, "fr-a")
    assert (second.pair, second.leaks, second.source, second.language) == ("p1", False, "fr-a", "")
    assert read_posts([tmp_path / "fr-a-01.jsonl"]) == [first]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "this is not JSON"),
        ("[]", "a post needs a text"),
        ('{"text": "a"}', "a post needs a severity"),
        ('{"text": "a", "severity": true}', "a post needs a severity"),
        ('{"text": "a", "severity": 4}', "a post needs a severity"),
        ('{"text": "a", "severity": 1, "topics": ["x"]}', "these are no topics"),
        ('{"text": "a", "severity": 1, "topics": "mna"}', "these are no topics"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path, line, words):
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps(LINE) + "\n" + line + "\n")
    with pytest.raises(UsageError, match=words) as told:
        read_posts([path])
    assert str(told.value).startswith(f"{path}:2: ")


def test_what_cannot_be_read_is_told(tmp_path):
    for path, data in ((tmp_path / "none.jsonl", None), (tmp_path / "bad.jsonl.gz", b"no gzip")):
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(UsageError, match="cannot be read"):
            read_posts([path])
    with pytest.raises(UsageError, match="no labelled posts"):
        read_posts([])


@pytest.mark.parametrize("name", ["latin.jsonl", "latin.jsonl.gz"])
def test_bytes_that_are_no_utf8_are_told_with_their_line_and_column(tmp_path, name):
    path = tmp_path / name
    data = json.dumps(LINE).encode() + b'\r\n\n{"text": "caf\xc3\xa9 cr\xe8me"}\n'
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    with pytest.raises(UsageError, match="not UTF-8") as told:
        read_posts([path])
    assert str(told.value).startswith(f"{path}:3:18: ")


def test_phrases_by_language(tmp_path):
    (tmp_path / "phrases.txt").write_text("# why\n[fr]\n3lost_deal+layoffs tout perdu\n[en]\n0- all fine\n")
    first, second = read_phrases(tmp_path / "phrases.txt")
    assert (first.language, first.topics, first.severity, first.text) == (
        "fr",
        {"lost_deal", "layoffs"},
        3,
        "tout perdu",
    )
    assert (second.language, second.topics, second.severity) == ("en", frozenset(), 0)


def test_words_are_read_as_the_gate_reads_them_and_put_into_the_other_language():
    words, kept = words_of("ÉQUIPE perdue : 06 39 98 12 34, é\u200bcrire à a@b.example")
    assert words[:2] == kept[:2] == ["equipe", "perdue"]
    assert "00" in words
    assert not {"00", "example"} & set(kept)
    assert Lexicon().other(["equipe", "inconnue"], "fr") == ["team", "inconnue"]
    assert Lexicon().other(["team"], "en") == ["equipe"]
