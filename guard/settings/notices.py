"""`[notices]`: who is told what by mail and webhook, and how they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guard.settings.signin import LOOPBACK, needs, secret_of, secure
from guard.settings.toml import Check, TableReader, between, one_line
from guard.types.notice import Kind
from guard.words.texts import Phrase

LANGUAGES = ("fr", "en")
GUARD, SLACK, TEAMS = "guard", "slack", "teams"
FORMATS = (GUARD, SLACK, TEAMS)
_OF_REVIEWERS = frozenset({Kind.HELD, Kind.DEADLINE, Kind.QUESTION})
"""What a chat's channel is told unless it is said: its readers are reviewers."""
STARTTLS, TLS, CLEAR = "starttls", "tls", "none"
SECURITY = (STARTTLS, TLS, CLEAR)
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The mail server that takes our mails."""

    host: str
    sender: str
    port: int = 587
    security: str = STARTTLS
    """`starttls`, `tls` from the first byte, or `none` on this machine."""
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout_s: int = 20


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where notices are posted as JSON: signed, or as sentences in the form that a chat takes."""

    url: str
    """Scheme, host and port."""
    path: str = field(repr=False)
    """Of a chat's webhook it is itself a secret, as its query."""
    secret: str = field(default="", repr=False)
    ca_file: Path | None = None
    allow_private: bool = False
    query: str = field(default="", repr=False)
    format: str = GUARD
    language: str = ""
    """Of the sentences; empty: that of `[gateway]`."""
    kinds: frozenset[Kind] = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """All of `[notices]`. Without a way to send, none are made."""

    smtp: SmtpSettings | None = None
    webhook: WebhookSettings | None = None
    reviewers: tuple[str, ...] = ()
    it: tuple[str, ...] = ()
    dpo: tuple[str, ...] = ()
    off: frozenset[Kind] = frozenset()
    batch_minutes: int = 5
    """What reviewers are told of within so long comes as one mail."""
    before_minutes: int = 30
    """So long before a promised time is over, reviewers are reminded."""
    quiet: tuple[time, time] | None = None
    """From when until when no mail goes to reviewers and authors, by this machine's clock."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Language of an address; others read that of `[gateway]`."""

    @property
    def sends(self) -> bool:
        return self.smtp is not None or self.webhook is not None


def read_notices(table: TableReader, folder: Path) -> NoticeSettings:
    """Mistakes are noted."""
    smtp = TableReader(table.file, table.text, table.take("smtp", dict, {}), "notices.smtp.", table.problems)
    webhook = TableReader(table.file, table.text, table.take("webhook", dict, {}), "notices.webhook.", table.problems)
    mails = bool(smtp.table)
    found = NoticeSettings(
        smtp=_smtp(smtp, folder) if mails else None,
        webhook=_webhook(webhook, folder) if webhook.table else None,
        reviewers=tuple(table.take("reviewers", list, [], _mails)),
        it=tuple(table.take("it", list, [], _mails)),
        dpo=tuple(table.take("dpo", list, [], _mails)),
        off=frozenset(Kind(word) for word in table.take("off", list, [], _some_of(tuple(Kind)))),
        batch_minutes=table.take("batch_minutes", int, 5, between(0, 24 * 60)),
        before_minutes=table.take("before_minutes", int, 30, between(0, 24 * 60)),
        quiet=_quiet(table.take("quiet", str, "", _is_quiet)),
        languages=_languages(table),
    )
    named = next((key for key in ("reviewers", "it", "dpo") if getattr(found, key)), "")
    if named and not mails:
        table.problem(named, Phrase("settings.no-smtp"))
    return found


def is_mail(value: str) -> bool:
    """Whether mail can be sent to it: one plain address, no name, no line break."""
    return _MAIL.fullmatch(value) is not None


def _smtp(reader: TableReader, folder: Path) -> SmtpSettings | None:
    before = len(reader.problems)
    needs(reader, "host", "from")
    security = reader.one_of("security", SECURITY, STARTTLS)
    found = SmtpSettings(
        host=reader.take("host", str, "", one_line),
        sender=reader.take("from", str, "", mail),
        port=reader.take("port", int, 465 if security == TLS else 587, between(1, 65535)),
        security=security,
        user=reader.take("user", str, ""),
        password=secret_of(reader, "password_file", folder),
        ca_file=reader.path("ca_file", folder, None),
        timeout_s=reader.take("timeout_s", int, 20, between(1, 300)),
    )
    if security == CLEAR and found.host not in LOOPBACK:
        reader.problem("security", Phrase("settings.mails-in-clear"), Phrase("settings.do.starttls"))
    if bool(found.user) != bool(found.password):
        reader.problem("user", Phrase("settings.user-both"))
    reader.done()
    return found if len(reader.problems) == before else None


def _webhook(reader: TableReader, folder: Path) -> WebhookSettings | None:
    before = len(reader.problems)
    form = reader.one_of("format", FORMATS, GUARD)
    needs(reader, *(() if "url_file" in reader.table else ("url",)), *(("secret_file",) if form == GUARD else ()))
    parts = urlsplit(_hook(reader, folder))
    secret = secret_of(reader, "secret_file", folder)
    if secret and len(secret) < 16:
        reader.problem("secret_file", Phrase("settings.secret-short"), Phrase("settings.do.secret-long"))
    found = WebhookSettings(
        url=f"{parts.scheme}://{parts.netloc}",
        path=parts.path or "/",
        secret=secret,
        ca_file=reader.path("ca_file", folder, None),
        allow_private=reader.take("allow_private", bool, default=False),
        query=parts.query,
        format=form,
        language=reader.one_of("language", LANGUAGES, ""),
        kinds=_kinds(reader, frozenset(Kind) if form == GUARD else _OF_REVIEWERS),
    )
    reader.done()
    return found if len(reader.problems) == before else None


def _webhook_address(value: str) -> Phrase | None:
    """Never quoted: whoever knows a chat's address may post there."""
    wrong = secure(value, query=True)
    return Phrase("settings.no-webhook-address") if wrong and repr(value) in str(wrong) else wrong


def _hook(reader: TableReader, folder: Path) -> str:
    """The address, from the settings or, where whoever knows it may post, from a file of its own: that one is never quoted."""
    given = str(reader.take("url", str, "", _webhook_address))
    kept = secret_of(reader, "url_file", folder)
    if given and kept:
        reader.problem("url_file", Phrase("settings.two-addresses"))
    elif kept and secure(kept, query=True):
        reader.problem("url_file", Phrase("settings.no-address-in-file"))
        return ""
    return kept or given


def _kinds(reader: TableReader, default: frozenset[Kind]) -> frozenset[Kind]:
    given = reader.take("kinds", list, None, _some_of(tuple(Kind)))
    return default if given is None else frozenset(map(Kind, given))


def _languages(table: TableReader) -> Mapping[str, str]:
    """`"anne@exemple.fr" = "fr"`."""
    inner = TableReader(table.file, table.text, table.take("languages", dict, {}), "notices.languages.", table.problems)
    return {mail: inner.one_of(mail, LANGUAGES, "") or LANGUAGES[0] for mail in list(inner.table)}


def _quiet(value: str) -> tuple[time, time] | None:
    found = _QUIET.fullmatch(value)
    if found is None:
        return None
    begins, begins_min, ends, ends_min = map(int, found.groups())
    return time(begins, begins_min), time(ends, ends_min)


def _is_quiet(value: str) -> Phrase | None:
    found = _QUIET.fullmatch(value)
    if not value or (found and found[1] + found[2] != found[3] + found[4]):
        return None
    return Phrase("settings.quiet", value=repr(value))


def mail(value: object) -> Phrase | None:
    """What is wrong with a mail address."""
    return None if isinstance(value, str) and is_mail(value) else Phrase("settings.not-mail", value=repr(value))


def _mails(value: list[Any]) -> Phrase | None:
    return next(filter(None, map(mail, value)), None)


def _some_of(words: tuple[str, ...]) -> Check:
    wrong = Phrase("settings.some-of", known=words)
    return lambda value: None if all(item in words for item in value) else wrong
