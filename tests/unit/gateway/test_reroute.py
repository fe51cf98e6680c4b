"""What is published inside, and what is held because it cannot be."""

import json
from asyncio import run
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.channels.joined import with_joined
from guard.errors import UpstreamError
from guard.gateway.reroute import Internal, kept_inside, parts
from guard.outbox import review
from guard.types.decision import Action, Decision
from guard.types.held import CaseState, Form, Review
from guard.types.http import HttpRequest
from guard.types.inspection import Inspection, Versions
from guard.types.post import Attachment, Author, Post, Segment, Visibility
from guard.upstream.client import Upstream
from tests.gates import NOW, FakeService, Rig, rig

AUTHOR = Author("mastodon", "jeanne@m.example", "@jeanne@m.example")
INTERNAL = Internal(Upstream("http://127.0.0.1:9"), "t", "unlisted", 500)


def post(*texts: tuple[str, str], **more) -> Post:
    segments = tuple(Segment(f"/{number}", role, text) for number, (role, text) in enumerate(texts))
    return Post("p", "mastodon", "status.create", AUTHOR, with_joined(segments), **more)


def test_who_wrote_then_all_that_people_would_have_read() -> None:
    written = post(
        ("spoiler", "Travail"), ("body", "On déménage"), ("poll-option", "Lyon"), ("poll-option", "Nantes"), ("filename", "plan.pdf"),
        attachments=(Attachment("sha256:0", "image/png", 3),),
    )  # fmt: skip
    assert list(parts(written, 500, "fr")) == [
        "De jeanne@m.example (mastodon)\u00a0:\nTravail\nOn déménage\n- Lyon\n- Nantes\n(Fichiers joints non repris\u00a0: 1.)"
    ]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000))
def test_a_long_post_becomes_a_thread_that_loses_nothing(text: str) -> None:
    told = list(parts(post(("body", text)), 200, "en"))
    assert all(0 < len(part) <= 200 for part in told)
    said = "".join("".join(told).split())
    assert said.endswith("".join(text.split()))


@pytest.mark.parametrize(
    ("written", "internal", "action"),
    [
        (post(("body", "x")), INTERNAL, Action.REROUTE),
        (post(("body", "x"), visibility=Visibility.UNLISTED), INTERNAL, Action.REROUTE),
        (post(("body", "x"), visibility=Visibility.DIRECT), INTERNAL, Action.HOLD),
        (post(("body", "x"), visibility=Visibility.PRIVATE), INTERNAL, Action.HOLD),
        (post(("body", "x"), extra=(("scheduled_at", "2030"),)), INTERNAL, Action.HOLD),
        (post(("profile", "x")), INTERNAL, Action.HOLD),
        (replace(post(("body", "x")), operation="status.edit"), INTERNAL, Action.HOLD),
        (post(("body", "x")), None, Action.HOLD),
    ],
)
def test_what_cannot_be_rerouted_is_held(written: Post, internal: Internal | None, action: Action) -> None:
    decision = Decision(Action.REROUTE, (), "sha256:0")
    inspection = Inspection(written, (), decision, None, (), (), Versions("1", "sha256:0", "sha256:0"), 0.1)
    got = kept_inside(inspection, internal).decision
    assert got.action is action
    assert got.reason == ("" if action is Action.REROUTE else "reroute-impossible")


APPROVED = "Astreinte : 06 39 98 12 34, 06 39 98 12 35 et 06 39 98 12 36"


def approve_inside(gate: Rig, number: int) -> None:
    given = Review(True, "dana", NOW, form=Form.INTERNAL)
    gate.store.write_now(lambda tx: review.approve(tx, gate.log, gate.keys, number, given))


def state(gate: Rig, number: int) -> CaseState:
    case = gate.store.read_now(lambda tx: tx.case(number))
    assert case is not None
    return case.state


def test_an_approval_for_inside_goes_inside_once_and_is_recorded(tmp_path: Path) -> None:
    async def scenario() -> None:
        server = FakeService()
        inside = Internal(server, "t", "unlisted", 500)  # type: ignore[arg-type]
        with rig(tmp_path, internal=inside) as gate:
            assert (await gate.post(APPROVED)).status == 422
            approve_inside(gate, 1001)
            reply = await gate.post(APPROVED)
            assert (reply.status, b"serveur interne" in reply.body) == (422, True)
            assert [json.loads(one.body)["status"][:7] for one in server.received] == ["De alic"]
            assert gate.sent() == []
            await gate.ledger.settled()
            assert state(gate, 1001) is CaseState.USED
            decided = [leaf for leaf in gate.leaves() if leaf["kind"] == "decision"]
            assert [(one["disposition"], one["case"]) for one in decided] == [("hold", 1001), ("reroute", 1001)]
            assert b"1002" in (await gate.post(APPROVED)).body  # a new case

    run(scenario())


def test_without_the_internal_server_nothing_leaves_and_the_approval_stands(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(APPROVED)
            approve_inside(gate, 1001)
            assert (await gate.post(APPROVED)).status == 502
            await gate.ledger.settled()
            assert state(gate, 1001) is CaseState.APPROVED
            assert gate.sent() == []

    run(scenario())


def test_after_an_answer_that_got_lost_the_service_outside_is_not_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        server = FakeService()

        def lost(_: HttpRequest) -> None:
            raise UpstreamError("reset", sent=True)

        server.before = lost
        inside = Internal(server, "t", "unlisted", 500)  # type: ignore[arg-type]
        with rig(tmp_path, internal=inside) as gate:
            await gate.post(APPROVED)
            approve_inside(gate, 1001)
            assert (await gate.post(APPROVED)).status == 504
            await gate.ledger.settled()
            assert state(gate, 1001) is CaseState.USED
            server.before = lambda _: None
            gate.service.published.append({"id": "7", "content": f"<p>{APPROVED}</p>"})  # another's, alike
            assert (await gate.post(APPROVED)).status == 422
            keys = {one.header(b"idempotency-key") for one in server.received}
            assert (len(server.received), len(keys)) == (2, 1)
            await gate.ledger.settled()
            how = [(leaf["state"], leaf["how"]) for leaf in gate.leaves() if leaf["kind"] == "delivery"]
            assert how == [("in_doubt", "answered"), ("refused", "sent-again"), ("sent", "answered")]

    run(scenario())
