"""Files that a request brings itself, wherever they stand: parts, raw bytes, base64, `data:` addresses, bytes in a record.

Each becomes an attachment of the post, so that files which nobody has read are held wherever they were put.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from guard.channels import media
from guard.channels.body import Body
from guard.channels.fields import FieldTree, FilePart, files
from guard.channels.texts import check_chunk, check_readable, text_in
from guard.errors import Location, RequestError
from guard.types.post import Segment
from guard.words.texts import Phrase

Files = tuple[tuple[str, FilePart], ...]
"""Pointers and files, in the body's order."""

_DATA = re.compile(r"\s*data:(?=[^,]*(?:/|;\s*base64))([^,\n]*),(\S*)\s*", re.IGNORECASE).fullmatch
"""RFC 2397, with a media type or `;base64`, and no blank within: "Data: x, y" is a sentence."""
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def parts_of(body: Body, fields: FieldTree, *, chunks: bool) -> Files:
    """The files that stand as such in the body; RequestError 400 or 415 for one that may not, or cannot be read."""
    found: Files = ()
    if body.form in {"raw", "multipart"}:
        found = tuple(files(body.tree))
        if body.form == "multipart":
            _check_places(found, fields)
    if fields.encoded_files and body.form != "raw":
        found += tuple(_base64_files(body.tree, fields))
    for pointer, part in found:
        (check_chunk if chunks else check_readable)(part, pointer)
    return found


def inside(parts: Sequence[Segment]) -> Files:
    """The files that stand inside texts."""
    found: list[tuple[str, FilePart]] = []
    for part in parts:
        if part.path.endswith("/$bytes") and part.role != "key":
            found.append((part.path, _unnamed(_lenient(part.text))))
        elif part.text.lstrip()[:5].lower() == "data:" and (match := _DATA(part.text)):
            kind, *parameters = (word.strip().lower() for word in match[1].split(";"))
            data = _lenient(match[2]) if "base64" in parameters else unquote_to_bytes(match[2])
            file = _unnamed(data, kind)
            check_readable(file, "")
            found.append((part.path, file))
    return tuple(found)


def file_texts(found: Files, *, raw: bool = False) -> list[Segment]:
    """What the files say, where they are text; in place only for a body that is a text file itself."""
    texts: list[Segment] = []
    for pointer, part in found:
        if text := text_in(part.data):
            fixed = not (raw and part.media_type.startswith("text/"))
            texts.append(Segment(pointer if raw else f"/@file{pointer}", "body", text, redactable=not fixed))
    return texts


def _lenient(text: str) -> bytes:
    """Base64 as the most careless server reads it: what is no digit of it is passed over."""
    digits = _NO_BASE64.sub("", text.translate({45: "+", 95: "/"}))
    digits = digits[: len(digits) - (len(digits) % 4 == 1)]
    return base64.b64decode(digits + "=" * (-len(digits) % 4))


def _unnamed(data: bytes, declared: str = "") -> FilePart:
    kind = media.recognise(declared, "", data) or media.recognise("", "", data) or media.CHUNK
    return FilePart("", kind, data)


def _base64_files(tree: Mapping[str, Any], fields: FieldTree) -> Iterator[tuple[str, FilePart]]:
    """Files inside JSON (X sends uploads so); only at the top level, where such fields are listed."""
    for name in fields.encoded_files:
        value = tree.get(name)
        if value is None or isinstance(value, FilePart):
            continue
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise RequestError(
                Phrase("request.not-base64"),
                hint=Phrase("request.do.base64"),
                location=Location(Phrase("request.at.body"), field=f"/{name}"),
            ) from error
        yield f"/{name}", _unnamed(data)


def _check_places(found: Files, fields: FieldTree) -> None:
    for pointer, _ in found:
        node: FieldTree | None = fields
        for token in pointer.split("/")[1:]:
            node = node.child(token) if node is not None else None
        if node is None or node.kind is None or not node.kind.file:
            raise RequestError(
                Phrase("request.file-not-here"),
                hint=Phrase("request.do.as-text"),
                location=Location(Phrase("request.at.body"), field=pointer if node is not None else None),
            )
