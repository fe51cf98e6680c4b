"""Codes that only show how one looks: easy, and said to be an example in words that end their clause."""

import pytest

from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import PatternScanner
from guard.detect.patterns.shown import easy


@pytest.mark.parametrize(
    ("value", "is_easy"),
    [
        ("1234", True), ("0000", True), ("4321#", True), ("1-2-3-4", True), ("7890", True),
        ("4821", False), ("12", False), ("A1234", False), ("1212", False), ("1235", False),
        ("4242 4242 4242 4242", True), ("4000 0000 0000 0077", True), ("4970 1012 3456 7891", False),
        ("5425 2334 3010 9904", False),
    ],
)  # fmt: skip
def test_what_counts_or_repeats_is_easy(value, is_easy):
    assert easy(value) is is_easy


@pytest.fixture(scope="module")
def scanner():
    return PatternScanner(catalogue.load())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alarm keypad, enter 1234 as an example", None),
        ("Digicode 1234, c'est un EXEMPLE !", None),
        ("code porte : 1234 (par exemple)", None),
        ("code d'exemple : 1234", None),
        ("door code, e.g. 1234", None),
        ("alarm keypad, enter 4821 as an example", "4821"),
        ("digicode 1234 pour la démo", "1234"),
        ("door code 1234, for example at night", "1234"),
        ("par exemple la porte : code porte 1234", "1234"),
        ("digicode B1234, par exemple", "B1234"),
        ("digicode 1234, un exemple. digicode 4821 en vrai", "4821"),
        ("door code 1234 for example" + " " * 30 + "at the back door", "1234"),
    ],
)
def test_both_are_needed(scanner, text, found):
    codes = {text[hit.start : hit.end] for hit in scanner.scan(text) if hit.subtype == "door-code"}
    assert codes == ({found} if found else set())


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("docs use ", " as the test card, any future date", False),
        ("carte de test : ", "", False),
        ("Stripe's test card is ", ".", False),
        ("ma carte : ", "", True),
        ("test card, then mine: ", "", True),
        ("", " is a test of patience", True),
    ],
)
def test_a_published_card_number_is_none_where_it_is_called_one(scanner, before, after, found):
    text = before + " ".join(["4242"] * 4) + after
    assert any(hit.entity_type == "CREDIT_CARD" for hit in scanner.scan(text)) is found
