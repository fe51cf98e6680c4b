"""Numbers and days as people of each language write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from guard.console.words import Words

_GAPS = {"fr": "\u202f", "en": ","}
_POINTS = {"fr": ",", "en": "."}


def number(t: Words, value: int) -> str:
    """`12 345` in French, `12,345` in English."""
    return f"{value:,}".replace(",", _GAPS[t.language])


def share(t: Words, part: int, whole: int) -> str:
    """A share in per cent, whole; neither 0 nor 100 unless it is."""
    if not whole:
        return "–"
    value = 100 * part / whole
    rounded = min(99, max(1, round(value))) if 0 < part < whole else round(value)
    return f"{rounded}\u00a0%" if t.language == "fr" else f"{rounded}%"


def wait(t: Words, length: timedelta) -> str:
    """A length of time; with its seconds where minutes alone would be out by more than 5 %."""
    minutes, seconds = divmod(max(0, round(length.total_seconds())), 60)
    if seconds and 1 <= minutes < 20:
        return f"{t.span(timedelta(minutes=minutes))} {seconds}\u00a0s"
    return t.span(length)


def day_of(day: int) -> datetime:
    """The start of a day counted since 1970 in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)


def day_number(moment: datetime) -> int:
    """Days since 1970 in UTC."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).days


def exact(moment: datetime) -> str:
    """To the second, in UTC: for evidence."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def short_day(t: Words, day: int) -> str:
    """`22 nov.`, of a day counted since 1970, as it is counted: in UTC."""
    return t.date(day_of(day), UTC).rsplit(" ", 2)[0]


def weekday(day: int) -> int:
    """0 is Monday."""
    return (day + 3) % 7
