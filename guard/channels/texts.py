"""Files that are text: read where they are UTF-8, refused where they are text in another encoding.

A file that nobody can read is a picture; captions that nobody can read are a way past the gate.
"""

from __future__ import annotations

import re

from guard.channels import media
from guard.channels.fields import FilePart
from guard.errors import Location, RequestError
from guard.words.texts import Phrase

_HEAD = 4096
_CONTROL = bytes([*range(9), 11, *range(14, 32), 127])
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CAPTIONS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:WEBVTT|1\r?\n[0-9]{2}:[0-9]{2}:[0-9]{2},)").match


def text_in(data: bytes) -> str | None:
    """The text of a file that is one (captions, or text under an image's name); None for other files."""
    head = data[:1024]
    if (len(head) - len(head.translate(None, _CONTROL))) * 8 > len(head):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def check_readable(part: FilePart, pointer: str) -> None:
    """Refuse a file that is text, by its declaration or its look, but not UTF-8; RequestError 415."""
    data = part.data
    if not data or text_in(data) is not None:
        return
    if part.media_type.startswith("text/") or _CAPTIONS(data) or (not media.by_magic(data) and looks_like_text(data)):
        raise _refused(Phrase("request.file-encoding"), Phrase("request.do.file-utf8"), pointer)


def check_chunk(part: FilePart, pointer: str) -> None:
    """Refuse a piece of a file that is text: no one piece shows what all of them say; RequestError 415."""
    if part.media_type.startswith("text/") or _CAPTIONS(part.data) or looks_like_text(part.data):
        raise _refused(Phrase("request.file-pieces"), Phrase("request.do.one-upload"), pointer)


def looks_like_text(data: bytes) -> bool:
    """Whether bytes are text in UTF-8, in UTF-16 or in an encoding of one byte a letter, going by how they begin."""
    head = data[:_HEAD]
    if not head:
        return False
    if head.startswith(_UTF16) or _is_wide(head):
        return _has_no_control(head[2:].replace(b"\x00", b"")) and b"\x00" in head
    if not _has_no_control(head):
        return False
    return head.isascii() or b" " in head or b"\n" in head or _is_utf8(head)


def _is_wide(head: bytes) -> bool:
    """Every other byte is NUL: Latin text in UTF-16 without a byte order mark."""
    return len(head) >= 4 and (not any(head[1::2]) or not any(head[::2])) and any(head)


def _has_no_control(data: bytes) -> bool:
    return len(data.translate(None, _CONTROL)) == len(data)


def _is_utf8(head: bytes) -> bool:
    """But for a character cut off at either end."""
    rest = head.lstrip(bytes(range(0x80, 0xC0)))
    try:
        rest.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" and error.start > 0
    return bool(rest)


def _refused(message: Phrase, hint: Phrase, pointer: str) -> RequestError:
    return RequestError(
        message, status=415, hint=hint, location=Location(Phrase("request.at.body"), field=pointer or None)
    )
