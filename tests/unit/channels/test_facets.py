"""Facets that are malformed, or that point nowhere, go; the others follow their text."""

import pytest

from guard.channels.facets import repaired, shifts
from guard.types.inspection import Edit

EDIT = [Edit("/t", 2, 3, "long")]


def _facet(start: object, end: object) -> dict[str, object]:
    return {"index": {"byteStart": start, "byteEnd": end, "more": 1}, "features": []}


@pytest.mark.parametrize(
    "facet",
    [None, 5, {}, {"index": 5}, {"index": {}}, _facet("0", 1), _facet(0, None), _facet(True, 1), _facet(-1, 1), _facet(1, 1), _facet(2, 1), _facet(0, 99), _facet(0.0, 1)],
)  # fmt: skip
def test_malformed_facets_are_dropped(facet: object) -> None:
    assert repaired([facet], "abcdef", EDIT) == []
    assert repaired(facet, "abcdef", EDIT) == []


def test_facets_beside_an_edit_move() -> None:
    kept = repaired([_facet(0, 2), _facet(3, 6), _facet(2, 3), _facet(1, 4)], "abcdef", EDIT)
    assert [(one["index"]["byteStart"], one["index"]["byteEnd"]) for one in kept] == [(0, 2), (6, 9)]
    assert kept[0]["index"]["more"] == 1


def test_an_insertion_inside_a_facet_drops_it() -> None:
    insertion = [Edit("/t", 2, 2, "x")]
    kept = repaired([_facet(0, 2), _facet(2, 4), _facet(1, 3)], "abcdef", insertion)
    assert [(one["index"]["byteStart"], one["index"]["byteEnd"]) for one in kept] == [(0, 2), (3, 5)]


def test_edits_count_bytes() -> None:
    assert shifts("é😀a", [Edit("/t", 2, 3, "€"), Edit("/t", 0, 1, "")]) == [(0, 2, -2), (6, 7, 2)]
