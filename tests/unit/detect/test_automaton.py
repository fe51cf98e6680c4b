from hypothesis import given
from hypothesis import strategies as st

from guard.detect import automaton

keys = st.sets(st.binary(min_size=1, max_size=4), max_size=12).map(sorted)


@given(keys, st.binary(max_size=60))
def test_both_engines_find_every_occurrence(words, text):
    expected = sorted(
        (at, at + len(word), number)
        for number, word in enumerate(words)
        for at in range(len(text))
        if text.startswith(word, at)
    )
    for portable in {True, not automaton.HAS_DAACHORSE}:
        assert sorted(automaton.build(words, portable=portable)(text)) == expected


def test_no_keys():
    assert list(automaton.build([])(b"abc")) == []
