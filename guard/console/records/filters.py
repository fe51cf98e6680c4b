"""What somebody searches the log for, as the address says it: a saved search is a link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from guard.store.catalogue import EntryQuery
from guard.store.rows import micros

NAMES = ("kind", "action", "network", "rule", "case", "since", "until", "author")
"""Of fields that filter; `before` and `after` only turn pages."""
LONGEST = 200
PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """As typed; `wrong` names the fields that cannot be read."""

    given: Mapping[str, str]
    before: int | None
    after: int | None
    wrong: frozenset[str]

    @property
    def author(self) -> str:
        """A pseudonym: shown only to who was allowed to."""
        return self.given.get("author", "")

    def query(self, limit: int = PAGE) -> EntryQuery:
        """One more than `limit`, so that the next page is known to exist."""
        given = self.given
        since, until = _day(given.get("since", "")), _day(given.get("until", ""))
        return EntryQuery(
            kind=given.get("kind"),
            action=given.get("action"),
            network=given.get("network"),
            rule=given.get("rule"),
            case=_number(given.get("case", "")),
            authors=[self.author] if self.author else None,
            since=None if since is None else micros(since),
            until=None if until is None else micros(until + timedelta(days=1)),
            before=self.before,
            after=self.after,
            limit=limit + 1,
        )

    def link(self, path: str = "/audit", **page: int) -> str:
        """The address of this search; `before` or `after` an index for a page of it."""
        pairs = [(name, self.given[name]) for name in NAMES if name in self.given] + list(page.items())
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def without(self, name: str) -> Filters:
        """The same search with one condition less, from its first page."""
        rest = {key: value for key, value in self.given.items() if key != name}
        return replace(self, given=rest, before=None, after=None)


def filters_of(pairs: Sequence[tuple[str, str]]) -> Filters:
    """From an address's or a form's fields: empty ones say nothing, the last of a name counts."""
    fields = {name: value.strip()[:LONGEST] for name, value in pairs if value.strip()}
    given = {name: fields[name] for name in NAMES if name in fields}
    wrong: set[str] = {name for name in ("since", "until") if name in given and _day(given[name]) is None}
    wrong |= {name for name in ("case",) if name in given and _number(given[name]) is None}
    wrong |= {name for name in ("before", "after") if name in fields and _number(fields[name]) is None}
    before, after = _number(fields.get("before", "")), _number(fields.get("after", ""))
    return Filters(given, before, None if before is not None else after, frozenset(wrong))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _day(text: str) -> datetime | None:
    """The start of a day, in UTC."""
    if len(text) != 10:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Room for a day more, and for microseconds since 1970 that are no negative index of a day
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if 1970 <= day.year < 9000 else None
