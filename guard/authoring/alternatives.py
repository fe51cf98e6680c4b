"""The alternatives of a regular expression, each as a pattern in which only that one is left. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_OPENING: Final = re.compile(r"\((?:\?(?:P?<[A-Za-z_]\w*>|<[=!]|[:=!>|]|[A-Za-z-]+:))?")
_FLAGS: Final = re.compile(r"\(\?[A-Za-z-]+\)")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)


@dataclass(eq=False, slots=True)
class _Group:
    """A group, or the whole pattern: branches of plain pieces and further groups."""

    opening: str = ""
    branches: list[list[str | _Group]] = field(default_factory=lambda: [[]])

    @property
    def is_negative(self) -> bool:
        return self.opening in {"(?!", "(?<!"}


def alternatives(pattern: str) -> Iterator[tuple[str, str]]:
    """Each alternative as written, with the pattern in which it stands alone; nothing where there is no choice.

    What stands in a negative look-around is no alternative, and a pattern with comments or conditions is left alone.
    """
    root = _parse(pattern)
    if root is not None:
        for group, branch, chosen in _choices(root, {}):
            yield _written(group.branches[branch], {}), _render(root, chosen)


def _parse(pattern: str) -> _Group | None:
    flags = _FLAGS.match(pattern)
    root = _Group(flags[0] if flags else "")
    if "x" in root.opening.partition("-")[0] or "(?(" in pattern or "(?#" in pattern:
        return None
    stack = [root]
    place = len(root.opening)
    while place < len(pattern):
        piece = _piece(pattern, place)
        place += len(piece)
        if piece == "|":
            stack[-1].branches.append([])
        elif piece == ")":
            stack.pop()
            if not stack:
                return None
        elif piece.startswith("(") and not _FLAGS.fullmatch(piece):
            group = _Group(piece)
            stack[-1].branches[-1].append(group)
            stack.append(group)
        else:
            stack[-1].branches[-1].append(piece)
    return root if len(stack) == 1 else None


def _piece(pattern: str, place: int) -> str:
    """What stands there: an escape, a class, an opening, or one character."""
    char = pattern[place]
    if char == "\\":
        return pattern[place : place + 2]
    for sign, form in (("[", _CLASS), ("(", _FLAGS), ("(", _OPENING)):
        if char == sign and (found := form.match(pattern, place)):
            return found[0]
    return char


def _choices(group: _Group, chosen: Mapping[_Group, int]) -> Iterator[tuple[_Group, int, Mapping[_Group, int]]]:
    """Each branch of each group with a choice, and the branches that lead to it."""
    if group.is_negative:
        return
    for number, branch in enumerate(group.branches):
        here = {**chosen, group: number}
        if len(group.branches) > 1:
            yield group, number, here
        for piece in branch:
            if isinstance(piece, _Group):
                yield from _choices(piece, here)


def _render(root: _Group, chosen: Mapping[_Group, int]) -> str:
    only = chosen.get(root)
    branches = root.branches if only is None else [root.branches[only]]
    return root.opening + "|".join(_written(branch, chosen) for branch in branches)


def _written(branch: list[str | _Group], chosen: Mapping[_Group, int]) -> str:
    return "".join(piece if isinstance(piece, str) else _render(piece, chosen) + ")" for piece in branch)
