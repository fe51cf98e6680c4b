"""Tags of tokens: the best allowed sequence of them, and the names they spell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

TYPES: Final = ("PERSON", "ORGANIZATION", "LOCATION")
TAGS: Final = ("O", *(f"{part}-{label}" for label in TYPES for part in "BI"))
"""O, then B and I of each type: tag 2k+1 begins a name of type k, 2k+2 goes on with it."""
FORBIDDEN: Final = -1e4
_AHEAD: Final = 7.0
"""O this far ahead of all others is taken: no step from tag to tag adds as much."""


def begins(tag: int) -> bool:
    """Whether a tag begins a name."""
    return tag % 2 == 1


def allowed(before: int, tag: int) -> bool:
    """Whether `tag` may follow `before`: going on needs a name of the same type."""
    return tag == 0 or begins(tag) or (before != 0 and (before + 1) // 2 == tag // 2)


_BEHIND: Final = 12.0
"""A tag so far behind the best of its token is not looked at."""
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


def best(scores: Sequence[Sequence[float]], moves: Sequence[Sequence[float]]) -> list[int]:
    """The best allowed tags for `scores` (tokens by tags); `moves[a][b]` is what stepping from tag a to b adds.

    Where O is far ahead it is taken without a look at the others: most of a post costs one comparison a token.
    """
    tags: list[int] = []
    last = 0
    at = 0
    while at < len(scores):
        row = scores[at]
        if row[0] - max(row[1:]) > _AHEAD:
            tags.append(0)
            last = 0
            at += 1
            continue
        end = at + 1
        while end < len(scores) and scores[end][0] - max(scores[end][1:]) <= _AHEAD:
            end += 1
        tags += _island(scores[at:end], moves, last)
        at = end
    return tags


def _island(scores: Sequence[Sequence[float]], moves: Sequence[Sequence[float]], before: int) -> list[int]:
    """The best tags for a stretch behind tag `before`, and before O or the end."""
    reach = [move + score for move, score in zip(moves[before], scores[0], strict=True)]
    back: list[list[int]] = []
    for row in scores[1:]:
        came: list[int] = []
        new: list[float] = []
        least = max(row) - _BEHIND
        for tag, score in enumerate(row):
            if score < least:
                came.append(0)
                new.append(FORBIDDEN)
                continue
            top, where = max((reach[source] + moves[source][tag], source) for source in _SOURCES[tag])
            came.append(where)
            new.append(top + score)
        back.append(came)
        reach = new
    tag = max(range(len(TAGS)), key=lambda last: reach[last] + moves[last][0])
    tags = [tag]
    for came in reversed(back):
        tag = came[tag]
        tags.append(tag)
    return tags[::-1]
