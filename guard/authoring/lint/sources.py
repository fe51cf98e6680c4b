"""The policy files as they were written: where a value stands that the records no longer know the place of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from guard.errors import Location, ProblemsError
from guard.policy.compile import terms_path
from guard.policy.load import ListNode, MapNode, Node, Scalar, load_yaml
from guard.policy.parse_terms import read_term_line
from guard.policy.schema import TermsFind

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_REMARK: Final = re.compile(r" +(#)[^\s#]")
_SIGN: Final = re.compile(r" (#) +[^\s#]")
# Quoted as a whole, or not closed: what only begins with a quotation is a text like any other.
_TYPOGRAPHIC: Final = re.compile("[“„][^”“]*[”“]?|«[^»]*»?|‘.*’", re.DOTALL)
_PROSE: Final = frozenset({"match", "no_match", "say", "title", "reason"})


@dataclass(slots=True)
class Sources:
    """Policies by file name; `read` gives the bytes of a terms file, or None."""

    files: Mapping[str, bytes] = field(repr=False)
    read: Callable[[str], bytes | None] = field(default=lambda _: None, repr=False)
    _trees: dict[str, Node | None] = field(default_factory=dict, repr=False)

    def node(self, file: str, path: str) -> Node | None:
        """The node at a dotted path, as `rules[0].say.fr`; None where nothing stands there."""
        node = self._tree(file)
        for name, number in _STEP.findall(path):
            node = _below(node, name, number)
        return node

    def place(self, file: str, path: str, otherwise: Location) -> Location:
        """Where the value at a path stands."""
        node = self.node(file, path)
        return Location(file, node.line, node.column, path) if node else otherwise

    def terms(self, file: str, find: TermsFind) -> Iterator[tuple[str, Location]]:
        """Every term and alias with its place; of a terms file with its line."""
        if find.file is not None:
            yield from self._file_terms(terms_path(file, find.file))
            return
        path = find.location.field or ""
        node = self.node(file, path)
        for number, item in enumerate(node.items if isinstance(node, ListNode) else ()):
            for scalar in _term_scalars(item):
                yield scalar.text.strip(), Location(file, scalar.line, scalar.column, f"{path}[{number}]")

    def lost_remarks(self) -> Iterator[Location]:
        """Places where a text without quotes ends at ` #`, with a word right behind it: the rest was meant to count."""
        for file, token, lines in self._plain():
            yield from _behind(_REMARK, file, token, lines)

    def cut_texts(self) -> Iterator[Location]:
        """Places where an example or words for people, without quotes, end at a ` # ` that stands as it would in a sentence."""
        prose: dict[str, set[tuple[int, int]]] = {}
        for file, token, lines in self._plain():
            if file not in prose:
                prose[file] = {(one.line - 1, one.column - 1) for one in _prose(self._tree(file))}
            if (token.start_mark.line, token.start_mark.column) in prose[file]:
                yield from _behind(_SIGN, file, token, lines)

    def typographic_quotes(self) -> Iterator[Location]:
        """Places of texts without quotes that begin with a quote of word processors, and end with one or at a comma."""
        for file, token, _ in self._plain():
            if _TYPOGRAPHIC.fullmatch(token.value):
                yield Location(file, token.start_mark.line + 1, token.start_mark.column + 1)

    def _plain(self) -> Iterator[tuple[str, Any, list[str]]]:
        """Every text without quotes, as a token, with its file and the file's lines."""
        for file, data in self.files.items():
            text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
            lines = text.split("\n")
            for token in _tokens(text):
                if isinstance(token, yaml.ScalarToken) and token.plain:
                    yield file, token, lines

    def _tree(self, file: str) -> Node | None:
        if file not in self._trees:
            try:
                self._trees[file] = load_yaml(file, self.files[file])
            except (KeyError, ProblemsError):
                self._trees[file] = None
        return self._trees[file]

    def _file_terms(self, name: str) -> Iterator[tuple[str, Location]]:
        lines = (self.read(name) or b"").removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n")
        for number, line in enumerate(lines, start=1):
            if line.strip() and not line.strip().startswith("#"):
                for term in read_term_line(line.strip())[0]:
                    yield term, Location(name, number)


def _below(node: Node | None, name: str, number: str) -> Node | None:
    if number and isinstance(node, ListNode) and int(number) < len(node.items):
        return node.items[int(number)]
    if name and isinstance(node, MapNode):
        return next((value for key, value in node.entries if key.text == name), None)
    return None


def _behind(what: re.Pattern[str], file: str, token: Any, lines: list[str]) -> Iterator[Location]:
    end = token.end_mark
    found = what.match(lines[end.line], end.column) if end.line < len(lines) else None
    if found:
        yield Location(file, end.line + 1, found.start(1) + 1)


def _prose(node: Node | None, *, inside: bool = False) -> Iterator[Scalar]:
    """Every text of an example, and every word for people."""
    if isinstance(node, Scalar) and inside:
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _prose(item, inside=inside)
    elif isinstance(node, MapNode):
        for key, value in node.entries:
            yield from _prose(value, inside=inside or key.text in _PROSE)


def _term_scalars(item: Node) -> Iterator[Scalar]:
    if isinstance(item, Scalar):
        yield item
    elif isinstance(item, MapNode):
        for key, value in item.entries:
            if key.text == "term" and isinstance(value, Scalar):
                yield value
            elif key.text == "aliases":
                yield from (one for one in getattr(value, "items", (value,)) if isinstance(one, Scalar))


def _tokens(text: str) -> Iterator[Any]:
    try:
        yield from yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return  # told when the file is loaded
