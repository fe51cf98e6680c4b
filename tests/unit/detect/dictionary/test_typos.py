import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.detect.dictionary.edits import distance
from guard.detect.dictionary.term import terms_of
from guard.detect.dictionary.typos import TypoIndex
from guard.text.normalize import normalize
from guard.text.squeeze import spaced
from guard.types.matcher import TermsMatcher


@pytest.mark.parametrize(
    ("left", "right", "most", "far"),
    [
        ("aurore", "aurore", 1, 0),
        ("aurrore", "aurore", 1, 1),
        ("auore", "aurore", 1, 1),
        ("aurire", "aurore", 1, 1),
        ("auorre", "aurore", 1, 1),
        ("aroreu", "aurore", 1, 2),
        ("kitten", "sitting", 2, 3),
        ("abcdef", "badcef", 2, 2),
        ("", "ab", 2, 2),
        ("a", "abcd", 2, 3),
    ],
)
def test_distance(left, right, most, far):
    assert distance(left, right, most) == far
    assert distance(right, left, most) == far


def index(*texts, typos=1):
    return TypoIndex(list(terms_of(TermsMatcher("m", texts, typos))))


def find(names, folded):
    return names.find(folded, spaced(folded).split())


def test_names_that_allow_none_or_are_short_are_not_indexed():
    assert not index("Client X", "PRJ-7741")
    assert not index("Projet Aurore", typos=0)
    assert index("Projet Aurore")


def test_the_mistake_may_be_in_any_word():
    names = index("Grande Ourse Bleue")
    for text in ("grane ourse bleue", "grande ource bleue", "grande ourse bluee"):
        ((_, start, end),) = find(names, text)
        assert (start, end) == (0, len(text))
    assert list(find(names, "grande ourse bleue, grane ource bleue, ourse bleue")) == []


def test_the_same_mistake_is_found_wherever_it_stands():
    names = index("Grande Ourse Bleue")
    text = "grane ourse bleue, " * 3
    assert [start for _, start, _ in find(names, text)] == [0, 19, 38]


def test_a_sentence_between_the_words_separates_them():
    assert list(find(index("Projet Aurore"), "un projett. aurore")) == []


@settings(deadline=None)
@given(
    st.lists(st.text("aeirstn", min_size=8, max_size=12), min_size=1, max_size=20),
    st.sampled_from([1, 2]),
    st.data(),
)
def test_the_gate_lets_every_misspelt_name_through(texts, typos, data):
    glued = data.draw(st.booleans())
    names = index(*(f"{text[:4]} {text[4:]}" if glued else text for text in texts), typos=typos)
    name = data.draw(st.sampled_from(texts))
    at = data.draw(st.integers(0, len(name) - 2))
    for wrong in (
        name[:at] + name[at + 1 :],
        name[:at] + "x" + name[at:],
        name[:at] + "x" + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    ):
        if wrong != name:
            found = {(start, end) for term, start, end in find(names, f"le #{wrong} la") if term.letters == name}
            assert found == {(4, 4 + len(wrong))}


def test_the_memo_forgets(monkeypatch):
    monkeypatch.setattr("guard.detect.dictionary.typos.MEMO_SIZE", 3)
    names = index("Bouquetiere")
    for _ in range(3):
        assert len(list(find(names, "un deux trois quatre cinqante bouqetiere"))) == 1
    assert len(names._ordinary) <= 3


NAMES = ["Projet Aurore", "ClientX SA", "Bouquetière", "AB-CD 12 34 E"]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(NAMES), st.integers(0, 14), st.sampled_from(["drop", "swap", "double", "x", "é"]), st.booleans())
def test_the_quick_look_misses_no_misspelt_name(name, place, mistake, glued):
    at = place % (len(name) - 1)
    head, char, after, tail = name[:at], name[at], name[at + 1], name[at + 2 :]
    middle = {"drop": after, "swap": after + char, "double": char * 2 + after}.get(mistake, mistake + after)
    folded = normalize(f"le {head}{middle}{tail} vu".replace(" ", "-" if glued else " ")).folded
    names = index(*NAMES)
    assert names._halves
    if list(find(names, folded)):
        assert names.may_find(folded)


def test_the_quick_look_is_only_for_few_names_with_one_mistake():
    assert index("Bouquetière", typos=2).may_find("")
    assert index(*[f"Opération {word}x" for word in "abcdefghijklmnopqrstuvwxyz"]).may_find("")
    assert not index("Bouquetière").may_find("rien")
