"""What must hold of the strict protocol whatever bytes come, and however they are cut."""

from __future__ import annotations

import asyncio
import itertools

import uvicorn
import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.server import ServerState

from guard.gateway.strict import StrictProtocol
from tests.unit.gateway.listening import echo

LINES = [
    b"Host: gate.example", b"host: other", b"Content-Length: 5", b"Content-Length: 4", b"content-length: 0x5",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", b"Transfer-Encoding : chunked", b"Expect: 100-continue",
    b"Connection: close", b"Connection: keep-alive, Host", b"Upgrade: h2c", b"Upgrade: websocket", b"Content-Type: a/b",
    b" folded", b"X: y\x00", b"X: y\r", b"Authorization: Bearer a", b"Authorization: Bearer b", b"",
]  # fmt: skip
STARTS = [
    b"POST /a HTTP/1.1", b"GET /a?b HTTP/1.1", b"POST http://x/a HTTP/1.1", b"POST /a#b HTTP/1.1", b"POST /a HTTP/1.0",
    b"POST  /a HTTP/1.1", b"POST /a HTTP/1.2", b"post /a HTTP/1.1", b"CONNECT a:1 HTTP/1.1", b"\r\nGET /b HTTP/1.1",
]  # fmt: skip
BODIES = [
    b"",
    b"hello",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"0\r\n\r\n",
    b"5\r\nhello\r\n0\r\nHost: x\r\n\r\n",
    b"GET /smuggled HTTP/1.1\r\n",
]


class Wire(asyncio.Transport):
    """A client connection in memory."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.written = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        if not self.closed:
            self.written += data

    def close(self) -> None:
        self.closed = True

    abort = write_eof = close

    def can_write_eof(self) -> bool:
        return True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    resume_reading = pause_reading


def spoken(pieces: list[bytes]) -> tuple[bytes, list[dict]]:
    """What the server wrote, and the scopes of the requests that an application saw."""
    scopes = []

    async def app(scope, receive, send):
        scopes.append(dict(scope, headers=list(scope["headers"])))
        await echo(scope, receive, send)

    async def speaking():
        config = uvicorn.Config(
            app, http=StrictProtocol, ws="none", interface="asgi3", lifespan="off", log_config=None, log_level="error",
            proxy_headers=False, server_header=False, date_header=False,
        )  # fmt: skip
        config.load()
        protocol = StrictProtocol(config, ServerState(), {})
        wire = Wire()
        protocol.connection_made(wire)
        for piece in pieces:
            if not wire.closed:
                protocol.data_received(piece)
            await asyncio.sleep(0)
        for _ in range(6):
            await asyncio.sleep(0)
        wire.closed = True
        protocol.connection_lost(None)
        await asyncio.gather(*protocol.tasks)
        return wire.written

    return uvloop.run(speaking()), scopes


requests = st.tuples(
    st.sampled_from(STARTS), st.lists(st.sampled_from(LINES), max_size=5), st.sampled_from(BODIES)
).map(lambda parts: b"\r\n".join([parts[0], LINES[0], *parts[1], b"", parts[2]]))


@settings(max_examples=200, deadline=None)
@given(st.lists(requests, min_size=1, max_size=2))
def test_what_an_application_sees_can_be_read_in_one_way_only(sent):
    _, scopes = spoken([b"".join(sent)])
    for scope in scopes:
        names = [name for name, _ in scope["headers"]]
        single = [b"host", b"content-length", b"transfer-encoding", b"content-type", b"authorization"]
        assert names.count(b"host") == 1
        assert all(names.count(name) <= 1 for name in single)
        assert not (b"content-length" in names and b"transfer-encoding" in names)
        assert b"upgrade" not in names or dict(scope["headers"])[b"upgrade"] == b"websocket"
        assert scope["raw_path"] in {b"/a", b"/b", b"/smuggled"}
        assert scope["method"] in {"GET", "POST"}
        assert not any(b"\r" in value or b"\n" in value or b"\x00" in value for _, value in scope["headers"])


@settings(max_examples=150, deadline=None)
@given(requests, st.lists(st.integers(0, 1000), max_size=6))
def test_cuts_do_not_matter(data, places):
    bounds = [0, *sorted({place % len(data) for place in places} - {0}), len(data)]
    whole, seen = spoken([data])
    cut, seen_cut = spoken([data[start:end] for start, end in itertools.pairwise(bounds)])
    assert [scope["raw_path"] for scope in seen] == [scope["raw_path"] for scope in seen_cut]
    assert cut.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"") == whole.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=100), max_size=4))
def test_noise_reaches_no_application(pieces):
    _, scopes = spoken(pieces)
    assert scopes == []
