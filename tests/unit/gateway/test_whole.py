"""Answers in one piece, and connections that lie unused afterwards."""

import asyncio
import time

import pytest

from guard.gateway import server
from guard.gateway.asgi import WHOLE
from guard.gateway.strict import StrictProtocol
from guard.types.http import HttpReply
from tests.unit.gateway.listening import body_of, listening, spoken

HEAD = b"%s / HTTP/1.1\r\nHost: gate.example\r\n"


def asked(method: bytes = b"GET", more: bytes = b"", body: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return HEAD % method + more + length + b"\r\n" + body


def answered(reply: HttpReply, *pieces: bytes, read_body: bool = True, pause: float = 0.0) -> bytes:
    async def app(scope, receive, send) -> None:
        if read_body:
            await body_of_request(receive)
        await send({"type": WHOLE, "reply": reply})

    async def body_of_request(receive) -> None:
        message = {"more_body": True}
        while message.get("more_body"):
            message = await receive()

    async def scenario() -> bytes:
        async with listening(app) as port:
            return await spoken(port, *pieces, pause=pause)

    return asyncio.run(scenario())


OK = HttpReply(200, ((b"content-type", b"text/plain"), (b"content-length", b"999")), b"hello")
CLOSE = b"Connection: close\r\n"


def test_a_whole_answer():
    said = answered(OK, asked(more=CLOSE))
    assert said == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nhello"
    )


def test_a_head_has_no_body():
    said = answered(OK, asked(b"HEAD", CLOSE))
    assert said.endswith(b"\r\n\r\n")
    assert b"content-length: 5\r\n" in said


def test_requests_one_after_the_other_and_in_one_piece():
    assert answered(OK, asked() + asked(), asked(b"POST", CLOSE, b"body")).count(b"hello") == 3


def test_a_reply_that_closes():
    said = answered(HttpReply(200, ((b"connection", b"Close"),), b"hello"), asked())
    assert said.endswith(b"connection: close\r\n\r\nhello")


def test_the_first_http_closes():
    said = answered(OK, b"GET / HTTP/1.0\r\nHost: gate.example\r\n\r\n")
    assert b"connection: close\r\n" in said


def test_the_reason_cannot_begin_a_header():
    reply = HttpReply(422, (), b"", reason="held\r\nx: y\u00e9")
    assert answered(reply, asked(more=CLOSE)).startswith(b"HTTP/1.1 422 held x: y\r\ncontent-length: 0\r\n")


@pytest.mark.parametrize("header", [(b"a", b"b\r\nc: d"), (b"a", b"\x00"), (b"a\nb", b"c")])
def test_no_header_that_holds_a_line_is_sent(header, caplog):
    said = answered(HttpReply(200, (header,), b"hello"), asked(more=CLOSE))
    assert said.startswith(b"HTTP/1.1 500 ")
    assert b"hello" not in said
    assert b"c: d" not in said
    assert "ValueError" in caplog.text


@pytest.mark.parametrize("read_body", [True, False])
def test_an_unused_connection_is_closed(monkeypatch, read_body):
    monkeypatch.setattr(server, "KEEP_ALIVE_S", 0.3)
    monkeypatch.setattr(StrictProtocol, "head_s", 0.05)
    begun = time.monotonic()
    said = answered(OK, asked(b"POST", b"", b"body"), read_body=read_body)
    assert said.count(b"HTTP/1.1") == 1, "closed without another word"
    assert said.endswith(b"hello")
    assert 0.25 < time.monotonic() - begun < 3


def test_a_body_that_comes_after_its_answer_leaves_the_connection_usable(monkeypatch):
    monkeypatch.setattr(server, "KEEP_ALIVE_S", 0.5)
    monkeypatch.setattr(StrictProtocol, "head_s", 0.1)
    head = HEAD % b"POST" + b"Content-Length: 4\r\n\r\n"
    said = answered(OK, head, b"bo", b"dy", asked(), read_body=False, pause=0.1)
    assert said.count(b"hello") == 2
    assert said.count(b"HTTP/1.1") == 2


def test_blank_lines_keep_no_connection_open(monkeypatch):
    monkeypatch.setattr(server, "KEEP_ALIVE_S", 0.3)
    monkeypatch.setattr(StrictProtocol, "head_s", 0.1)
    begun = time.monotonic()
    said = answered(OK, asked(), *[b"\r\n"] * 30, pause=0.05)
    assert said.count(b"hello") <= 1, "a reset may swallow the answer; what counts is that it was ended"
    assert time.monotonic() - begun < 5


def test_bodies_are_read():
    async def app(scope, receive, send) -> None:
        await send({"type": WHOLE, "reply": HttpReply(200, (), await body_of(receive))})

    async def scenario() -> bytes:
        async with listening(app) as port:
            return await spoken(port, asked(b"POST", CLOSE, b"x" * 100_000))

    assert asyncio.run(scenario()).endswith(b"x" * 100_000)
