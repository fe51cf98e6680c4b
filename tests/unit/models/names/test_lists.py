"""What word lists say, and names of several words."""

import pytest

from guard.models.names.lists import FACTS, KINDS
from guard.models.names.tokens import tokens
from tests.unit.models.names.listing import lists


@pytest.mark.parametrize(
    ("word", "facts"),
    [
        ("Sophie", {"given-5"}),
        ("SOPHIE", {"given-5"}),
        ("lyon", {"known-place"}),
        ("Zxqv", set()),
        ("Lyón", {"known-place"}),
    ],
)
def test_facts(word: str, facts: set[str]) -> None:
    bits = lists().facts(word)
    assert {fact for place, fact in enumerate(FACTS) if bits >> place & 1} == facts


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Sophie Binet parle", "person", 2),
        ("Saint-Donat", "commune", 3),
        ("vaulx en velin", "commune", 3),
        ("Vaulx-en-Velin !", "commune", 5),
        ("France Travail", "org", 2),
    ],
)
def test_the_longest_listed_name_is_taken(text: str, kind: str, words: int) -> None:
    assert lists().phrases(tokens(text), 0) == (1 << KINDS.index(kind), words)


@pytest.mark.parametrize("text", ["Sophie, Binet", "Sophie. Binet", "Sophie", "Binet Sophie"])
def test_what_is_no_listed_name(text: str) -> None:
    bits, end = lists().phrases(tokens(text), 0)
    assert (bits, end) in {(0, 0), (1 << KINDS.index("person"), 3)}
    assert bits == 0 or "." in text  # initials: "J. Dupont" is one name
