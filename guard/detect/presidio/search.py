"""One pattern of one of Presidio's recognisers: what it finds where it may match, scored as Presidio scores it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import regex

from guard.detect.automata.loosen import Loose

TIME_LIMIT: Final = 0.2
"""Seconds that one pattern may take on one text (plus a second for each million characters)."""
CERTAIN: Final = 1.0
"""The score Presidio gives to what its validation confirmed."""
_SHORT: Final = 200
"""Characters in which a pattern with few ways to read a text takes no time: a look at the clock would take longer."""
_BEYOND_HOST: Final = re.compile(r"[^\w.@+-]")
_MOST_HOSTS: Final = 4_096
_Window = tuple[int, int]
_Check = Callable[[str], Any]


class Result(NamedTuple):
    """What one recogniser found; equal to Presidio's RecognizerResult in these four."""

    entity: str
    start: int
    end: int
    score: float


class Search:
    """`recognizer` is the index of the one that has the pattern. TimeoutError when the expression takes too long."""

    __slots__ = (
        "_at_spaces", "_before", "_breaks", "_entity", "_find", "_groups", "_in_groups", "_invalidate", "_short", "_validate",
        "expression", "flags", "loose", "recognizer", "score",
    )  # fmt: skip

    def __init__(
        self, recognizer: int, pattern: Any, flags: int, loose: Loose | None, *, entity: str, validate: _Check | None,
        invalidate: _Check | None, in_groups: bool,
    ) -> None:  # fmt: skip
        self.recognizer = recognizer
        self.expression: str = pattern.regex
        self.flags = flags
        self.loose = loose
        self.score: float = pattern.score
        self._entity = entity
        self._validate = validate
        self._invalidate = invalidate
        self._in_groups = in_groups
        self._groups: Sequence[int] = (0,)
        """Where a match may end: with the first of these groups that passes the checks."""
        self._find: Any = None
        self._short = _SHORT if loose is not None and loose.few_ways else 0
        self._at_spaces = False
        self._breaks: Any = None
        self._before: Any = None

    def find(self, text: str, ends: Sequence[int] | None) -> list[Result]:
        """What it finds around the places behind which a match may end; None: in all the text."""
        if self._find is None:
            self._compile()
        limit = TIME_LIMIT + len(text) / 1_000_000
        found: list[Result] = []
        for first, last in ((0, len(text)),) if ends is None else self._windows(text, ends):
            short = last - first <= self._short
            matches = self._find(text, first, last) if short else self._find(text, first, last, timeout=limit)
            for match in matches:
                start = match.start()
                for group in self._groups:
                    end = match.end(group)
                    if end <= 0:  # a group that took no part
                        end = match.end()
                    if end > start and (score := self._weigh(text[start:end])) > 0:
                        found.append(Result(self._entity, start, end, score))
                        break
        return found

    def _compile(self) -> None:
        """When first needed: some of Presidio's patterns take tens of milliseconds."""
        compiled = regex.compile(self.expression, flags=self.flags)
        if self._in_groups:
            self._groups = range(compiled.groups, 0, -1)
        if self.loose is not None and self.loose.breaks is not None:
            self._at_spaces = ord(" ") not in self.loose.chars.ascii
            self._breaks = re.compile(self.loose.breaks)
            self._before = regex.compile("(?r)" + self.loose.breaks)
        self._find = compiled.finditer

    def _weigh(self, value: str) -> float:
        score = self.score
        if self._validate is not None and (valid := self._validate(value)) is not None:
            score = CERTAIN if valid else 0
        if score and self._invalidate is not None and self._invalidate(value):
            score = 0
        return score

    def _windows(self, text: str, ends: Sequence[int]) -> list[_Window]:
        """The parts of `text` in which matches near these places lie wholly: from one sign that no match holds to the next.

        The sign behind is part of the window, so that a look-ahead of one character sees it; what is before is always seen.
        """
        size = len(text)
        if self._breaks is None:
            return [(0, size)]
        windows = []
        done = 0
        for end in ends:
            at = max(end - 1, 0)
            if at < done:
                continue
            if self._at_spaces:  # nearly all patterns: the quickest of the signs to find
                first, done = text.rfind(" ", 0, at) + 1, text.find(" ", at) + 1 or size
            else:
                before, after = self._before.search(text, 0, at), self._breaks.search(text, at)
                first, done = before.end() if before else 0, after.end() if after else size
            windows.append((first, done))
        return windows


def by_host(validate: _Check) -> _Check:
    """Presidio's check of an e-mail address, asked once for each host: it looks at nothing else."""
    known: dict[str, Any] = {}

    def check(value: str) -> Any:
        if _BEYOND_HOST.search(value):  # a slash or another sign may be read as the end of the host
            return validate(value)
        host = value[value.rfind("@") + 1 :]
        if host not in known:
            if len(known) >= _MOST_HOSTS:
                known.clear()
            known[host] = validate(value)
        return known[host]

    return check
