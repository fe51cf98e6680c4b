"""The console's texts, beside those that every part of the gate may say; and which language a browser asks for."""

from __future__ import annotations

import re
from datetime import tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from guard.words.texts import DEFAULT, LANGUAGES, Words, texts_beside
from guard.words.texts import words_of as shared

__all__ = ["DEFAULT", "LANGUAGES", "Words", "chosen", "words_of", "zone_of"]

LONGEST_ZONE = 60
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}", re.ASCII)


@cache
def words_of(language: str) -> Words:
    """All texts of one language."""
    return Words(language, {**shared(language).texts, **texts_beside(Path(__file__), language)})


def zone_of(name: str) -> tzinfo | None:
    """The zone of that name, as a browser says it; None where there is none such: times are told in the machine's own then."""
    if len(name) > LONGEST_ZONE or not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return None


def chosen(accept_language: str, asked: str = "") -> str:
    """`fr` or `en`: what was asked for, else the browser's first known choice."""
    if asked in LANGUAGES:
        return asked
    weighed = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = part.partition(";")
        code = tag.strip().lower()[:2]
        if code in LANGUAGES:
            number = weight.strip().removeprefix("q=").strip()
            try:
                weighed.append((-float(number or 1), place, code))
            except ValueError:
                weighed.append((0.0, place, code))
    return min(weighed)[2] if weighed else DEFAULT
