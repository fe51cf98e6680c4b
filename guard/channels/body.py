"""A request's body, parsed strictly once: JSON, form, multipart or raw bytes, and the way back to bytes.

Gate and service must never read one body two ways (surfaces.md, 4 C). So one content type, UTF-8, no duplicate names, no
encodings; whatever a lenient parser would guess at is refused. The service only ever gets bytes written here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from guard.channels import form as forms
from guard.channels import media, multipart
from guard.channels.fields import FilePart, replace_texts
from guard.errors import Location, RequestError
from guard.types.http import HttpRequest
from guard.words.texts import Phrase

MAX_TEXT_BODY = 256 * 1024
"""Bytes of a JSON or form body."""
MAX_DEPTH = 64

_EXACT = 1e22
"""Whole numbers below it are written digit by digit."""

_CHARSET = re.compile(r"\s*charset=(?:\"utf-8\"|utf-8)\s*", re.IGNORECASE).fullmatch
_TYPES = {
    "application/json": "json",
    "application/x-www-form-urlencoded": "form",
    "multipart/form-data": "multipart",
}
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode


@dataclass(frozen=True, slots=True, repr=False)
class Body:
    """What the client sent, as one tree whatever its form; pointers into it are those of the segments."""

    form: str
    """none, json, form, multipart or raw."""
    tree: Any = None
    """Dicts, lists and scalars; for raw bytes a FilePart."""
    pairs: tuple[forms.Pair, ...] = ()
    """Form and multipart: names as sent, in order, with the pointer of each value."""

    def with_texts(self, texts: Mapping[str, str]) -> Body:
        """The same body with other text at some pointers; the rest is shared or copied, never changed."""
        if self.form == "json":
            return replace(self, tree=replace_texts(self.tree, texts))
        if self.form == "raw" and "" in texts:
            return replace(self, tree=replace(self.tree, data=texts[""].encode()))
        pairs = tuple((name, at, texts.get(at, old) if isinstance(old, str) else old) for name, at, old in self.pairs)
        return replace(self, tree=replace_texts(self.tree, texts), pairs=pairs)

    def encode(self) -> tuple[str, bytes]:
        """Content-Type (empty for no body) and bytes."""
        if self.form == "json":
            return "application/json", _ENCODE(self.tree).encode()
        if self.form == "form":
            return "application/x-www-form-urlencoded", forms.encode(self.pairs)
        if self.form == "multipart":
            return multipart.encode(self.pairs)
        if self.form == "raw":
            return self.tree.media_type, self.tree.data
        return "", b""

    def __repr__(self) -> str:
        return f"Body({self.form})"


EMPTY = Body("none", {})


def parse(
    request: HttpRequest,
    accepted: frozenset[str],
    max_text: int = MAX_TEXT_BODY,
    *,
    chunks: bool = False,
    drop: frozenset[str] = frozenset(),
) -> Body:
    """The body in one of the accepted forms (`chunks`: files may be pieces of one; `drop`: form fields to leave out); RequestError 400, 413 or 415 with place and advice, never the text."""
    declared = _content_type(request)
    if not request.body:
        return EMPTY
    if "raw" in accepted:
        return _raw(request.body, declared)
    kind, _, parameters = declared.partition(";")
    name = _TYPES.get(kind.strip().lower(), "")
    if name not in accepted:
        raise _unsupported(accepted)
    if name == "multipart":
        if len(request.body) > multipart.MAX_FILE + 1024 * 1024:
            raise _too_large(Phrase("request.do.mib-a-file", number=16))
        parts = multipart.decode(request.body, multipart.boundary_of(parameters), chunks=chunks)
        tree, pairs = forms.nest(parts)
        return _checked(Body("multipart", tree, pairs))
    if parameters.strip() and not _CHARSET(parameters):
        raise RequestError(
            Phrase("request.not-declared-utf8"),
            status=415,
            hint=Phrase("request.do.utf8"),
            location=Location(Phrase("request.at.headers"), field="content-type"),
        )
    if len(request.body) > max_text:
        raise _too_large(Phrase("request.do.kib", number=max_text // 1024))
    if name == "json":
        return _checked(Body("json", parse_json(request.body)))
    tree, pairs = forms.nest([pair for pair in forms.decode(request.body) if pair[0] not in drop])
    return _checked(Body("form", tree, pairs))


def _content_type(request: HttpRequest) -> str:
    found: bytes | None = None
    for key, value in request.headers:
        if key == b"content-type":
            if found is not None:
                raise _header(Phrase("request.twice-typed"), "content-type", Phrase("request.do.one-type"))
            found = value
        elif key == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
            raise _header(
                Phrase("request.compressed"), "content-encoding", Phrase("request.do.uncompressed"), status=415
            )
    try:
        return (found or b"").decode("ascii")
    except UnicodeDecodeError as error:
        raise _header(Phrase("request.type-not-ascii"), "content-type", Phrase("request.do.plain-type")) from error


def _header(message: Phrase, name: str, hint: Phrase, *, status: int = 400) -> RequestError:
    return RequestError(message, status=status, hint=hint, location=Location(Phrase("request.at.headers"), field=name))


def _unsupported(accepted: frozenset[str]) -> RequestError:
    names = [name for name, short in _TYPES.items() if short in accepted]
    hint = Phrase("request.do.types", names=" / ".join(names)) if names else Phrase("request.do.no-body")
    return RequestError(
        Phrase("request.other-type"),
        status=415,
        hint=hint,
        location=Location(Phrase("request.at.headers"), field="content-type"),
    )


def _too_large(limit: Phrase) -> RequestError:
    return RequestError(Phrase("request.too-large"), status=413, hint=limit)


def _raw(data: bytes, declared: str) -> Body:
    if len(data) > multipart.MAX_FILE:
        raise _too_large(Phrase("request.do.mib-a-file", number=16))
    kind = media.recognise(declared, "", data)
    if kind is None:
        raise _header(
            Phrase("request.unknown-file"),
            "content-type",
            Phrase("request.do.file-type"),
            status=415,
        )
    return Body("raw", FilePart("", kind, data))


def _checked(body: Body) -> Body:
    """Names that would change the request's method, or be taken for places of our own."""
    for name in body.tree:
        if name == "_method" or name.startswith("@"):
            raise RequestError(
                Phrase("request.reserved-name"),
                hint=Phrase("request.do.leave-out"),
                location=Location(Phrase("request.at.body"), field="/_method" if name == "_method" else "/@…"),
            )
    return body


# --- JSON ---------------------------------------------------------------------------------------------------------


class _DuplicateError(ValueError):
    pass


class _NumberError(ValueError):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateError
    return found


def _float(literal: str) -> float:
    """What is read is what is sent: `2.5e3` goes out as 2500, the number that every server makes of it."""
    number = float(literal)
    if number - number != 0 or len(literal) > 40:
        raise _NumberError
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _constant(_name: str) -> Any:
    raise _NumberError


_DECODE = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_float, parse_constant=_constant).decode


def parse_json(data: bytes) -> dict[str, Any]:
    """A JSON object, read as strictly as RFC 8259 allows and no server reads otherwise; RequestError 400."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _json(Phrase("request.not-utf8"), error.start) from error
    if text.startswith("\ufeff"):
        raise _json(Phrase("request.byte-order-mark"), 0)
    try:
        tree = _DECODE(text)
    except _DuplicateError as error:
        raise _json(Phrase("request.json-twice")) from error
    except _NumberError as error:
        raise _json(Phrase("request.json-number")) from error
    except json.JSONDecodeError as error:
        raise _json(Phrase("request.not-json"), len(text[: error.pos].encode())) from error
    except (RecursionError, ValueError) as error:
        raise _json(Phrase("request.json-deep-or-long")) from error
    if type(tree) is not dict:
        raise _json(Phrase("request.not-an-object"))
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(tree) > MAX_DEPTH:
        raise _json(Phrase("request.json-deep"))
    if "\\u" in text:
        _check_escapes(text, tree)
    return tree


def _depth(tree: Any) -> int:
    level, depth = [tree], 0
    while level:
        depth += 1
        level = [
            item
            for node in level
            for item in (node.values() if isinstance(node, dict) else node)
            if isinstance(item, dict | list)
        ]
    return depth


def _check_escapes(text: str, tree: Any) -> None:
    """Lone surrogates are not Unicode; NUL is cut or kept, as servers please."""
    try:
        _ENCODE(tree).encode()
    except UnicodeEncodeError as error:
        raise _json(Phrase("request.json-surrogate")) from error
    if "\\u0000" in text and any("\x00" in string for string in strings(tree)):
        raise _json(Phrase("request.json-nul"))


def strings(tree: Any) -> Iterator[str]:
    """Every string and every object key of a JSON tree."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        yield from tree
        for item in tree.values():
            yield from strings(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from strings(item)


def _json(message: Phrase, position: int | None = None) -> RequestError:
    column = None if position is None else position + 1
    return RequestError(
        message,
        hint=Phrase("request.do.one-object"),
        location=Location(Phrase("request.at.body"), column=column),
    )
