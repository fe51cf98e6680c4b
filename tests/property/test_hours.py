"""By when an answer is due: never before the post was held, never sooner for a later one, and so many working hours later."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from guard.types.hours import DAY, WorkingHours, due_after

ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Paris", "America/Havana", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu")
] + [UTC]
"""Clocks that change at night, at midnight, by half an hour, by a day, and never."""
MOMENTS = st.timedeltas(timedelta(), timedelta(days=19 * 365)).map(lambda past: datetime(2011, 1, 1, tzinfo=UTC) + past)
WITHIN = st.integers(1, 7 * DAY).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    begins = draw(st.integers(0, DAY - 60))
    ends = draw(st.integers(begins + 60, DAY))
    return WorkingHours(begins, ends, draw(st.sampled_from(ZONES)), draw(st.frozensets(st.integers(0, 6), min_size=1)))


def open_time(worked: WorkingHours, since: datetime, until: datetime) -> timedelta:
    """Working time between two moments, counted day by day, no hour twice."""
    total, at, day = timedelta(), since, since.date() - timedelta(days=3)
    while day <= until.date() + timedelta(days=3):
        if span := worked.on(day):
            begins, ends = max(span[0], at), min(span[1], until)
            if begins < ends:
                total, at = total + (ends - begins), ends
        day += timedelta(days=1)
    return total


@given(MOMENTS, WITHIN, hours())
@example(
    datetime(2026, 10, 24, 21, tzinfo=UTC), timedelta(hours=4), WorkingHours(0, DAY, ZONES[0], frozenset(range(7)))
)
@example(datetime(2011, 12, 29, tzinfo=UTC), timedelta(hours=60), WorkingHours(0, DAY, ZONES[2], frozenset(range(7))))
def test_so_much_working_time_has_passed_and_it_is_the_first_moment_of_that(moment, within, worked):
    due = due_after(moment, within, worked)
    assert due > moment
    assert open_time(worked, moment, due) == within
    assert open_time(worked, moment, due - timedelta(seconds=1)) < within


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=10)), WITHIN, hours())
def test_what_is_held_later_is_never_due_sooner(moment, later, within, worked):
    assert due_after(moment, within, worked) <= due_after(moment + later, within, worked)


@given(MOMENTS, WITHIN)
def test_without_hours_all_of_them_count(moment, within):
    assert due_after(moment, within, None) == moment + within
    every = WorkingHours(0, DAY, UTC, frozenset(range(7)))
    assert due_after(moment, within, every) == moment + within


def test_a_post_of_friday_evening_is_due_on_monday():
    paris = ZoneInfo("Europe/Paris")
    worked = WorkingHours(9 * 60, 18 * 60, paris)
    half = timedelta(minutes=30)
    assert due_after(datetime(2026, 11, 20, 18, 0, tzinfo=paris), half, worked) == datetime(
        2026, 11, 23, 9, 30, tzinfo=paris
    )
    assert due_after(datetime(2026, 11, 20, 17, 40, tzinfo=paris), half, worked) == datetime(
        2026, 11, 23, 9, 10, tzinfo=paris
    )
    assert due_after(datetime(2026, 11, 18, 7, 0, tzinfo=paris), half, worked) == datetime(
        2026, 11, 18, 9, 30, tzinfo=paris
    )


def test_summer_time_begins_and_nine_in_the_morning_stays_nine():
    paris = ZoneInfo("Europe/Paris")
    worked = WorkingHours(9 * 60, 18 * 60, paris)
    before, after = datetime(2026, 3, 27, 17, 0, tzinfo=paris), datetime(2026, 3, 30, 10, 0, tzinfo=paris)
    assert due_after(before, timedelta(hours=2), worked) == after
    assert (before.utcoffset(), after.utcoffset()) == (timedelta(hours=1), timedelta(hours=2))


def test_a_day_on_which_the_clocks_change_has_its_own_length():
    worked = WorkingHours(0, DAY, ZoneInfo("Europe/Paris"), frozenset({6}))
    lengths = [
        span[1] - span[0] for day in ("2026-03-29", "2026-10-25") if (span := worked.on(date.fromisoformat(day)))
    ]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]
