import pickle
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.detect import automaton

keys = st.sets(st.binary(min_size=1, max_size=4), max_size=12).map(sorted)


@given(keys, st.binary(max_size=60))
def test_both_engines_and_several_automata_find_every_occurrence_in_order_of_ends(words, text):
    expected = sorted(
        (at, at + len(word), number)
        for number, word in enumerate(words)
        for at in range(len(text))
        if text.startswith(word, at)
    )
    for portable in {True, not automaton.HAS_DAACHORSE}:
        for many, most in ((100, 4), (1, 4), (5, 4), (1, 2)):
            with mock.patch.multiple(automaton, _MANY=many, _MOST=most):
                finds = automaton.build(words, portable=portable)
            assert len(finds) <= most
            found = automaton.joined(finds)(text)
            assert sorted(found) == expected
            assert [end for _, end, _ in found] == sorted(end for _, end, _ in expected)


@pytest.mark.skipif(not automaton.HAS_DAACHORSE, reason="no wheel for this platform: nothing is handed over")
def test_each_automaton_travels_alone():
    with mock.patch.object(automaton, "_MANY", 2):
        finds = automaton.build([b"ab", b"bc", b"c", b"d", b"abcd"])
    again = [pickle.loads(pickle.dumps(find)) for find in finds]
    assert len(again) == 3
    assert automaton.joined(again)(b"abcd") == automaton.joined(finds)(b"abcd")
    assert sorted(automaton.joined(again)(b"abcd")) == [(0, 2, 0), (0, 4, 4), (1, 3, 1), (2, 3, 2), (3, 4, 3)]


def test_no_keys():
    assert list(automaton.joined(automaton.build([]))(b"abc")) == []
