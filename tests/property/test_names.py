"""What must hold of names in any text: nothing fails, every name is a range of the text, names lie side by side."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guard.models.names.lists import WordLists
from guard.models.names.reader import NameReader
from guard.models.names.reading import marks
from guard.models.names.tokens import tokens
from guard.text.normalize import normalize
from tests.unit.models.names.listing import lists, weights

READER = NameReader(weights())  # has learnt nothing, and so finds names everywhere
LISTS: WordLists = lists()
texts = st.text(st.one_of(st.characters(), st.sampled_from("Sophie Binet#@'’-_.:/0aÉ\u0301\u200b🔥\n ")), max_size=120)


@settings(max_examples=300, deadline=None)
@given(texts)
@example("#" * 50 + "@" * 50)
@example("@ @ @ _ _ @")
@example("l'" * 40)
@example("\ud800 Sophie")
def test_any_text(text: str) -> None:
    plain = normalize(text).plain
    found = tokens(plain)
    assert all(0 <= token.start < token.end <= len(plain) and token.text for token in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert len(marks(found, LISTS)) == len(found)
    names = READER(plain)
    assert names == READER(plain)
    assert all(0 <= name.start < name.end <= len(plain) and 0 <= name.score <= 1 for name in names)
    assert all(before.end <= after.start for before, after in pairwise(names))


@pytest.mark.parametrize(
    "text",
    [
        "e" + "\u0301" * 10_000,
        "a." * 2500,
        "a.a@" * 1250,
        "#Aa" * 1700,
        "saint " * 830,
        "Jean-" * 1000,
        "🔥" * 5000,
        "שלום עולם " * 500,
        "def f(x): return {'a': [1, 2]}\n" * 160,
        "@ " * 2500,
        "Sophie Binet, " * 350,
    ],
    ids=range(11),
)
def test_long_and_hostile(text: str) -> None:
    for plain in (text, normalize(text).plain):
        names = READER(plain)
        assert all(0 <= name.start < name.end <= len(plain) for name in names)


def test_a_long_text_is_read_as_its_parts_are() -> None:
    line = "Sophie Binet va à Lyon . "
    whole = READER(line * 150)
    once = READER(line * 3)
    middle = [(n.start - len(line), n.end - len(line), n.label) for n in once if len(line) <= n.start < 2 * len(line)]
    for at in range(1, 149):
        here = [n for n in whole if at * len(line) <= n.start < (at + 1) * len(line)]
        assert [(n.start - at * len(line), n.end - at * len(line), n.label) for n in here] == middle
