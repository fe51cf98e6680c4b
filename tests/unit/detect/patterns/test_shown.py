"""Codes that only show how one looks: easy, and said to be an example in words that end their clause."""

import pytest

from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import PatternScanner
from guard.detect.patterns.shown import easy, published


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


def test_what_services_publish_is_known_and_no_more():
    assert published("4000-0025-0000-" + "3155")
    assert published("3782 822463 " + "10005")
    assert not published("4000 0025 0000 " + "315")
    assert not published("4000 0012 3456 " + "7899")
    assert not published("4970 1012 3456 7891")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("la carte de test de la doc est ", ", refus garanti", False),
        ("Use ", " for a declined test", False),
        ("amex test number ", "", False),
        ("PayPal sandbox card ", "", False),
        ("", " test visa", False),
        ("", " triggers 3DS in Stripe test mode", False),
        ("payez avec ", " en bac à sable", False),
        ("refus avec la carte ", " exp 04/28 sur le TPE de test ?", False),
        ("", "", True),
        ("ma carte : ", " merci", True),
        ("the test went well, my card is ", "", True),
        ("test card, then mine: ", "", True),
        ("a test and my real card ", "", True),
        ("ma carte ", " pour faire le test", True),
        ("ma vraie carte ", ", ça passe le test", True),
        ("", " pour le test, c'est ma carte", True),
        ("", " en test, ma vraie carte", True),
        ("", " is a test card, not a real one", False),
        ("", " is a test card. Never type mine", False),
        ("Use ", " in test mode, no real charge is made", False),
        ("sandbox: ", " without real cards", False),
        ("carte de test : ", ", sans vraie carte", False),
        ("", " en test, pas de vraie carte ici", False),
        ("Pay on my site with ", " in test mode", False),
        ("", " in my sandbox", False),
        ("test dans mon bac à sable : ", "", False),
        ("no test, my real card is ", "", True),
        ("", " in test mode, no, my real card", True),
        ("test, pas de panique, ma carte ", "", True),
        ("", " is a test of patience", True),
    ],
)
@pytest.mark.parametrize("card", [("3782 822463 ", "10005"), ("4000 0025 0000 ", "3155"), ("6011 1111 1111 ", "1117")])
def test_a_published_card_needs_a_word_of_testing(scanner, card, before, after, found):
    text = before + "".join(card) + after
    assert any(hit.entity_type == "CREDIT_CARD" for hit in scanner.scan(text)) is found


@pytest.mark.parametrize(
    "text",
    [
        "test card 4970 1012 " + "3456 7893",
        "sandbox: 5425 2334 " + "3010 9903",
        "ma carte 4000 0012 " + "3456 7899 pour un test",
    ],
)
def test_a_card_that_nobody_published_is_one_whatever_is_said(scanner, text):
    assert any(hit.entity_type == "CREDIT_CARD" for hit in scanner.scan(text))
