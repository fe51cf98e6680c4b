"""The newest checkpoint, noted beside the keys: a log that was begun anew, or put back from an older copy, lacks it.

One key would then sign two histories, and nobody would know. The note stays where the store does not. Whoever may write
beside the keys can remove it: against them helps a checkpoint that is kept elsewhere.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from guard import durable
from guard.audit import merkle
from guard.audit.checkpoint import VerifierKey, open_checkpoint, signers
from guard.audit.proofs import Tree
from guard.errors import Location, VerificationError
from guard.store.base import Transaction
from guard.types.audit import Frontier, TreeHead
from guard.words.texts import Phrase

NAME = "last-checkpoint"
_LARGEST = 65_536
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Noted:
    """What was read."""

    text: str
    """The signed checkpoint."""
    head: TreeHead
    file: Path
    when: str
    """When it was written, as the file system says: to be told, and no evidence."""


class LossError(VerificationError):
    """The log lacks entries that its key has signed."""

    def __init__(self, message: Phrase, hint: Phrase, store: Path, noted: TreeHead, size: int) -> None:
        super().__init__(message, hint=hint, location=Location(str(store)))
        self.noted = noted
        """What it had."""
        self.size = size
        """How many entries it has."""


def read_noted(folder: Path, key: VerifierKey) -> Noted | None:
    """What is noted in the folder of keys; None where nothing is. VerificationError when it is damaged, or not by `key`."""
    file = folder / NAME
    place = Location(str(file))
    try:
        with file.open("rb") as opened:
            raw, written = opened.read(_LARGEST), os.fstat(opened.fileno()).st_mtime
    except FileNotFoundError:
        return None
    except OSError as error:
        message = Phrase("noted.unreadable", why=error.strerror)
        raise VerificationError(message, hint=Phrase("noted.do.owner"), location=place) from None
    try:
        text = raw.decode("utf-8")
        named, ours = signers(text), f"{key.name}+{key.id.hex()}"
        if ours not in named:
            message = Phrase("noted.foreign", named=", ".join(named), ours=ours)
            raise VerificationError(message, hint=Phrase("noted.do.foreign"), location=place)
        head = open_checkpoint(text, key)
    except (UnicodeDecodeError, VerificationError) as error:
        if getattr(error, "location", None) == place:
            raise
        hint = Phrase("noted.do.damaged")
        raise VerificationError(Phrase("noted.damaged"), hint=hint, location=place) from None
    return Noted(text, head, file, _minute(datetime.fromtimestamp(written, UTC).isoformat()))


def write_noted(folder: Path, checkpoint: str) -> None:
    """Note a signed checkpoint, for one process at a time. OSError, and what was noted stays, when it cannot be written."""
    file = folder / NAME
    durable.replace(file, checkpoint.encode(), rights=0o600, draft=file.with_name(f".{NAME}.new"))


def lost(tx: Transaction, head: TreeHead, noted: Noted, store: Path) -> LossError | None:
    """What the log in `store`, whose signed head this is, lacks of what was noted; None: it has only grown since.

    Reads roots of subtrees and a few leaves; all leaves only to be sure before it says that they are others.
    """
    old = noted.head
    if head.size < old.size:
        return _shorter(tx, head, noted, store)
    path = Tree(tx).consistency(old.size, head.size)
    if merkle.verify_consistency((old.size, old.root), (head.size, head.root), path) or _stands(tx, old):
        return None
    message = Phrase("noted.forked", size=head.size, noted=old.size, file=str(noted.file), when=noted.when)
    return LossError(message, Phrase("noted.do.forked"), store, old, head.size)


def gone(noted: Noted, store: Path) -> LossError:
    """There is no log at all, or an empty one."""
    message = Phrase("noted.gone", count=noted.head.size, file=str(noted.file), when=noted.when)
    return LossError(message, Phrase("noted.do.loss"), store, noted.head, 0)


def _shorter(tx: Transaction, head: TreeHead, noted: Noted, store: Path) -> LossError:
    if not head.size:
        return gone(noted, store)
    last = next(tx.leaves(head.size - 1, head.size), None)
    message = Phrase(
        "noted.shorter", count=noted.head.size - head.size, size=head.size, noted=noted.head.size, file=str(noted.file),
        since="?" if last is None else _minute(json.loads(last)["time"]), when=noted.when,
    )  # fmt: skip
    return LossError(message, Phrase("noted.do.loss"), store, noted.head, head.size)


def _stands(tx: Transaction, old: TreeHead) -> bool:
    """The same by the leaves alone: kept roots of subtrees are no evidence, and a wrong one must not stop a gate."""
    frontier, leaves = Frontier(), tx.leaves(0, old.size)
    while batch := [merkle.leaf_hash(leaf) for leaf in islice(leaves, _BATCH)]:
        frontier = merkle.append(frontier, *batch)
    return TreeHead(frontier.size, merkle.root_of(frontier)) == old


def _minute(time: str) -> str:
    """`2026-11-23 05:10 UTC` of a time in UTC as entries have it."""
    return f"{time[:10]} {time[11:16]} UTC"
