"""What stands in the bar at the top: one line per page, shown to those who may see it."""

from __future__ import annotations

from dataclasses import dataclass

from guard.types.principal import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    """Address, and start of the addresses of the pages below it."""
    key: str
    """Its text is `nav.<key>`."""
    permission: Permission
    below: tuple[str, ...] = ()
    """Other addresses that belong to it."""
    also: tuple[Permission, ...] = ()
    """Whoever may do one of these sees it, too."""

    @property
    def permissions(self) -> tuple[Permission, ...]:
        return self.permission, *self.also


_ENTRIES = (
    Entry("/queue", "queue", Permission.REVIEW, ("/cases",)),
    Entry("/flagged", "flagged", Permission.REVIEW),
    Entry("/questions", "questions", Permission.REVIEW),
    Entry("/audit", "audit", Permission.AUDIT),
    Entry("/overview", "overview", Permission.OVERVIEW),
    Entry("/policies", "policies", Permission.POLICIES, also=(Permission.ACTIVATE,)),
    Entry("/playground", "playground", Permission.POLICIES),
    Entry("/compose", "compose", Permission.CHECK),
    Entry("/mine", "mine", Permission.CHECK),
    Entry("/people", "people", Permission.ACCOUNTS),
)


def entries() -> tuple[Entry, ...]:
    """In the order of the bar."""
    return _ENTRIES
