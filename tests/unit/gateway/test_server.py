"""The listeners, spoken to in raw bytes: what is refused, how slow ones end, how they stop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import ssl

import pytest

from guard import observe
from guard.errors import SettingsError
from guard.gateway import server
from guard.gateway.asgi import ABORT
from guard.gateway.server import Listener, serve
from guard.gateway.strict import StrictProtocol
from guard.types.http import HttpRequest
from guard.upstream.client import Upstream
from tests.unit.gateway.listening import body_of, echo, listening, spoken
from tests.unit.upstream.peer import run

H = b"Host: gate.example\r\n"
CLOSE = b"Connection: close\r\n"


def answer_to(*pieces: bytes, app=echo, **how) -> bytes:
    result = []

    async def test():
        async with listening(app) as port:
            result.append(await spoken(port, *pieces, **how))

    run(test)
    return result[0]


def status(answer: bytes) -> int:
    return int(answer.split(b" ")[1])


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"GET /a?b=c HTTP/1.1\r\n" + H + CLOSE + b"\r\n", b"GET /a|b=c|"),
        (b"POST /a HTTP/1.1\r\n" + H + CLOSE + b"Content-Length: 3\r\n\r\nabc", b"POST /a||abc"),
        (
            b"POST /a HTTP/1.1\r\n" + H + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"POST /a||abc",
        ),
        (b"GET /%73//a HTTP/1.1\r\nHost: [::1]:8400\r\n" + CLOSE + b"\r\n", b"GET /%73//a||"),
        (b"GET /a?q[]={x}|y HTTP/1.0\r\n" + H + b"\r\n", b"GET /a|q[]={x}|y|"),
        (b"OPTIONS /a HTTP/1.1\r\n" + H + CLOSE + b"\r\n", b"OPTIONS /a||"),
    ],
)
def test_what_is_understood(request_, expected):
    answer = answer_to(request_)
    assert status(answer) == 200
    assert answer.endswith(b"\r\n\r\n" + expected)
    assert b"server:" not in answer.lower()
    assert b"date:" not in answer.lower()


REFUSED = {
    "absolute-form": (b"GET http://other/a HTTP/1.1\r\n" + H + b"\r\n", 400),
    "authority-form": (b"CONNECT other:443 HTTP/1.1\r\n" + H + b"\r\n", 405),
    "asterisk-form": (b"OPTIONS * HTTP/1.1\r\n" + H + b"\r\n", 400),
    "fragment": (b"GET /a#b HTTP/1.1\r\n" + H + b"\r\n", 400),
    "fragment in query": (b"GET /a?b#c HTTP/1.1\r\n" + H + b"\r\n", 400),
    "raw utf-8": (b"GET /\xc3\xa9 HTTP/1.1\r\n" + H + b"\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "empty host": (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
    "odd host": (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\n" + H + H + b"\r\n", 400),
    "no host in 1.0": (b"GET / HTTP/1.0\r\n\r\n", 400),
    "two types": (b"POST / HTTP/1.1\r\n" + H + b"Content-Type: a/b\r\nContent-Type: a/b\r\nContent-Length: 0\r\n\r\n", 400),
    "two lengths": (b"POST / HTTP/1.1\r\n" + H + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
    "list of lengths": (b"POST / HTTP/1.1\r\n" + H + b"Content-Length: 1, 1\r\n\r\na", 400),
    "signed length": (b"POST / HTTP/1.1\r\n" + H + b"Content-Length: +1\r\n\r\na", 400),
    "two credentials": (b"GET / HTTP/1.1\r\n" + H + b"Authorization: a\r\nauthorization: b\r\n\r\n", 400),
    "CL.TE": (b"POST / HTTP/1.1\r\n" + H + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "TE.CL": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "TE.TE": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n", 400),
    "two chunked": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    "gzip coding": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    "unknown coding": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    "coding in 1.0": (b"POST / HTTP/1.0\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "bad chunk": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "trailers": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: x\r\n\r\n", 400),
    "h2c": (b"GET / HTTP/1.1\r\n" + H + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n", 400),
    "websocket post": (b"POST / HTTP/1.1\r\n" + H + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\na", 400),
    "http/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "http/2 line": (b"GET / HTTP/2.0\r\n" + H + b"\r\n", 505),
    "http/0.9 line": (b"GET /\r\n\r\n", 400),
    "folding": (b"GET / HTTP/1.1\r\n" + H + b"X: a\r\n b\r\n\r\n", 400),
    "bare LF": (b"GET / HTTP/1.1\n" + H + b"\r\n", 400),
    "space before colon": (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    "NUL": (b"GET / HTTP/1.1\r\n" + H + b"X: a\x00b\r\n\r\n", 400),
    "other expectation": (b"POST / HTTP/1.1\r\n" + H + b"Expect: 200-maybe\r\nContent-Length: 0\r\n\r\n", 417),
    "trace": (b"TRACE / HTTP/1.1\r\n" + H + b"\r\n", 405),
    "not http": (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    "large head": (b"GET / HTTP/1.1\r\n" + H + b"X: " + b"a" * 66_000 + b"\r\n\r\n", 431),
    "endless header": (b"GET / HTTP/1.1\r\n" + H + b"X: " + b"a" * 66_000, 431),
    "endless target": (b"GET /" + b"a" * 66_000, 431),
    "many headers": (b"GET / HTTP/1.1\r\n" + H + b"X: a\r\n" * 300 + b"\r\n", 431),
    "endless chunk extension": (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 600_000, 431),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_never_reaches_the_application_whole(name):
    request_, expected = REFUSED[name]
    whole = []

    async def app(scope, receive, send):
        await echo(scope, receive, send)
        whole.append(scope)

    answer = answer_to(request_, app=app)
    assert status(answer) == expected
    assert b"connection: close" in answer
    assert b'"error"' in answer
    assert answer.count(b"HTTP/1.1 ") == 1
    assert [scope for scope in whole if not name.startswith(("bad chunk", "trailers", "endless chunk"))] == []


def test_a_trailer_never_becomes_a_header():
    seen = []

    async def app(scope, receive, send):
        await echo(scope, receive, send)
        seen.append(scope["headers"])

    answer_to(
        b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Late: 1\r\n\r\n", app=app
    )
    assert not any(name == b"x-late" for headers in seen for name, _ in headers)


def test_bytes_may_come_one_by_one():
    whole = b"POST /a HTTP/1.1\r\n" + H + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    answer = answer_to(*(whole[index : index + 1] for index in range(len(whole))))
    assert answer.endswith(b"POST /a||abc")


def test_several_requests_on_a_connection():
    one = b"POST /%d HTTP/1.1\r\n" + H + b"Content-Length: 1\r\n\r\nx"
    answer = answer_to(one % 1 + one % 2, one % 3 + b"GET /4 HTTP/1.1\r\n" + H + CLOSE + b"\r\n", pause=0.02)
    assert [answer.find(b"/%d|" % number) for number in (1, 2, 3, 4)] == sorted(
        answer.find(b"/%d|" % number) for number in (1, 2, 3, 4)
    )
    assert answer.count(b"200 OK") == 4


def test_a_bad_request_behind_a_good_one_waits_for_its_answer():
    async def slow(scope, receive, send):
        await asyncio.sleep(0.1)
        await echo(scope, receive, send)

    answer = answer_to(
        b"POST /1 HTTP/1.1\r\n" + H + b"Content-Length: 1\r\n\r\nx" + b"GET http://x/ HTTP/1.1\r\n\r\n", app=slow
    )
    first, second = answer.split(b"HTTP/1.1 ")[1:]
    assert first.startswith(b"200")
    assert b"POST /1||x" in first
    assert second.startswith(b"400")


def test_expect_100_continue():
    async def test():
        async with listening(echo) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /a HTTP/1.1\r\n" + H + CLOSE + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
            assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            writer.write(b"abc")
            assert (await reader.read()).endswith(b"POST /a||abc")
            writer.close()

    run(test)


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("This post names a client", b"HTTP/1.1 403 This post names a client"),
        ("a\r\nX-Evil: 1\r\n\r\nbody", b"HTTP/1.1 403 a X-Evil: 1 body"),
        ("Accentué", b"HTTP/1.1 403 Accentu"),
        ("", b"HTTP/1.1 403 Forbidden"),
    ],
)
def test_the_reason_phrase_is_the_applications(reason, line):
    async def app(scope, receive, send):
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 403, "headers": headers, "reason": reason})
        await send({"type": "http.response.body", "body": b"no"})

    answer = answer_to(b"GET / HTTP/1.1\r\n" + H + b"\r\nGET / HTTP/1.1\r\n" + H + CLOSE + b"\r\n", app=app)
    assert answer.startswith(line + b"\r\ncontent-length: 2\r\n")
    assert answer.count(line) == 2
    assert b"\r\nX-Evil" not in answer


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (b"GET / HTTP/1.1\r\nHost: ga", b"HTTP/1.1 408 "),
        (b"\r\n", b"HTTP/1.1 408 "),
        (b"POST / HTTP/1.1\r\n" + H + b"Content-Length: 10\r\n\r\nhalf", b"HTTP/1.1 408 "),
        (b"POST / HTTP/1.1\r\n" + H + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", b"HTTP/1.1 408 "),
        (b"GET /1 HTTP/1.1\r\n" + H + b"\r\nGET /2 HTT", b"HTTP/1.1 200 "),
        (b"", b""),
    ],
)
def test_what_comes_too_slowly_is_ended(piece, expected, monkeypatch):
    monkeypatch.setattr(StrictProtocol, "head_s", 0.1)
    monkeypatch.setattr(StrictProtocol, "body_s", 0.1)
    assert answer_to(piece).startswith(expected)


def test_a_drip_does_not_keep_a_head_open(monkeypatch):
    monkeypatch.setattr(StrictProtocol, "head_s", 0.15)
    answer = answer_to(b"GET / HTTP/1.1\r\n", *([b"X: a\r\n"] * 6), pause=0.04)
    assert status(answer) == 408


def test_a_slow_body_that_never_stops_for_long_is_read(monkeypatch):
    monkeypatch.setattr(StrictProtocol, "body_s", 0.15)
    pieces = [b"x"] * 6
    answer = answer_to(b"POST / HTTP/1.1\r\n" + H + CLOSE + b"Content-Length: 6\r\n\r\n", *pieces, pause=0.06)
    assert answer.endswith(b"xxxxxx")


def test_a_body_that_drips_for_ever_is_ended(monkeypatch):
    monkeypatch.setattr(StrictProtocol, "whole_s", 0.1)
    monkeypatch.setattr(StrictProtocol, "head_s", 0.05)
    pieces = [b"x"] * 10
    answer = answer_to(
        b"POST / HTTP/1.1\r\n" + H + CLOSE + b"Content-Length: 20\r\n\r\n", *pieces, pause=0.03, until_answered=True
    )
    assert status(answer) == 408


def test_a_slow_application_is_not_a_slow_client(monkeypatch):
    monkeypatch.setattr(StrictProtocol, "body_s", 0.1)
    monkeypatch.setattr(StrictProtocol, "head_s", 0.1)

    async def app(scope, receive, send):
        await asyncio.sleep(0.4)
        await echo(scope, receive, send)

    body = b"x" * 1_000_000
    answer = answer_to(b"POST / HTTP/1.1\r\n" + H + CLOSE + b"Content-Length: 1000000\r\n\r\n" + body, app=app)
    assert answer.endswith(body)


def test_what_an_application_raises_is_logged_without_its_words(caplog):
    async def app(scope, receive, send):
        if scope["raw_path"] == b"/late":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("projet Aurore")

    with caplog.at_level(logging.DEBUG):
        answer = answer_to(b"GET / HTTP/1.1\r\n" + H + b"\r\n", app=app)
        late = answer_to(b"GET /late HTTP/1.1\r\n" + H + b"\r\n", app=app)
    assert status(answer) == 500
    assert not late.endswith(b"0\r\n\r\n")
    assert "ValueError" in caplog.text
    assert "test_server.py" in caplog.text
    assert "Aurore" not in caplog.text + answer.decode() + late.decode()


def test_an_answer_can_be_broken_off(caplog):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        await send(ABORT)

    answer = answer_to(b"GET / HTTP/1.1\r\n" + H + b"\r\n", app=app)
    assert answer.endswith(b"5\r\nbegun\r\n")
    assert caplog.text == ""


def test_sending_to_a_client_that_has_gone_raises(caplog):
    ended = []

    async def test():
        async def app(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": []})
            try:
                while True:
                    await send({"type": "http.response.body", "body": b"x", "more_body": True})
                    await asyncio.sleep(0.01)
            except OSError as error:
                ended.append(error)
                raise

        async with listening(app) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n" + H + b"\r\n")
            await asyncio.sleep(0.05)
            writer.close()
            await asyncio.sleep(0.1)
            assert len(ended) == 1

    run(test)
    assert caplog.text == ""


# Listening and stopping


def test_a_port_in_use_is_a_clear_error_and_nothing_is_served():
    async def test():
        with socket.socket() as taken, socket.socket() as free:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
            free.close()
            listeners = [
                Listener("first", "127.0.0.1", port, echo),
                Listener("second", "127.0.0.1", taken.getsockname()[1], echo),
            ]
            with pytest.raises(SettingsError, match=f"second.*127.0.0.1:{taken.getsockname()[1]}") as caught:
                await serve(listeners, asyncio.Event())
            assert "port" in caught.value.hint
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", port)

    run(test)


@pytest.mark.parametrize("listener", [
    Listener("a", "no-such-host.invalid", 0, echo),
    Listener("a", "127.0.0.1", 99999, echo),
    Listener("a", "127.0.0.1", 0, echo, tls_cert=__file__, tls_key=__file__),
])  # fmt: skip
def test_what_cannot_be_listened_on_is_a_settings_error(listener):
    async def test():
        with pytest.raises(SettingsError) as caught:
            await serve([listener], asyncio.Event())
        assert caught.value.hint

    run(test)


def test_several_listeners_and_tls(tmp_path):
    import ipaddress

    from cryptography import x509

    from tests.unit.upstream.test_client import certificate

    cert_file, key_file = certificate(tmp_path, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))

    async def test():
        stop = asyncio.Event()
        bound = asyncio.get_running_loop().create_future()
        listeners = [
            Listener("plain", "127.0.0.1", 0, echo),
            Listener("tls", "127.0.0.1", 0, echo, tls_cert=cert_file, tls_key=key_file),
        ]
        task = asyncio.create_task(serve(listeners, stop, bound.set_result))
        addresses = await bound
        assert [(address.name, address.secure) for address in addresses] == [("plain", False), ("tls", True)]
        for address in addresses:
            upstream = Upstream(address.url, ca_file=cert_file)
            reply = await upstream.fetch(HttpRequest("POST", "/a", body=b"x"))
            assert reply.body == b"POST /a||x"
            await upstream.close()
        with pytest.raises(ssl.SSLError):
            await asyncio.open_connection("127.0.0.1", addresses[1].port, ssl=ssl.create_default_context())
        stop.set()
        await task

    run(test)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_the_request_in_flight(number, monkeypatch):
    told = []
    monkeypatch.setattr(observe, "log", lambda event, **facts: told.append((event, facts)))

    async def app(scope, receive, send):
        os.kill(os.getpid(), number)
        await asyncio.sleep(0.2)
        await echo(scope, receive, send)

    async def test():
        bound = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(serve([Listener("a", "127.0.0.1", 0, app)], asyncio.Event(), bound.set_result))
        port = (await bound)[0].port
        idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", port)
        answer = await spoken(port, b"POST /a HTTP/1.1\r\n" + H + b"Content-Length: 1\r\n\r\nx")
        assert answer.endswith(b"POST /a||x")
        assert b"connection: close" in answer
        assert await idle_reader.read() == b""
        idle_writer.close()
        await task
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", port)

    run(test)
    assert told == [("stopping", {"signal": number.name})]


def test_what_is_broken_off_at_the_end_is_counted_in_the_log(monkeypatch):
    told = []
    monkeypatch.setattr(observe, "warn", lambda event, **facts: told.append((event, facts)))
    monkeypatch.setattr(server, "GRACE_S", 0.1)

    async def app(scope, receive, send):
        await asyncio.sleep(60)

    async def test():
        async with listening(app) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"POST /a HTTP/1.1\r\n" + H + b"Content-Length: 1\r\n\r\nx")
            await asyncio.sleep(0.1)
        writer.close()

    run(test)
    assert told == [("requests-broken-off", {"requests": 1})]


def test_an_endless_read_does_not_hold_up_the_end():
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await body_of(receive)

    async def test():
        async with listening(app) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n" + H + b"\r\n")
            await reader.readuntil(b"\r\n\r\n")
        assert await reader.read() == b""
        writer.close()

    run(test)


def test_a_signal_as_soon_as_it_listens_stops_it_in_order():
    def ready(_addresses):
        os.kill(os.getpid(), signal.SIGTERM)

    async def test():
        await asyncio.wait_for(serve([Listener("a", "127.0.0.1", 0, echo)], asyncio.Event(), ready), 5)

    kept = signal.signal(signal.SIGTERM, lambda *_: pytest.fail("nobody takes it"))
    try:
        run(test)
    finally:
        signal.signal(signal.SIGTERM, kept)
