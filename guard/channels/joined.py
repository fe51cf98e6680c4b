"""Texts that a reader sees together, as one more text: a name split over two fields is still that name.

A content warning and its post, the options of a poll, a key and what stands under it: each may be clean alone. Line
breaks stand between the parts and nowhere else, so no number is put together that nobody wrote: numbers end at a line.
"""

from __future__ import annotations

from collections.abc import Sequence

from guard.types.post import Segment

PATH = "/@joined"
ROLE = "joined"
LIMIT = 4_000
"""Code points of the joined text."""
_SHOWN = {"spoiler": 0, "title": 0, "poll-option": 2, "alt": 3}
_EDGE = 100
"""Code points taken from each end of a long text: what is split over two texts lies where they meet."""
_LEAST = 8


def joined(parts: Sequence[Segment]) -> Segment | None:
    """The parts in order, one a line, long ones by their ends; None for fewer than two, or for too many to join."""
    texts = [part.text for part in lines(parts)]
    if len(texts) < 2:
        return None
    edge = min(_EDGE, (LIMIT // len(texts) - 2) // 2)
    if edge < _LEAST:
        return None
    return Segment(PATH, ROLE, "\n".join(_ends(text, edge).replace("\n", " ") for text in texts), redactable=False)


def lines(parts: Sequence[Segment]) -> list[Segment]:
    """Which part each line of the joined text is of.

    Where a service shows them in another order than they were sent in, they follow once more in that order.

    Where unknown names of fields stand between them, the values alone and the names alone follow.
    """
    shown = [part for part in parts if part.path != PATH and _is_shown(part)]
    displayed = sorted(shown, key=lambda part: _SHOWN.get(part.role, 1))
    each = list(shown)
    if [part.text for part in displayed] != [part.text for part in shown]:
        each += displayed
    names = [part for part in shown if part.role == "key"]
    if 0 < len(names) < len(each):
        each += [part for part in shown if part.role != "key"] + names
    return each


def with_joined(parts: Sequence[Segment]) -> tuple[Segment, ...]:
    """The parts and, at the end, their joined text; made anew where they have an old one (after an edit)."""
    whole = joined(parts)
    own = tuple(part for part in parts if part.path != PATH)
    return own if whole is None else (*own, whole)


def too_many(parts: Sequence[Segment]) -> bool:
    """Whether these parts of a post stand without their joined text, because there are too many of them."""
    if len(parts) < 2 or parts[-1].path == PATH:
        return False
    return sum(map(_is_shown, parts)) > 1


def _is_shown(part: Segment) -> bool:
    """File names never travel on, and what a file holds is not read beside the rest."""
    return part.role != "filename" and not part.path.startswith("/@file")


def _ends(text: str, edge: int) -> str:
    return text if len(text) <= 2 * edge + 1 else f"{text[:edge]}…{text[-edge:]}"
