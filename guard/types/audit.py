"""What the audit log holds: entries, tree heads and checkpoints. Hashes and tree are those of RFC 6962."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

KINDS = (
    "start", "policies", "decision", "delivery", "review", "not-own", "sign-in", "account", "question", "answer", "view",
    "search", "looked", "take-down", "probe", "training", "reveal", "export", "erasure", "loss",
)  # fmt: skip
"""Of entries, as docs/audit.md lists them."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One leaf: what happened, without any text of a post and without any confidential term."""

    id: str
    kind: str
    """One of KINDS."""
    time: datetime
    data: Mapping[str, object]
    """Strings, integers, booleans, None, lists and maps of these: see guard.audit.encode."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree's size and the roots of its perfect subtrees, largest first: all that appending needs."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class TreeHead:
    """Size and root hash of the tree."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept outside the tree about an entry, and can be erased: the salt of its commitment, and who."""

    event: str
    salt: bytes
    author: str
    """Pseudonym, as in the entry."""
    sealed: bytes | None
    """Canonical record with the text, encrypted; only for posts that wait for a person."""
    wrapped_key: bytes | None
    erase_after: datetime | None
