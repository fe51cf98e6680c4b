"""Reads through the gate: a real client, our listener, our client, a service, all on sockets."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from guard.errors import UpstreamError
from guard.gateway.passthrough import CorsMemory, forward_read, read_headers
from guard.types.http import HttpReply, HttpRequest
from guard.upstream.client import Upstream
from tests.unit.gateway.listening import listening, spoken
from tests.unit.upstream.peer import Call, ok, peer, run

H = b"Host: gate.example\r\nConnection: close\r\n"


@asynccontextmanager
async def gate(answer, *, with_receive=True, **options):
    """(port of the gate, the service behind it); its faults are answered 502."""
    async with peer(answer) as service:
        upstream = Upstream(service.url)

        async def app(scope, receive, send):
            request = HttpRequest(
                scope["method"], scope["raw_path"].decode(), scope["query_string"].decode(), tuple(scope["headers"])
            )
            try:
                listen = receive if with_receive else None
                await forward_read(upstream, request, send, receive=listen, **options)
            except UpstreamError:
                await send({"type": "http.response.start", "status": 502, "headers": [(b"content-length", b"0")]})
                await send({"type": "http.response.body", "body": b""})

        try:
            async with listening(app) as port:
                yield port, service
        finally:
            await upstream.close()


def reading(answer, request=b"GET /a?b=c HTTP/1.1\r\n" + H + b"\r\n", **options):
    result = []

    async def test():
        async with gate(answer, **options) as (port, service):
            result.extend([await spoken(port, request), service])

    run(test)
    return result


def test_an_answer_is_passed_on_as_it_is():
    body = gzip.compress(b"{}")
    sent = (
        b"HTTP/1.1 200 Fine\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nETag: W/1\r\nLink: <x>; rel=y\r\n"
        b"X-RateLimit-Remaining: 299\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nAccess-Control-Allow-Origin: *\r\n"
        b'Alt-Svc: h3=":443"\r\nStrict-Transport-Security: max-age=1\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n'
        b"Keep-Alive: timeout=5\r\nContent-Length: %d\r\n\r\n" % len(body)
    )  # fmt: skip
    answer, service = reading(sent + body)
    head, _, got = answer.partition(b"\r\n\r\n")
    assert got == body
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 Fine",
        b"content-type: application/json",
        b"content-encoding: gzip",
        b"etag: W/1",
        b"link: <x>; rel=y",
        b"x-ratelimit-remaining: 299",
        b"set-cookie: a=b",
        b"set-cookie: c=d",
        b"access-control-allow-origin: *",
        b"content-length: %d" % len(body),
        b"connection: close",
    ]
    assert service.calls[0].line == "GET /a?b=c HTTP/1.1"


def test_only_listed_headers_of_a_read_go_out():
    names = b"authorization accept accept-encoding if-none-match range origin cookie user-agent last-event-id".split()
    dropped = (
        b"x-forwarded-for x-forwarded-host x-forwarded-proto forwarded x-http-method-override x-real-ip via "
        b"idempotency-key x-anything proxy-authorization te content-type x-original-url x-rewrite-url"
    ).split()
    lines = b"".join(name + b": v\r\n" for name in (*names, *dropped))
    _, service = reading(ok(), b"GET / HTTP/1.1\r\n" + H + lines + b"\r\n")
    assert [name for name, _ in service.calls[0].headers] == [b"host", *names]


def test_what_connection_names_is_dropped():
    headers = ((b"connection", b"close, Authorization"), (b"authorization", b"x"), (b"accept", b"y"))
    assert read_headers(headers) == ((b"accept", b"y"),)


def test_a_body_of_a_read_does_not_go_out():
    _, service = reading(ok(), b"GET / HTTP/1.1\r\n" + H + b"Content-Length: 6\r\n\r\nsecret")
    assert service.calls[0].body == b""
    assert not any(name == b"content-length" for name, _ in service.calls[0].headers)


@pytest.mark.parametrize("method", [b"HEAD", b"GET"])
@pytest.mark.parametrize("code", [b"200 OK", b"304 Not Modified", b"404 Not Found"])
def test_head_and_not_modified(method, code):
    async def answer(call: Call):
        bodyless = call.line.startswith("HEAD") or code.startswith(b"304")
        await call.write(b"HTTP/1.1 " + code + b"\r\nContent-Length: 5\r\n\r\n" + (b"" if bodyless else b"12345"))

    got, _ = reading(answer, method + b" / HTTP/1.1\r\n" + H + b"\r\n")
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 " + code)
    assert body == (b"12345" if method == b"GET" and not code.startswith(b"304") else b"")
    assert b"transfer-encoding" not in head


def test_a_preflight_is_the_services_to_answer():
    allow = b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: x\r\n\r\n"
    request = (
        b"OPTIONS /api HTTP/1.1\r\n" + H + b"Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n"
        b"Access-Control-Request-Headers: x\r\n\r\n"
    )
    got, service = reading(allow, request)
    assert got.startswith(b"HTTP/1.1 204 ")
    assert b"access-control-allow-headers: x" in got
    assert (b"access-control-request-method", b"POST") in service.calls[0].headers


@pytest.mark.parametrize("with_receive", [True, False])
def test_events_arrive_one_by_one_and_a_client_that_goes_ends_the_stream(with_receive):
    async def test():
        ended = asyncio.Event()

        async def answer(call: Call):
            await call.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            try:
                for number in range(1000):
                    await call.write(b"9\r\n:thump %d\n\r\n" % (number % 10))
                    await asyncio.sleep(0.02)
            finally:
                ended.set()

        async with gate(answer, with_receive=with_receive) as (port, service):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /api/v1/streaming/user HTTP/1.1\r\nHost: a\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            for number in range(3):
                assert await reader.readuntil(b"\n\r\n") == b"9\r\n:thump %d\n\r\n" % number
            writer.close()
            await asyncio.wait_for(ended.wait(), 2)
            assert service.connections == 1

    run(test)


def test_a_silent_stream_ends_with_its_client_too():
    async def test():
        async def answer(call: Call):
            await call.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            await call.hang()

        async with gate(answer) as (port, service):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            writer.close()
            await service.all_closed()

    run(test)


@pytest.mark.parametrize(
    "framing", [b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"Content-Length: 9\r\n\r\nabc"]
)
def test_an_answer_that_breaks_off_is_not_made_whole(framing, caplog):
    async def answer(call: Call):
        await call.write(b"HTTP/1.1 200 OK\r\n" + framing)
        await asyncio.sleep(0.02)
        call.reset()

    got, _ = reading(answer)
    assert got.startswith(b"HTTP/1.1 200 OK")
    assert b"abc" in got
    assert not got.endswith(b"0\r\n\r\n")
    assert got.count(b"HTTP/1.1") == 1
    assert caplog.text == ""


def test_a_service_that_is_down_is_the_callers_to_answer():
    async def answer(call: Call):
        call.reset()

    got, service = reading(answer)
    assert got.startswith(b"HTTP/1.1 502 ")
    assert len(service.calls) == 1


def test_a_slow_reader_holds_the_service_back():
    async def test():
        written = 0

        async def answer(call: Call):
            nonlocal written
            await call.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
            for _ in range(500):
                await call.write(b"x" * 100_000)
                written += 100_000

        async with gate(answer) as (port, _):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
            writer.write(b"GET / HTTP/1.1\r\n" + H + b"\r\n")
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.4)
            assert written < 45_000_000
            size = 0
            while piece := await reader.read(1_000_000):
                size += len(piece)
            assert size == 50_000_000
            writer.close()

    run(test)


def lengthen(reply: HttpReply) -> HttpReply:
    return replace(reply, body=reply.body.replace(b"real.example", b"gate.example:8400"))


def test_a_rewritten_answer():
    sent = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: x\r\nX-Kept: 1\r\n\r\nc\r\nreal.example\r\n0\r\n\r\n"
    )
    request = (
        b"GET / HTTP/1.1\r\n"
        + H
        + b"Accept-Encoding: gzip, br\r\nIf-None-Match: x\r\nRange: bytes=0-1\r\nAccept: y\r\n\r\n"
    )
    got, service = reading(sent, request, rewrite=lengthen)
    head, _, body = got.partition(b"\r\n\r\n")
    assert body == b"gate.example:8400"
    assert b"content-length: 17" in head
    assert b"x-kept: 1" in head
    assert b"etag" not in head
    assert service.calls[0].headers[1:] == [(b"accept", b"y"), (b"accept-encoding", b"identity")]


@pytest.mark.parametrize(
    "sent",
    [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", b"HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n"],
)  # fmt: skip
def test_what_cannot_be_rewritten_is_not_passed_on(sent):
    got, _ = reading(sent, rewrite=lengthen)
    assert got.startswith(b"HTTP/1.1 502 ")


def test_a_rewritten_head():
    got, _ = reading(
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", b"HEAD / HTTP/1.1\r\n" + H + b"\r\n", rewrite=lengthen
    )
    head, _, body = got.partition(b"\r\n\r\n")
    assert body == b""
    assert b"content-length" not in head


def test_headers_alone_can_be_rewritten_while_the_body_streams():
    def rebase(reply: HttpReply) -> HttpReply:
        assert reply.body == b""
        return replace(reply, headers=tuple((k, v.replace(b"real", b"gate")) for k, v in reply.headers))

    got, _ = reading(ok(b"real", b"Link: <https://real/2>; rel=next"), rewrite_head=rebase)
    assert b"link: <https://gate/2>; rel=next" in got
    assert got.endswith(b"\r\n\r\nreal")


# CORS

ORIGIN = ((b"origin", b"https://app.example"),)
STAR = ((b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"Link"), (b"x", b"y"))


def test_the_gates_own_answer_is_readable_where_the_services_would_be():
    cors = CorsMemory()
    refusal = HttpReply(422, ((b"content-type", b"application/json"),), b"{}")
    assert cors.apply(ORIGIN, refusal) == refusal
    cors.learn(ORIGIN, STAR)
    assert cors.apply(ORIGIN, refusal).headers == (*refusal.headers, *STAR[:2])
    assert cors.apply((), refusal) == refusal


def test_a_permission_for_one_origin_is_not_given_to_another():
    cors = CorsMemory(size=2)
    allowed = ((b"access-control-allow-origin", b"https://app.example"), (b"access-control-allow-credentials", b"true"))
    cors.learn(ORIGIN, allowed)
    other = ((b"origin", b"https://evil.example"),)
    assert cors.apply(ORIGIN, HttpReply(422)).headers == allowed
    assert cors.apply(other, HttpReply(422)).headers == ()
    cors.learn(other, allowed)  # an answer for somebody else's origin teaches nothing
    assert cors.apply(other, HttpReply(422)).headers == ()
    for number in range(3):
        named = b"https://%d.example" % number
        cors.learn(((b"origin", named),), ((b"access-control-allow-origin", named),))
    assert cors.apply(ORIGIN, HttpReply(422)).headers == ()


def test_a_preflight_teaches_and_does_not_hide_what_answers_expose():
    cors = CorsMemory()
    cors.learn(ORIGIN, STAR)
    cors.learn(ORIGIN, ((b"access-control-allow-origin", b"*"), (b"access-control-allow-headers", b"x")))
    assert cors.apply(ORIGIN, HttpReply(422)).headers == STAR[:2]


def test_reads_teach_it():
    cors = CorsMemory()
    reading(ok(b"", b"Access-Control-Allow-Origin: *"), cors=cors)
    assert cors.apply(ORIGIN, HttpReply(422)).headers == ((b"access-control-allow-origin", b"*"),)
