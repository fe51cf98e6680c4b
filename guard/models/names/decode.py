"""Tags of tokens: the best allowed sequence of them, and the names they spell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

TYPES: Final = ("PERSON", "ORGANIZATION", "LOCATION")
TAGS: Final = ("O", *(f"{part}-{label}" for label in TYPES for part in "BI"))
"""O, then B and I of each type: tag 2k+1 begins a name of type k, 2k+2 goes on with it."""
FORBIDDEN: Final = -1e4


def begins(tag: int) -> bool:
    """Whether a tag begins a name."""
    return tag % 2 == 1


def allowed(before: int, tag: int) -> bool:
    """Whether `tag` may follow `before`: going on needs a name of the same type."""
    return tag == 0 or begins(tag) or (before != 0 and (before + 1) // 2 == tag // 2)


def spans(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Names in allowed tags as (first token, token behind the last, type)."""
    found: list[tuple[int, int, int]] = []
    for place, tag in enumerate(tags):
        if tag and begins(tag):
            found.append((place, place + 1, tag // 2))
        elif tag:
            first, _, kind = found[-1]
            found[-1] = (first, place + 1, kind)
    return found
