"""A regular expression in a looser form that hyperscan can hold: whatever the first matches, the second finds there too.

The expression is parsed and written anew from sets of characters: Unicode categories become ranges, look-arounds and
boundaries become one character beside the match where they can, and fall away where they cannot. Syntax that Python's own
parser reads in another way than the `regex` package is refused (None), and such a pattern is always tried.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import regex

from guard.detect.automata.charsets import ANY, ASCII, LETTERS, NOT_WORD, Chars
from guard.detect.automata.regexnodes import ASSERTIONS, REPEATS, Node, Reader, RefusedError
from guard.detect.automata.ways import Ways

_parser: Any = importlib.import_module("re._parser")  # the names of its nodes are the same in 3.11 to 3.13

_SET: Final = re.compile(r"\[\^?\]?([^\]]*)\]")
_UNLIKE: Final = re.compile(r"\{(?!\d+,?\d*\}|,\d+\})")
"""A brace that counts nothing: the `regex` package may take it for a fuzzy match."""
_FLAGS: Final = regex.I | regex.M | regex.S | regex.X | regex.U | regex.A
_WIDEST_COUNT: Final = 16
_LONGEST: Final = 500_000
_ROOM: Final = 6_000
"""Length of one expression from which on its alternatives are shared out over several; hyperscan takes 16,000."""
_GLOBAL: Final = re.compile(r"(?<!\\)\(\?([imsx]+)\)")


@dataclass(frozen=True, slots=True)
class Loose:
    """What hyperscan is to look for, and what a match, and all that its look-arounds look at, is made of."""

    expressions: tuple[str, ...]
    """One of them stands wherever the pattern matches."""
    chars: Chars
    digits: int
    """Digits, of whatever script, that a match has at least."""
    few_ways: bool
    """Whether the pattern reads any text in few ways: see ways.py."""

    @property
    def breaks(self) -> str | None:
        """A `regex` for ASCII characters that no match holds, so that none goes past one; None when there are none."""
        left = ASCII - self.chars.ascii
        return "[" + "".join(f"\\x{code:02x}" for code in sorted(left)) + "]" if left else None


def loosen(pattern: str, flags: int, *, ways: bool = True) -> Loose | None:
    """The looser form of a pattern of the `regex` package, or None when it is not understood.

    Its `few_ways` is looked into only where `ways` are asked for: that takes longer than the rest.
    """
    if flags & ~_FLAGS or len(pattern) > _LONGEST or _read_otherwise(pattern):
        return None
    for found in _GLOBAL.findall(pattern):  # the `regex` package takes them anywhere, for the whole pattern
        for letter in found:
            flags |= getattr(re, letter.upper())
    named = re.sub(r"\(\?<(?![=!])", "(?P<", _GLOBAL.sub("", pattern))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            parsed = list(_parser.parse(named, flags & (re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE)))
        writer = _Writer(flags)
        expressions = tuple(writer.sequence(each, left=True, right=True) for each in writer.shares(parsed))
        if not all(expressions):
            return None
        few_ways = ways and Ways(Reader(flags)).are_few(parsed)
        return Loose(expressions, writer.chars(parsed), writer.digits(parsed), few_ways)
    except (re.error, Warning, OverflowError, RecursionError, RefusedError):
        return None


def _read_otherwise(pattern: str) -> bool:
    """Whether it may mean something else to the `regex` package than to Python's parser: POSIX classes, fuzzy matches."""
    bare = re.sub(r"(?s)\\.", "", pattern)
    return any("[:" in inside for inside in _SET.findall(bare)) or _UNLIKE.search(_SET.sub("", bare)) is not None


class _Writer(Reader):
    """Writes parsed nodes. `left` and `right` tell that nothing of the match stands on that side of them."""

    def __init__(self, flags: int) -> None:
        super().__init__(flags)
        self._groups: dict[int, list[Node]] = {}

    def shares(self, nodes: list[Node]) -> list[list[Node]]:
        """The same nodes, or, when they are long, several with a share of the largest choice among them each."""
        if len(self.sequence(nodes, left=True, right=True)) < _ROOM:
            return [nodes]
        for place, node in enumerate(nodes):
            name, value = str(node[0]), node[1]
            if name == "BRANCH" and len(parts := self._lots(value[1])) > 1:
                return [[*nodes[:place], (node[0], (None, part)), *nodes[place + 1 :]] for part in parts]
            if name == "SUBPATTERN" and len(inside := self.shares(list(value[3]))) > 1:
                return [[*nodes[:place], (node[0], (*value[:3], part)), *nodes[place + 1 :]] for part in inside]
        return [nodes]

    def _lots(self, branches: Sequence[list[Node]]) -> list[list[list[Node]]]:
        """Alternatives in lots that make an expression of _ROOM each."""
        lots: list[list[list[Node]]] = []
        left = 0
        for branch in branches:
            size = len(self.sequence(list(branch), left=False, right=False)) + 1
            if size > left:
                lots.append([])
                left = _ROOM
            lots[-1].append(branch)
            left -= size
        return lots

    def sequence(self, nodes: list[Node], *, left: bool, right: bool) -> str:
        """Nodes one after the other."""
        places = [place for place, node in enumerate(nodes) if not self._empty(node)]
        if not places:
            return self._beside(nodes, None, after=False) if left and right else ""
        begin, end = places[0], places[-1]
        written = [nodes[place] for place in places]
        before = after = ""
        if left and not self._trimmable(written[0]):
            before = self._beside(nodes[:begin], self.first(written), after=False)
        if right and not self._trimmable(written[-1]):
            after = self._beside(nodes[end + 1 :], self.first(written, last=True), after=True)
        left, right = left and not before, right and not after
        while left and len(written) > 1 and self._nullable(written[0]):
            written.pop(0)
        while right and len(written) > 1 and self._nullable(written[-1]):
            written.pop()
        parts = [
            self._node(node, left=left and place == 0, right=right and place == len(written) - 1)
            for place, node in enumerate(written)
        ]
        return before + "".join(parts) + after

    def _trimmable(self, node: Node) -> bool:
        """Whether less of it is enough at an edge of the match; an automaton is the smaller for it."""
        name, value = str(node[0]), node[1]
        return (name in REPEATS and value[0] != value[1]) or self._nullable(node)

    def _nullable(self, node: Node) -> bool:
        """Whether it may take no character."""
        name, value = str(node[0]), node[1]
        if name in REPEATS:
            return value[0] == 0 or all(map(self._nullable, value[2]))
        if name == "BRANCH":
            return any(all(map(self._nullable, branch)) for branch in value[1])
        if name in {"SUBPATTERN", "ATOMIC_GROUP"}:
            return all(map(self._nullable, value[-1] if name == "SUBPATTERN" else value))
        return name in ASSERTIONS or name.startswith("GROUPREF")

    def _empty(self, node: Node) -> bool:
        """Whether the node never takes a character."""
        name = str(node[0])
        if name in ASSERTIONS:
            return True
        if name == "BRANCH":
            return all(all(map(self._empty, branch)) for branch in node[1][1])
        return name == "SUBPATTERN" and all(map(self._empty, node[1][3]))

    def _node(self, node: Node, *, left: bool, right: bool) -> str:
        name, value = str(node[0]), node[1]
        single = self.one(node)
        if single is not None:
            if not single.ascii and not single.wide:
                raise RefusedError
            return single.expression()
        if name == "BRANCH":
            parts = dict.fromkeys(self.sequence(list(branch), left=left, right=right) for branch in value[1])
            return f"(?:{'|'.join(parts)})"
        if name in REPEATS:
            least, most, inside = value
            return self._repeat(int(least), most, list(inside), left=left, right=right)
        if name in {"SUBPATTERN", "ATOMIC_GROUP"}:
            inside = self.inside(node)
            if name == "SUBPATTERN" and value[0] is not None:
                self._groups[value[0]] = inside
            with self.flagged(node):
                return f"(?:{self.sequence(inside, left=left, right=right)})"
        if name == "GROUPREF" and value in self._groups:  # the same text, so at least the same pattern
            return f"(?:{self.sequence(self._groups[value], left=False, right=False)})"
        raise RefusedError

    def _repeat(self, least: int, most: Any, inside: list[Node], *, left: bool, right: bool) -> str:
        if (left or right) and least:  # At an edge the least number of times is enough to know that it stands there.
            most = least
        once = least == most == 1
        body = self.sequence(inside, left=left and once, right=right and once)
        if str(most) == "MAXREPEAT" or most > _WIDEST_COUNT:
            return f"(?:{body}){{{least},}}"
        return f"(?:{body})" if once else f"(?:{body}){{{least},{most}}}"

    def _beside(self, nodes: Sequence[Node], edge: Chars | None, *, after: bool) -> str:
        """The assertions at an edge of the match as a character beside it; the first that can be said, else nothing."""
        for node in nodes:
            if said := self._assertion(node, edge, after=after):
                return said
        return ""

    def _assertion(self, node: Node, edge: Chars | None, *, after: bool) -> str:
        name, value = str(node[0]), node[1]
        bound = "$" if after else "^"
        if name == "AT":
            return self._at(str(value), edge, after=after)
        if name in {"ASSERT", "ASSERT_NOT"} and len(value[1]) == 1 and (value[0] > 0) is after:
            single = self.one(value[1][0])
            if single is None:
                return ""
            if name == "ASSERT":
                return single.expression()
            others = self._others(value[1][0])
            return f"(?:{bound}|{others.expression()})"
        if name == "BRANCH":
            parts = [self._beside(list(branch), edge, after=after) for branch in value[1]]
            return f"(?:{'|'.join(parts)})" if all(parts) else ""
        if name == "SUBPATTERN":
            with self.flagged(node):
                return self._beside(list(value[3]), edge, after=after)
        return ""

    def _others(self, node: Node) -> Chars:
        """What may stand where `node` may not: all but what surely belongs to it."""
        name, value = str(node[0]), node[1]
        if name == "LITERAL":
            return self._set([("NEGATE", None), node])
        if name == "IN" and str(value[0][0]) != "NEGATE":
            return self._set([("NEGATE", None), *value])
        return ANY

    def _at(self, where: str, edge: Chars | None, *, after: bool) -> str:
        if where == "AT_BOUNDARY" and edge is not None:
            if edge.only_word:
                return f"(?:{'$' if after else '^'}|{NOT_WORD.expression()})"
            if edge.no_word:
                return LETTERS.expression()
        if where == "AT_BEGINNING" and not after:
            return r"(?:^|\x0a)" if self._flags & re.MULTILINE else "^"
        if where == "AT_BEGINNING_STRING" and not after:
            return "^"
        if where in {"AT_END", "AT_END_STRING"} and after:
            return r"(?:$|\x0a)"
        return ""
