"""The background task: sends at least once, tries again with patience, gives up loudly."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from guard.notices.base import Failed, People
from guard.notices.follow import Follower
from guard.notices.mail import MailSender
from guard.notices.outbox import Outbox
from guard.settings.load import Authors
from guard.settings.notices import NoticeSettings, SmtpSettings
from guard.types.notice import Channel, Kind, Notice, NoticeState
from tests.consoles import console
from tests.gates import THREE_PHONES
from tests.servers.mail import PASSWORD, USER, mail_server


class Slow:
    """A sender that answers as told, and remembers."""

    channel = Channel.MAIL

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.sent: list[str] = []

    async def send(self, notices):
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        self.sent += [notice.id for notice in notices]
        return {notice.id: answer for notice in notices}


class Box:
    def __init__(self, rig, *answers) -> None:
        self.rig = rig
        self.sender = Slow(*answers)
        follower = Follower(rig.opened.store, People(NoticeSettings(), Authors(), dict), rig.clock)
        self.outbox = Outbox(rig.opened.store, follower, [self.sender], rig.clock)
        made = rig.clock()
        notice = Notice("n1", Kind.HELD, Channel.MAIL, "a@corp.example", {"cases": [1001]}, made, made)
        rig.opened.store.write_now(lambda tx: tx.notices.add(notice))

    def send(self) -> int:
        return asyncio.run(self.outbox.send())

    @property
    def notice(self) -> Notice:
        since = self.rig.clock() - timedelta(days=100)
        return self.rig.opened.store.read_now(lambda tx: tx.notices.of_kind(Kind.HELD, since))[0]


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def test_what_was_taken_is_sent_once(rig) -> None:
    box = Box(rig, None)
    assert (box.send(), box.send()) == (1, 0)
    assert box.sender.sent == ["n1"]
    assert box.notice.state is NoticeState.SENT


def test_what_failed_is_tried_again_later_and_later(rig) -> None:
    box = Box(rig, *[Failed("no connection")] * 9, None)
    waits = []
    while box.notice.state is NoticeState.WAITING:
        begun = rig.clock()
        assert box.send() == 1
        if box.notice.state is NoticeState.WAITING:
            assert box.send() == 0
            waits.append((box.notice.due - begun) // timedelta(minutes=1))
            rig.clock.pass_by(minutes=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert box.notice.tries == 10
    assert set(box.sender.sent) == {"n1"}


def test_it_is_given_up_when_nothing_would_change_or_after_days(rig) -> None:
    box = Box(rig, Failed("no such address", lasting=True))
    box.send()
    assert (box.notice.state, box.notice.error) == (NoticeState.GIVEN_UP, "no such address")
    box = Box(rig, Failed("no connection"))
    rig.opened.store.write_now(lambda tx: tx.notices.update(_waiting(box.notice)))
    rig.clock.pass_by(days=4)
    box.send()
    assert box.notice.state is NoticeState.GIVEN_UP
    assert box.send() == 0


def _waiting(notice: Notice) -> Notice:
    from dataclasses import replace

    return replace(notice, state=NoticeState.WAITING)


def test_a_crash_between_sending_and_noting_it_sends_again_with_the_same_id(rig) -> None:
    box = Box(rig, RuntimeError("killed"), None)
    with pytest.raises(RuntimeError, match="killed"):
        box.send()
    assert box.notice.state is NoticeState.WAITING
    assert box.send() == 1
    assert box.sender.sent == ["n1"]


def test_a_way_that_was_switched_off_gives_its_notices_up(rig) -> None:
    box = Box(rig, None)
    hook = Notice("w1", Kind.HELD, Channel.WEBHOOK, "", {}, rig.clock(), rig.clock())
    rig.opened.store.write_now(lambda tx: tx.notices.add(hook))
    assert box.send() == 2
    assert box.send() == 0
    assert box.sender.sent == ["n1"]


def test_a_held_post_becomes_a_mail_while_the_gate_runs(tmp_path) -> None:
    """The whole way: log, outbox, a real mail server; and no text of the post in it."""
    with console(tmp_path) as rig, mail_server(tmp_path) as (mailbox, port, cert):
        smtp = SmtpSettings(
            "localhost", "gate@corp.example", port, user=USER, password=PASSWORD, ca_file=cert, timeout_s=5
        )
        people = People(NoticeSettings(smtp=smtp, reviewers=("team@corp.example",), batch_minutes=0), Authors(), dict)
        follower = Follower(rig.opened.store, people, rig.clock)
        sender = MailSender(smtp, people, "https://guard.example", "gate.example/log")
        outbox = Outbox(rig.opened.store, follower, [sender], rig.clock)
        number = rig.hold(THREE_PHONES)

        async def until_sent() -> None:
            task = asyncio.create_task(outbox.run())
            try:
                async with asyncio.timeout(30):
                    await asyncio.to_thread(mailbox.came.wait, 30)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        asyncio.run(until_sent())
        (mail,) = mailbox.mails
        assert str(number) in mail.get_content()
        assert "06 39" not in mail.as_string()
        assert "Astreinte" not in mail.as_string()
