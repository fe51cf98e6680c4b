"""WebSocket streams through the gate, with the `websockets` library at both ends."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Response

from guard.channels.registry import channel
from guard.gateway.websocket import MAX_FROM_CLIENT, relay
from tests.unit.gateway.listening import listening
from tests.unit.upstream.peer import run

mastodon_frame = channel("mastodon").allows_frame
no_frame = channel("atproto").allows_frame

SUBSCRIBE = '{"type": "subscribe", "stream": "hashtag", "tag": "aurore"}'


@asynccontextmanager
async def gate(handler, *, allow=mastodon_frame, headers=(), url=None, **options):
    async with serve(handler, "127.0.0.1", 0, **options) as service:
        port = service.sockets[0].getsockname()[1]

        async def app(scope, receive, send):
            target = url or f"ws://127.0.0.1:{port}{scope['path']}"
            await relay(scope, receive, send, target, headers=headers, allow=allow)

        async with listening(app) as gate_port:
            yield f"ws://127.0.0.1:{gate_port}"


async def echo(connection):
    async for frame in connection:
        await connection.send(frame)


def test_frames_pass_both_ways():
    async def test():
        async with gate(echo) as url, connect(url + "/api/v1/streaming", proxy=None) as client:
            for number in range(3):
                frame = SUBSCRIBE.replace("aurore", str(number))
                await client.send(frame)
                assert await client.recv() == frame

    run(test)


def test_path_query_subprotocol_and_listed_headers_go_on():
    seen = []

    async def handler(connection):
        request = connection.request
        seen.append(
            (request.path, connection.subprotocol, request.headers.get("Authorization"), request.headers["Host"])
        )
        seen.append([name for name, _ in request.headers.raw_items()])
        await connection.send(b"\x00binary")

    async def test():
        headers = ((b"authorization", b"Bearer x"),)
        async with (
            gate(handler, headers=headers, subprotocols=["token-1"]) as url,
            connect(
                url + "/stream?access_token=t&stream=user",
                subprotocols=["token-1", "other"],
                additional_headers={"X-Forwarded-For": "1.2.3.4", "Cookie": "a"},
                proxy=None,
            ) as client,
        ):
            assert client.subprotocol == "token-1"
            assert await client.recv() == b"\x00binary"

    run(test)
    path, subprotocol, authorization, host = seen[0]
    assert (path, subprotocol, authorization) == ("/stream?access_token=t&stream=user", "token-1", "Bearer x")
    assert host.startswith("127.0.0.1:")
    assert not {"X-Forwarded-For", "Cookie", "User-Agent"} & set(seen[1])


@pytest.mark.parametrize(
    ("allow", "frame"),
    [
        (mastodon_frame, "un message qui fuit"),
        (mastodon_frame, b"\x00"),
        (no_frame, SUBSCRIBE),
        (lambda _: True, "x" * (MAX_FROM_CLIENT + 1)),
    ],
)
def test_a_frame_not_on_the_list_ends_the_stream_and_does_not_go_on(allow, frame):
    got = []
    ended = []

    async def handler(connection):
        try:
            while True:
                got.append(await connection.recv())
        except ConnectionClosed:
            ended.append(connection.close_code)

    async def test():
        async with gate(handler, allow=allow) as url, connect(url, proxy=None) as client:
            await client.send(frame)
            with pytest.raises(ConnectionClosed) as caught:
                await client.recv()
            assert caught.value.rcvd.code == 1008
            assert caught.value.rcvd.reason
            await asyncio.sleep(0.05)

    run(test)
    assert got == []
    assert ended == [1008]


@pytest.mark.parametrize("code", [1000, 1001, 4001])
def test_the_services_close_is_the_clients(code, caplog):
    async def handler(connection):
        await connection.close(code, "because")

    async def test():
        async with gate(handler) as url, connect(url, proxy=None) as client:
            with pytest.raises(ConnectionClosed) as caught:
                await client.recv()
            assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (code, "because")

    run(test)
    assert caplog.text == ""


@pytest.mark.parametrize("code", [1000, 4002])
def test_the_clients_close_is_the_services(code, caplog):
    ended = []

    async def handler(connection):
        await connection.wait_closed()
        ended.append(connection.close_code)

    async def test():
        async with gate(handler) as url:
            async with connect(url, proxy=None) as client:
                await client.close(code)
            await asyncio.sleep(0.1)

    run(test)
    assert ended == [code]
    assert caplog.text == ""


def test_either_side_may_vanish(caplog):
    ended = asyncio.Event()

    async def handler(connection):
        if connection.request.path == "/vanish":
            connection.transport.abort()
            return
        await connection.wait_closed()
        ended.set()

    async def test():
        async with gate(handler) as url:
            async with connect(url + "/vanish", proxy=None) as client:
                with pytest.raises(ConnectionClosed) as caught:
                    await client.recv()
                assert caught.value.rcvd.code == 1011
            client = await connect(url + "/stay", proxy=None)
            client.transport.abort()
            await asyncio.wait_for(ended.wait(), 3)

    run(test)
    assert caplog.text == ""


def test_the_gates_end_is_told_to_both(caplog):
    ended = []

    async def handler(connection):
        await connection.wait_closed()
        ended.append(connection.close_code)

    async def test():
        async with gate(handler) as url:
            client = await connect(url, proxy=None)
        with pytest.raises(ConnectionClosed) as caught:
            await client.recv()
        assert caught.value.rcvd.code == 1012
        await asyncio.sleep(0.05)

    run(test)
    assert ended == [1012]
    assert caplog.text == ""


def test_the_services_refusal_is_the_clients():
    def refuse(connection, request):
        return connection.respond(401, "Missing access token")

    async def test():
        async with gate(echo, process_request=refuse) as url:
            with pytest.raises(InvalidStatus) as caught:
                await connect(url, proxy=None)
            assert caught.value.response.status_code == 401
            assert caught.value.response.body == b"Missing access token"

    run(test)


def test_redirects_are_not_followed(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    asked = []

    def redirect(connection, request):
        asked.append(request.path)
        response = connection.respond(302, "")
        headers = response.headers
        headers["Location"] = "/elsewhere"
        return Response(302, "Found", headers, b"")

    async def test():
        async with gate(echo, process_request=redirect) as url:
            with pytest.raises(InvalidStatus) as caught:
                await connect(url + "/a", proxy=None)
            assert caught.value.response.status_code == 502

    run(test)
    assert asked == ["/a"]


def test_a_service_that_is_down_is_a_502():
    async def test():
        async with gate(echo, url="ws://127.0.0.1:1/") as url:
            with pytest.raises(InvalidStatus) as caught:
                await connect(url, proxy=None)
            assert caught.value.response.status_code == 502
            assert b"error" in caught.value.response.body

    run(test)


def test_a_flood_is_held_back():
    """A client that does not read stops the service from sending, rather than filling the gate's memory."""
    sent = 0

    async def handler(connection):
        nonlocal sent
        for _ in range(400):
            await connection.send(b"x" * 100_000)
            sent += 1

    async def test():
        async with (
            gate(handler, compression=None) as url,
            connect(url, proxy=None, max_queue=1, compression=None) as client,
        ):
            await client.recv()
            await asyncio.sleep(0.5)
            assert sent < 300
            for _ in range(399):
                await client.recv()

    run(test)


@pytest.mark.parametrize(
    "frame",
    [
        SUBSCRIBE,
        '{"type":"unsubscribe","stream":"list","list":"12"}',
        '{"type":"subscribe","stream":"user"}',
    ],
)
def test_mastodons_frames(frame):
    assert mastodon_frame(frame)


@pytest.mark.parametrize(
    "frame",
    [
        "", "x", "[]", '"subscribe"', "{}", '{"stream":"user"}', '{"type":"say","stream":"user"}',
        '{"type":"subscribe","stream":"user","note":"x"}', '{"type":"subscribe","stream":{"a":"b"}}',
        '{"type":"subscribe","stream":["a"]}', '{"type":"subscribe","stream":"a","stream":"b"}',
        '{"type":"subscribe","tag":"' + "x" * 200 + '"}', '{"type":"subscribe","stream":"' + "x" * 2000 + '"}',
        b'{"type":"subscribe","stream":"user"}', "[" * 1000, '{"type":"subscribe"} x', '[["type","subscribe"]]',
        '{"type":["subscribe"]}', '{"type":"subscribe","stream":"\\ud800"',
    ],
)  # fmt: skip
def test_what_is_no_frame_of_mastodons(frame):
    assert not mastodon_frame(frame)
