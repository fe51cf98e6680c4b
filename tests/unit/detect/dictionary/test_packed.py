"""Records that stay packed until they are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.detect.dictionary.packed import Packed

RECORDS = st.lists(st.tuples(st.text(max_size=3), st.integers()), max_size=70)


@given(RECORDS, st.data())
def test_what_was_packed_is_what_comes_out_whatever_was_asked_for_before(records, data):
    here = Packed(records)
    there = Packed.of(here.packed())
    for index in data.draw(st.lists(st.integers(0, max(0, len(records) - 1)), max_size=5)) if records else []:
        assert there[index] == here[index] == records[index]
    again = Packed.of(there.packed())
    assert [again[index] for index in range(len(records))] == records


def test_only_what_is_asked_for_is_unpacked():
    there = Packed.of(Packed([str(number) for number in range(1000)]).packed())
    assert there[500] == "500"
    assert sum(not isinstance(block, bytes) for block in there.blocks()) == 1


def test_there_is_nothing_beyond_the_end():
    with pytest.raises(IndexError):
        Packed([1, 2])[2]
