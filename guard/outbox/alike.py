"""An approval that a post just misses: the same author's, of the same words, and something else differs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from guard.audit.keys import Keys
from guard.errors import GuardError
from guard.outbox.deciding import scheduled_time
from guard.outbox.review import open_payload
from guard.store.base import Transaction
from guard.types.held import CaseState
from guard.types.post import Post

OPENED = 5
"""The newest approvals of an author that are opened to compare."""


@dataclass(frozen=True, slots=True)
class Alike:
    """The case whose approval it is, and what differs: text, audience, hour, file, other."""

    case: int
    differs: tuple[str, ...]


def approved_alike(tx: Transaction, keys: Keys, author: str, post: Post, now: datetime) -> Alike | None:
    """The newest unused approval of this author (a pseudonym) that `post` just misses."""
    mine = [
        case
        for case in tx.cases(CaseState.APPROVED)
        if case.author == author
        and case.operation == post.operation
        and case.expires is not None
        and now < case.expires
    ]
    for case in mine[: -OPENED - 1 : -1]:
        try:
            approved = open_payload(keys, case).post
        except GuardError:
            continue  # erased, or sealed under a key that is gone
        if differs := _differs(approved, post):
            return Alike(case.number, differs)
    return None


def _differs(approved: Post, post: Post) -> tuple[str, ...]:
    """What differs between two posts of the same words; nothing where the words do, or nothing at all."""
    if not _words(post) or _words(approved) != _words(post):
        return ()
    tests = {
        "text": _texts(approved) != _texts(post),
        "audience": approved.visibility is not post.visibility,
        "hour": scheduled_time(approved) != scheduled_time(post),
        "file": [file.digest for file in approved.attachments] != [file.digest for file in post.attachments],
        "other": (approved.reply_to, approved.quote_of, approved.target) != (post.reply_to, post.quote_of, post.target),
    }
    found = tuple(name for name, differs in tests.items() if differs)
    # What else an approval is bound to has a digest of the whole body among it, which differs whatever does
    return found or (("other",) if sorted(approved.extra) != sorted(post.extra) else ())


def _texts(post: Post) -> list[tuple[str, str]]:
    return sorted((part.path, part.text) for part in post.segments if part.travels and part.role != "joined")


def _words(post: Post) -> str:
    """Letters and digits alone, in the order of the texts."""
    whole = "".join(text for _, text in _texts(post))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", whole).casefold()))
