"""What values of guard.toml and authors.toml must be like; each check says what is wrong, None when nothing is."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from guard.settings.signin import LOOPBACK
from guard.settings.toml import Address
from guard.words.texts import Phrase


def texts(value: list[Any]) -> Phrase | None:
    return None if all(isinstance(item, str) and item for item in value) else Phrase("settings.texts")


def domains(value: list[Any]) -> Phrase | None:
    if told := texts(value):
        return told
    label = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
    wrong = [each for each in value if not re.fullmatch(rf"(?i)(?:\*?\.)?(?:{label}\.){{0,8}}(?=[a-z]){label}", each)]
    return Phrase("settings.domain", value=repr(wrong[0])) if wrong else None


def origin(value: str) -> Phrase | None:
    return None if re.fullmatch(r"[A-Za-z0-9._/-]{1,64}", value) else Phrase("settings.origin")


def _url(value: str) -> Phrase | None:
    good = re.fullmatch(r"https?://[^/\s?#@]+/?", value)
    return None if good else Phrase("settings.url", value=repr(value))


def sent_to(value: str) -> Phrase | None:
    """Clients are sent there, so it must be one address."""
    if wrong := _url(value):
        return wrong
    if Address(urlsplit(value).hostname or "", 0).everywhere:
        return Phrase("settings.nowhere", address=repr(value))
    return None


def upstream(value: str) -> Phrase | None:
    if wrong := _url(value):
        return wrong
    if value.startswith("http://") and urlsplit(value).hostname not in LOOPBACK:
        return Phrase("settings.service-in-clear")
    return None
