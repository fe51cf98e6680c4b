import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.detect.automata import literals

keys = st.sets(st.binary(min_size=1, max_size=4), max_size=12).map(sorted)


@given(keys, st.binary(max_size=60))
def test_both_engines_find_every_occurrence_in_order_of_ends(words, text):
    expected = sorted(
        (at, at + len(word), number)
        for number, word in enumerate(words)
        for at in range(len(text))
        if text.startswith(word, at)
    )
    for portable in {True, not literals.HAS_DAACHORSE}:
        found = literals.build(words, portable=portable)(text)
        assert sorted(found) == expected
        assert [end for _, end, _ in found] == sorted(end for _, end, _ in expected)


@pytest.mark.skipif(not literals.HAS_DAACHORSE, reason="no wheel for this platform: nothing is handed over")
def test_an_automaton_travels():
    find = literals.build([b"ab", b"bc", b"c", b"d", b"abcd"])
    again = pickle.loads(pickle.dumps(find))
    assert again(b"abcd") == find(b"abcd")
    assert sorted(again(b"abcd")) == [(0, 2, 0), (0, 4, 4), (1, 3, 1), (2, 3, 2), (3, 4, 3)]


def test_no_keys():
    assert list(literals.build([])(b"abc")) == []
