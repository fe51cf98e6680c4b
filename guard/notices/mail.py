"""Mails by SMTP: one connection for those that wait, in a thread, every step under a time limit."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from guard.notices.base import Failed, People
from guard.notices.words import mail_words
from guard.settings.notices import STARTTLS, TLS, SmtpSettings
from guard.types.notice import Channel, Notice
from guard.upstream.address import tls_context

PATIENCE = 4
"""So many times the time limit of one step may all of them together take."""


class MailSender:
    """Keeps the promise of guard.notices.base.Sender."""

    channel = Channel.MAIL

    def __init__(self, settings: SmtpSettings, people: People, base_url: str, origin: str) -> None:
        """`origin` names this gate in message ids."""
        self._settings, self._people, self._base_url = settings, people, base_url
        self._domain = "".join(char if char.isalnum() or char in ".-" else "." for char in origin).strip(".") or "gate"
        self._tls = None if settings.security not in {STARTTLS, TLS} else tls_context(settings.ca_file)
        if self._tls is not None:
            self._tls.set_alpn_protocols([])

    async def send(self, notices: Sequence[Notice]) -> Mapping[str, Failed | None]:
        messages = {notice.id: self._message(notice) for notice in notices}
        known: dict[str, Failed | None] = {}
        try:
            # Not wait_for: before Python 3.12 it forgets to be cancelled when what it waits for ends just then
            async with asyncio.timeout(self._settings.timeout_s * PATIENCE):
                await _apart(partial(self._deliver, messages, known))
        except TimeoutError:
            pass
        late = Failed("the mail server takes too long")
        return {name: known.get(name, late) for name in messages}

    def _message(self, notice: Notice) -> EmailMessage:
        subject, text = mail_words(notice, self._people.language_of(notice.recipient), self._base_url)
        message = EmailMessage()
        message["From"] = self._settings.sender
        message["To"] = notice.recipient
        message["Subject"] = subject
        message["Date"] = format_datetime(notice.made)
        message["Message-ID"] = f"<{notice.id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

    def _deliver(self, messages: Mapping[str, EmailMessage], known: dict[str, Failed | None]) -> None:
        """In a thread. What could not be tried, for the connection broke, failed as the connection did."""
        failed = Failed("no connection with the mail server")
        try:
            with self._connected() as server:
                for name, message in messages.items():
                    known[name] = _one(server, message)
        except smtplib.SMTPAuthenticationError:
            failed = Failed("the mail server refuses our user and password")
        except smtplib.SMTPNotSupportedError:
            failed = Failed("the mail server offers no STARTTLS, or no way to sign in")
        except ssl.SSLError:
            failed = Failed("no TLS with the mail server: its certificate is not valid for us")
        except (smtplib.SMTPException, OSError, ValueError):
            pass
        for name in messages:
            known.setdefault(name, failed)

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == TLS and self._tls is not None:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout_s, context=self._tls
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
        try:
            if settings.security == STARTTLS:
                server.starttls(context=self._tls)
            if settings.user:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server


def _apart(work: Callable[[], None]) -> asyncio.Future[None]:
    """Run it in a thread that nobody waits for when the gate stops: a server that says nothing must not hold it up."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def run() -> None:
        try:
            work()
        finally:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(lambda: None if done.done() else done.set_result(None))

    threading.Thread(target=run, name="mail", daemon=True).start()
    return done


def _one(server: smtplib.SMTP, message: EmailMessage) -> Failed | None:
    """Hand over one message; a refusal of it leaves the connection good for the others."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        return Failed(
            f"the mail server refuses the address ({max(codes, default=0)})", lasting=min(codes, default=0) >= 500
        )
    except smtplib.SMTPResponseException as refused:
        return Failed(f"the mail server refuses the mail ({refused.smtp_code})", lasting=refused.smtp_code >= 500)
    return None
