"""Mails through a real mail server: STARTTLS, a user, refusals, silence."""

import asyncio
import socket
from dataclasses import replace

import pytest

from guard.notices.base import Failed, People
from guard.notices.mail import MailSender
from guard.settings.load import Authors, Person
from guard.settings.notices import NoticeSettings, SmtpSettings
from guard.types.notice import Channel, Kind, Notice
from tests.ledgers import NOW
from tests.servers.mail import PASSWORD, USER, mail_server

PEOPLE = People(
    NoticeSettings(languages={"anne@corp.example": "en"}),
    Authors({("mastodon", "marie"): Person("Marie", language="en", mail="marie@corp.example")}),
    dict,
)


def notice(number: int = 1, to: str = "reviewers@corp.example", kind: Kind = Kind.HELD) -> Notice:
    return Notice(f"id{number}", kind, Channel.MAIL, to, {"cases": [1001], "decision": "d"}, NOW, NOW)


def send(settings: SmtpSettings, *notices: Notice):
    sender = MailSender(settings, PEOPLE, "https://guard.example", "gate.example/log")
    return asyncio.run(sender.send(notices))


@pytest.fixture
def mail(tmp_path):
    with mail_server(tmp_path) as (box, port, cert):
        settings = SmtpSettings(
            "localhost", "gate@corp.example", port, user=USER, password=PASSWORD, ca_file=cert, timeout_s=5
        )
        yield box, settings


def test_a_mail_arrives_by_starttls_and_after_signing_in(mail) -> None:
    box, settings = mail
    assert send(settings, notice()) == {"id1": None}
    (message,) = box.mails
    assert box.signed_in == [True]
    assert message["From"] == "gate@corp.example"
    assert message["To"] == "reviewers@corp.example"
    assert message["Message-ID"] == "<id1@gate.example.log>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "1001" in message.get_content()
    assert "https://guard.example/queue" in message.get_content()


def test_everybody_reads_their_language(mail) -> None:
    box, settings = mail
    send(settings, notice(1), notice(2, "anne@corp.example"), notice(3, "marie@corp.example", Kind.REDACTED))
    french, english, author = (message["Subject"] for message in box.mails)
    assert "relire" in french
    assert "review" in english
    assert "masked" in author


def test_one_address_refused_keeps_no_other_mail_back(mail) -> None:
    box, settings = mail
    box.refuse = {"gone@corp.example": "550 no such user", "busy@corp.example": "450 later"}
    became = send(settings, notice(1, "gone@corp.example"), notice(2, "busy@corp.example"), notice(3))
    assert became == {
        "id1": Failed("the mail server refuses the address (550)", lasting=True),
        "id2": Failed("the mail server refuses the address (450)"),
        "id3": None,
    }
    assert len(box.mails) == 1


def test_a_refused_mail_is_told_by_its_number_alone(mail) -> None:
    box, settings = mail
    box.deaf = "452 Client X and whatever else the server likes to say"
    assert send(settings, notice()) == {"id1": Failed("the mail server refuses the mail (452)")}


def test_a_wrong_password_and_a_wrong_certificate_are_told(mail) -> None:
    _, settings = mail
    wrong = send(replace(settings, password="x" * 12), notice())
    assert wrong == {"id1": Failed("the mail server refuses our user and password")}
    untrusted = send(replace(settings, ca_file=None), notice())
    assert untrusted == {"id1": Failed("no TLS with the mail server: its certificate is not valid for us")}


def test_no_starttls_no_mail(tmp_path) -> None:
    with mail_server(tmp_path, tls=False, auth=False) as (box, port, _):
        settings = SmtpSettings("127.0.0.1", "gate@corp.example", port, timeout_s=5)
        became = send(settings, notice())
        assert became == {"id1": Failed("the mail server offers no STARTTLS, or no way to sign in")}
        assert box.mails == []
        assert send(replace(settings, security="none"), notice()) == {"id1": None}


def test_a_server_that_is_not_there_or_says_nothing_keeps_nobody() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings = SmtpSettings("127.0.0.1", "gate@corp.example", port, security="none", timeout_s=1)
        assert send(settings, notice(1), notice(2)) == {
            "id1": Failed("no connection with the mail server"),
            "id2": Failed("no connection with the mail server"),
        }
    assert send(settings, notice()) == {"id1": Failed("no connection with the mail server")}
