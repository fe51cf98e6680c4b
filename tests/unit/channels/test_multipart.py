"""Multipart: what clients send is read, what servers read differently is refused, what goes out is our own."""

import pytest

from guard.channels.registry import channel
from guard.errors import RequestError
from tests.unit.channels.asking import PNG, as_multipart, ask, part, read, sent, texts

M = channel("mastodon")
MEDIA = ("POST", "/api/v2/media")
STATUSES = ("POST", "/api/v1/statuses")
FILE = part("file", PNG, filename="vacances.png", kind="image/png")


def refused(*parts: bytes, where: tuple[str, str] = MEDIA, boundary: str = "xYzZY") -> RequestError:
    with pytest.raises(RequestError) as caught:
        read(M, as_multipart(*where, *parts, boundary=boundary))
    return caught.value


def test_an_upload_is_read_and_rebuilt() -> None:
    request = as_multipart(*MEDIA, FILE, part("description", "Un chat dans le jardin"), part("focus", "0.0,-0.5"))
    submission = read(M, request)
    (file,) = submission.post.attachments
    assert (file.media_type, file.size) == ("image/png", len(PNG))
    assert file.digest.startswith("sha256:")
    assert {one.path: one.text for one in submission.post.segments} == {
        "/@filename/file": "vacances.png",
        "/description": "Un chat dans le jardin",
    }
    out = M.render(submission, (), request.headers)
    assert b"vacances" not in out.body
    assert b'filename="upload.png"' in out.body
    assert b"xYzZY" not in out.body
    again = read(M, as_again(out))
    assert again.post.attachments == submission.post.attachments
    assert again.body.body.tree["description"] == "Un chat dans le jardin"


def as_again(out):
    return ask(out.method, out.path, out.body, (out.header(b"content-type") or b"").decode())


@pytest.mark.parametrize(
    "bad",
    [
        b"Content-Disposition: form-data; name*=utf-8''status\r\n\r\nx",
        b"Content-Disposition: form-data; name=status\r\n\r\nx",
        b"Content-Disposition: form-data; name='status'\r\n\r\nx",
        b'Content-Disposition: attachment; name="status"\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"; name="x"\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"; filename="a"; filename*=utf-8\'\'b\r\n\r\nx',
        b'Content-Disposition: form-data; name="sta\\"tus"\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"\r\nContent-Transfer-Encoding: base64\r\n\r\neA==',
        b'Content-Disposition: form-data; name="status"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"\r\nX-Note: Opale\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"\r\nContent-Disposition: form-data; name="x"\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"\r\nContent-Type: application/json\r\n\r\n{}',
        b'Content-Disposition: form-data; name="status"\r\nContent-Length: 9\r\n\r\nx',
        b'Content-Disposition: form-data;\r\n name="status"\r\n\r\nx',
        b'Content-Disposition : form-data; name="status"\r\n\r\nx',
        b'Content-Disposition: form-data; name="status"\n\nx',
        b'Content-Disposition: form-data; name="status"\r\n\r\n\xff',
        b'Content-Disposition: form-data; name="status"\r\n\r\na\x00b',
        b'Content-Disposition: form-data; name="_method"\r\n\r\nput',
        b"\r\nno headers", b"",
    ],
)  # fmt: skip
def test_odd_parts(bad: bytes) -> None:
    refused(bad, where=STATUSES)


def test_a_name_given_twice() -> None:
    refused(part("status", "a"), part("status", "b"), where=STATUSES)


def test_a_file_where_none_is_listed() -> None:
    error = refused(part("status", "secret", filename="x.png", kind="image/png"), where=STATUSES)
    assert error.location is not None
    assert error.location.field == "/status"


def test_text_in_the_place_of_a_file_is_text() -> None:
    assert texts(M, as_multipart(*MEDIA, part("file", "Opale"))) == {"/file": "Opale"}


def test_text_under_an_image_type_is_text() -> None:
    found = texts(M, as_multipart(*MEDIA, part("file", "Opale", filename="a.png", kind="image/png")))
    assert found == {"/@filename/file": "a.png", "/@file/file": "Opale"}


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=a; x=y",
     "multipart/form-data; charset=utf-16; boundary=a", 'multipart/form-data; boundary="a', "multipart/mixed; boundary=a",
     "multipart/form-data; boundary=" + "a" * 71],
)  # fmt: skip
def test_odd_boundaries(kind: str) -> None:
    with pytest.raises(RequestError):
        read(M, ask(*STATUSES, b'--a\r\nContent-Disposition: form-data; name="status"\r\n\r\nx\r\n--a--\r\n', kind))


@pytest.mark.parametrize(
    "body", [b"preamble\r\n--a--\r\n", b"--a\r\n", b"--a", b"x", b"--a--\r\nepilogue", b"--a \r\nx\r\n--a--"]
)
def test_odd_frames(body: bytes) -> None:
    with pytest.raises(RequestError):
        read(M, ask(*STATUSES, body, "multipart/form-data; boundary=a"))


def test_file_kinds() -> None:
    assert refused(part("file", b"\x00\x01", filename="a.exe", kind="application/x-msdownload")).status == 415
    assert refused(part("file", b"\x00\x01", filename="a")).status == 415
    assert read(M, as_multipart(*MEDIA, part("file", PNG, filename="a"))).post.attachments[0].media_type == "image/png"
    by_name = part("file", b"\x00\x01", filename="a.MP4", kind="application/octet-stream")
    assert read(M, as_multipart(*MEDIA, by_name)).post.attachments[0].media_type == "video/mp4"


def test_too_large_a_file() -> None:
    assert refused(part("file", b"\xff\xd8\xff" + bytes(16 * 1024 * 1024), filename="a.jpg")).status == 413


def test_what_android_clients_add_to_each_part() -> None:
    extra = "Content-Transfer-Encoding: binary\r\nContent-Length: 1"
    request = as_multipart(*STATUSES, part("status", "x", kind="text/plain; charset=utf-8", extra=extra))
    assert texts(M, sent(M, request)) == {"/status": "x"}
