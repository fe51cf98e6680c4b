"""Looking for words in held texts: each look is an entry of the log, and the words stand sealed in the page's address.

An address ends up in a browser's history and in proxies' logs, and words that somebody looks for may be the very secret. Only
the person who typed them can use the address, and only for a working day.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from guard.audit.keys import Keys
from guard.audit.log import AuditLog, event_id
from guard.audit.seal import seal, unseal
from guard.errors import GuardError
from guard.outbox.review import REVIEWER
from guard.store.base import Transaction
from guard.types.audit import AuditEntry
from guard.types.post import Author
from guard.types.principal import Principal

LASTS = timedelta(hours=12)
_KEY = 60
"""Bytes of a wrapped key: what comes first."""


def seal_words(keys: Keys, who: Principal, words: str, now: datetime) -> str:
    """As addresses have them."""
    text = json.dumps([(now + LASTS).isoformat(), words]).encode()
    sealed, wrapped_key = seal(keys.sealing, _bound(who), text)
    return urlsafe_b64encode(wrapped_key + sealed).decode("ascii").rstrip("=")


def words_of(keys: Keys, who: Principal, sealed: str, now: datetime) -> str:
    """The words; empty where it is over, another's, or none of ours."""
    try:
        raw = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
        until, words = json.loads(unseal(keys.sealing, _bound(who), raw[_KEY:], raw[:_KEY]))
    except (GuardError, ValueError):
        return ""
    return str(words) if now < datetime.fromisoformat(until) else ""


def record_search(tx: Transaction, log: AuditLog, who: Principal, cases: int, now: datetime) -> None:
    """Somebody had so many held texts looked through: an entry, without the words, before they see what was found."""
    reviewer = log.pseudonym(REVIEWER, who.name)
    tx.put_author(reviewer, Author(REVIEWER, who.name, person=who.person))
    log.append(tx, AuditEntry(event_id(now), "search", now, {"author": reviewer, "cases": cases}))


def _bound(who: Principal) -> str:
    return f"search {who.id}"
