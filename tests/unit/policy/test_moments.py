from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from guard.policy.cursor import Cursor, Notes
from guard.policy.load import Scalar
from guard.policy.moments import as_written, read_expiry, read_moment, read_zone


def place(text: str) -> Cursor:
    return Cursor("p.yaml", Scalar(text, 1, 1), "at", Notes())


@pytest.mark.parametrize(
    ("text", "zone", "moment", "clock"),
    [
        ("2026-12-20", "UTC", "2026-12-21T00:00:00", "2026-12-20T23:59:59"),
        ("2026-12-20", "Europe/Paris", "2026-12-20T23:00:00", "2026-12-20T22:59:59"),
        ("2026-07-14", "Europe/Paris", "2026-07-14T22:00:00", "2026-07-14T21:59:59"),
        ("2026-03-29", "Europe/Paris", "2026-03-29T22:00:00", "2026-03-29T21:59:59"),  # that day has 23 hours
        ("2026-12-31", "-05:30", "2027-01-01T05:30:00", "2027-01-01T05:29:59"),
        ("2026-12-20T09:00Z", "-05:00", "2026-12-20T09:00:00", "2026-12-20T09:00:00"),
        ("2026-12-20 09:00:30+01:00", "UTC", "2026-12-20T08:00:30", "2026-12-20T08:00:30"),
    ],
)
def test_moments(text, zone, moment, clock):
    given = place(text)
    assert read_moment(given, read_zone(place(zone))) == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert read_moment(given, read_zone(place(zone)), clock=True) == datetime.fromisoformat(clock).replace(tzinfo=UTC)
    assert not given.notes.problems


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "20261220", "2026-W51-1", "2026-02-30", "2026-12-20T25:00Z", "2026-12-20T25:00", "9999-12-31",
     "0001-01-01", "2026-12-20T09:00+99:00", "2026-12-20T09:00:00.5Z", "٢٠٢٦-١٢-٢٠"],
)  # fmt: skip
def test_unreadable_moments_are_told_and_ends_are_past(text):
    given = place(text)
    assert read_moment(given, UTC) is None
    assert given.notes.problems
    ending = place(text)
    assert read_expiry(ending, UTC) is None
    assert "counts as expired" in ending.notes.warnings[-1].message


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-03-15T09:00", "2027-03-15T09:00:00+01:00"),
        ("2027-07-15 09:00:30", "2027-07-15T09:00:30+02:00"),
        ("2027-10-31T03:00", "2027-10-31T03:00:00+01:00"),
    ],
)
def test_an_hour_without_an_offset_is_of_the_timezone(text, moment):
    given = place(text)
    read = read_moment(given, ZoneInfo("Europe/Paris"))
    assert (read.isoformat(), read.utcoffset()) == (moment, datetime.fromisoformat(moment).utcoffset())
    assert not given.notes.problems
    assert not given.notes.warnings
    assert read_expiry(place(text), ZoneInfo("Europe/Paris")) == read


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC", "-05:30"])
@pytest.mark.parametrize("text", ["2027-06-30", "2027-03-28", "2027-06-30T09:00+00:00", "2027-06-30T09:00:30+00:00"])
def test_a_moment_is_told_as_it_was_written(text, zone):
    there = read_zone(place(zone))
    told = as_written(read_moment(place(text), there), there)
    assert told == text if len(text) == 10 else datetime.fromisoformat(told) == datetime.fromisoformat(text)
    assert read_moment(place(told), there) == read_moment(place(text), there)


@pytest.mark.parametrize(
    ("text", "zone", "message", "hint"),
    [
        ("2027-03-28T02:30", ZoneInfo("Europe/Paris"), "does not exist on that day", "another hour"),
        (
            "2027-10-31T02:30",
            ZoneInfo("Europe/Paris"),
            "comes twice",
            "add +02:00 for the first, +01:00 for the second",
        ),
        ("2027-03-15T09:00", None, "no zone", "add `timezone: Europe/Paris` at the top"),
    ],
)
def test_an_hour_that_is_not_one_moment_is_refused(text, zone, message, hint):
    given = place(text)
    assert read_moment(given, zone) is None
    (problem,) = given.notes.problems
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "zone", "right"),
    [
        ("2027-07-15T09:00:00+01:00", "Europe/Paris", "+02:00"),
        ("2027-01-15T09:00:00+02:00", "Europe/Paris", "+01:00"),
        ("2027-07-15T09:00:00+02:00", "Europe/Paris", ""),
        ("2027-07-15T09:00:00Z", "Europe/Paris", ""),
        ("2027-07-15T09:00:00Z", "Europe/London", ""),
        ("2027-07-15T09:00:00-05:00", "Europe/Paris", ""),
        ("2027-07-15T09:00:00+01:00", "UTC", ""),
        ("2027-07-15", "Europe/Paris", ""),
    ],
)
def test_the_offset_of_the_other_season_is_warned_of(text, zone, right):
    for read in (read_moment, read_expiry):
        given = place(text)
        assert read(given, ZoneInfo(zone)) is not None
        assert [f"write {right}," in one.hint for one in given.notes.warnings] == ([True] if right else [])
        assert not given.notes.problems


@pytest.mark.parametrize("name", ["Europe/Pariss", "../../etc/passwd", "/etc/localtime", "+25:00", "CET2", ""])
def test_unknown_zones_are_told(name):
    given = place(name)
    assert read_zone(given) is UTC
    assert given.notes.problems
