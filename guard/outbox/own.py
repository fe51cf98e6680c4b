"""Somebody's own posts in the log: which decisions are about them, and what became of each. Read-only.

Own are the accounts that authors.toml gives to that very person: a handle or an account's name that merely reads alike
shows nothing of anybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guard.store.base import Transaction
from guard.types.decision import Action, is_told
from guard.types.held import DeliveryState, HeldPost

FLAGGED = "flagged"
"""What published posts with a remark are about, until somebody has looked."""
TAIL = 2_000
"""Newest entries that are looked at themselves: those that nobody has looked at for what follows from them."""


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A decision that did something to a post of theirs."""

    index: int
    event: str
    time: datetime
    data: dict[str, Any]
    """As in the entry: network, operation, visibility, action, disposition, form, matches, entities."""
    case: HeldPost | None
    delivery: DeliveryState | None
    """What became of sending it; None when it was not sent."""

    @property
    def rules(self) -> tuple[str, ...]:
        """`policy/rule` of those that acted, in the entry's order."""
        matches = self.data.get("matches", ())
        return tuple(dict.fromkeys(match["rule"] for match in matches if match["action"] != "allow"))

    @property
    def told(self) -> tuple[str, ...]:
        """Of these, those that decided: what stopped it or had it masked, not the remarks that it would have gone out with."""
        acted = [(match["rule"], Action.from_word(match["action"])) for match in self.data.get("matches", ())]
        if self.data["disposition"] != "deliver" or self.case is not None:
            reason = self.data.get("reason", "")
            return tuple(dict.fromkeys(rule for rule, action in acted if is_told(action, reason)))
        masked = tuple(dict.fromkeys(rule for rule, action in acted if action is Action.REDACT))
        return masked or self.rules


def subjects(leaf: bytes) -> tuple[str, ...]:
    """Whom or what an entry is about, as far as anybody asks: a pseudonym, a question's or a decision's id, FLAGGED."""
    if b'"kind":"decision"' in leaf:
        if b'"matches"' not in leaf and b'"case"' not in leaf and b'"reason"' not in leaf:
            return ()
        data = json.loads(leaf)["data"]
        flagged = data.get("action") == "flag" and data.get("disposition") == "deliver"
        return (str(data["author"]), FLAGGED) if flagged else (str(data["author"]),)
    if b'"kind":"take-down"' in leaf:
        return (str(json.loads(leaf)["data"]["decision"]),)
    if b'"question"' in leaf:
        question = json.loads(leaf)["data"].get("question")
        return (question,) if isinstance(question, str) else ()
    return ()


def pseudonyms(tx: Transaction, person: str) -> list[str]:
    """Of the accounts that are this person's."""
    found = ((name, tx.author(name)) for name in tx.find_authors(person)) if person else ()
    return [name for name, author in found if author is not None and author.person == person]


def own_posts(tx: Transaction, person: str, limit: int, before: int | None = None) -> list[OwnPost]:
    """Newest first. What went out as written, with nothing found, is not among them."""
    names = pseudonyms(tx, person)
    return [_own(tx, index, entry) for index, entry in about(tx, names, limit, before)] if names else []


def own_post(tx: Transaction, person: str, event: str) -> OwnPost | None:
    """That decision, if it is about a post of theirs; None, whatever else it is."""
    index = tx.leaf_index(event)
    if index is None:
        return None
    entry = json.loads(next(iter(tx.leaves(index, index + 1))))
    mine = entry["kind"] == "decision" and entry["data"]["author"] in pseudonyms(tx, person)
    return _own(tx, index, entry) if mine else None


def about(tx: Transaction, names: list[str], limit: int, before: int | None = None) -> list[tuple[int, dict[str, Any]]]:
    """Index and entry of what is about any of these, newest first."""
    end = tx.frontier.size if before is None else min(before, tx.frontier.size)
    begun = max(tx.notices.followed()[0], end - TAIL)
    wanted = set(names)
    tail = [index for index, leaf in enumerate(tx.leaves(begun, end), begun) if wanted.intersection(subjects(leaf))]
    known = tx.notices.about(names, limit, before)
    indexes = sorted({*tail, *known}, reverse=True)[:limit]
    return [(index, json.loads(next(iter(tx.leaves(index, index + 1))))) for index in indexes]


def lookers(tx: Transaction, case: int) -> Iterator[tuple[str, datetime]]:
    """Who has read a held post, by name, and when; oldest first."""
    for event in tx.queue.noted(case):
        index = tx.leaf_index(event)
        entry = None if index is None else json.loads(next(iter(tx.leaves(index, index + 1))))
        if entry is not None and entry["kind"] in {"view", "reveal"}:
            author = tx.author(str(entry["data"].get("author", "")))
            yield "" if author is None else author.account, datetime.fromisoformat(entry["time"])


def _own(tx: Transaction, index: int, entry: dict[str, Any]) -> OwnPost:
    data = entry["data"]
    case = tx.case(data["case"]) if "case" in data else None
    sent = tx.delivery(entry["id"])
    state = None if sent is None else sent.state
    return OwnPost(index, entry["id"], datetime.fromisoformat(entry["time"]), data, case, state)
