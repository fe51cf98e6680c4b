"""Passphrases of ordinary words, and tokens broken in two."""

import pytest

from guard.detect.checks.told import broken_token, words_said, words_shown


@pytest.mark.parametrize(
    "text", ["correct horse battery staple", "cheval correct batterie agrafe", "otter-lamp-seven-violin"]
)
def test_words_that_no_sentence_is_made_of_are_a_passphrase(text):
    assert words_shown(text)
    assert words_said(text)


@pytest.mark.parametrize(
    "text",
    [
        "required for every login",
        "oublie depuis lundi matin",
        "expired yesterday during lunch",
        "demandé partout",
        "horse horse horse horse",
    ],
)
def test_what_is_said_of_a_password_is_none(text):
    assert not words_said(text)


def test_three_words_need_something_that_shows_them():
    assert words_shown("purple monkey dishwasher")
    assert not words_said("purple monkey dishwasher")


def test_a_token_in_parts_needs_its_full_length():
    parts = "ghp_0qRhSBHpvkTSOsq6", "3Hvzl8IBtPnRNb2i07Pc"
    assert broken_token("\n".join(parts))
    assert broken_token(" \n ".join(parts))
    assert not broken_token("\n".join(parts)[:-1])
    assert not broken_token("\n".join(parts) + "x")
    assert broken_token("AKIAVYXDQCEB puis TO5566BG")
    assert not broken_token("AKIAVYXDQCEB puis")
