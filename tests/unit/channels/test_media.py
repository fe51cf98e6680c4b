"""Media types by declaration, first bytes or name; everything listed has an extension that leads back to it."""

import pytest

from guard.channels.media import EXTENSIONS, extension, recognise


@pytest.mark.parametrize(
    ("declared", "name", "data", "kind"),
    [
        ("image/PNG; x=y", "a", b"", "image/png"), ("", "a.jpeg", b"", "image/jpeg"), ("application/octet-stream", "", b"GIF89a", "image/gif"),
        ("*/*", "", b"RIFF\0\0\0\0WEBPVP8", "image/webp"), ("", "", b"\0\0\0\x18ftypmp42", "video/mp4"), ("", "", b"RIFF\0\0\0\0WAVE", "audio/wav"),
        ("application/pdf", "a.png", b"\x89PNG\r\n\x1a\n", None), ("", "secret.exe", b"MZ", None), ("", "", b"", None), ("", "png", b"", None),
    ],
)  # fmt: skip
def test_recognition(declared: str, name: str, data: bytes, kind: str | None) -> None:
    assert recognise(declared, name, data) == kind


@pytest.mark.parametrize("kind", sorted(EXTENSIONS))
def test_names_lead_back(kind: str) -> None:
    assert recognise("", f"upload.{extension(kind)}", b"") is not None
