"""Request bodies: read whole, within the limit of one and the budget of all."""

from __future__ import annotations

import pytest

from guard.errors import RequestError
from guard.gateway.bodies import BodyBudget, read_body
from tests.unit.upstream.peer import run


def receiving(*chunks):
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]

    async def receive():
        if not messages:
            return {"type": "http.disconnect"}
        message = messages.pop(0)
        if chunks and not messages and chunks[-1] is not None:
            message["more_body"] = False
        return message

    return receive


@pytest.mark.parametrize("chunks", [(b"",), (b"abc",), (b"a", b"", b"bc"), (b"a",) * 10])
def test_bodies_are_read_whole(chunks):
    async def test():
        assert await read_body(receiving(*chunks), 10) == b"".join(chunks)

    run(test)


@pytest.mark.parametrize("chunks", [(b"x" * 11,), (b"x" * 6, b"x" * 5), (b"x" * 6, b"x" * 5, b"")])
def test_a_body_too_long_is_refused(chunks):
    async def test():
        with pytest.raises(RequestError) as caught:
            await read_body(receiving(*chunks), 10)
        assert caught.value.status == 413

    run(test)


def test_a_body_declared_too_long_is_refused_unread():
    async def receive():
        raise AssertionError("read")

    async def test():
        with pytest.raises(RequestError) as caught:
            await read_body(receive, 10, declared=11)
        assert caught.value.status == 413

    run(test)


def test_a_client_that_leaves_is_a_bad_request():
    async def receive():
        return {"type": "http.disconnect"}

    async def test():
        with pytest.raises(RequestError) as caught:
            await read_body(receive, 10)
        assert caught.value.status == 400

    run(test)


def test_bodies_in_flight_share_a_budget():
    async def test():
        budget = BodyBudget(10)
        async with budget.body(receiving(b"x" * 6), 10) as body:
            assert body == b"x" * 6
            with pytest.raises(RequestError) as caught:
                async with budget.body(receiving(b"x" * 3, b"x" * 2), 10):
                    pass
            assert caught.value.status == 503
            assert caught.value.hint
            async with budget.body(receiving(b"x"), 10, declared=10):
                pass  # what is announced takes no room: else ten idle sockets could keep everybody out
            async with budget.body(receiving(b"x" * 4), 10):
                pass
        async with budget.body(receiving(b"x" * 10), 10):
            pass

    run(test)
