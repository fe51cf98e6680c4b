"""Decisions of the console as units of work: whom a case is for, when it is due, what comes into effect once."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from guard.errors import ReviewError
from guard.outbox import deciding, review
from guard.outbox.approvals import satisfied
from guard.outbox.deciding import Bar, Choice
from guard.outbox.payload import CasePayload
from guard.types.decision import Action, Decision, Match
from guard.types.held import CaseState, Form, Need
from guard.types.post import ANONYMOUS, Author, Post, Segment
from guard.types.principal import Principal, Role
from guard.types.queue import Claim, Waiting
from tests.ledgers import NOW, held, opened
from tests.people import add

ANA = Principal("1", "ana", "Ana A.", groups=frozenset({"dpo"}), listed=True)
BOB = Principal("2", "bob", "Bob B.")
LINE = Waiting(1001, NOW, NOW, "mastodon", "status.create", "p", None, "alice@m.example", "@alice", ("a/b",), (), ())
HOUR = timedelta(hours=1)
POST = Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/status", "body", "x"),))


def open_anothers(tx):
    """A case whose author authors.toml names."""
    tx.put_author("p", Author("mastodon", "alice@m.example", "@alice", "Alice"))
    tx.open_case(held(1001, due=NOW))


def never(post):
    raise AssertionError("not asked")


@pytest.mark.parametrize(
    ("scheduled", "due"),
    [
        (None, NOW + HOUR), ("2026-11-22T09:00:00Z", NOW + timedelta(minutes=30)), ("2026-11-22T08:00:00Z", NOW),
        ("2027-01-01T00:00:00Z", NOW + HOUR), ("soon", NOW + HOUR), ("2026-11-22T09:00:00", NOW + HOUR),
        ("0001-01-01T00:00:00+14:00", NOW + HOUR), ("9999-12-31T23:59:59Z", NOW + HOUR),
    ],
)  # fmt: skip
def test_an_answer_is_due_within_the_time_promised_and_before_the_post_is(scheduled, due):
    extra = () if scheduled is None else (("scheduled_at", scheduled),)
    assert deciding.due_time(replace(POST, extra=extra), NOW, NOW + HOUR) == due


def test_needs_are_those_of_rules_that_hold():
    def match(action, *approvers, approvals=1):
        return Match("p", "r", action, (), approvers=approvers, approvals=approvals)

    matches = (
        match(Action.HOLD, "group:dpo"), match(Action.HOLD, "group:dpo"), match(Action.HOLD, approvals=2),
        match(Action.HOLD), match(Action.REDACT, "group:never"),
    )  # fmt: skip
    decision = Decision(Action.HOLD, matches, "sha256:0")
    assert deciding.needs_of(decision) == (Need(1, ("group:dpo",)), Need(2))


@pytest.mark.parametrize(
    ("line", "state", "bar"),
    [
        (LINE, CaseState.OPEN, None),
        (LINE, CaseState.REJECTED, Bar.DECIDED),
        (replace(LINE, verdict_by="1"), CaseState.OPEN, Bar.PENDING),
        (replace(LINE, person=" ana a. "), CaseState.OPEN, Bar.OWN),
        (replace(LINE, person="Ana A.", verdict_by="2"), CaseState.OPEN, Bar.OWN),
        (replace(LINE, person="Bob B."), CaseState.OPEN, None),
        (replace(LINE, account="ana@m.example"), CaseState.OPEN, Bar.NAMESAKE),
        (replace(LINE, handle="@Ana"), CaseState.OPEN, Bar.NAMESAKE),
        (replace(LINE, person="Bob B.", handle="@ana"), CaseState.OPEN, None),
        (replace(LINE, approved_by=("ANA",)), CaseState.OPEN, Bar.APPROVED),
        (replace(LINE, needs=(Need(1, ("group:juridique",)),)), CaseState.OPEN, Bar.OTHERS),
        (replace(LINE, needs=(Need(1, ("group:juridique",)), Need(1, ("group:DPO",)))), CaseState.OPEN, None),
        (replace(LINE, needs=(Need(1, ("ana",)),)), CaseState.OPEN, None),
        (replace(LINE, claim=Claim(1001, "2", "bob", NOW, NOW)), CaseState.OPEN, Bar.CLAIMED),
        (replace(LINE, claim=Claim(1001, "1", "ana", NOW, NOW)), CaseState.OPEN, None),
    ],
)
def test_what_keeps_somebody_from_deciding(line, state, bar):
    assert deciding.bar_of(line, state, ANA) is bar


@pytest.mark.parametrize(
    ("needs", "approvals", "given", "enough"),
    [
        ((), 1, [("ana", frozenset())], True),
        ((), 2, [("ana", frozenset())], False),
        ((Need(1, ("group:dpo",)), Need(1, ("group:juridique",))), 1, [("ana", frozenset({"dpo"}))], False),
        ((Need(1, ("group:dpo",)), Need(1, ("group:juridique",))), 1, [("ana", frozenset({"dpo", "juridique"}))], True),
        ((Need(2, ("group:dpo",)),), 2, [("ana", frozenset({"dpo"})), ("bob", frozenset({"rh"}))], False),
        ((Need(2, ("group:dpo",)),), 2, [("ana", frozenset({"dpo"})), ("root", None)], True),
        ((Need(1, ("group:dpo",)), Need(2)), 2, [("ana", frozenset({"dpo"})), ("bob", frozenset())], True),
    ],
)
def test_every_rule_gets_the_approvals_it_asks_for(needs, approvals, given, enough):
    names, groups = zip(*given, strict=True)
    payload = CasePayload(POST, approvals=approvals, approved_by=names, approved_as=groups)
    assert satisfied(needs, payload) is enough


def test_a_verdict_is_recorded_once_however_often_it_is_applied(tmp_path):
    with opened(tmp_path) as here:
        here.store.write_now(open_anothers)
        choice = Choice(False, Form.WRITTEN, "no")
        decide = lambda tx: deciding.decide(tx, here.keys, 1001, ANA, choice, NOW, timedelta(seconds=10))  # noqa: E731
        verdict = here.store.write_now(decide)
        effect = lambda tx: deciding.take_effect(tx, here.log, here.keys, review.Terms(), verdict, NOW, never)  # noqa: E731
        assert here.store.write_now(effect).state is CaseState.REJECTED
        assert here.store.write_now(effect) is None
        assert here.store.read_now(lambda tx: sum(b'"review"' in leaf for leaf in tx.leaves())) == 1


def test_a_verdict_undone_meanwhile_does_nothing(tmp_path):
    with opened(tmp_path) as here:
        here.store.write_now(open_anothers)
        choice = Choice(False, Form.WRITTEN, "no")
        verdict = here.store.write_now(
            lambda tx: deciding.decide(tx, here.keys, 1001, ANA, choice, NOW, timedelta(seconds=10))
        )
        assert here.store.write_now(lambda tx: deciding.undo(tx, 1001, BOB, NOW, HOUR)) == []
        assert here.store.write_now(lambda tx: deciding.undo(tx, 1001, ANA, NOW, HOUR)) == [1001]
        effect = lambda tx: deciding.take_effect(tx, here.log, here.keys, review.Terms(), verdict, NOW, never)  # noqa: E731
        assert here.store.write_now(effect) is None
        assert here.store.read_now(lambda tx: tx.case(1001)).state is CaseState.OPEN


@pytest.mark.parametrize("change", [{"disabled": True}, {"roles": frozenset({Role.AUDITOR})}])
def test_who_is_shut_out_meanwhile_has_decided_nothing(tmp_path, change):
    with opened(tmp_path) as here:
        here.store.write_now(open_anothers)
        account = add(here.store, "mallory")
        who = Principal(account.id, "mallory", "Mallory", listed=True)
        choice = Choice(approved=False, reason="no")
        verdict = here.store.write_now(lambda tx: deciding.decide(tx, here.keys, 1001, who, choice, NOW, HOUR))
        here.store.write_now(lambda tx: tx.accounts.update(replace(account, **change)))
        effect = lambda tx: deciding.take_effect(tx, here.log, here.keys, review.Terms(), verdict, NOW, never)  # noqa: E731
        assert here.store.write_now(effect) is None
        assert here.store.read_now(lambda tx: tx.case(1001)).state is CaseState.OPEN
        assert "may not decide any more" in here.store.read_now(lambda tx: tx.queue.verdict(1001)).failed


@pytest.mark.parametrize("who", [ANA, BOB])
def test_whose_post_nobody_knows_is_decided_on_once_somebody_says_that_it_is_not_theirs(tmp_path, who):
    with opened(tmp_path) as here:
        write, choice = here.store.write_now, Choice(approved=False, reason="no")
        for number in (1001, 1002):
            write(lambda tx, number=number: tx.open_case(held(number, due=NOW)))

        def decide(tx, number=1001):
            return deciding.decide(tx, here.keys, number, who, choice, NOW, HOUR)

        with pytest.raises(deciding.BarredError) as barred:
            write(decide)
        assert barred.value.bar is Bar.NOT_SAID
        for _ in range(2):
            write(lambda tx: deciding.say_not_mine(tx, here.log, 1001, who, NOW))
        write(decide)
        write(lambda tx: decide(tx, 1002))
        leaves = here.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
        assert [(leaf["kind"], leaf["data"]["of"], leaf["data"]["case"]) for leaf in leaves] == [("not-own", "p", 1001)]
        assert here.store.read_now(lambda tx: tx.queue.noted(1001)) == [leaves[0]["id"]]


def test_who_surely_is_somebody_else_is_asked_nothing(tmp_path):
    with opened(tmp_path) as here:
        here.store.write_now(open_anothers)
        here.store.write_now(lambda tx: deciding.say_not_mine(tx, here.log, 1001, ANA, NOW))
        assert here.store.read_now(lambda tx: list(tx.leaves())) == []


def test_a_case_that_is_none(tmp_path):
    with opened(tmp_path) as here, pytest.raises(ReviewError, match="no case 7"):
        here.store.read_now(lambda tx: deciding.find(tx, 7, datetime.now(UTC)))
