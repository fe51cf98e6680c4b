"""Multipart forms, read whole and strictly, and written anew with a boundary and file names of our own.

Real servers decode odd parts differently (`name*`, a transfer encoding, a repeated boundary: surfaces.md, 4 C 14), so only
the plain form that clients send is read. The body is in memory anyway, which makes the grammar a split at the boundary.
Spec: RFC 7578.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from guard.channels import media
from guard.channels.fields import FilePart
from guard.channels.form import MAX_FIELDS, Pair
from guard.errors import Location, RequestError
from guard.words.texts import Phrase

MAX_FILE = 16 * 1024 * 1024
MAX_FIELD = 256 * 1024
_MAX_PART_HEADERS = 4096

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=?-]{1,70}").fullmatch
# Quoted, with nothing to unescape: browsers write a quote in a name as %22
_DISPOSITION = re.compile(r'form-data; *name="([^"\\\r\n]+)"(?:; *filename="([^"\\\r\n]*)")?').fullmatch
_IDENTITY = frozenset({"binary", "8bit", "7bit"})


def boundary_of(parameters: str) -> bytes:
    """The one boundary of a Content-Type's parameters; RequestError 400."""
    match = re.fullmatch(r'\s*boundary=(?:"([^"]*)"|([^";\s]*))\s*', parameters)
    value = (match[1] or match[2] or "") if match else ""
    if not _BOUNDARY(value):
        raise RequestError(
            Phrase("request.boundary"),
            hint=Phrase("request.do.one-boundary"),
            location=Location(Phrase("request.at.headers"), field="content-type"),
        )
    return value.encode("ascii")


def decode(body: bytes, boundary: bytes, *, chunks: bool = False) -> list[tuple[str, Any]]:
    """Names and values (text or FilePart) of all parts, in order; RequestError 400, 413 or 415 with the part's number."""
    opening = b"--" + boundary
    if not body.startswith(opening):
        raise _bad(Phrase("request.multipart-begin"), 0)
    pieces = body[len(opening) :].split(b"\r\n" + opening)
    closing = pieces.pop()
    if closing not in {b"--", b"--\r\n"}:
        raise _bad(Phrase("request.multipart-end"), len(pieces))
    if len(pieces) > MAX_FIELDS:
        raise RequestError(
            Phrase("request.form-parts"), status=413, hint=Phrase("request.do.at-most", number=MAX_FIELDS)
        )
    return [_part(piece, number, chunks=chunks) for number, piece in enumerate(pieces, 1)]


def _part(piece: bytes, number: int, *, chunks: bool) -> tuple[str, Any]:
    if not piece.startswith(b"\r\n"):
        raise _bad(Phrase("request.part-line-end"), number)
    block, blank, content = piece[2:].partition(b"\r\n\r\n")
    if not blank or len(block) > _MAX_PART_HEADERS:
        raise _bad(Phrase("request.part-headers"), number)
    headers = _headers(block, number)
    match = _DISPOSITION(headers.get("content-disposition", ""))
    if not match:
        raise _bad(Phrase("request.part-disposition"), number)
    if headers.get("content-transfer-encoding", "binary").lower() not in _IDENTITY:
        raise _bad(Phrase("request.part-encoding"), number)
    if headers.get("content-length", str(len(content))) != str(len(content)):
        raise _bad(Phrase("request.part-length"), number)
    name, filename = match[1], match[2]
    declared = headers.get("content-type", "")
    if filename is None:
        return name, _text(content, declared, number)
    if chunks:
        is_text = declared.lower().startswith("text/") or media.is_text_name(filename)
        return name, FilePart("", "text/plain" if is_text else media.CHUNK, content)
    return name, _file(content, declared, filename, number)


def _headers(block: bytes, number: int) -> dict[str, str]:
    try:
        lines = block.decode("utf-8").split("\r\n")
    except UnicodeDecodeError as error:
        raise _bad(Phrase("request.part-headers-utf8"), number) from error
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        known = name in {"content-disposition", "content-type", "content-length", "content-transfer-encoding"}
        if not colon or not known or name in found or not value.strip(" ").isprintable():
            raise _bad(Phrase("request.part-header"), number)
        found[name] = value.strip(" ")
    return found


def _text(content: bytes, declared: str, number: int) -> str:
    if declared and not re.fullmatch(r"text/plain(; *charset=\"?utf-8\"?)?", declared, re.IGNORECASE):
        raise _bad(Phrase("request.part-not-text"), number, status=415)
    if len(content) > MAX_FIELD:
        raise _bad(Phrase("request.part-long"), number, status=413)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad(Phrase("request.part-not-utf8"), number) from error
    if "\x00" in text:
        raise _bad(Phrase("request.part-nul"), number)
    return text


def _file(content: bytes, declared: str, filename: str, number: int) -> FilePart:
    if len(content) > MAX_FILE:
        raise _bad(Phrase("request.file-large"), number, status=413)
    kind = media.recognise(declared, filename, content)
    if kind is None:
        raise _bad(Phrase("request.part-unknown-file"), number, status=415)
    return FilePart(filename, kind, content)


def _bad(message: Phrase, number: int, *, status: int = 400) -> RequestError:
    return RequestError(
        message,
        status=status,
        hint=Phrase("request.do.multipart"),
        location=Location(Phrase("request.at.body"), field=Phrase("request.at.part", number=number)),
    )


def encode(pairs: Sequence[Pair]) -> tuple[str, bytes]:
    """Content-Type and body with the same names and values, under a boundary that stands in none of them."""
    boundary = _fresh_boundary(pairs)
    out: list[bytes] = []
    for name, _, value in pairs:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        if isinstance(value, FilePart):
            head += f'; filename="upload.{media.extension(value.media_type)}"\r\nContent-Type: {value.media_type}'
            out += [head.encode(), b"\r\n\r\n", value.data, b"\r\n"]
        else:
            out += [head.encode(), b"\r\n\r\n", value.encode(), b"\r\n"]
    out.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(out)


def _fresh_boundary(pairs: Sequence[Pair]) -> str:
    """From the content, so that the same request gives the same bytes."""
    digest = hashlib.sha256()
    values = [value.data if isinstance(value, FilePart) else value.encode() for _, _, value in pairs]
    for value in values:
        digest.update(value)
    boundary = f"gate-{digest.hexdigest()[:40]}"
    while any(boundary.encode() in value for value in values):
        digest.update(b"again")
        boundary = f"gate-{digest.hexdigest()[:40]}"
    return boundary
