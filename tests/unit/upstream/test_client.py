"""The client against real sockets: framing, keep-alive, what is sent and what never is."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl

import pytest
from cryptography import x509

from guard.errors import SettingsError, UpstreamError
from guard.types.http import HttpRequest
from guard.upstream.client import Timeouts, Upstream
from tests.certificates import certificate
from tests.unit.upstream.peer import Call, ok, peer, run

GET = HttpRequest("GET", "/a")
POST = HttpRequest(
    "POST", "/api/v1/statuses", headers=((b"content-type", b"application/json"),), body=b'{"status":"x"}'
)
HEAD = HttpRequest("HEAD", "/a")


def fetching(answer, *requests, max_body=1000, **options):
    """Replies to `requests`, one after the other, and the service that gave them."""
    result = []

    async def test():
        async with peer(answer) as service:
            upstream = Upstream(service.url, **options)
            try:
                result.extend([await upstream.fetch(request, max_body=max_body) for request in requests])
            finally:
                await upstream.close()
            result.append(service)

    run(test)
    return result


def test_sends_one_host_one_length_and_nothing_hop_by_hop():
    request = HttpRequest(
        "POST",
        "/p%20q",
        "a=b&c",
        (
            (b"host", b"gate.example"),
            (b"authorization", b"Bearer x"),
            (b"connection", b"keep-alive, X-Private"),
            (b"x-private", b"1"),
            (b"content-length", b"999"),
            (b"transfer-encoding", b"chunked"),
            (b"te", b"trailers"),
            (b"expect", b"100-continue"),
            (b"upgrade", b"h2c"),
            (b"x-kept", b"2"),
        ),
        b"12345",
    )
    reply, service = fetching(ok(b"hello", b"X-Y: z "), request)
    call = service.calls[0]
    assert call.line == "POST /p%20q?a=b&c HTTP/1.1"
    assert call.body == b"12345"
    assert call.headers == [
        (b"host", b"127.0.0.1:%d" % service.port),
        (b"authorization", b"Bearer x"),
        (b"x-kept", b"2"),
        (b"content-length", b"5"),
    ]
    assert (reply.status, reply.body, reply.reason) == (200, b"hello", "")
    assert reply.headers == ((b"content-length", b"5"), (b"x-y", b"z"))


def test_an_empty_post_has_a_length_and_a_get_none():
    _, _, service = fetching(ok(), HttpRequest("POST", "/"), GET)
    assert (b"content-length", b"0") in service.calls[0].headers
    assert not [name for name, _ in service.calls[1].headers if name == b"content-length"]


def test_a_connection_is_kept():
    *_, service = fetching(ok(), POST, GET, POST)
    assert service.connections == 1


def test_connection_close_is_heeded():
    *_, service = fetching(ok(b"ok", b"Connection: close"), POST, GET)
    assert service.connections == 2


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n",
            b"abcde",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok(b"late"), b"late"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", b""),
        (b"HTTP/1.1 200\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx", b"x"),
    ],
)
def test_framings(answer, body):
    first, second, _ = fetching(answer, GET, GET)
    assert first.body == second.body == body
    assert not {b"transfer-encoding", b"connection", b"trailer", b"link"} & {name for name, _ in first.headers}


def test_a_body_may_end_with_the_connection():
    async def answer(call: Call):
        await call.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nabc")
        await asyncio.sleep(0.01)
        await call.write(b"def")
        call.close()

    first, second, service = fetching(answer, GET, GET)
    assert first.body == second.body == b"abcdef"
    assert service.connections == 2


def test_head_has_no_body_and_keeps_the_connection():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"

    async def answer(call: Call):
        await call.write(head if call.line.startswith("HEAD") else head + b"12345")

    first, second, third, service = fetching(answer, HEAD, GET, HEAD)
    assert (first.body, second.body, third.body) == (b"", b"12345", b"")
    assert first.header(b"content-length") == b"5"
    assert service.connections == 1


def test_an_unusual_reason_is_kept():
    reply, _ = fetching(b"HTTP/1.1 403 Nope because\r\nContent-Length: 0\r\n\r\n", GET)
    assert reply.reason == "Nope because"


def test_redirects_are_not_followed_and_proxies_not_asked(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    reply, service = fetching(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", GET)
    assert (reply.status, reply.header(b"location"), len(service.calls)) == (302, b"/b", 1)


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET", "/a b"),
        HttpRequest("GET", "/a\r\nX: y"),
        HttpRequest("GET", "http://other/"),
        HttpRequest("GET", "/é"),
        HttpRequest("GET", "/a", "b#c"),
        HttpRequest("get", "/"),
        HttpRequest("GET", "/", headers=((b"x", b"a\r\nb: c"),)),
        HttpRequest("GET", "/", headers=((b"x y", b"a"),)),
        HttpRequest("GET", "/", headers=((b"x", b"a\x00"),)),
    ],
)
def test_what_would_not_stay_one_request_is_not_sent(request_):
    async def test():
        async with peer(ok()) as service:
            upstream = Upstream(service.url)
            with pytest.raises(UpstreamError) as caught:
                await upstream.fetch(request_)
            assert caught.value.sent is False
            assert service.connections == 0
            await upstream.close()

    run(test)


def test_many_at_once_share_the_connections_in_order():
    async def test():
        release = asyncio.Event()

        async def answer(call: Call):
            await release.wait()
            await call.write(ok(call.line.encode()))

        async with peer(answer) as service:
            upstream = Upstream(service.url, max_connections=3)
            tasks = []
            for number in range(10):
                tasks.append(asyncio.create_task(upstream.fetch(HttpRequest("POST", f"/{number}"))))
                await asyncio.sleep(0.005)
            tasks[5].cancel()  # one of those that wait gives up: nobody behind it may starve
            release.set()
            replies = await asyncio.gather(*tasks, return_exceptions=True)
            assert isinstance(replies.pop(5), asyncio.CancelledError)
            assert all(reply.status == 200 for reply in replies)
            assert service.connections == 3
            arrived = [int(call.line[6]) for call in service.calls]
            assert arrived == [0, 1, 2, 3, 4, 6, 7, 8, 9]
            await upstream.close()

    run(test)


def test_a_busy_pool_is_a_clear_error_and_nothing_was_sent():
    async def test():
        async def answer(call: Call):
            await asyncio.sleep(0.3)
            await call.write(ok())

        async with peer(answer) as service:
            upstream = Upstream(service.url, max_connections=1, timeout=Timeouts(queue=0.05))
            first = asyncio.create_task(upstream.fetch(POST))
            await asyncio.sleep(0.02)
            with pytest.raises(UpstreamError, match="busy") as caught:
                await upstream.fetch(POST)
            assert caught.value.sent is False
            assert (await first).status == 200
            assert (await upstream.fetch(POST)).status == 200
            await upstream.close()

    run(test)


def test_a_large_body_goes_out_whole():
    body = bytes(range(256)) * 20_000
    reply, service = fetching(ok(), HttpRequest("POST", "/media", body=body))
    assert reply.status == 200
    assert service.calls[0].body == body


def test_a_stream_is_read_as_it_comes_and_no_faster():
    async def test():
        written = 0

        async def answer(call: Call):
            nonlocal written
            await call.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            for _ in range(400):
                await call.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                written += 65536
            await call.write(b"0\r\n\r\n")

        async with peer(answer) as service:
            upstream = Upstream(service.url)
            async with upstream.stream(GET) as answer_:
                assert answer_.status == 200
                pieces = answer_.__aiter__()
                assert (await anext(pieces)).startswith(b"first")
                await asyncio.sleep(0.3)
                assert written < 20_000_000  # held back by us, but for what sockets buffer
                size = 0
                async for piece in pieces:
                    size += len(piece)
            assert written == 400 * 65536
            assert 0 < size <= written
            async with upstream.stream(GET) as answer_:
                async for _ in answer_:
                    break  # leaving early ends the connection
            await service.all_closed()
            await upstream.close()

    run(test)


def test_streams_never_keep_a_post_from_leaving():
    async def test():
        async def answer(call: Call):
            if call.line.startswith("GET"):
                await call.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n:\r\n")
                await call.hang()
            await call.write(ok())

        async with peer(answer) as service:
            upstream = Upstream(service.url, max_connections=1)
            async with upstream.stream(GET), upstream.stream(GET):
                assert (await upstream.fetch(POST)).status == 200
            await upstream.close()

    run(test)


def test_closing_fails_what_is_under_way():
    async def test():
        async def answer(call: Call):
            await call.hang()

        async with peer(answer) as service:
            upstream = Upstream(service.url, max_connections=1)
            tasks = [asyncio.create_task(upstream.fetch(POST)) for _ in range(3)]
            await asyncio.sleep(0.05)
            await upstream.close()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            assert [(type(end), end.sent) for end in ends] == [
                (UpstreamError, True),
                (UpstreamError, False),
                (UpstreamError, False),
            ]
            with pytest.raises(UpstreamError):
                await upstream.fetch(POST)

    run(test)


# TLS


def tls_server(cert_file, key_file) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    return context


def test_tls_with_a_private_authority(tmp_path):
    cert_file, key_file = certificate(tmp_path, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))

    async def test():
        async with peer(ok(), ssl=tls_server(cert_file, key_file)) as service:
            upstream = Upstream(service.url, ca_file=cert_file)
            assert (await upstream.fetch(POST)).status == 200
            assert (await upstream.fetch(POST)).status == 200
            assert service.connections == 1
            await upstream.close()

    run(test)


@pytest.mark.parametrize("known", [True, False])
def test_tls_that_does_not_verify_is_refused_before_anything_is_sent(tmp_path, known):
    cert_file, key_file = certificate(tmp_path, x509.DNSName("other.example"))

    async def test():
        async with peer(ok(), ssl=tls_server(cert_file, key_file)) as service:
            upstream = Upstream(service.url, ca_file=cert_file if known else None)
            with pytest.raises(UpstreamError, match="certificate") as caught:
                await upstream.fetch(POST)
            assert caught.value.sent is False
            assert service.calls == []
            await upstream.close()

    run(test)


def test_an_authority_file_that_cannot_be_read_is_a_settings_error(tmp_path):
    with pytest.raises(SettingsError):
        Upstream("https://social.example", ca_file=tmp_path / "none.pem")
