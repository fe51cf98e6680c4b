"""YAML text to a tree of nodes with line and column; every value stays the text that was written.

Why not `yaml.safe_load`: it guesses types (`no` becomes False, `12:30` becomes 750), forgets where a value stood, keeps
the last of two equal keys and expands aliases. We read the events of PyYAML's parser and build our own nodes; the schema
decides types. Spec: YAML 1.2 without anchors, aliases, tags and further documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from guard.errors import Location, PolicyError, ProblemsError
from guard.policy.syntax import special_spaces, syntax_error
from guard.words.texts import Phrase

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_NODES = 10_000

# Control characters, other line ends, and the direction marks that make a text look unlike what it says.
_FORBIDDEN = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_FORBIDDEN_IN_VALUE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLAIN_KEY = re.compile("[a-z_]{1,20}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_DOCUMENTS = (b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"%PDF")
"""How docx and odt, rtf, doc and pdf begin: a policy that was saved as one, whatever its name."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value or key, as text. `quoted` tells '' from nothing."""

    text: str = field(repr=False)
    line: int
    column: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class ListNode:
    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MapNode:
    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int


Node = Scalar | ListNode | MapNode


def load_yaml(file: str, data: bytes) -> Node:
    """The file's tree. ProblemsError with every located problem; after a syntax error reading stops."""
    text = _decode(file, data)
    builder = _Builder(file)
    try:
        node = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise ProblemsError([*builder.problems, syntax_error(file, text, error)]) from None
    except yaml.YAMLError:
        raise ProblemsError([PolicyError(Phrase("loader.not-yaml-file"), location=Location(file))]) from None
    except PolicyError as error:
        raise ProblemsError((*builder.problems, error)) from None
    if builder.problems:
        raise ProblemsError(tuple(builder.problems))
    return node


def _decode(file: str, data: bytes) -> str:
    if len(data) > MAX_BYTES:
        message = Phrase("loader.file-too-long", bytes=len(data), most=MAX_BYTES)
        raise ProblemsError([PolicyError(message, hint=Phrase("loader.do.split-policy"), location=Location(file))])
    if data.startswith(_DOCUMENTS):
        problem, hint = Phrase("loader.word-processor"), Phrase("loader.do.plain-text")
        raise ProblemsError([PolicyError(problem, hint=hint, location=Location(file))])
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as wrong:
        place = Location(file, *_place(data[: wrong.start].decode("utf-8", "replace")))
        hint = Phrase("loader.do.save-utf8")
        raise ProblemsError([PolicyError(Phrase("loader.not-utf8"), hint=hint, location=place)]) from None
    bad = _FORBIDDEN.search(text)
    if bad:
        place = Location(file, *_place(text[: bad.start()]))
        if bad.group() == "\t":
            error = PolicyError(Phrase("loader.tab"), hint=Phrase("loader.do.spaces"), location=place)
        else:
            message = Phrase("loader.invisible", code=f"{ord(bad.group()):04X}")
            error = PolicyError(message, hint=Phrase("loader.do.delete"), location=place)
        raise ProblemsError([error])
    spaces = tuple(special_spaces(file, text))
    if spaces:
        raise ProblemsError(spaces)
    return text


def _place(before: str) -> tuple[int, int]:
    """Line and column, from 1, of the character that follows `before`."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class _Builder:
    """Turns parser events into nodes and notes what we refuse."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[PolicyError] = []
        self.nodes = 0

    def document(self, events: Iterator[yaml.Event]) -> Node:
        """The one document of the file."""
        root: Node | None = None
        for event in events:
            if isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._refuse(event, "", Phrase("loader.second-document"), Phrase("loader.do.one-file"))
                continue
            root = self._node(event, events, "", 1)
        if root is None:
            raise PolicyError(Phrase("loader.file-empty"), hint=Phrase("loader.do.start"), location=Location(self.file))
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: str, depth: int) -> Node:
        self._check(event, path, depth)
        line, column = _mark(event)
        if isinstance(event, yaml.ScalarEvent):
            text = event.value
            bad = _FORBIDDEN_IN_VALUE.search(text)
            if bad:
                raise self._refuse(event, path, Phrase("loader.control-escape"), Phrase("loader.do.leave-out"))
            return Scalar(text, line, column, quoted=bool(event.style))
        if isinstance(event, yaml.SequenceStartEvent):
            return ListNode(self._items(events, path, depth), line, column)
        return MapNode(self._entries(events, path, depth), line, column)

    def _check(self, event: yaml.Event, path: str, depth: int) -> None:
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(event, path, Phrase("loader.alias"), Phrase("loader.do.alias"))
        if getattr(event, "anchor", None) is not None:
            raise self._refuse(event, path, Phrase("loader.anchor"), Phrase("loader.do.anchor"))
        if getattr(event, "tag", None) is not None:
            raise self._refuse(event, path, Phrase("loader.tag"), Phrase("loader.do.tag"))
        if depth > MAX_DEPTH:
            raise self._refuse(event, path, Phrase("loader.too-deep", most=MAX_DEPTH), Phrase("loader.do.flatter"))
        if self.nodes > MAX_NODES:
            too_many = Phrase("loader.too-many-values", most=MAX_NODES)
            raise self._refuse(event, path, too_many, Phrase("loader.do.terms-file"))

    def _items(self, events: Iterator[yaml.Event], path: str, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events, f"{path}[{len(items)}]", depth + 1))
        return tuple(items)

    def _entries(self, events: Iterator[yaml.Event], path: str, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse(event, path, Phrase("loader.key-no-word"), Phrase("loader.do.key-quotes"))
            key = self._node(event, events, path, depth)
            assert isinstance(key, Scalar)  # noqa: S101 - a ScalarEvent makes a Scalar
            name = key.text if _PLAIN_KEY.fullmatch(key.text) else "?"
            below = f"{path}.{name}" if path else name
            if key.text in seen:
                twice = Phrase("loader.key-twice", line=seen[key.text])
                hint = Phrase("loader.do.hyphen-or-one" if key.text == "id" else "loader.do.keep-one")
                self.problems.append(self._refuse(event, below, twice, hint))
            seen.setdefault(key.text, key.line)
            entries.append((key, self._node(next(events), events, below, depth + 1)))
        return tuple(entries)

    def _refuse(self, event: yaml.Event, path: str, message: Phrase, hint: Phrase) -> PolicyError:
        return PolicyError(message, hint=hint, location=Location(self.file, *_mark(event), field=path or None))


def _mark(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
