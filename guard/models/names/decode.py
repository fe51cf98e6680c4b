"""Tags of tokens: the best allowed sequence of them, and the names they spell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

TYPES: Final = ("PERSON", "ORGANIZATION", "LOCATION")
TAGS: Final = ("O", *(f"{part}-{label}" for label in TYPES for part in "BI"))
"""O, then B and I of each type: tag 2k+1 begins a name of type k, 2k+2 goes on with it."""
FORBIDDEN: Final = -1e4
AHEAD: Final = 3.5
"""O this far ahead of all others is taken: no two steps from tag to tag add as much."""


def begins(tag: int) -> bool:
    """Whether a tag begins a name."""
    return tag % 2 == 1


def allowed(before: int, tag: int) -> bool:
    """Whether `tag` may follow `before`: going on needs a name of the same type."""
    return tag == 0 or begins(tag) or (before != 0 and (before + 1) // 2 == tag // 2)


_BEHIND: Final = 7.0
"""A tag so far behind the best of its token is not looked at, but for O, to which every way is open."""
_NEVER: Final = -1e9
_ALONE: Final = tuple(tag for tag in range(len(TAGS)) if allowed(0, tag))
_SOURCES: Final = tuple(
    tuple(before for before in range(len(TAGS)) if allowed(before, tag)) for tag in range(len(TAGS))
)


def spans(tags: Sequence[int]) -> list[tuple[int, int, int]]:
    """Names in tags as (first token, token behind the last, type)."""
    found: list[tuple[int, int, int]] = []
    for place, tag in enumerate(tags):
        if not tag:
            continue
        kind = (tag - 1) // 2
        if not begins(tag) and found and found[-1][1:] == (place, kind):
            found[-1] = (found[-1][0], place + 1, kind)
        else:
            found.append((place, place + 1, kind))
    return found


def best(scores: Sequence[Sequence[float]], moves: Sequence[Sequence[float]], none: Sequence[bool]) -> list[int]:
    """The best allowed tags for `scores` (tokens by tags); `moves[a][b]` is what stepping from tag a to b adds.

    Where `none` (see AHEAD), O is taken without a look at the others: so it is for most of a post.
    """
    tags = [0] * len(none)
    at = 0
    while at < len(none):
        if none[at]:
            at += 1
            continue
        end = at + 1
        while end < len(none) and not none[end]:
            end += 1
        if end == at + 1:
            row = scores[at]
            tags[at] = max(_ALONE, key=lambda tag: row[tag] + moves[0][tag] + moves[tag][0])
        else:
            tags[at:end] = _island(scores[at:end], moves)
        at = end
    return tags


def _island(scores: Sequence[Sequence[float]], moves: Sequence[Sequence[float]]) -> list[int]:
    """The best tags for a stretch between two O, or an end of the text."""
    reach = {0: 0.0}
    back: list[dict[int, int]] = []
    for row in scores:
        least = max(row) - _BEHIND
        came: dict[int, int] = {}
        new: dict[int, float] = {}
        for tag, score in enumerate(row):
            if score < least and tag:
                continue
            top = _NEVER
            for source in _SOURCES[tag]:
                if source in reach and (way := reach[source] + moves[source][tag]) > top:
                    top, came[tag] = way, source
            if top > _NEVER:
                new[tag] = top + score
        back.append(came)
        reach = new
    tag = max(reach, key=lambda last: reach[last] + moves[last][0])
    tags: list[int] = []
    for came in reversed(back):
        tags.append(tag)
        tag = came[tag]
    return tags[::-1]
