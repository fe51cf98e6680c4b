"""Facets after a redaction: their offsets count bytes of UTF-8, and no server checks them.

A facet left alone would make other words a link or a mention. Those before an edit stay, those behind it move, those that
touch it go. Spec: app.bsky.richtext.facet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guard.types.inspection import Edit

_Shift = tuple[int, int, int]
"""First and last byte of an edit in the original text, and by how many bytes the text grows there."""


def shifts(text: str, edits: Sequence[Edit]) -> list[_Shift]:
    """Edits in code points as byte ranges of the original text, in order."""
    found: list[_Shift] = []
    position = byte = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        byte += len(text[position : edit.start].encode())
        end = byte + len(text[edit.start : edit.end].encode())
        found.append((byte, end, len(edit.replacement.encode()) - (end - byte)))
        position, byte = edit.end, end
    return found


def repaired(facets: Any, text: str, edits: Sequence[Edit]) -> Any:
    """The facets of the edited text; those that are malformed or point outside the text are dropped."""
    if not isinstance(facets, list):
        return []
    moves, size = shifts(text, edits), len(text.encode())
    kept = (_moved(facet, moves, size) for facet in facets)
    return [facet for facet in kept if facet is not None]


def _moved(facet: Any, moves: Sequence[_Shift], size: int) -> Any | None:
    index = facet.get("index") if isinstance(facet, dict) else None
    if not isinstance(index, dict):
        return None
    start, end = index.get("byteStart"), index.get("byteEnd")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= size:
        return None
    if any((first < end and start < last) or start < first == last < end for first, last, _ in moves):
        return None
    before = sum(growth for _, last, growth in moves if last <= start)
    return {**facet, "index": {**index, "byteStart": start + before, "byteEnd": end + before}}
