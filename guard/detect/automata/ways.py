"""Whether an expression can read any text in few ways only: then no short one takes it long, and needs no time limit.

A backtracking engine tries, at worst, each way to read each beginning of a text. The ways are counted over the expression's
positions (Glushkov's automaton), for all texts at once: from the counts after one character follow those after the next.
Whatever is not simple is said to have many ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from guard.detect.automata.charsets import Chars
from guard.detect.automata.regexnodes import REPEATS, Node, Reader

MOST: Final = 32
"""Ways that are few."""
_POSITIONS: Final = 300
_STEPS: Final = 500
_Count = Counter[int]


class _ManyError(Exception):
    """Too many ways, or too many to count."""


@dataclass(slots=True)
class _Part:
    """A part of the expression: ways to be empty, and in how many ways it begins and ends with each position."""

    empty: int = 0
    first: _Count = field(default_factory=Counter)
    last: _Count = field(default_factory=Counter)


class Ways:
    """Counts over the nodes that `reader` knows."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._chars: list[Chars] = []
        self._next: list[_Count] = []

    def are_few(self, nodes: Iterable[Node]) -> bool:
        """Whether no text can be read in more than MOST ways by these nodes."""
        try:
            start = self._sequence(nodes).first
            steps = self._steps()
            seen: set[frozenset[tuple[int, int]]] = set()
            waiting = [_kept(start, among) for among in steps]
            while waiting:
                counts = waiting.pop()
                key = frozenset(counts.items())
                if not counts or key in seen:
                    continue
                seen.add(key)
                if sum(counts.values()) > MOST or len(seen) > _STEPS:
                    return False
                after: _Count = Counter()
                for place, ways in counts.items():
                    for other, more in self._next[place].items():
                        after[other] += ways * more
                waiting += [_kept(after, among) for among in steps]
        except _ManyError:
            return False
        return True

    def _steps(self) -> set[frozenset[int]]:
        """The positions that can read a character, for each kind of characters; all above ASCII are one kind."""
        kinds = {frozenset(at for at, chars in enumerate(self._chars) if code in chars.ascii) for code in range(128)}
        kinds.add(frozenset(at for at, chars in enumerate(self._chars) if chars.wide))
        return kinds

    def _sequence(self, nodes: Iterable[Node]) -> _Part:
        whole = _Part(empty=1)
        for node in nodes:
            whole = self._joined(whole, self._part(node))
        return whole

    def _part(self, node: Node) -> _Part:
        name, value = str(node[0]), node[1]
        if (chars := self._reader.one(node)) is not None:
            return self._position(chars)
        if name == "AT" or (name in {"ASSERT", "ASSERT_NOT"} and self._is_fixed(value[1])):
            return _Part(empty=1)
        if name == "BRANCH":
            parts = [self._sequence(branch) for branch in value[1]]
            return _Part(
                sum(part.empty for part in parts),
                sum((part.first for part in parts), Counter()),
                sum((part.last for part in parts), Counter()),
            )
        if name == "SUBPATTERN":
            with self._reader.flagged(node):
                return self._sequence(self._reader.inside(node))
        if name in REPEATS:
            return self._repeat(int(value[0]), value[1], self._reader.inside(node))
        raise _ManyError

    def _position(self, chars: Chars) -> _Part:
        at = len(self._chars)
        if at >= _POSITIONS:
            raise _ManyError
        self._chars.append(chars)
        self._next.append(Counter())
        return _Part(0, Counter([at]), Counter([at]))

    def _repeat(self, least: int, most: Any, inside: list[Node]) -> _Part:
        whole = _Part(empty=1)
        for _ in range(least):
            whole = self._joined(whole, self._sequence(inside))
        if str(most) == "MAXREPEAT":
            again = self._sequence(inside)
            if again.empty:
                raise _ManyError
            self._follow(again.last, again.first)
            again.empty = 1
            return self._joined(whole, again)
        rest = _Part(empty=1)
        for _ in range(int(most) - least):
            rest = self._joined(self._sequence(inside), rest)
            rest.empty += 1
        return self._joined(whole, rest)

    def _joined(self, left: _Part, right: _Part) -> _Part:
        self._follow(left.last, right.first)
        first, last = Counter(left.first), Counter(right.last)
        for place, ways in right.first.items():
            first[place] += left.empty * ways
        for place, ways in left.last.items():
            last[place] += right.empty * ways
        return _Part(left.empty * right.empty, +first, +last)

    def _follow(self, last: _Count, first: _Count) -> None:
        for place, ways in last.items():
            known = self._next[place]
            for other, more in first.items():
                known[other] += ways * more

    def _is_fixed(self, nodes: Iterable[Node]) -> bool:
        """Whether it is read in one way only, without choice."""
        return all(
            self._reader.one(node) is not None
            or str(node[0]) == "AT"
            or (str(node[0]) in {"ASSERT", "ASSERT_NOT"} and self._is_fixed(node[1][1]))
            or (str(node[0]) == "MAX_REPEAT" and node[1][0] == node[1][1] and self._is_fixed(node[1][2]))
            for node in nodes
        )


def _kept(counts: _Count, among: frozenset[int]) -> _Count:
    return Counter({place: ways for place, ways in counts.items() if place in among})
