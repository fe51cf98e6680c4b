"""Dates and times as policies write them: RFC 3339, or a bare date, which ends when its day ends.

An hour has an offset of its own or is of the policy's `timezone`: nobody who writes `timezone` should have to know when summer
time is. An hour that the clocks there pass over or show twice is refused.
"""

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


def read_moment(place: Cursor, zone: tzinfo | None, *, clock: bool = False) -> datetime | None:
    """The moment, with a zone. A bare date is the first instant after that day; as a `clock`, its last second.

    `zone` is None where the policy names none. None (and a noted mistake) when it cannot be read.
    """
    text = place.text()
    if not text.strip():
        return None
    try:
        moment = _moment(text, zone, clock=clock)
    except _UnreadableError as error:
        place.error(error.message, error.hint)
        return None
    _check_season(place, moment, zone)
    return moment


def read_expiry(place: Cursor, zone: tzinfo | None) -> datetime | None:
    """As read_moment, but an unreadable end only warns: the exception then counts as expired, which is the safe side."""
    try:
        moment = _moment(place.text(), zone, clock=False)
    except _UnreadableError as error:
        place.warn(Phrase("loader.counts-as-expired", why=error.message), error.hint)
        return None
    _check_season(place, moment, zone)
    return moment


def _moment(text: str, zone: tzinfo | None, *, clock: bool) -> datetime:
    text = text.strip()
    if _DATE.fullmatch(text):
        return _day_end(text, zone or UTC, clock=clock)
    match = _TIME.fullmatch(text)
    if not match:
        raise _UnreadableError(Phrase("loader.not-a-date"), Phrase("loader.do.date"))
    if not match.group(1):
        if zone is None:
            raise _UnreadableError(Phrase("loader.no-zone"), Phrase("loader.do.add-zone"))
        return _local(_checked(text.replace(" ", "T")), zone)
    return _checked(text.replace(" ", "T").replace("Z", "+00:00"))


def as_written(moment: datetime, zone: tzinfo) -> str:
    """The moment as a policy of this zone writes it: a day that it is the end of, else the hour there."""
    local = moment.astimezone(zone)
    if local.time() == time(0):
        return (local.date() - timedelta(days=1)).isoformat()
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def _day_end(text: str, zone: tzinfo, *, clock: bool) -> datetime:
    day = _checked(text).date()
    end = datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)
    return end - timedelta(seconds=1) if clock else end


def _local(hour: datetime, zone: tzinfo) -> datetime:
    """The one moment at which clocks of the zone show this hour, with its offset."""
    first, second = (_offset(hour.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if first < second:
        raise _UnreadableError(Phrase("loader.hour-passed-over"), Phrase("loader.do.other-hour"))
    if first > second:
        hint = Phrase("loader.do.one-offset", first=_told(first), second=_told(second))
        raise _UnreadableError(Phrase("loader.hour-twice"), hint)
    return hour.replace(tzinfo=timezone(first))


def _check_season(place: Cursor, moment: datetime, zone: tzinfo | None) -> None:
    """Warn of an offset that the zone has in the other half of the year only: surely a slip, and an hour off.

    Other offsets are other places, and meant.
    """
    written, right = _offset(moment), _offset(moment if zone is None else moment.astimezone(zone))
    seasons = {_offset(datetime(moment.year, month, 1, tzinfo=zone or UTC)) for month in (1, 7)}
    if written != right and written in seasons and written:  # UTC is never a slip
        hint = Phrase("loader.do.right-offset", offset=_told(right))
        place.warn(Phrase("loader.other-season", offset=_told(written)), hint)


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)


def _told(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _checked(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _UnreadableError(Phrase("loader.no-such-day"), Phrase("loader.do.date")) from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        year = Phrase("loader.year", first=FIRST_YEAR, last=LAST_YEAR)
        raise _UnreadableError(year, Phrase("loader.do.date"))
    return moment
