"""`[console] answer_…`: how long a promised answer may take, and in which hours that time runs."""

from __future__ import annotations

import re
from datetime import tzinfo
from zoneinfo import ZoneInfo

from guard.settings.toml import TableReader, at_least, between
from guard.types.hours import DAY, MONDAY_TO_FRIDAY, WorkingHours
from guard.words.texts import Phrase

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
LEAST = 60
"""Minutes of a working day: with less, an answer would be promised for years from now."""
MOST = 30 * DAY
"""Minutes that an answer may take where only working hours count."""


def read_answer(table: TableReader, default: int) -> tuple[int, WorkingHours | None]:
    """Minutes, and the hours in which they count; mistakes are noted."""
    timed = "answer_hours" in table.table
    span = _span(table.take("answer_hours", str, "", _hours))
    minutes = int(table.take("answer_minutes", int, default, between(1, MOST) if timed else at_least(1)))
    for key in ("answer_days", "answer_timezone"):
        if not timed and key in table.table:
            table.problem(key, Phrase("settings.hours-needed"), Phrase("settings.do.hours"))
    if timed and "answer_timezone" not in table.table:
        table.problem("answer_hours", Phrase("settings.zone-needed"), Phrase("settings.do.zone"))
    zone = _zone(table.take("answer_timezone", str, "", _no_zone))
    given = table.take("answer_days", list, None, _days)
    days = MONDAY_TO_FRIDAY if given is None else frozenset(map(DAYS.index, given))
    if span is None or zone is None:
        return minutes, None
    return minutes, WorkingHours(*span, zone, days)


def _span(value: str) -> tuple[int, int] | None:
    found = _HOURS.fullmatch(value)
    if found is None:
        return None
    begins = int(found[1]) * 60 + int(found[2])
    return begins, DAY if found[3] is None else int(found[3]) * 60 + int(found[4])


def _hours(value: str) -> Phrase | None:
    span = _span(value)
    good = span is not None and span[1] - span[0] >= LEAST
    return None if good else Phrase("settings.hours", value=repr(value))


def _days(value: list[object]) -> Phrase | None:
    return None if value and all(day in DAYS for day in value) else Phrase("settings.some-of", known=DAYS)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def _no_zone(name: str) -> Phrase | None:
    return None if _zone(name) is not None else Phrase("settings.zone-unknown", value=repr(name))
