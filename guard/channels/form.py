"""Form fields with Rails' nesting (`poll[options][]`), decoded strictly and written again, escaped, under the same names.

Servers differ in which of two equal names wins and in how far they decode, so equal names and half escapes are refused.
Spec: WHATWG URL, application/x-www-form-urlencoded; nesting as Rack's query parser builds it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_plus, unquote_to_bytes

from guard.channels.fields import escape
from guard.errors import Location, RequestError
from guard.words.texts import Phrase

MAX_FIELDS = 1000
MAX_NESTING = 8

_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_.$@-]*(?:\[[A-Za-z0-9_.$@-]*\])*").fullmatch
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})").search

Pair = tuple[str, str, Any]
"""Name as sent, JSON Pointer of the value, value (text or FilePart)."""


def decode(body: bytes) -> list[tuple[str, str]]:
    """Names and values of a form body, in order; RequestError 400 with the byte position."""
    try:
        text = body.decode()  # bytes beyond ASCII should be percent-encoded, but curl users send them as they are
    except UnicodeDecodeError as error:
        raise _bad(Phrase("request.form-not-utf8"), error.start) from error
    if wrong := _BAD_ESCAPE(text):
        raise _bad(Phrase("request.form-escape"), wrong.start())
    pairs = text.split("&")
    if len(pairs) > MAX_FIELDS:
        raise RequestError(
            Phrase("request.form-fields"), status=413, hint=Phrase("request.do.at-most", number=MAX_FIELDS)
        )
    found: list[tuple[str, str]] = []
    position = 0
    for pair in pairs:
        if pair:
            name, _, value = pair.partition("=")
            found.append((_plain(name, position), _plain(value, position + len(name) + 1)))
        position += len(pair) + 1
    return found


def _plain(text: str, position: int) -> str:
    try:
        plain = unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError as error:
        raise _bad(Phrase("request.form-not-utf8"), position) from error
    if "\x00" in plain:
        raise _bad(Phrase("request.form-nul"), position)
    return plain


def _bad(message: Phrase, position: int) -> RequestError:
    return RequestError(
        message,
        hint=Phrase("request.do.percent-encoded"),
        location=Location(Phrase("request.at.body"), column=position + 1),
    )


def nest(fields: Sequence[tuple[str, Any]]) -> tuple[dict[str, Any], tuple[Pair, ...]]:
    """The nested tree that a Rails server builds, and each value's place in it; RequestError 400 on any ambiguity."""
    tree: dict[str, Any] = {}
    pairs: list[Pair] = []
    for number, (name, value) in enumerate(fields, 1):
        if not _NAME(name):
            raise _clash(Phrase("request.field-name"), number)
        tokens = name.replace("]", "").split("[")
        if len(tokens) > MAX_NESTING:
            raise _clash(Phrase("request.field-deep"), number)
        pointer = _insert(tree, tokens, value, number)
        pairs.append((name, pointer, value))
    return tree, tuple(pairs)


def _insert(tree: dict[str, Any], tokens: list[str], value: Any, number: int) -> str:
    node: Any = tree
    pointer = ""
    for index, token in enumerate(tokens):
        last = index == len(tokens) - 1
        if isinstance(node, list):
            place, node = _append(node, tokens[index + 1 :], value, last, number)
            pointer += f"/{place}"
            continue
        pointer += f"/{escape(token)}"
        if last:
            if token in node:
                raise _clash(Phrase("request.field-twice"), number)
            node[token] = value
        else:
            kind: type = list if not tokens[index + 1] else dict
            node = node.setdefault(token, kind())
            if type(node) is not kind:
                raise _clash(Phrase("request.field-both"), number)
    return pointer


def _append(node: list[Any], rest: list[str], value: Any, last: bool, number: int) -> tuple[int, Any]:
    """Next element of a list: the value itself, or the object that the rest of the name belongs to."""
    if last:
        if node and isinstance(node[-1], dict):
            raise _clash(Phrase("request.list-mixed"), number)
        node.append(value)
        return len(node) - 1, None
    if not rest[0]:
        raise _clash(Phrase("request.list-in-list"), number)
    if node and not isinstance(node[-1], dict):
        raise _clash(Phrase("request.list-mixed"), number)
    if not node or _holds(node[-1], rest):
        node.append({})
    return len(node) - 1, node[-1]


def _holds(element: Any, rest: list[str]) -> bool:
    """Whether an object has that nested name already, so that the next one starts a new element."""
    for token in rest:
        if not token or not isinstance(element, dict) or token not in element:
            return False
        element = element[token]
    return True


def _clash(message: Phrase, number: int) -> RequestError:
    return RequestError(
        message,
        hint=Phrase("request.do.once"),
        location=Location(Phrase("request.at.body"), field=Phrase("request.at.field", number=number)),
    )


def encode(pairs: Sequence[Pair]) -> bytes:
    """A form body with the same names and values."""
    return "&".join(f"{quote_plus(name, safe='[]')}={quote_plus(value)}" for name, _, value in pairs).encode("ascii")
