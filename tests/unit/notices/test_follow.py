"""From the log to the outbox: who is told what, once, and of nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest

from guard.notices.base import People
from guard.notices.follow import AT_ONCE, Follower, after_quiet
from guard.outbox import motions, questions, review
from guard.settings.load import Authors, Person
from guard.settings.notices import NoticeSettings, SmtpSettings, WebhookSettings
from guard.types.audit import AuditEntry
from guard.types.held import Form, Review
from guard.types.inspection import Facts
from guard.types.notice import Channel, Kind, NoticeState
from guard.types.principal import Principal
from guard.types.question import Ask, Words
from tests.consoles import console
from tests.gates import THREE_PHONES

MARIE = Principal("id-marie", "marie", "Marie", frozenset())
AUTHORS = Authors({("mastodon", "alice"): Person("Marie", mail="marie@corp.example")})
WAYS = {
    "smtp": SmtpSettings("mail.example", "gate@corp.example"),
    "webhook": WebhookSettings("https://hook.example", "/", "s" * 16),
    "reviewers": ("reviewers@corp.example",),
    "it": ("it@corp.example",),
    "dpo": ("dpo@corp.example",),
}


class Told:
    """A console's store, its follower, and what lies in the outbox."""

    def __init__(self, rig, **settings) -> None:
        self.rig = rig
        people = People(NoticeSettings(**(WAYS | settings)), AUTHORS, lambda: {"pii-fr": "owner@corp.example"})
        self.follower = Follower(rig.opened.store, people, rig.clock)

    def look(self) -> list[tuple[str, str, str]]:
        """Kind, channel and address of all notices, after following the log to its end."""
        while asyncio.run(self.follower.follow()):
            pass
        return sorted((each.kind.value, each.channel.value, each.recipient) for each in self.all())

    def all(self):
        since = datetime(2000, 1, 1, tzinfo=UTC)
        return self.rig.opened.store.read_now(lambda tx: [n for kind in Kind for n in tx.notices.of_kind(kind, since)])

    def decide(self, case: int, *, approved: bool = False, form: Form = Form.WRITTEN, **more) -> None:
        rig = self.rig
        verdict = Review(approved, "ana", rig.clock(), "" if approved else "no: Client X", form)
        store, log, keys = rig.opened.store, rig.opened.log, rig.opened.keys
        groups = frozenset({"dpo", "juridique"})
        if approved:
            store.write_now(lambda tx: review.approve(tx, log, keys, case, verdict, groups=groups, **more))
        else:
            store.write_now(lambda tx: review.reject(tx, log, case, verdict))


@pytest.fixture
def told(tmp_path):
    with console(tmp_path) as rig:
        yield Told(rig)


def test_reviewers_are_told_of_a_hold_and_what_follows_soon_joins_the_mail(told) -> None:
    first = told.rig.hold(THREE_PHONES, account="alice", person="Marie")
    assert told.look() == [("held", "mail", "reviewers@corp.example"), ("held", "webhook", "")]
    second = told.rig.hold(THREE_PHONES + " !", account="bob")
    told.look()
    (mail,) = (each for each in told.all() if each.channel is Channel.MAIL)
    assert mail.about == {"cases": [first, second]}
    assert mail.due == told.rig.clock() + timedelta(minutes=5)
    assert len([each for each in told.all() if each.channel is Channel.WEBHOOK]) == 2


def test_the_same_post_sent_again_while_it_waits_tells_nobody(told) -> None:
    number = told.rig.hold(THREE_PHONES)
    told.look()
    assert told.rig.hold(THREE_PHONES) == number
    assert len(told.look()) == 2


def test_authors_are_told_what_became_of_their_post(told) -> None:
    one = told.rig.hold(THREE_PHONES, account="alice", person="Marie")
    two = told.rig.hold(THREE_PHONES + " !", account="alice", person="Marie")
    other = told.rig.hold(THREE_PHONES + " ?", account="bob")
    told.decide(one, approved=True)
    told.decide(two)
    told.decide(other)
    mails = [line for line in told.look() if line[1] == "mail" and line[0] != "held"]
    assert mails == [("approved", "mail", "marie@corp.example"), ("rejected", "mail", "marie@corp.example")]
    (approved,) = (each for each in told.all() if each.kind is Kind.APPROVED and each.channel is Channel.MAIL)
    case = told.rig.opened.store.read_now(lambda tx: tx.case(one))
    assert approved.about == {"case": one, "network": "mastodon", "decision": case.event}


def test_an_author_is_told_that_a_post_is_to_go_inside(told) -> None:
    case = told.rig.hold(THREE_PHONES, account="alice", person="Marie")
    told.decide(case, approved=True, form=Form.INTERNAL)
    mails = [line for line in told.look() if line[1] == "mail" and line[0] != "held"]
    assert mails == [("inside", "mail", "marie@corp.example")]


@pytest.mark.parametrize("form", [Form.REDACTED, Form.EDITED])
def test_an_author_is_told_that_a_colleague_changed_it(told, form) -> None:
    case = told.rig.hold(THREE_PHONES, account="alice", person="Marie")
    edit = {
        "texts": {"/status": "Le standard"},
        "inspect": partial(told.rig.desk.inspector().inspect, facts=Facts(told.rig.clock())),
    }
    told.decide(case, approved=True, form=form, **(edit if form is Form.EDITED else {}))
    mails = [line for line in told.look() if line[1] == "mail" and line[0] != "held"]
    assert mails == [("changed", "mail", "marie@corp.example")]


def test_a_masked_and_a_rerouted_post_are_told_and_a_plain_one_is_not(told) -> None:
    rig = told.rig
    pseudonym = rig.opened.log.pseudonym("mastodon", "alice")
    data = {"author": pseudonym, "network": "mastodon", "action": "redact", "disposition": "deliver", "form": "redacted",
            "matches": [{"rule": "pii-fr/phone", "action": "redact"}]}  # fmt: skip
    rig.hold(THREE_PHONES, account="alice", person="Marie")  # makes the author known
    rig.opened.store.write_now(
        lambda tx: [
            rig.opened.append(tx, **data),
            rig.opened.append(tx, **(data | {"form": "written", "action": "flag"})),
            rig.opened.append(tx, **(data | {"disposition": "reroute", "form": ""})),
        ]
    )
    mails = [line for line in told.look() if line[2] == "marie@corp.example"]
    assert mails == [("redacted", "mail", "marie@corp.example"), ("rerouted", "mail", "marie@corp.example")]


def test_a_question_goes_to_reviewers_and_to_the_owner_of_the_rule(told) -> None:
    rig = told.rig
    rig.hold(THREE_PHONES, account="alice", person="Marie")
    event = rig.entries("decision") and rig.opened.store.read_now(lambda tx: tx.cases())[0].event

    def ask(why: Ask):
        return rig.opened.store.write_now(
            lambda tx: questions.ask(
                tx, rig.opened.log, rig.opened.keys, MARIE, why, Words("secret words"), rig.clock(), decision=event
            )
        )

    ask(Ask.FALSE_POSITIVE)
    mails = [line[2] for line in told.look() if line[:2] == ("question", "mail")]
    assert mails == ["owner@corp.example", "reviewers@corp.example"]
    ask(Ask.REVIEW)
    assert len([line for line in told.look() if line[:2] == ("question", "mail")]) == 3
    mine = ask(Ask.RESPONSIBILITY)
    assert ("responsibility", "mail", "it@corp.example") in told.look()
    ana = rig.sessions.people["ana"]
    rig.opened.store.write_now(
        lambda tx: questions.answer(
            tx, rig.opened.log, rig.opened.keys, mine.id, ana, "words", rig.clock(), upheld=False, keep_for=timedelta(1)
        )
    )
    assert ("answered", "mail", "marie@corp.example") in told.look()
    assert "secret words" not in repr(told.all())


def test_it_hears_of_probing_at_any_hour(tmp_path) -> None:
    with console(tmp_path) as rig:
        told = Told(rig, quiet=(time(0, 0), time(23, 59)))
        entry = AuditEntry("e1", "probe", rig.clock(), {"author": "p", "turns": 8, "via": "api"})
        rig.opened.store.write_now(lambda tx: rig.opened.log.append(tx, entry))
        assert told.look() == [("probe", "mail", "it@corp.example"), ("probe", "webhook", "")]
        assert {each.due for each in told.all()} == {rig.clock()}


def test_kinds_that_are_off_and_ways_that_are_not_there_make_no_notices(tmp_path) -> None:
    with console(tmp_path) as rig:
        rig.hold(THREE_PHONES)
        assert Told(rig, off=frozenset({Kind.HELD})).look() == []
        rig.hold(THREE_PHONES + " !")
        assert Told(rig, smtp=None, webhook=None).look() == []


def test_a_webhook_gets_only_the_kinds_it_is_for(tmp_path) -> None:
    with console(tmp_path) as rig:
        rig.hold(THREE_PHONES)
        other = replace(WAYS["webhook"], kinds=frozenset({Kind.PROBE}))
        assert Told(rig, webhook=other).look() == [("held", "mail", "reviewers@corp.example")]


def test_two_followers_tell_nothing_twice_and_follow_from_where_they_were(told) -> None:
    told.rig.hold(THREE_PHONES)
    again = Told(told.rig)

    async def both():
        await asyncio.gather(told.follower.follow(), again.follower.follow())

    asyncio.run(both())
    assert len(told.look()) == 2
    size = told.rig.opened.store.read_now(lambda tx: tx.frontier.size)
    assert told.rig.opened.store.read_now(lambda tx: tx.notices.followed()[0]) == size


def test_a_long_log_is_followed_piece_by_piece_and_history_makes_no_notices(tmp_path) -> None:
    with console(tmp_path) as rig:
        rig.opened.add(AT_ONCE + 5, disposition="deliver", author="p")
        told = Told(rig)
        assert asyncio.run(told.follower.follow()) == AT_ONCE
        assert asyncio.run(told.follower.follow()) == 5
        assert asyncio.run(told.follower.follow()) == 0
        assert told.all() == []


def test_reviewers_are_reminded_once_of_a_promised_time_that_is_near(told) -> None:
    first = told.rig.hold(THREE_PHONES)
    told.look()
    asyncio.run(told.follower.remind())
    assert [each for each in told.all() if each.kind is Kind.DEADLINE] == []
    told.rig.clock.pass_by(hours=3, minutes=31)
    second = told.rig.hold(THREE_PHONES + " !")
    for _ in range(2):
        asyncio.run(told.follower.remind())
    (mail,) = (each for each in told.all() if each.kind is Kind.DEADLINE and each.channel is Channel.MAIL)
    assert mail.about == {"cases": [first]}
    told.rig.clock.pass_by(hours=4)
    asyncio.run(told.follower.remind())
    mails = [each.about["cases"] for each in told.all() if each.kind is Kind.DEADLINE and each.channel is Channel.MAIL]
    assert sorted(mails) == [[first], [second]]


def test_what_was_sent_long_ago_is_let_go(told) -> None:
    from dataclasses import replace

    told.rig.hold(THREE_PHONES)
    told.look()
    mail, hook = sorted(told.all(), key=lambda each: each.channel)
    told.rig.opened.store.write_now(lambda tx: tx.notices.update(replace(mail, state=NoticeState.SENT)))
    told.rig.clock.pass_by(days=8)
    asyncio.run(told.follower.remind())
    left = {each.id for each in told.all() if each.kind is Kind.HELD}
    assert left == {hook.id}


@pytest.mark.parametrize(
    ("at", "quiet", "until"),
    [
        ("12:00", ("20:00", "07:00"), "12:00"),
        ("20:00", ("20:00", "07:00"), "+07:00"),
        ("23:30", ("20:00", "07:00"), "+07:00"),
        ("06:59", ("20:00", "07:00"), "07:00"),
        ("07:00", ("20:00", "07:00"), "07:00"),
        ("12:30", ("12:00", "13:00"), "13:00"),
        ("13:00", ("12:00", "13:00"), "13:00"),
    ],
)
def test_quiet_hours_move_a_mail_to_their_end(at, quiet, until) -> None:
    day = datetime(2026, 12, 1).astimezone()
    moment = day.replace(hour=int(at[:2]), minute=int(at[3:]))
    found = after_quiet(moment, (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])))
    wanted = day + timedelta(days=1) if until[0] == "+" else day
    clock = until.lstrip("+")
    assert found == wanted.replace(hour=int(clock[:2]), minute=int(clock[3:]))
    assert after_quiet(moment, None) == moment


def test_a_request_tells_those_who_may_agree_and_its_next_steps_nobody(told) -> None:
    store, log, now = told.rig.opened.store, told.rig.opened.log, told.rig.clock()
    subject = {"what": "account", "account": "alice"}
    asked = store.write_now(lambda tx: motions.ask(tx, log, MARIE, motions.REVEAL, subject, "secret reason", now))
    draft = store.write_now(lambda tx: motions.draft(tx, MARIE, motions.POLICIES, {"base": "b"}, now))
    store.write_now(
        lambda tx: motions.submit(tx, log, MARIE, motions.POLICIES, draft.number, {"digest": "d"}, "x", now)
    )
    dora = Principal("id-dora", "dora", "Dora", frozenset())
    store.write_now(lambda tx: motions.answer(tx, log, dora, motions.REVEAL, asked.number, now, agreed=True))
    told.look()
    mails = sorted(
        (each for each in told.all() if each.channel is Channel.MAIL), key=lambda each: each.about["request"]
    )
    assert [(each.kind, each.recipient, each.about) for each in mails] == [
        (Kind.AGREEMENT, "dpo@corp.example", {"request": 1, "page": "audit/reveals"}),
        (Kind.AGREEMENT, "dpo@corp.example", {"request": 2, "page": "policies/changes/2"}),
    ]


@pytest.mark.parametrize(
    ("data", "tells"),
    [
        ({"what": "added", "roles": ["dpo"], "by": "a"}, True),
        ({"what": "added", "roles": [], "by": "a"}, False),
        ({"what": "added", "roles": [], "person": True, "by": "a"}, True),  # whose posts it shows from then on
        ({"what": "added", "roles": ["dpo"], "via": "oidc"}, False),
        ({"what": "roles", "roles": ["dpo"], "by": "a"}, True),
        ({"what": "one-time-password", "by": "a"}, True),
        ({"what": "second-factor-removed", "by": "a"}, True),
        ({"what": "second-factor-removed"}, False),  # one's own
        ({"what": "person", "by": "a"}, True),
        ({"what": "disabled", "by": "a"}, False),
    ],
)
def test_rights_that_are_given_are_told_to_others_than_who_gave_them(told, data: dict, tells: bool) -> None:
    told.rig.opened.add(kind="account", author="p", **data)
    expected = [
        ("access", "mail", "dpo@corp.example"),
        ("access", "mail", "it@corp.example"),
        ("access", "webhook", ""),
    ]
    assert told.look() == (expected if tells else [])
