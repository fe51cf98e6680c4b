"""Cases and deliveries move only where they may; approvals are bound to what was looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.errors import ReviewError
from guard.outbox import states
from guard.types.held import CaseState, Form, Review
from guard.types.post import Attachment, Author, Post, Segment, Visibility
from tests.ledgers import NOW, held

DAY = timedelta(days=1)
YES = Review(True, "dana", NOW, "", Form.WRITTEN)
NO = Review(False, "dana", NOW, "names a client")
POST = Post(
    id="p1",
    network="mastodon",
    operation="status.create",
    author=Author("mastodon", "alice@m.example", "alice"),
    segments=(Segment("/status", "body", "un texte"), Segment("/spoiler_text", "spoiler", "avis")),
    attachments=(Attachment("sha256:" + "0" * 64, "image/png", 5), Attachment("sha256:" + "1" * 64, "image/png", 5)),
    extra=(("scheduled_at", "2026-12-01"), ("poll", "2")),
)

BOUND = {
    "account": replace(POST, author=replace(POST.author, account="bob@m.example")),
    "network of the account": replace(POST, author=replace(POST.author, network="x")),
    "network": replace(POST, network="x"),
    "operation": replace(POST, operation="status.edit"),
    "target": replace(POST, target="109"),
    "visibility": replace(POST, visibility=Visibility.DIRECT),
    "reply": replace(POST, reply_to="109"),
    "quote": replace(POST, quote_of="109"),
    "text": replace(POST, segments=(replace(POST.segments[0], text="un texte."), POST.segments[1])),
    "place of a text": replace(POST, segments=(replace(POST.segments[0], path="/other"), POST.segments[1])),
    "fewer texts": replace(POST, segments=POST.segments[:1]),
    "more texts": replace(POST, segments=(*POST.segments, Segment("/poll/options/0", "poll-option", "oui"))),
    "a field called so": replace(POST, segments=(*POST.segments, Segment("/@filename/a", "other", "a.png"))),
    "a field that a service has for a name": replace(
        POST, segments=(*POST.segments, Segment("/name", "filename", "a"))
    ),
    "file": replace(POST, attachments=(Attachment("sha256:" + "2" * 64, "image/png", 5), POST.attachments[1])),
    "order of files": replace(POST, attachments=POST.attachments[::-1]),
    "fewer files": replace(POST, attachments=()),
    "facts": replace(POST, extra=(("scheduled_at", "2026-12-02"), ("poll", "2"))),
}
FREE = {
    "id": replace(POST, id="p2"),
    "handle": replace(POST, author=replace(POST.author, handle="Alice", person="Alice Martin")),
    "declared language": replace(POST, language="fr"),
    "order of fields": replace(POST, segments=POST.segments[::-1], extra=POST.extra[::-1]),
    "name of a file": replace(POST, segments=(*POST.segments, Segment("/@filename/file", "filename", "a.png"))),
    "what we know of a text": replace(POST, segments=(replace(POST.segments[0], redactable=False), POST.segments[1])),
}


@pytest.mark.parametrize("name", BOUND)
def test_an_approval_is_bound_to(name):
    assert states.binding(BOUND[name]) != states.binding(POST)


@pytest.mark.parametrize("name", FREE)
def test_an_approval_is_not_bound_to(name):
    assert states.binding(FREE[name]) == states.binding(POST)


def test_bindings_are_all_different_and_32_bytes():
    digests = {states.binding(post) for post in (POST, *BOUND.values())}
    assert len(digests) == len(BOUND) + 1
    assert {len(digest) for digest in digests} == {32}


def test_half_a_surrogate_pair_does_not_break_it():
    odd = replace(POST, segments=(Segment("/status", "body", "\ud83d"),))
    assert states.binding(odd) != states.binding(replace(odd, segments=(Segment("/status", "body", "\ude00"),)))


def test_neighbouring_texts_cannot_be_shifted():
    one = replace(POST, segments=(Segment("/a", "body", "bc"),))
    other = replace(POST, segments=(Segment("/ab", "body", "c"),))
    assert states.binding(one) != states.binding(other)


def test_approving():
    case = states.approve(held(1001), YES, 7 * DAY, 30 * DAY)
    assert (case.state, case.review, case.expires, case.erase_after) == (
        CaseState.APPROVED, YES, NOW + 7 * DAY, NOW + 30 * DAY)  # fmt: skip


def test_text_is_kept_while_its_approval_stands():
    assert states.approve(held(1001), YES, 7 * DAY, DAY).erase_after == NOW + 7 * DAY


def test_rejecting():
    case = states.reject(held(1001), NO, 30 * DAY)
    assert (case.state, case.review, case.expires, case.erase_after) == (CaseState.REJECTED, NO, None, NOW + 30 * DAY)


@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.OPEN])
def test_nobody_decides_twice(state):
    case = held(1001, state=state, review=YES)
    for decide in (
        lambda: states.approve(case, YES, DAY, DAY),
        lambda: states.reject(case, NO, DAY),
    ):
        with pytest.raises(ReviewError, match=f"already {state.value} by dana"):
            decide()


def test_an_approval_covers_the_rules_it_was_given_for():
    case = states.approve(held(1001), YES, 7 * DAY, 30 * DAY)
    assert states.covers(case, ["client-x/name", "pii-fr/phone"], NOW)
    assert states.covers(case, ["pii-fr/phone"], NOW)
    assert states.covers(case, [], NOW)
    assert not states.covers(case, ["pii-fr/phone", "secrets/aws"], NOW)


def test_an_approval_ends():
    case = states.approve(held(1001), YES, 7 * DAY, 30 * DAY)
    last = NOW + 7 * DAY
    assert states.covers(case, [], last - timedelta(microseconds=1))
    assert not states.covers(case, [], last)
    with pytest.raises(ReviewError):
        states.use(case, [], last)
    with pytest.raises(ReviewError):
        states.expire(case, last - timedelta(microseconds=1))
    assert states.expire(case, last).state is CaseState.EXPIRED
    with pytest.raises(ReviewError):
        states.expire(states.use(case, [], NOW), last)


def test_an_approval_is_used_once_unless_the_service_refused():
    used = states.use(states.approve(held(1001), YES, 7 * DAY, 30 * DAY), ["pii-fr/phone"], NOW)
    assert used.state is CaseState.USED
    with pytest.raises(ReviewError):
        states.use(used, ["pii-fr/phone"], NOW)
    again = states.give_back(used)
    assert states.use(again, [], NOW) == used
    with pytest.raises(ReviewError):
        states.give_back(again)


@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.APPROVED])
def test_only_an_approved_case_may_be_used(state):
    with pytest.raises(ReviewError):
        states.use(held(1001, state=state, expires=NOW + DAY), [], NOW)


def test_signing_in_publishes_nothing() -> None:
    assert states.publishes_anew("status.create")
    assert states.publishes_anew("message.send")
    assert not states.publishes_anew("session.create")
    assert not states.publishes_anew("status.edit")
