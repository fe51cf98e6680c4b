"""Whose post it is, as far as can be known: nobody decides on their own.

Two people are surely two where authors.toml names both. Where it does not know the author, or not the one who is to
decide, a name in common is taken for the same person; without one nobody can tell, and whoever decides says first that
the post is not theirs. That is asked once for an account, and stands in the log.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Final

from guard.audit.log import AuditLog, event_id
from guard.outbox.review import REVIEWER
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.types.held import HeldPost
from guard.types.post import Author
from guard.types.principal import Principal

KIND = "not-own"
"""Of the log's entry: `{"author", "of", "case", "decision"}`."""


MANY_LABELS: Final = 2
"""Dots of a handle that is a domain of a service's own."""


class Whose(StrEnum):
    """What is known of a post's author and of somebody who is to decide on it."""

    OWN = "own"
    NAMESAKE = "namesake"
    """authors.toml does not say who it is, and the account has this person's name."""
    OTHERS = "others"
    UNKNOWN = "unknown"


def whose(person: str | None, account: str, handle: str, who: Principal) -> Whose:
    """`person` is the author's name in authors.toml (None: it has none for this account), the rest the service's names."""
    if person is not None and _folded(person) == _folded(who.person):
        return Whose.OWN
    if person is not None and who.listed:
        return Whose.OTHERS
    theirs = {*_forms(account), *_forms(handle)}
    if handle.count(".") >= MANY_LABELS and "@" not in handle:  # marie.bsky.social
        theirs |= _forms(handle.partition(".")[0])
    mine = {*_forms(who.name), *_forms(who.person)}
    return Whose.UNKNOWN if theirs.isdisjoint(mine) else Whose.NAMESAKE


def disown(tx: Transaction, log: AuditLog, case: HeldPost, who: Principal, now: datetime) -> None:
    """They say that the account behind this case is not theirs. For this account nobody asks them again."""
    tx.queue.disown(who.id, case.author)
    reviewer = log.pseudonym(REVIEWER, who.name)
    tx.put_author(reviewer, Author(REVIEWER, who.name, person=who.person))
    event = event_id(now)
    data = {"author": reviewer, "of": case.author, "case": case.number, "decision": case.event}
    log.append(tx, AuditEntry(event, KIND, now, data))
    tx.queue.note(case.number, event)


def _forms(name: str) -> set[str]:
    """`@marie.dupont@mastodon.example` and `marie_dupont@example.net`, without what people write differently."""
    whole = unicodedata.normalize("NFKD", _folded(name)).removeprefix("@")  # names have accents, accounts seldom do
    found = {"".join(filter(str.isalnum, each)) for each in (whole, whole.partition("@")[0])}
    return found - {""}


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
