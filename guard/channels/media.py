"""Which files may pass, as what: media types by declaration, by name or by their first bytes.

The service is told a type from this list and a neutral name, so neither can carry text.
"""

from __future__ import annotations

from collections.abc import Mapping

EXTENSIONS: Mapping[str, str] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/bmp": "bmp",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "video/mpeg": "mpg",
    "video/x-m4v": "m4v",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/flac": "flac",
    "audio/aac": "aac",
    "audio/m4a": "m4a",
    "audio/x-m4a": "m4a",
    "audio/mp4": "m4a",
    "audio/opus": "opus",
    "audio/3gpp": "3gp",
    "text/vtt": "vtt",
    "text/plain": "txt",
    "text/srt": "srt",
}
"""Media type -> extension of the neutral file name."""

CHUNK = "application/octet-stream"
"""A piece of a file that is uploaded in several requests; the first of these declares the file's type."""

_BY_EXTENSION = {ending: kind for kind, ending in reversed(tuple(EXTENSIONS.items()))} | {"jpeg": "image/jpeg"}
_UNSAID = frozenset({"", "*/*", "application/octet-stream"})
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypqt  ", "video/quicktime"),
    (4, b"ftypM4A ", "audio/m4a"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (0, b"fLaC", "audio/flac"),
    (0, b"WEBVTT", "text/vtt"),
)


def recognise(declared: str, filename: str, data: bytes) -> str | None:
    """The media type to declare to the service; None when the file is of no kind listed here."""
    kind = declared.partition(";")[0].strip().lower()
    if kind not in _UNSAID:
        return kind if kind in EXTENSIONS else None
    if found := by_magic(data):
        return found
    return _BY_EXTENSION.get(filename.rpartition(".")[2].lower()) if "." in filename else None


def by_magic(data: bytes) -> str | None:
    """The media type that a file's first bytes say."""
    return next((found for offset, magic, found in _MAGIC if data.startswith(magic, offset)), None)


def is_text_name(filename: str) -> bool:
    """Whether a file's name ends as those of text files do."""
    return (_BY_EXTENSION.get(filename.rpartition(".")[2].lower()) or "").startswith("text/")


def extension(media_type: str) -> str:
    return EXTENSIONS.get(media_type, "bin")
