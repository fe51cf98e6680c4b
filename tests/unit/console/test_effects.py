"""What comes into effect in the background: one decision that cannot be never keeps the others waiting."""

import asyncio
from dataclasses import replace

import pytest

from guard.console import effects
from guard.console.effects import inspect, safe_passes, settle, watch
from guard.outbox import review
from guard.types.held import CaseState
from tests.consoles import console, run
from tests.gates import THREE_PHONES


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def states(rig, numbers):
    return [rig.opened.store.read_now(lambda tx, n=n: tx.case(n)).state for n in numbers]


def test_one_that_cannot_be_keeps_no_other_waiting(rig, monkeypatch):
    first, second = rig.hold(THREE_PHONES), rig.hold(THREE_PHONES + "!")
    for number in (first, second):
        rig.client("ana").post(f"/cases/{number}/decide", {"decision": "rejected", "because": "rule"})
    rig.clock.pass_by(seconds=11)
    real = effects.take_effect

    def broken(tx, log, keys, terms, verdict, now, inspect):
        if verdict.case == first:
            raise RuntimeError("a bug")
        return real(tx, log, keys, terms, verdict, now, inspect)

    monkeypatch.setattr(effects, "take_effect", broken)
    assert run(settle(rig.desk)) == 2
    assert states(rig, [first, second]) == [CaseState.OPEN, CaseState.REJECTED]
    assert "could not take effect" in rig.client("ana").get("/queue").words


def test_a_safe_version_that_would_be_stopped_or_masked_does_not_pass(rig):
    number = rig.hold(THREE_PHONES)
    payload = review.open_payload(rig.desk.keys, rig.opened.store.read_now(lambda tx: tx.case(number)))

    async def passing(each):
        return await safe_passes(rig.desk, await inspect(rig.desk, each.post, each), each)

    assert len(payload.edits) == 3
    assert run(passing(payload))
    for left in (1, 2):
        assert not run(passing(replace(payload, edits=payload.edits[left:])))
    segments = (replace(payload.post.segments[0], text="mdp : Tulipe2024! oui, Tulipe2024!"),)
    twice = replace(payload, post=replace(payload.post, segments=segments))
    edits = (replace(payload.edits[0], start=6, end=17, replacement="[secret]"),)
    assert not run(passing(replace(twice, edits=edits))), "no such version is made any more"


def test_the_watch_goes_on_after_an_error_and_tells_open_pages(rig, monkeypatch):
    monkeypatch.setattr(effects, "WATCH_S", 0.001)
    number = rig.hold(THREE_PHONES)
    rig.client("ana").post(f"/cases/{number}/decide", {"decision": "rejected", "because": "rule"})
    rig.clock.pass_by(seconds=11)
    real, calls = effects.settle, []

    async def at_first_broken(desk):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("a bug")
        return await real(desk)

    monkeypatch.setattr(effects, "settle", at_first_broken)

    async def work():
        async def always():
            return True

        stream = rig.desk.hub.events(always)
        await anext(stream)
        task = asyncio.create_task(watch(rig.desk))
        event = await asyncio.wait_for(anext(stream), 20)
        task.cancel()
        return event

    assert run(work()) == "event: queue\ndata: queue\n\n"
    assert states(rig, [number]) == [CaseState.REJECTED]
