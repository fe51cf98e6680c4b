"""A service that breaks: each fault ends in one clear error, says whether the service may have acted, and sends nothing twice."""

from __future__ import annotations

import asyncio
import socket

import pytest

from guard.errors import UpstreamError
from guard.types.http import HttpRequest
from guard.upstream.client import Timeouts, Upstream
from tests.unit.upstream.peer import Call, ok, peer, run

GET = HttpRequest("GET", "/a")
POST = HttpRequest("POST", "/a", body=b"12345")
QUICK = Timeouts(connect=0.5, answer=0.15, idle=0.15, queue=0.2)


def failing(answer, request=POST, timeout=QUICK):
    """The error of a request, and the service."""

    async def test():
        async with peer(answer) as service:
            upstream = Upstream(service.url, timeout=timeout)
            with pytest.raises(UpstreamError) as caught:
                await upstream.fetch(request, max_body=1000)
            result.extend((caught.value, service))
            await service.all_closed()
            await upstream.close()

    result: list = []
    run(test)
    return result


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 10_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 20_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n",
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_trusted(answer):
    error, service = failing(answer)
    assert error.sent is True
    assert "127.0.0.1" in error.message
    assert len(service.calls) == 1


@pytest.mark.parametrize(
    "begun",
    [b"", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
)  # fmt: skip
@pytest.mark.parametrize("end", ["close", "reset", "silence"])
def test_an_answer_that_breaks_off(begun, end):
    async def answer(call: Call):
        if begun:
            await call.write(begun)
        await asyncio.sleep(0.02)
        if end == "silence":
            await call.hang()
        getattr(call, end)()

    error, service = failing(answer)
    assert error.sent is True
    assert len(service.calls) == 1


def test_a_slow_answer_that_never_stops_for_long_is_read():
    async def test():
        async def answer(call: Call):
            await call.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            for _ in range(5):
                await asyncio.sleep(0.08)
                await call.write(b"x")

        async with peer(answer) as service:
            upstream = Upstream(service.url, timeout=QUICK)
            assert (await upstream.fetch(GET)).body == b"xxxxx"
            await upstream.close()

    run(test)


def test_an_answer_that_trickles_is_not_waited_for_for_ever():
    async def answer(call: Call):
        await call.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")
        for _ in range(500):
            await asyncio.sleep(0.02)
            await call.write(b"x")

    error, _ = failing(answer, timeout=Timeouts(idle=0.2, body=0.2))
    assert "middle of its answer" in error.message


def test_nobody_listens():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

        async def test():
            upstream = Upstream(f"http://127.0.0.1:{port}")
            for _ in range(70):  # more than there are connections: a failed one gives its place back
                with pytest.raises(UpstreamError, match="no connection") as caught:
                    await upstream.fetch(POST)
                assert caught.value.sent is False
                assert caught.value.hint
            await upstream.close()

        run(test)


def test_a_service_that_accepts_no_connection_in_time():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())

        async def test():
            upstream = Upstream(f"http://127.0.0.1:{full.getsockname()[1]}", timeout=Timeouts(connect=0.2, answer=0.2))
            with pytest.raises(UpstreamError) as caught:
                await upstream.fetch(POST)
            # Some kernels accept it after all into the backlog; then it is the answer that does not come.
            assert caught.value.sent is ("answer" in caught.value.message)
            await upstream.close()

        run(test)
        for filler in fillers:
            filler.close()


@pytest.mark.parametrize("pause", [0.0, 0.1])
def test_a_kept_connection_closed_meanwhile_is_not_used(pause):
    async def test():
        async def answer(call: Call):
            await call.write(ok())
            call.close()  # without having said so

        async with peer(answer) as service:
            upstream = Upstream(service.url)
            for _ in range(3):
                assert (await upstream.fetch(POST)).status == 200
                await asyncio.sleep(0.02 + pause)
            assert len(service.calls) == 3
            await upstream.close()

    run(test)


def test_a_kept_connection_on_which_something_came_unasked_is_not_used():
    async def test():
        async def answer(call: Call):
            await call.write(ok())
            await asyncio.sleep(0.01)
            await call.write(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")

        async with peer(answer) as service:
            upstream = Upstream(service.url)
            for _ in range(3):
                assert (await upstream.fetch(POST)).status == 200
                await asyncio.sleep(0.05)
            await upstream.close()

    run(test)


def test_two_answers_to_one_request_end_the_connection():
    async def test():
        async with peer(ok(b"1") + ok(b"2")) as service:
            upstream = Upstream(service.url)
            assert (await upstream.fetch(POST)).body == b"1"
            assert (await upstream.fetch(POST)).body == b"1"
            assert service.connections == 2
            await upstream.close()

    run(test)


def dying_when_reused(request):
    """A service that takes a second request on a connection and then dies without a word."""
    result: list = []

    async def test():
        async def answer(call: Call):
            if call.connection == 1 and len(service.calls) == 2:
                call.reset()
            else:
                await call.write(ok())

        async with peer(answer) as service:
            upstream = Upstream(service.url)
            await upstream.fetch(GET)
            try:
                result.append(await upstream.fetch(request))
            except UpstreamError as error:
                result.append(error)
            result.append([call.line for call in service.calls])
            await upstream.close()

    run(test)
    return result


def test_a_write_is_never_sent_twice():
    error, lines = dying_when_reused(POST)
    assert isinstance(error, UpstreamError)
    assert error.sent is True
    assert lines == ["GET /a HTTP/1.1", "POST /a HTTP/1.1"]


def test_a_read_is_sent_once_more_on_a_new_connection():
    reply, lines = dying_when_reused(GET)
    assert reply.status == 200
    assert lines == ["GET /a HTTP/1.1"] * 3


def test_a_write_does_not_use_a_connection_that_lay_long():
    async def test():
        async with peer(ok(b"ok", b"Keep-Alive: timeout=1")) as service:
            upstream = Upstream(service.url)
            await upstream.fetch(POST)
            await asyncio.sleep(0.1)
            await upstream.fetch(POST)
            assert service.connections == 2  # what the service closes in a second is not trusted with a write
            await upstream.close()

    run(test)


def test_a_client_that_gives_up_takes_the_connection_with_it():
    async def test():
        async def answer(call: Call):
            await call.hang()

        async with peer(answer) as service:
            upstream = Upstream(service.url, max_connections=1)
            task = asyncio.create_task(upstream.fetch(GET))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await service.all_closed()
            await upstream.close()

    run(test)


def test_an_answer_before_the_request_was_all_sent():
    async def test():
        async def serve(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno")
            await writer.drain()
            await asyncio.sleep(0.2)
            writer.transport.abort()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        upstream = Upstream(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        reply = await upstream.fetch(HttpRequest("POST", "/", body=b"x" * 30_000_000))
        assert (reply.status, reply.body) == (413, b"no")
        await upstream.close()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.25)

    run(test)


def test_a_stream_that_breaks_off_says_so():
    async def test():
        async def answer(call: Call):
            await call.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            await asyncio.sleep(0.02)
            call.reset()

        async with peer(answer) as service:
            upstream = Upstream(service.url)
            got = b""
            async with upstream.stream(GET) as answer_:
                pieces = answer_.__aiter__()
                got += await anext(pieces)
                with pytest.raises(UpstreamError):
                    await anext(pieces)
            assert got == b"abc"
            await upstream.close()

    run(test)


def test_ten_percent_faults_and_no_duplicate():
    """300 posts to a service that dies on every tenth, before or after it acted: never one acted on twice."""

    async def test():
        acted: list[bytes] = []

        async def answer(call: Call):
            number = int(call.body)
            if number % 20 == 7:
                call.reset()
                return
            acted.append(call.body)
            if number % 20 == 17:
                call.close()
                return
            await call.write(ok())

        async with peer(answer) as service:
            upstream = Upstream(service.url, max_connections=8)

            async def post(number):
                try:
                    await upstream.fetch(HttpRequest("POST", "/", body=b"%d" % number))
                except UpstreamError as error:
                    return error.sent
                return None

            ends = await asyncio.gather(*(post(number) for number in range(300)))
            assert len(acted) == len(set(acted))
            assert all(ends[number] is True for number in range(300) if number % 10 == 7)
            assert {ends[number] for number in range(300) if number % 10 != 7} == {None}
            await upstream.close()

    run(test)
