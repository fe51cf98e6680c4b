"""A request of more texts than can be read together waits for a person."""

import asyncio
import json
from pathlib import Path

import pytest

from guard.channels.joined import too_many, with_joined
from guard.types.post import Segment
from tests.gates import LEAK, rig


def parts(number: int) -> tuple[Segment, ...]:
    return with_joined([Segment(f"/{index}", "other", "mot") for index in range(number)])


@pytest.mark.parametrize(("number", "much"), [(0, False), (1, False), (2, False), (200, False), (230, True)])
def test_how_many_are_too_many(number: int, much: bool) -> None:
    assert too_many(parts(number)) is much


def test_what_no_reader_sees_together_does_not_count() -> None:
    files = [Segment(f"/@filename/{index}", "filename", "a.png") for index in range(300)]
    assert not too_many(with_joined([Segment("/status", "body", "mot"), *files]))


@pytest.mark.parametrize(("text", "words"), [("Bonjour", "trop de textes"), (LEAK, "embargo")])
def test_they_are_held_unless_they_are_refused(tmp_path: Path, text: str, words: str) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            assert (await gate.post("Bonjour", more=["mot"] * 50)).status == 200
            reply = await gate.post(text, more=["mot"] * 300)
            assert reply.status == 422
            assert words in json.loads(reply.body)["error"]
            assert len(gate.service.received) == 1
            leaf = gate.leaves()[-1]
            assert leaf["disposition"] == ("hold" if text == "Bonjour" else "refuse")
            await gate.ledger.settled()

    asyncio.run(scenario())
