"""However an answer is cut into pieces on its way, it is read as the same answer."""

from __future__ import annotations

import asyncio
import itertools
import socket

import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.errors import UpstreamError
from guard.upstream.connection import Connection, Timeouts

HEADS = [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX: y\r\n\r\nhello world", b"hello world"),
    (b"HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nT: u\r\n\r\n", b"hello world"),
    (b"HTTP/1.1 103 Early\r\nL: m\r\n\r\nHTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 0\r\n\r\n", b""),
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\n", b""),
]  # fmt: skip


class Wire(asyncio.Transport):
    """A transport that goes nowhere."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__({"socket": sock})
        self.aborted = False

    def write(self, data: bytes) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.aborted

    def abort(self) -> None:
        self.aborted = True


def read(pieces: list[bytes]):
    """(status, headers, body, reusable) as read from `pieces`; None when the answer was refused."""

    async def reading():
        with socket.socket() as sock:
            connection = Connection(asyncio.get_running_loop(), "service", lambda _: None)
            connection.connection_made(Wire(sock))
            answer = connection.start(b"", b"", head_only=False, limit=100, times=Timeouts())
            for piece in pieces:
                if not connection.transport.is_closing():
                    connection.data_received(piece)
            connection.connection_lost(None)
            try:
                await answer
            except UpstreamError:
                return None
            kept = [header for header in connection.headers if header[0] != b"content-length"]
            return connection.status, kept, b"".join(connection.chunks), connection.complete

    return uvloop.run(reading())


def cut(data: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted({place % len(data) for place in places} - {0}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(bounds)]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HEADS), st.lists(st.integers(0, 10_000), max_size=12))
def test_cuts_do_not_matter(example, places):
    data, body = example
    status, headers, got, complete = read(cut(data, places))
    assert (headers, got, complete) == ([(b"x", b"y")], body, True)
    assert status in {200, 204}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HEADS), st.integers(0, 10_000))
def test_half_an_answer_is_never_taken_for_a_whole_one(example, place):
    data, _ = example
    assert read([data[: place % len(data)]]) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=4))
def test_noise_is_refused_and_nothing_else_is_raised(pieces):
    assert read(pieces) is None
