"""Text files: read where they are UTF-8, known where they are not, and pictures left alone."""

import pytest

from guard.channels.fields import FilePart
from guard.channels.texts import check_chunk, check_readable, looks_like_text, text_in
from guard.errors import RequestError
from tests.unit.channels.asking import PNG


def test_text_in_a_file() -> None:
    assert text_in("WEBVTT\n\né".encode()) == "WEBVTT\n\né"
    assert text_in("\ufeffWEBVTT".encode()) == "\ufeffWEBVTT"
    assert text_in(b"avec Opale, un NUL dedans\x00 et la suite") is not None
    assert text_in(PNG) is None
    assert text_in(bytes(40)) is None


@pytest.mark.parametrize(
    "data",
    [b"a", "é à".encode(), "Opale é".encode("latin-1"), "Опал это".encode("koi8-r"), "Opale".encode("utf-16"), "Opale".encode("utf-16-be"), "é".encode()[1:] + b" x", b"x " + "é".encode()[:1]],
)  # fmt: skip
def test_text_in_any_encoding(data: bytes) -> None:
    assert looks_like_text(data)
    with pytest.raises(RequestError):
        check_chunk(FilePart("", "application/octet-stream", data), "/media")


@pytest.mark.parametrize(
    "data", [b"", PNG, b"\x00\x01", b"\xff" * 1000, bytes(range(256)) * 16, b"\x00\x00\x00\x18ftypmp42\x00\x00"]
)
def test_what_is_no_text(data: bytes) -> None:
    assert not looks_like_text(data)
    check_chunk(FilePart("", "application/octet-stream", data), "/media")
    check_readable(FilePart("", "image/png", data), "/file")


def test_pictures_by_their_first_bytes() -> None:
    check_readable(FilePart("", "image/jpeg", b"\xff\xd8\xff a small test picture"), "/file")
