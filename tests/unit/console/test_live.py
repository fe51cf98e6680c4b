"""Live updates: each listener hears each topic, slow ones once; who looks is known for a while."""

import asyncio
from datetime import UTC, datetime, timedelta

from guard.console import live
from guard.console.live import Hub

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


async def always():
    return True


async def heard(stream, count):
    return [await anext(stream) for _ in range(count)]


def test_every_listener_hears_every_topic_once():
    async def work():
        hub = Hub()
        one, other = hub.events(always), hub.events(always)
        assert await heard(one, 1) == await heard(other, 1) == [": here\n\n"]
        for topic in ("queue", "case-1", "queue"):
            hub.publish(topic)
        events = ["event: queue\ndata: queue\n\n", "event: case-1\ndata: case-1\n\n"]
        assert await heard(one, 2) == await heard(other, 2) == events
        assert hub.heard
        await one.aclose()
        await other.aclose()
        assert not hub.heard

    asyncio.run(work())


def test_what_changed_before_a_listener_came_is_told_first():
    async def work():
        hub = Hub()

        def missed():
            assert hub.heard  # from here on nothing can be missed
            hub.publish("case-1")
            return ["queue"]

        stream = hub.events(always, missed)
        told = await heard(stream, 3)
        await stream.aclose()
        return told

    assert asyncio.run(work()) == [": here\n\n", "event: queue\ndata: queue\n\n", "event: case-1\ndata: case-1\n\n"]


def test_a_stream_ends_with_its_session():
    lasts = [True, True, False]

    async def still():
        return lasts.pop(0)

    async def work():
        hub = Hub()
        stream = hub.events(still)
        assert await heard(stream, 1) == [": here\n\n"]
        hub.publish("queue")
        assert await heard(stream, 1) == ["event: queue\ndata: queue\n\n"]
        hub.publish("queue")
        return [event async for event in stream]

    assert asyncio.run(work()) == []


def test_a_stream_ends_so_that_its_session_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(live, "STREAM_S", 0)

    async def work():
        return [event async for event in Hub().events(always)]

    assert asyncio.run(work()) == [": here\n\n"]


def test_who_looks_is_forgotten_after_a_while():
    hub = Hub()
    hub.look(1, "a", "ana", NOW)
    hub.look(1, "b", "bob", NOW + timedelta(seconds=40))
    assert hub.lookers(1, NOW + timedelta(seconds=40), but="b") == ["ana"]
    assert hub.lookers(1, NOW + timedelta(seconds=60)) == ["bob"]
    assert hub.lookers(2, NOW) == []


def test_cases_that_nobody_looks_at_are_forgotten():
    hub = Hub()
    for case in range(live.MANY + 1):
        hub.look(case, "a", "ana", NOW)
    hub.look(-1, "a", "ana", NOW + timedelta(hours=1))
    assert list(hub._looking) == [-1]
