"""Hostile text, shown: codes for what cannot be seen, no tower of marks, spans kept."""

import unicodedata

import pytest

from guard.console.shown import MARKS, pieces, plain


def text_of(found):
    return [piece.text if not piece.code else f"<{piece.text}>" for piece in found]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bonjour, ça va ?", ["Bonjour, ça va ?"]),
        ("<b>&amp;</b>", ["<b>&amp;</b>"]),
        ("two\nlines\tof text", ["two\nlines\tof text"]),
        ("a\u202eb", ["a", "<U+202E>", "b"]),
        ("a\u200bb", ["a", "<U+200B>", "b"]),
        ("x\x1b[31m\r", ["x", "<U+001B>", "[31m", "<U+000D>"]),
        ("\ud800", ["<U+D800>"]),
        ("\u3164\u034f", ["<U+3164>", "<U+034F>"]),
        ("\U000e0041", ["<U+E0041>"]),
        ("👩‍💻 👍🏽 🇫🇷 1️⃣ ❤️", ["👩‍💻 👍🏽 🇫🇷 1️⃣ ❤️"]),
        ("a\u200db", ["a", "<U+200D>", "b"]),
        ("e\u0301 नमस्ते ไทย", ["e\u0301 नमस्ते ไทย"]),
        ("12\u00a0€ 3\u202f%", ["12\u00a0€ 3\u202f%"]),
        ("\u2028", ["<U+2028>"]),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_shown_as_its_code(text, shown):
    assert text_of(pieces(text)) == shown


def test_a_tower_of_marks_is_cut_short():
    found = pieces("Z" + "\u0301" * 5000 + "algo")
    assert text_of(found) == ["Z" + "\u0301" * MARKS, f"<+{5000 - MARKS} U+0301…>", "algo"]


def test_spans_are_kept_and_may_overlap():
    found = pieces("abcdef", [(1, 4), (2, 5), (9, 12), (-3, 1)])
    assert [(piece.text, piece.marks) for piece in found] == [
        ("a", (3,)), ("b", (0,)), ("cd", (0, 1)), ("e", (1,)), ("f", ()),
    ]  # fmt: skip


def test_every_character_is_shown_or_coded_exactly_once():
    everything = "".join(map(chr, range(0x3000))) + "\U0001f600\U000e0020\U0010ffff"
    back = "".join(
        chr(int(piece.text.removeprefix("U+"), 16)) if piece.code else piece.text
        for piece in pieces(" ".join(everything))
        if not piece.text.startswith("+")
    )
    lost = {char for char in everything if char not in back}
    assert {unicodedata.category(char) for char in lost} <= {"Mn", "Me"}


def test_one_line_for_titles():
    assert plain("a\u202eb") == "a⟨U+202E⟩b"
    assert pieces("") == []
