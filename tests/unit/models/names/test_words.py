"""What is known of a word by itself."""

import pytest

from guard.models.names.words import (
    FORMS,
    MOST_PIECES,
    MOST_SUBWORDS,
    PIECES,
    folded,
    form,
    key,
    norm,
    pieces,
    subwords,
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Sophie", "title"), ("sophie", "lower"), ("SOPHIE", "upper"), ("McDonald", "mixed"), ("J", "initial"), ("é", "lower"),
        ("iPhone", "mixed"), ("12", "number"), ("<url>", "url"), ("<at>", "handle"), ("#", "hash"), ("!", "end"), ("-", "hyphen"),
        ("’", "apostrophe"), ("«", "quote"), ("🏆", "emoji"), ("東京", "caseless"), ("l'", "clitic"), ("%", "sign"), ("²", "number"),
    ],
)  # fmt: skip
def test_form(word: str, expected: str) -> None:
    assert FORMS[form(word)] == expected


def test_norm_and_folded() -> None:
    assert norm("CHAMPIONNNNNS") == "championns"
    assert norm("2026") == "0000"
    assert folded("Éléonore") == "eleonore"
    assert folded("ÉLÉONOOORE") == folded("eleonoore")


@pytest.mark.parametrize("word", ["a", "é", "sophie", "anticonstitutionnellement" * 4, "\ud800"])
def test_pieces_are_rows_and_few(word: str) -> None:
    rows = pieces(word)
    assert 0 < len(rows) <= MOST_PIECES
    assert all(0 <= row < PIECES for row in rows)
    assert rows == pieces(word)


def test_words_of_one_ending_share_pieces() -> None:
    assert len(set(pieces("kowalczyk")) & set(pieces("tomczyk"))) >= 3
    assert not set(pieces("sophie")) & set(pieces("martin"))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("worldnetdaily", ["world", "##net", "##daily"]),
        ("world", ["world"]),
        ("xworld", []),  # within a word it is another subword
        ("net", []),
        ("worldxnet", ["world", "##net"]),
        ("world" + "net" * 20, ["world", *["##net"] * (MOST_SUBWORDS - 1)]),
        ("", []),
    ],
)
def test_subwords_are_the_longest_that_fit(word: str, expected: list[str]) -> None:
    parts = ["world", "##net", "##daily", "##da", "wor"]
    known = {key(part): number for number, part in enumerate(parts)}
    assert [parts[number] for number in subwords(word, known)] == expected
