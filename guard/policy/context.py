"""What the parts of a policy file need to know of each other while it is read: zone, dates, mode, networks it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from guard.errors import Location
from guard.policy.cursor import Cursor, did_you_mean
from guard.policy.moments import read_moment
from guard.policy.schema import Mode
from guard.words.texts import Phrase

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)


@dataclass(slots=True)
class Context:
    """What a rule needs to know of its file, and what the file needs to know of its rules."""

    zone: tzinfo | None
    """None where the policy names none."""
    dates: Mapping[str, datetime]
    mode: Mode
    confidential: bool
    network_places: list[tuple[str, Location]] = field(default_factory=list)
    uses_time: bool = False

    def network(self, place: Cursor) -> str:
        """Name of a service; remembered, because only the settings know which exist."""
        name = place.text()
        self.network_places.append((name, place.location))
        return name

    def networks(self, place: Cursor | None) -> frozenset[str] | None:
        """Names of services."""
        return None if place is None else frozenset(self.network(item) for item in place.items())

    def languages(self, place: Cursor | None) -> frozenset[str] | None:
        """Language codes, in lower case, without region."""
        if place is None:
            return None
        codes = set()
        for item in place.items():
            code = item.text()
            if code.strip() and not LANGUAGE.fullmatch(code):
                item.error(Phrase("loader.not-a-language"), Phrase("loader.do.language-code"))
            codes.add(code.lower().partition("-")[0])
        return frozenset(codes)

    def moment(self, place: Cursor) -> datetime | None:
        """A date by its name under `dates`, or written out."""
        self.uses_time = True
        text = place.text()
        if text in self.dates:
            return self.dates[text]
        if text[:1].isdigit() or not text.strip():
            return read_moment(place, self.zone)
        hint = did_you_mean(text, self.dates) if self.dates else Phrase("loader.do.name-date")
        place.error(Phrase("loader.no-date-name"), hint)
        return None
