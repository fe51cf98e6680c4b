"""One send per idempotency key."""

import asyncio

import pytest

from guard.errors import RequestError
from guard.gateway.duplicates import Duplicates
from guard.types.http import HttpReply

KEY = ("alice@m.example", b"k1")


def test_a_repeat_gets_the_first_answer() -> None:
    async def scenario() -> None:
        seen = Duplicates()
        assert await seen.first(KEY, b"post") is None
        waiting = asyncio.create_task(seen.first(KEY, b"post"))
        await asyncio.sleep(0)
        assert not waiting.done()
        seen.done(KEY, HttpReply(200, body=b"1"))
        assert (await waiting).body == b"1"
        assert (await seen.first(KEY, b"post")).body == b"1"

    asyncio.run(scenario())


def test_the_same_key_for_another_post_is_refused() -> None:
    async def scenario() -> None:
        seen = Duplicates()
        await seen.first(KEY, b"post")
        with pytest.raises(RequestError) as caught:
            await seen.first(KEY, b"other")
        assert caught.value.status == 422

    asyncio.run(scenario())


def test_a_stopped_post_frees_its_key() -> None:
    async def scenario() -> None:
        seen = Duplicates()
        await seen.first(KEY, b"post")
        waiting = asyncio.create_task(seen.first(KEY, b"post"))
        await asyncio.sleep(0)
        seen.done(KEY, None)
        assert await waiting is None  # the waiter is now the first
        seen.done(KEY, None)
        assert await seen.first(KEY, b"mended") is None

    asyncio.run(scenario())


def test_another_account_has_its_own_keys() -> None:
    async def scenario() -> None:
        seen = Duplicates()
        assert await seen.first(KEY, b"post") is None
        assert await seen.first(("bob@m.example", b"k1"), b"other") is None

    asyncio.run(scenario())
