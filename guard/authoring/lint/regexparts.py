"""A regular expression as a tree of what repeats and what can stand there: enough to make texts for it, no more.

What is not understood counts as nothing: whoever makes texts from the tree asks the engine what they do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Atom:
    """What matches one character: itself, a class, an escape."""

    source: str


@dataclass(frozen=True, slots=True)
class Seq:
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    options: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    body: Part
    least: int
    most: int | None
    place: tuple[int, int]
    """First and last character in the pattern, from 1."""


Part = Atom | Seq | Alt | Repeat

NOTHING: Final = Seq(())
_QUANTIFIER: Final = re.compile(r"(?:([*+?])|\{(\d{0,4})(,?)(\d{0,4})\})[?+]?", re.ASCII)
_GROUP: Final = re.compile(r"\?(?:P?<\w+>|[a-zA-Z0-9-]*:|>|\|)")
_LOOK: Final = re.compile(r"\?<?[=!]")
_FLAGS: Final = re.compile(r"\?[a-zA-Z0-9-]+\)|\?#[^)]*\)|\?P[=>]\w+\)|\?[R&(][^)]*\)?")
_ESCAPE: Final = re.compile(r"\\(?:[pPN]\{[^}]*\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_NO_WIDTH: Final = frozenset("bBAZzGmMKXR123456789g")
_MOST_DEEP: Final = 50


def parse(pattern: str) -> Part:
    """The tree of a pattern that compiles."""
    return _Reader(pattern).alternatives(0)


class _Reader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def alternatives(self, depth: int) -> Part:
        """Up to the bracket that closes, or the end."""
        options = [self.sequence(depth)]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else Alt(tuple(options))

    def sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.peek() not in {"", "|", ")"}:
            start = self.at
            parts.append(self.repeated(self.one(depth), start))
        return Seq(tuple(parts))

    def repeated(self, part: Part, start: int) -> Part:
        found = _QUANTIFIER.match(self.pattern, self.at)
        if not found or part == NOTHING or found[0] == "{}":
            return part
        self.at = found.end()
        sign, low, comma, high = found.groups()
        least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(
            sign, (int(low or 0), int(high) if high else None)
        )
        if not sign and not comma:
            most = least
        return Repeat(part, least, most, (start + 1, self.at))

    def one(self, depth: int) -> Part:
        char = self.peek()
        if char == "(":
            return self.group(depth)
        if char == "[":
            return self.bracket()
        if char == "\\":
            found = _ESCAPE.match(self.pattern, self.at)
            self.at = found.end() if found else self.at + 1
            return NOTHING if not found or found[0][1] in _NO_WIDTH else Atom(found[0])
        self.at += 1
        return NOTHING if char in "^$" else Atom(char)

    def group(self, depth: int) -> Part:
        self.at += 1
        if found := _FLAGS.match(self.pattern, self.at):
            self.at = found.end()
            return NOTHING
        look = _LOOK.match(self.pattern, self.at)
        if found := look or _GROUP.match(self.pattern, self.at):
            self.at = found.end()
        if depth > _MOST_DEEP:
            self.at = len(self.pattern)
            return NOTHING
        inside = self.alternatives(depth + 1)
        self.at += 1
        return NOTHING if look else inside

    def bracket(self) -> Part:
        """A class, also one with classes inside (`[[:alpha:]]`, `[a-z--[aeiou]]`)."""
        start, depth = self.at, 0
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            self.at += 2 if char == "\\" else 1
            if char == "[":
                depth += 1
                self.at += self.peek() == "^" and depth == 1
                self.at += self.peek() == "]" and depth == 1
            elif char == "]":
                depth -= 1
                if depth == 0:
                    break
        return Atom(self.pattern[start : self.at])
