"""The hours in which somebody is there to answer, and by when an answer is due that is promised within so long of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = 24 * 60
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """From when until when people work, and on which days, by the clocks of their place."""

    begins: int
    """Minutes since midnight."""
    ends: int
    """The same, later than `begins`; DAY: until midnight."""
    zone: tzinfo
    days: frozenset[int] = MONDAY_TO_FRIDAY
    """0 is Monday; at least one."""

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """From when until when they work on that day; None when they do not."""
        if day.weekday() not in self.days:
            return None
        return self._at(day, self.begins), self._at(day, self.ends)

    def _at(self, day: date, minutes: int) -> datetime:
        """In UTC, where hours can be counted: a day on which the clocks change has one more or less."""
        whole = day + timedelta(days=minutes // DAY)
        hour, minute = divmod(minutes % DAY, 60)
        return datetime.combine(whole, time(hour, minute), self.zone).astimezone(UTC)


def due_after(moment: datetime, within: timedelta, hours: WorkingHours | None) -> datetime:
    """When so much time has passed since the moment; with hours, so much of these. Never before the moment."""
    if hours is None:
        return moment + within
    at, left = moment.astimezone(UTC), within
    day = at.astimezone(hours.zone).date() - timedelta(days=1)  # whose end the clocks may have moved past midnight
    while True:
        if span := hours.on(day):
            begins, ends = max(span[0], at), span[1]
            if begins < ends and begins + left <= ends:
                return (begins + left).astimezone(moment.tzinfo)
            if begins < ends:
                left, at = left - (ends - begins), ends
        day += timedelta(days=1)
