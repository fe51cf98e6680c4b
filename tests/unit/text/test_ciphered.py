"""Passwords in rot13 or backwards, with their labels."""

import codecs

import pytest

from guard.text import ciphered
from guard.text.edits import apply
from guard.text.normalize import normalize
from guard.text.readings import kinds_met, readings

SAID = "le mot de passe du wifi : Hortensia2026"


def read(text):
    """What every reading of this kind says, where its trigger stands."""
    found = [each for each in readings(normalize(text)) if each.kind == "ciphered"]
    assert not found or "ciphered" in kinds_met(normalize(text).plain)
    return [each.text.text for each in found]


@pytest.mark.parametrize(
    "text",
    [
        codecs.encode(SAID, "rot13"),
        "coucou\n" + codecs.encode(SAID, "rot13") + " (rot13)",
        SAID[::-1],
        "bonjour\n" + SAID[::-1] + "\nbye",
        " ".join(word[::-1] for word in SAID.split(" ")),
        codecs.encode("mdp : Hortensia2026", "rot13"),
        codecs.encode("code : Hortensia2026", "rot13") + " en rot13",
        codecs.encode("code : Hortensia2026", "rot13") + " en code César",
        "code : Hortensia2026"[::-1] + " (read backwards)",
    ],
)
def test_label_and_value_come_out(text):
    assert any("Hortensia2026" in each for each in read(text)), read(text)


@pytest.mark.parametrize(
    "text",
    [
        "le mot de passe du wifi est à l'envers, demandez",
        "rot13 is no cipher, password or not",
        "the code works backwards, pin it",
        "pbqr : Hortensia2026",
        "marche à l'envers : code 4821",
        "Salade César 1230 nip",
        "He walked backwards at 1830, nip into the pub",
    ],
)
def test_nothing_is_read_where_no_label_comes_out(text):
    assert read(text) == []


def test_two_lines_backwards_are_both_read_in_order():
    text = f"{SAID[::-1]}\nbonjour\n{'password: Tournesol77'[::-1]}"
    edits = list(ciphered.line_backwards(text))
    assert [edit.start for edit in edits] == sorted(edit.start for edit in edits)
    made = apply(text, edits)
    assert made is not None
    assert "Hortensia2026" in made[0]
    assert "Tournesol77" in made[0]


def test_a_label_of_a_later_line_hides_none_before_it():
    text = f"{SAID[::-1]}\ndrowssap"
    made = apply(text, ciphered.line_backwards(text))
    assert made is not None
    assert "Hortensia2026" in made[0]


def test_what_is_found_is_shown_where_it_stands():
    text = "ah " + SAID[::-1]
    made = apply(text, ciphered.line_backwards(text))
    assert made is not None
    at = made[0].index("Hortensia2026")
    start, end = made[1].to_original(at, at + len("Hortensia2026"))
    assert "Hortensia2026"[::-1] in text[start:end]


@pytest.mark.parametrize("text", ["drowssap " * 2000, "cnffjbeq" * 2000, "zqc\n" * 4000, "rot13 " + "pbqr " * 4000])
def test_hostile_text_is_read_in_linear_time(text):
    for maker in (ciphered.rot13, ciphered.line_backwards, ciphered.words_backwards):
        apply(text, maker(text))
