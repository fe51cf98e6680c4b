"""Requests that no honest client sends: each gets a clear answer in the service's shape, and nothing is forwarded."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.gate import Gate
from tests.servers.clients import ALICE
from tests.servers.host import Hosted

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PATH = "/api/v1/statuses"
LEAK = "L'orchidée noire"


def multipart(*parts: bytes, boundary: bytes = b"b") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + part for part in parts) + b"--" + boundary + b"--\r\n"


def part(name: bytes, value: bytes, more: bytes = b"") -> bytes:
    return b'Content-Disposition: form-data; name="' + name + b'"\r\n' + more + b"\r\n" + value + b"\r\n"


BODIES: dict[str, tuple[str, bytes]] = {
    "not JSON": (JSON, b'{"status": "Bonjour"'),
    "a list": (JSON, b'["Bonjour"]'),
    "duplicate key": (JSON, b'{"status": "Bonjour", "status": "Autre"}'),
    "duplicate key, escaped": (JSON, b'{"status": "Bonjour", "st\\u0061tus": "Autre"}'),
    "duplicate key, deep": (JSON, b'{"status": "Bonjour", "poll": {"options": ["a", "b"], "options": []}}'),
    "UTF-16": (JSON, '{"status": "Bonjour"}'.encode("utf-16")),
    "byte order mark": (JSON, b'\xef\xbb\xbf{"status": "Bonjour"}'),
    "Latin-1": (JSON, '{"status": "Déjà"}'.encode("latin-1")),
    "said to be Latin-1": (f"{JSON}; charset=iso-8859-1", '{"status": "Déjà"}'.encode("latin-1")),
    "not a number": (JSON, b'{"status": "Bonjour", "poll": NaN}'),
    "lone surrogate": (JSON, b'{"status": "Bonjour \\ud83d"}'),
    "very deep": (JSON, b'{"status": ' + b"[" * 20000 + b"]" * 20000 + b"}"),
    "text/plain": ("text/plain", b'{"status": "Bonjour"}'),
    "no type": ("", b'{"status": "Bonjour"}'),
    "unknown type": ("application/xml", b"<status>Bonjour</status>"),
    "form given twice": (FORM, b"status=Bonjour&status=Autre"),
    "form given twice, escaped": (FORM, b"status=Bonjour&st%61tus=Autre"),
    "form, not UTF-8": (FORM, b"status=D%E9j%E0"),
    "form, method override": (FORM, b"status=Bonjour&_method=put"),
    "multipart without boundary": ("multipart/form-data", multipart(part(b"status", b"Bonjour"))),
    "multipart, two boundaries": (
        "multipart/form-data; boundary=a; boundary=b",
        multipart(part(b"status", b"Bonjour")),
    ),
    "multipart given twice": (
        "multipart/form-data; boundary=b",
        multipart(part(b"status", b"x"), part(b"status", b"y")),
    ),
    "multipart, cut off": ("multipart/form-data; boundary=b", multipart(part(b"status", b"Bonjour"))[:-8]),
    "multipart, base64": (
        "multipart/form-data; boundary=b",
        multipart(part(b"status", b"Qm9uam91cg==", b"Content-Transfer-Encoding: base64\r\n")),
    ),
    "multipart, extended name": (
        "multipart/form-data; boundary=b",
        b"--b\r\nContent-Disposition: form-data; name*=utf-8''status\r\n\r\nBonjour\r\n--b--\r\n",
    ),
}


class Reply:
    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body


def send(gate: Gate, method: str, path: str, body: bytes, *headers: tuple[str, str]) -> Reply:
    """One request, byte for byte as given, on a connection of its own."""
    connection = http.client.HTTPConnection(urlsplit(gate.url("mastodon")).netloc, timeout=20)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (("Authorization", f"Bearer {ALICE}"), ("Content-Length", str(len(body))), *headers):
            connection.putheader(name, value)
        connection.endheaders(body)
        reply = connection.getresponse()
        return Reply(reply.status, reply.read())
    finally:
        connection.close()


def writes(mastodon: Hosted) -> int:
    return sum(each.method not in {"GET", "HEAD", "WEBSOCKET"} for each in mastodon.app.state.received)


def refused(reply: Reply) -> None:
    assert 400 <= reply.status < 500, (reply.status, reply.body)
    assert json.loads(reply.body)["error"]
    assert b"Traceback" not in reply.body


@pytest.mark.parametrize("what", BODIES)
def test_body(gate: Gate, mastodon: Hosted, what: str) -> None:
    kind, body = BODIES[what]
    before = writes(mastodon)
    refused(send(gate, "POST", PATH, body, *((("Content-Type", kind),) if kind else ())))
    assert writes(mastodon) == before


GOOD = b'{"status": "Bonjour"}'
HEADERS: dict[str, tuple[tuple[str, str], ...]] = {
    "two content types": (("Content-Type", JSON), ("Content-Type", FORM)),
    "unknown encoding": (("Content-Type", JSON), ("Content-Encoding", "br")),
    "encoded twice": (("Content-Type", JSON), ("Content-Encoding", "gzip, gzip")),
}


@pytest.mark.parametrize("what", HEADERS)
def test_headers(gate: Gate, mastodon: Hosted, what: str) -> None:
    before = writes(mastodon)
    refused(send(gate, "POST", PATH, GOOD, *HEADERS[what]))
    assert writes(mastodon) == before


PATHS = [
    "/api/v1/%73tatuses",
    "/api%2fv1%2fstatuses",
    "//api/v1/statuses",
    "/api//v1/statuses",
    "/api/v1/../v1/statuses",
    "/api/v1/statuses.json",
    "/api/v1/statuses;x=1",
    "/API/v1/statuses",
    "/api/v1/unheard_of",
    "/api/v1/statuses/1/unheard_of",
    "/api/v1/statuses?status=Bonjour",
    "/api/v1/statuses?spoiler_text=x",
    "/settings/profile",
]


@pytest.mark.parametrize("path", PATHS)
def test_path(gate: Gate, mastodon: Hosted, path: str) -> None:
    before = writes(mastodon)
    refused(send(gate, "POST", path, GOOD, ("Content-Type", JSON)))
    assert writes(mastodon) == before


def test_far_too_large(gate: Gate, mastodon: Hosted) -> None:
    before = writes(mastodon)
    reply = send(gate, "POST", PATH, b'{"status": "' + b"a" * 8_000_000 + b'"}', ("Content-Type", JSON))
    refused(reply)
    assert writes(mastodon) == before


def test_gzip_is_opened_and_read(gate: Gate, mastodon: Hosted) -> None:
    """Either opened and read, or refused: never passed on unread."""
    before = writes(mastodon)
    body = gzip.compress(json.dumps({"status": LEAK}).encode())
    refused(send(gate, "POST", PATH, body, ("Content-Type", JSON), ("Content-Encoding", "gzip")))
    bomb = gzip.compress(b'{"status": "' + b"a" * 100_000_000 + b'"}')
    refused(send(gate, "POST", PATH, bomb, ("Content-Type", JSON), ("Content-Encoding", "gzip")))
    assert writes(mastodon) == before


def test_override_headers_change_nothing(gate: Gate, mastodon: Hosted) -> None:
    before = writes(mastodon)
    refused(send(gate, "POST", PATH, GOOD, ("Content-Type", JSON), ("X-HTTP-Method-Override", "DELETE")))
    assert writes(mastodon) == before
    forwarded = (("X-Forwarded-Host", "elsewhere.example"), ("X-Forwarded-Proto", "https"), ("Forwarded", "host=x"))
    assert send(gate, "POST", PATH, GOOD, ("Content-Type", JSON), *forwarded).status == 200
    last = mastodon.app.state.received[-1]
    assert last.header("host") == urlsplit(mastodon.url).netloc
    assert [name for name, _ in last.headers if "forwarded" in name] == []


RAW: dict[str, bytes] = {
    "length and chunks": b"Content-Length: 21\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n" + GOOD + b"\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 21\r\nContent-Length: 5\r\n\r\n" + GOOD,
    "unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n15\r\n" + GOOD + b"\r\n0\r\n\r\n",
    "folded header": b"X-A: b\r\n c\r\nContent-Length: 21\r\n\r\n" + GOOD,
    "no host": b"Content-Length: 21\r\n\r\n" + GOOD,
}


@pytest.mark.parametrize("what", RAW)
def test_framing(gate: Gate, mastodon: Hosted, what: str) -> None:
    before = writes(mastodon)
    host = b"" if what == "no host" else b"Host: gate\r\n"
    head = b"POST /api/v1/statuses HTTP/1.1\r\n" + host + b"Authorization: Bearer " + ALICE.encode() + b"\r\n"
    answer = raw(gate, head + b"Content-Type: application/json\r\n" + RAW[what])
    assert answer.startswith(b"HTTP/1.1 4"), answer[:200]
    assert writes(mastodon) == before


def test_absolute_target(gate: Gate, mastodon: Hosted) -> None:
    before = writes(mastodon)
    head = b"POST http://elsewhere.example/api/v1/statuses HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n"
    assert raw(gate, head + b"Content-Length: 21\r\n\r\n" + GOOD).startswith(b"HTTP/1.1 4")
    assert writes(mastodon) == before


def raw(gate: Gate, data: bytes) -> bytes:
    """Send bytes, and read until the gate closes or nothing more comes."""
    with socket.create_connection(("127.0.0.1", gate.ports["mastodon"]), 10) as connection:
        connection.settimeout(3)
        connection.sendall(data)
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except TimeoutError:
            pass  # kept open: what has come is the answer
        return answer


def test_chunks_are_read_as_one_body(gate: Gate, mastodon: Hosted) -> None:
    leak = json.dumps({"status": LEAK}).encode()
    middle = leak.index(b"noire") + 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in (leak[:middle], leak[middle:])) + b"0\r\n\r\n"
    head = (
        b"POST /api/v1/statuses HTTP/1.1\r\nHost: gate\r\nConnection: close\r\nAuthorization: Bearer " + ALICE.encode()
    )
    before = writes(mastodon)
    answer = raw(gate, head + b"\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert answer.startswith(b"HTTP/1.1 422"), answer[:200]
    assert writes(mastodon) == before


HIDDEN: dict[str, tuple[dict[str, object], tuple[tuple[str, str], ...]]] = {
    "unknown field": ({"status": "x", "note_to_self": LEAK}, ()),
    "unknown field, deep": ({"status": "x", "more": [{"a": [1, {"b": LEAK}]}]}, ()),
    "name of a field": ({"status": "x", LEAK: 1}, ()),
    "known field of another kind": ({"status": "x", "language": "black orchid"}, ()),
    "identifier": ({"status": "x", "in_reply_to_id": "black orchid"}, ()),
    "idempotency key": ({"status": "x"}, (("Idempotency-Key", "black orchid"),)),
    "split by tags": ({"status": "black<br>orchid", "content_type": "text/html"}, ()),
    "full width": ({"status": "ｂｌａｃｋ　ｏｒｃｈｉｄ"}, ()),
    "spaced": ({"status": "b l a c k  o r c h i d"}, ()),
    "look-alikes": ({"status": "blаck оrchid"}, ()),
    "hashtag": ({"status": "#BlackOrchid"}, ()),
    "link": ({"status": "https://example.com/black-orchid"}, ()),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_a_leak_that_hides(gate: Gate, mastodon: Hosted, where: str) -> None:
    body, headers = HIDDEN[where]
    before = writes(mastodon)
    reply = send(gate, "POST", PATH, json.dumps(body).encode(), ("Content-Type", JSON), *headers)
    if where == "idempotency key" and reply.status == 200:
        assert "orchid" not in (mastodon.app.state.received[-1].header("idempotency-key") or "")
        return
    refused(reply)
    assert writes(mastodon) == before


def test_nothing_but_commands_goes_up_a_websocket(gate: Gate) -> None:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    url = f"{gate.url('mastodon').replace('http', 'ws')}/api/v1/streaming?access_token={ALICE}&stream=user"
    for frame in ("words", json.dumps({"type": "subscribe", "stream": "user", "note": LEAK}), b"\x00bytes"):
        with connect(url) as connection:
            connection.send(frame)
            with pytest.raises(ConnectionClosed) as closed:
                connection.recv(5)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008
