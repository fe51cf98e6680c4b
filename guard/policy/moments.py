"""Dates and times as policies write them: RFC 3339 with a zone, or a bare date, which ends when its day ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from guard.policy.cursor import Cursor
from guard.words.texts import Phrase

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Of moments that anybody means; far enough from the ends of the calendar to count months from them."""


class _UnreadableError(Exception):
    def __init__(self, message: Phrase, hint: Phrase) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def read_zone(place: Cursor) -> tzinfo:
    """The zone of bare dates: `Europe/Paris`, `UTC` or an offset; notes a mistake and gives UTC."""
    name = place.text()
    if name.upper() in {"UTC", "Z"}:
        return UTC
    if _OFFSET.fullmatch(name):
        minutes = int(name[1:3]) * 60 + int(name[4:6])
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        place.error(Phrase("loader.zone-unknown"), Phrase("loader.do.zone"))
        return UTC


def read_moment(place: Cursor, zone: tzinfo, *, clock: bool = False) -> datetime | None:
    """The moment, with a zone. A bare date is the first instant after that day; as a `clock`, its last second.

    None (and a noted mistake) when it cannot be read.
    """
    text = place.text()
    if not text.strip():
        return None
    try:
        return _moment(text, zone, clock=clock)
    except _UnreadableError as error:
        place.error(error.message, error.hint)
        return None


def read_expiry(place: Cursor, zone: tzinfo) -> datetime | None:
    """As read_moment, but an unreadable end only warns: the exception then counts as expired, which is the safe side."""
    try:
        return _moment(place.text(), zone, clock=False)
    except _UnreadableError as error:
        place.warn(Phrase("loader.counts-as-expired", why=error.message), error.hint)
        return None


def _moment(text: str, zone: tzinfo, *, clock: bool) -> datetime:
    text = text.strip()
    if _DATE.fullmatch(text):
        return _day_end(text, zone, clock=clock)
    match = _TIME.fullmatch(text)
    if not match:
        raise _UnreadableError(Phrase("loader.not-a-date"), Phrase("loader.do.date"))
    if not match.group(1):
        raise _UnreadableError(Phrase("loader.no-zone"), Phrase("loader.do.add-zone"))
    return _checked(text.replace(" ", "T").replace("Z", "+00:00"))


def _day_end(text: str, zone: tzinfo, *, clock: bool) -> datetime:
    day = _checked(text).date()
    end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
    return end - timedelta(seconds=1) if clock else end


def _checked(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _UnreadableError(Phrase("loader.no-such-day"), Phrase("loader.do.date")) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        year = Phrase("loader.year", first=FIRST_YEAR, last=LAST_YEAR)
        raise _UnreadableError(year, Phrase("loader.do.date"))
    return moment
