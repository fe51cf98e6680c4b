"""The marks of a place in a text."""

from guard.models.names.reading import MARKS, marks
from guard.models.names.tokens import tokens
from tests.unit.models.names.listing import lists


def told(text: str) -> dict[str, set[str]]:
    found = tokens(text)
    return {
        token.text: {mark for place, mark in enumerate(MARKS) if bits >> place & 1}
        for token, bits in zip(found, marks(found, lists()), strict=True)
    }


def test_places() -> None:
    seen = told("Vu #Farmer. Oui, non")
    assert seen["Vu"] == {"first"}
    assert seen["Farmer"] == {"close", "tagged"}
    assert seen["Oui"] == {"first"}
    assert seen[","] == {"close"}
    assert seen["non"] == set()


def test_case_of_the_whole() -> None:
    assert "small" in told("rien que du petit")["petit"]
    assert "capitals" in told("MERCI À TOUS LES AMIS")["AMIS"]
    assert told("Merci SNCF et bonjour")["SNCF"] == set()


def test_listed_names() -> None:
    seen = told("Bravo Sophie Binet à Saint-Donat")
    assert seen["Sophie"] == {"begin-person"}
    assert seen["Binet"] == {"inside-person"}
    assert seen["Saint"] == {"begin-commune"}
    assert seen["Donat"] == {"close", "inside-commune"}
    assert seen["à"] == set()
