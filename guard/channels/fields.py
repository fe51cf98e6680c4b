"""Walks a parsed body beside the list of its known fields, and yields every text in it as a segment.

What no list names is text: every string, every number of six digits or more, every object key; in a field that is listed
as text, every number. So a field that a
service invents tomorrow, or that a sender invents today, is inspected before anybody has heard of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from guard.channels.kinds import FieldKind, parse_kind
from guard.types.post import FILENAME, Segment

MIN_DIGITS = 6
"""Outside text fields numbers with fewer digits say nothing; from here on a number can be a telephone number."""


@dataclass
class FieldTree:
    """Known fields by name; `*` stands for any index or key. Built once per route, then only read."""

    children: dict[str, FieldTree] = field(default_factory=dict)
    star: FieldTree | None = None
    kind: FieldKind | None = None

    def child(self, name: str) -> FieldTree | None:
        return self.children.get(name) or self.star

    @cached_property
    def encoded_files(self) -> tuple[str, ...]:
        """Names of the fields here that carry a file in base64."""
        return tuple(name for name, node in self.children.items() if node.kind and node.kind.file and node.kind.fits)

    @cached_property
    def holds_secret(self) -> bool:
        """Whether a password or the like stands here or below."""
        below = (*self.children.values(), *([self.star] if self.star else ()))
        return bool(self.kind and self.kind.secret) or any(node.holds_secret for node in below)


@dataclass(frozen=True, slots=True, repr=False)
class FilePart:
    """A file in a request; its name never travels on."""

    filename: str
    media_type: str
    data: bytes

    def __repr__(self) -> str:
        return f"FilePart({self.media_type}, {len(self.data)} bytes)"


def compile_fields(patterns: Mapping[str, str]) -> FieldTree:
    """`{"/poll/options/*": "poll-option 50 code_points"}` as a tree."""
    root = FieldTree()
    for pattern, spec in patterns.items():
        node = root
        for token in pattern.split("/")[1:]:
            name = unescape(token)
            if name == "*":
                node.star = node.star or FieldTree()
                node = node.star
            else:
                node = node.children.setdefault(name, FieldTree())
        node.kind = parse_kind(spec)
    return root


def escape(token: str) -> str:
    """A name as a token of a JSON Pointer (RFC 6901)."""
    return token.replace("~", "~0").replace("/", "~1") if "~" in token or "/" in token else token


def unescape(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token


_TEXT = FieldKind()
_FIXED = FieldKind(redactable=False)


def segments(tree: Any, fields: FieldTree | None, prefix: str = "") -> list[Segment]:
    """All texts of a parsed body, in document order."""
    found: list[Segment] = []
    _walk(tree, fields, prefix, found)
    return found


def _walk(value: Any, node: FieldTree | None, path: str, found: list[Segment]) -> None:
    if type(value) is str:
        _text(value, node, path, found)
    elif type(value) is dict:
        _object(value, node, path, found)
    elif type(value) is list:
        below = node.star if node is not None else None
        for index, item in enumerate(value):
            _walk(item, below, f"{path}/{index}", found)
    elif type(value) is FilePart:
        _file(value, path, found)
    elif value is not None and type(value) is not bool:
        _number(value, node, path, found)


def _file(part: FilePart, path: str, found: list[Segment]) -> None:
    if part.filename:
        # Redacting it is always possible: the name is replaced by a neutral one anyway
        found.append(Segment(FILENAME + path, "filename", part.filename))


def _object(value: dict[str, Any], node: FieldTree | None, path: str, found: list[Segment]) -> None:
    for key, item in value.items():
        below = node.child(key) if node is not None else None
        token = escape(key)
        if (node is None or key not in node.children) and key and not _is_index(key):
            found.append(Segment(f"/@key{path}/{token}", "key", key, redactable=False))
        _walk(item, below, f"{path}/{token}", found)


def _is_index(key: str) -> bool:
    """`0` in `fields_attributes[0][name]`."""
    return len(key) < MIN_DIGITS and key.isdecimal()


def _text(value: str, node: FieldTree | None, path: str, found: list[Segment]) -> None:
    kind = (node.kind if node is not None else None) or _TEXT
    if not value or (kind.fits is not None and kind.fits(value)):
        return
    found.append(Segment(path, kind.role, value, kind.redactable, kind.limit))


def _number(value: float, node: FieldTree | None, path: str, found: list[Segment]) -> None:
    # Just as it is written into the body that is sent
    literal = repr(value)
    kind = node.kind if node is not None else None
    if kind is not None and kind.fits is not None and kind.fits(literal):
        return
    written = kind is not None and kind.fits is None  # where a text belongs, the service shows it as one
    if written or sum(map(str.isdigit, literal)) >= MIN_DIGITS:
        found.append(Segment(path, kind.role if kind else "other", literal, redactable=False))


def files(tree: Any, path: str = "") -> Iterator[tuple[str, FilePart]]:
    """Every file of a parsed multipart body, with its pointer."""
    if isinstance(tree, FilePart):
        yield path, tree
    elif isinstance(tree, dict):
        for key, item in tree.items():
            yield from files(item, f"{path}/{escape(key)}")
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from files(item, f"{path}/{index}")


def replace_texts(tree: Any, texts: Mapping[str, str], path: str = "") -> Any:
    """A copy of a JSON tree with other strings at some pointers."""
    if isinstance(tree, str):
        return texts.get(path, tree)
    if isinstance(tree, dict):
        return {key: replace_texts(item, texts, f"{path}/{escape(key)}") for key, item in tree.items()}
    if isinstance(tree, list):
        return [replace_texts(item, texts, f"{path}/{index}") for index, item in enumerate(tree)]
    return tree
