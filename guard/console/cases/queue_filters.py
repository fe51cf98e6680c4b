"""What somebody looks for in the queue, as the address says it: it survives changes of view, and a filter kept is a link.

Words of held texts stand in it sealed, for the person who typed them (guard.outbox.searches).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from unicodedata import normalize
from urllib.parse import urlencode

from guard.text.fold import fold
from guard.types.held import CaseState
from guard.types.post import Post
from guard.types.queue import Decided, Waiting

NAMES = ("rule", "network", "author", "language", "outcome", "since", "until", "words")
LANGUAGES = ("fr", "en")
OUTCOMES = ("written", "redacted", "edited", "internal", "rejected")
LONGEST = 200
SEALED = 4000
"""Of sealed words."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty conditions are left out of `given`."""

    given: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC
    """Whose days are meant."""
    text: str = field(default="", repr=False)
    """The words that are looked for; `given` has them sealed."""
    ended: bool = False
    """The address has words that are no longer looked for, or never were its reader's."""

    @property
    def rule(self) -> str:
        return self.given.get("rule", "")

    @property
    def opens(self) -> bool:
        """Whether cases have to be opened to know."""
        return bool(self.text) or "language" in self.given

    @property
    def sifts(self) -> bool:
        """Whether lines are left out by more than their view."""
        return bool(self.given)

    def with_only(self, name: str, value: str) -> Mapping[str, str]:
        return {**self.given, name: value}

    def without(self, name: str) -> Mapping[str, str]:
        return {other: value for other, value in self.given.items() if other != name}

    def fits(self, case: Waiting | Decided) -> bool:
        """As far as the line itself tells."""
        given = self.given
        if isinstance(case, Decided):
            moment = case.reviewed
            if given.get("outcome", outcome := _outcome(case)) != outcome:
                return False
        else:
            moment = case.created
        since, until = _day(given.get("since", ""), self.zone), _day(given.get("until", ""), self.zone)
        return (
            (not self.rule or self.rule in case.matches)
            and given.get("network", case.network) == case.network
            and case.author.startswith(given.get("author", ""))
            and (since is None or since <= moment)
            and (until is None or moment < until + timedelta(days=1))
        )

    def fits_post(self, post: Post) -> bool:
        """The rest, of an opened case: the language that the post says it is in, and its words, accents and case aside."""
        language, text = self.given.get("language", ""), _plain(self.text)
        if language and (post.language or "").partition("-")[0].lower() != language:
            return False
        return not text or any(text in _plain(segment.text) for segment in post.segments)


def wanted_of(fields: Mapping[str, str], zone: tzinfo = UTC) -> Wanted:
    """From an address's fields; what cannot be read says nothing."""
    longest = {"words": SEALED}
    given = {name: fields[name].strip()[: longest.get(name, LONGEST)] for name in NAMES if fields.get(name, "").strip()}
    unread = [name for name in ("since", "until") if name in given and _day(given[name], zone) is None]
    return Wanted({name: value for name, value in given.items() if name not in unread}, zone)


def address(view: str, given: Mapping[str, str] | None = None, after: str = "") -> str:
    """Of a page of the queue."""
    given = given or {}
    asked = [("view", view if view != "waiting" else ""), *((name, given.get(name, "")) for name in NAMES)]
    query = urlencode([(name, value) for name, value in (*asked, ("after", after)) if value])
    return f"/queue?{query}" if query else "/queue"


def _outcome(case: Decided) -> str:
    return "rejected" if case.state is CaseState.REJECTED else case.form.value


def _plain(text: str) -> str:
    return " ".join(fold(normalize("NFKC", text)).split())


def _day(text: str, zone: tzinfo) -> datetime | None:
    """The start of a day."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    # Room for a day more
    return None if day is None or not 1970 <= day.year < 9000 else datetime(day.year, day.month, day.day, tzinfo=zone)
