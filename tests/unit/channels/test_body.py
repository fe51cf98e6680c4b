"""Bodies are read one way only: every trick of surfaces.md 4 C is refused, and no error repeats the text."""

import gzip
import json

import pytest

from guard.channels.body import MAX_DEPTH
from guard.channels.form import encode
from guard.channels.registry import channel
from guard.errors import RequestError
from tests.unit.channels.asking import as_form, as_json, ask, read, sent, texts

M = channel("mastodon")
STATUSES = ("POST", "/api/v1/statuses")
SECRET = "Opale-77"


def refused(body: bytes, kind: str = "application/json", headers: tuple[tuple[bytes, bytes], ...] = ()) -> RequestError:
    with pytest.raises(RequestError) as caught:
        read(M, ask(*STATUSES, body, kind, headers=headers))
    assert SECRET not in str(caught.value)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        '{"status":"a","status":"Opale-77"}', '{"status":"a","st\\u0061tus":"Opale-77"}', '{"poll":{"options":[],"options":["x"]}}',
        '{"status":"Opale-77"', '["Opale-77"]', '"Opale-77"', "null", "1", "", " ", '{"status":"Opale-77"} x', '{"a":NaN}', '{"a":Infinity}',
        '{"a":-Infinity}', '{"a":1e999}', '{"status":"\\ud800 Opale-77"}', '{"\\udc00":"x"}', '{"status":"Opale\\u0000-77"}', '{"a\\u0000":1}',
        '{"status":"a\nOpale-77"}', "{'status':'x'}", '{"status":"x",}', '/* c */ {"status":"x"}', '{"a":01}', '{"a":' + "1" * 5000 + "}",
        '{"a":0.' + "1" * 60 + "}", "[" * 100_000, '{"a":' * 100_000, '{"a":' + "[" * 70 + "]" * 70 + "}", '{"_method":"put"}', '{"@key":"x"}',
    ],
)  # fmt: skip
def test_json_that_could_be_read_two_ways(body: str) -> None:
    if body:
        assert refused(body.encode()).status in {400, 413}


def test_json_in_other_charsets() -> None:
    body = json.dumps({"status": SECRET})
    refused(body.encode("utf-16"))
    refused(body.encode("utf-16-le"))
    refused(b"\xef\xbb\xbf" + body.encode())
    refused(b'{"status":"caf\xe9"}')
    assert refused(body.encode(), "application/json; charset=utf-16").status == 415
    assert refused(body.encode(), "application/json; charset=iso-8859-1").status == 415
    assert refused(body.encode(), "application/json; charset=utf-8; charset=utf-16").status == 415
    assert texts(M, ask(*STATUSES, body.encode(), 'application/json; charset="UTF-8"')) == {"/status": SECRET}


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/json",
        "text/x-json",
        "application/jsonrequest",
        "*/*",
        "",
        "application/json-seq",
        "application/activity+json",
    ],
)
def test_json_under_another_type(kind: str) -> None:
    assert refused(b'{"status":"x"}', kind).status == 415


def test_two_content_types() -> None:
    refused(b'{"status":"x"}', "text/plain", ((b"content-type", b"application/json"),))
    refused(b'{"status":"x"}', "application/json", ((b"content-type", b"application/json"),))


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"gzip, gzip", b"x-gzip"])
def test_compressed_bodies(encoding: bytes) -> None:
    error = refused(gzip.compress(b'{"status":"x"}'), "application/json", ((b"content-encoding", encoding),))
    assert error.status == 415


def test_too_large() -> None:
    assert refused(json.dumps({"status": "a" * 300_000}).encode()).status == 413


def test_depth_up_to_the_limit() -> None:
    inner = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)
    assert read(M, ask(*STATUSES, f'{{"x":{inner}}}'.encode()))


def test_a_backslash_before_u0000_is_no_nul() -> None:
    assert texts(M, ask(*STATUSES, b'{"status":"a\\\\u0000"}')) == {"/status": "a\\u0000"}


@pytest.mark.parametrize(
    "body",
    ["status=a&status=b", "status=a&%73tatus=b", "status=%ff", "status=%zz", "status=%", "status=a%00", "a=1&a[]=2", "a[]=1&a=2", "a[]=1&a[b]=2",
     "a[b]=1&a[]=2", "a[b=1", "a]b=1", "[a]=1", "a[][]=1", "a b=1", "_method=put", "a[b]=1&a[b]=2", "a[]=1&a[][b]=2", "a[][b]=1&a[]=2",
     "x[a][b][c][d][e][f][g][h][i]=1", "=1", "@key=1"],
)  # fmt: skip
def test_forms_that_could_be_read_two_ways(body: str) -> None:
    refused(body.encode(), "application/x-www-form-urlencoded")


def test_forms_with_bytes_beyond_ascii_are_read_as_utf_8_and_sent_on_escaped() -> None:
    form = "application/x-www-form-urlencoded"
    assert texts(M, ask(*STATUSES, "status=été+%C3%A0".encode(), form)) == {"/status": "été à"}
    assert encode([("status", "/status", "été à")]) == b"status=%C3%A9t%C3%A9+%C3%A0"
    refused(b"status=\xe9", "application/x-www-form-urlencoded")
    refused(b"status=\xc3%A9", "application/x-www-form-urlencoded")


def test_a_form_is_the_same_post_as_its_json() -> None:
    form = as_form(
        *STATUSES,
        [("status", "Bonjour & à tous + ; #1"), ("poll[options][]", "oui"), ("poll[options][]", "non"), ("poll[expires_in]", "3600"),
         ("media_ids[]", "11"), ("media_attributes[][id]", "11"), ("media_attributes[][description]", "un chat"),
         ("media_attributes[][id]", "12"), ("media_attributes[][description]", "un chien")],
    )  # fmt: skip
    plain = as_json(
        *STATUSES,
        {"status": "Bonjour & à tous + ; #1", "poll": {"options": ["oui", "non"], "expires_in": 3600}, "media_ids": ["11"],
         "media_attributes": [{"id": "11", "description": "un chat"}, {"id": "12", "description": "un chien"}]},
    )  # fmt: skip
    assert texts(M, form) == texts(M, plain)
    assert read(M, form).media_refs == read(M, plain).media_refs == ("11", "12")
    assert texts(M, sent(M, form)) == texts(M, form)


def test_the_rebuilt_request_has_one_plain_type() -> None:
    out = sent(M, ask(*STATUSES, b' { "status" : "\\u00e9" } ', "application/json;charset=UTF-8"))
    assert out.body == '{"status":"é"}'.encode()
    assert [value for name, value in out.headers if name == b"content-type"] == [b"application/json"]


def test_more_texts_than_can_be_read() -> None:
    error = refused(json.dumps({"x": [{"k": "a"}] * 1001}).encode())
    assert error.status == 413


def test_no_record_of_a_request_shows_its_text() -> None:
    submission = read(M, as_json(*STATUSES, {"status": SECRET, SECRET: SECRET}))
    # a segment's repr shows its pointer, and so the name of a field
    assert SECRET not in repr(submission.body) + repr(submission.body.body) + repr(submission.route)
    request = ask("POST", f"/api/v1/tags/{SECRET}/follow")
    assert SECRET not in repr(M.read(request, M.route(request), "p"))
    assert SECRET not in repr(M.route(request))
