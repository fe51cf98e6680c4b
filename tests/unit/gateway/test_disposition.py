"""Inspection and case in, disposition out: every action and every state of a case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from guard.gateway.disposition import Deliver, Hold, Refuse, Reroute, dispose
from guard.types.decision import Action, Decision, Match
from guard.types.held import CaseState, Form, HeldPost, Review
from guard.types.inspection import Inspection, Versions
from guard.types.post import ANONYMOUS, Post

NOW = datetime(2026, 12, 1, tzinfo=UTC)
POST = Post("p", "mastodon", "status.create", ANONYMOUS, ())


def inspection(action: Action, *rules: str) -> Inspection:
    matches = tuple(Match(*rule.split("/"), action, ()) for rule in rules)
    decision = Decision(action, matches, "sha256:0")
    return Inspection(POST, (), decision, None, (), (), Versions("0", "0", "0"))


def case(state: CaseState, *matches: str, form: Form = Form.WRITTEN) -> HeldPost:
    review = Review(approved=state is not CaseState.REJECTED, reviewer="r", at=NOW, form=form)
    return HeldPost(
        1001, "e", b"b", NOW, "mastodon", "status.create", "a", matches, "sha256:0", state, None, None,
        review=None if state is CaseState.OPEN else review, expires=NOW + timedelta(days=7),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "form"), [(Action.ALLOW, Form.WRITTEN), (Action.FLAG, Form.WRITTEN), (Action.REDACT, Form.REDACTED)]
)
def test_mild_actions_deliver(action: Action, form: Form) -> None:
    assert dispose(inspection(action), None, NOW) == Deliver(form)


def test_block_refuses_even_what_was_approved() -> None:
    assert dispose(inspection(Action.BLOCK, "p/r"), case(CaseState.APPROVED, "p/r"), NOW) == Refuse()


def test_hold_without_a_case_opens_one() -> None:
    assert dispose(inspection(Action.HOLD, "p/r"), None, NOW) == Hold()


def test_the_same_post_sent_again_meets_its_open_case() -> None:
    held = case(CaseState.OPEN, "p/r")
    assert dispose(inspection(Action.HOLD, "p/r"), held, NOW) == Hold(held)


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.INTERNAL])
def test_an_approval_delivers_in_its_form(form: Form) -> None:
    held = case(CaseState.APPROVED, "p/r", form=form)
    assert dispose(inspection(Action.HOLD, "p/r"), held, NOW) == Deliver(form, held)


def test_an_approval_for_the_internal_server_goes_nowhere_else() -> None:
    held = case(CaseState.APPROVED, "p/r", form=Form.INTERNAL)
    assert dispose(inspection(Action.HOLD, "p/r"), held, NOW) == Reroute(held)
    assert dispose(inspection(Action.HOLD, "p/r", "p/new"), held, NOW) == Hold()
    assert dispose(inspection(Action.BLOCK, "p/r"), held, NOW) == Refuse()


def test_an_approval_does_not_cover_a_rule_added_since() -> None:
    assert dispose(inspection(Action.HOLD, "p/r", "p/new"), case(CaseState.APPROVED, "p/r"), NOW) == Hold()


def test_an_approval_ends() -> None:
    held = replace(case(CaseState.APPROVED, "p/r"), expires=NOW)
    assert dispose(inspection(Action.HOLD, "p/r"), held, NOW) == Hold()


def test_a_rejection_stays() -> None:
    held = case(CaseState.REJECTED, "p/r")
    assert dispose(inspection(Action.HOLD, "p/r"), held, NOW) == Refuse(held)


@pytest.mark.parametrize("state", [CaseState.USED, CaseState.EXPIRED])
def test_a_used_approval_opens_a_new_case(state: CaseState) -> None:
    assert dispose(inspection(Action.HOLD, "p/r"), case(state, "p/r"), NOW) == Hold()
