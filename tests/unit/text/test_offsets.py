from array import array

from guard.text.offsets import IDENTITY, LazyMap, OffsetMap


def test_identity_gives_back_what_it_gets():
    assert IDENTITY.to_original(2, 5) == (2, 5)
    assert IDENTITY.is_identity


def test_a_span_covers_what_was_dropped_inside_it_but_not_beside_it():
    # original: a ZW b c; view: a b c
    shrunk = OffsetMap(array("l", [0, 2, 3]), array("l", [1, 3, 4]), 4)
    assert shrunk.to_original(0, 2) == (0, 3)
    assert shrunk.to_original(0, 1) == (0, 1)
    assert shrunk.to_original(1, 3) == (2, 4)
    assert not shrunk.is_identity


def test_empty_spans_stay_within_the_original():
    shrunk = OffsetMap(array("l", [0, 2]), array("l", [1, 3]), 3)
    assert shrunk.to_original(1, 1) == (2, 2)
    assert shrunk.to_original(2, 2) == (3, 3)
    assert "3" in repr(shrunk)


def test_a_lazy_map_is_made_once_and_only_when_asked():
    made = []
    lazy = LazyMap(lambda: made.append(1) or OffsetMap(array("l", [0, 2]), array("l", [1, 3]), 3))
    assert not lazy.is_identity
    assert (made, repr(lazy)) == ([], "LazyMap()")
    assert (lazy.to_original(1, 2), lazy.to_original(0, 2), made) == ((2, 3), (0, 3), [1])
