"""What Python's parser makes of a regular expression, read as the `regex` package means it: characters, digits, ends.

Sets are exact in ASCII and coarse above it, never too small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from guard.detect.automata.charsets import ALL_WIDE, ANY, ASCII, CATEGORIES, DIGIT, DIGIT_WIDE, Chars, union

ODD_CASES: Final = "\u0130\u0131\u017f\u212a"
"""Above ASCII, but `regex` takes them for i, I, s and k where case does not count. A text with one of them is no text for
loosened patterns: with them in every class, hyperscan would know no literal any more."""
Node = tuple[Any, Any]
ASSERTIONS: Final = frozenset({"AT", "ASSERT", "ASSERT_NOT"})
REPEATS: Final = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


class RefusedError(Exception):
    """A node that is not known here."""


class Reader:
    """Tells of parsed nodes what they may stand for."""

    def __init__(self, flags: int) -> None:
        self._flags = flags

    def one(self, node: Node) -> Chars | None:
        """The characters of a node that stands for exactly one; None for others."""
        name, value = str(node[0]), node[1]
        if name == "LITERAL":
            return self._cased(value, value)
        if name == "NOT_LITERAL":
            return Chars(ASCII - {value}, frozenset({ALL_WIDE}))
        if name == "ANY":
            return ANY if self._flags & re.DOTALL else Chars(ASCII - {10}, frozenset({ALL_WIDE}))
        if name == "IN":
            return self._set(value)
        return None

    def _set(self, items: Sequence[Node]) -> Chars:
        negated = str(items[0][0]) == "NEGATE"
        if negated:  # Leave out only what surely is in it: no other case, nothing above ASCII.
            out: set[int] = set()
            for item in items[1:]:
                name, value = str(item[0]), item[1]
                if name == "CATEGORY":
                    out |= CATEGORIES[str(value)].ascii
                else:
                    first, last = value if name == "RANGE" else (value, value)
                    out |= set(range(first, min(last, 127) + 1))
            return Chars(ASCII - out, frozenset({ALL_WIDE}))
        found = Chars()
        for item in items:
            name, value = str(item[0]), item[1]
            if name == "CATEGORY":
                found |= CATEGORIES[str(value)]
            else:
                found |= self._cased(*(value if name == "RANGE" else (value, value)))
        return found

    def _cased(self, first: int, last: int) -> Chars:
        """The characters of a range, and their other cases when case does not count."""
        codes = set(range(first, min(last, 127) + 1))
        wide = {f"\\x{{{max(first, 128):x}}}-\\x{{{last:x}}}"} if last > 127 else set()
        if self._flags & re.IGNORECASE:
            codes |= {ord(chr(code).swapcase()) for code in codes if chr(code).isalpha()}
            if last > 127:
                wide = {ALL_WIDE}
                codes |= {
                    ord(letter) for odd, letter in zip(ODD_CASES, "iisk", strict=True) if first <= ord(odd) <= last
                }
                codes |= {
                    ord(letter) for odd, letter in zip(ODD_CASES, "IISK", strict=True) if first <= ord(odd) <= last
                }
        return Chars(frozenset(codes), frozenset(wide))

    def chars(self, nodes: Iterable[Node]) -> Chars:
        """All characters that a match of these, or a look-around in them, can hold."""
        found = Chars()
        for node in nodes:
            if str(node[0]) in {"ASSERT", "ASSERT_NOT"} and (node[1][0] < 0 or self._lone(node[1][1])):
                continue  # What stands before is always seen, and so is the one character behind.
            with self.flagged(node):
                single = self.one(node)
                found |= single if single is not None else self.chars(self.inside(node))
        return found

    @contextmanager
    def flagged(self, node: Node) -> Iterator[None]:
        """Within a group that has flags of its own, these."""
        before = self._flags
        if str(node[0]) == "SUBPATTERN":
            self._flags = (before | node[1][1]) & ~node[1][2]
        try:
            yield
        finally:
            self._flags = before

    def digits(self, nodes: Iterable[Node]) -> int:
        """The fewest digits that a match of these can have."""
        count = 0
        for node in nodes:
            name, value = str(node[0]), node[1]
            if name in ASSERTIONS:
                continue
            single = self.one(node)
            if single is not None:
                count += single.ascii <= DIGIT and single.wide <= {DIGIT_WIDE}
            elif name == "BRANCH":
                count += min(map(self.digits, value[1]))
            else:
                with self.flagged(node):
                    count += (value[0] if name in REPEATS else 1) * self.digits(self.inside(node))
        return count

    def _lone(self, nodes: Sequence[Node]) -> bool:
        return len(nodes) == 1 and self.one(nodes[0]) is not None

    def inside(self, node: Node) -> list[Node]:
        """The nodes within a node."""
        name, value = str(node[0]), node[1]
        if name in {"AT", "GROUPREF", "FAILURE"}:
            return []
        if name in {"ASSERT", "ASSERT_NOT"}:
            return list(value[1])
        if name == "BRANCH":
            return [each for branch in value[1] for each in branch]
        if name in {"SUBPATTERN", "ATOMIC_GROUP"} or name in REPEATS:
            return list(value[-1] if name != "ATOMIC_GROUP" else value)
        raise RefusedError

    def first(self, nodes: Sequence[Node], *, last: bool = False) -> Chars | None:
        """The characters that a match can begin (or end) with; None when it may be empty."""
        found = Chars()
        for node in reversed(nodes) if last else nodes:
            name = str(node[0])
            if name in ASSERTIONS:
                continue
            single = self.one(node)
            if single is None and name == "BRANCH":
                parts = [self.first(list(branch), last=last) for branch in node[1][1]]
                single = None if None in parts else union(part for part in parts if part is not None)
            elif single is None:
                inside = self.inside(node)
                with self.flagged(node):
                    single = self.first(inside, last=last)
                if name in REPEATS and node[1][0] == 0:
                    found |= self.chars(inside)
                    continue
            if single is None:
                return None
            return found | single
        return None
