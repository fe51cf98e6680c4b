"""The audit log as the gate writes it: leaves in the caller's own transaction, one signature per commit.

So a decision and what follows from it (case, delivery) are kept together or not at all, and no checkpoint is ever stored
without its leaves.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from guard.audit import merkle
from guard.audit.checkpoint import open_checkpoint, sign
from guard.audit.encode import encode_entry, encode_parts
from guard.audit.keys import Keys
from guard.entropy import random_bytes
from guard.errors import VerificationError
from guard.store.base import Transaction
from guard.types.audit import AuditEntry, Record, TreeHead
from guard.words.texts import Phrase

SALT = 32
REMEMBERED = 50_000
"""Pseudonyms kept at hand."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def event_id(now: datetime) -> str:
    """A new id, ordered by time (milliseconds, then 64 random bits): the store's indexes grow at their end."""
    since = now - _EPOCH
    milliseconds = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    return f"{milliseconds:012x}{random_bytes(8).hex()}"


def new_salt() -> bytes:
    """Salt of one record's commitment."""
    return random_bytes(SALT)


def commitment(record: Record, binding: bytes) -> str:
    """What the tree holds of the erasable: HMAC-SHA256 under the record's salt over event, author and the post's digest.

    The message is four lines: `postguard-record-v1`, event id, pseudonym, binding in hexadecimal. Whoever has the post and
    the salt can show that this is what was decided on; once the salt is erased nobody can even guess.
    """
    covered = f"postguard-record-v1\n{record.event}\n{record.author}\n{binding.hex()}\n"
    return hmac.digest(record.salt, covered.encode(), "sha256").hex()


class AuditLog:
    """Appends and signs; `origin` (the keys' name) is the log's identity. Holds no state of the log between transactions."""

    def __init__(self, keys: Keys, origin: str | None = None) -> None:
        self._keys = keys
        self._pseudonyms: dict[tuple[str, str], str] = {}
        self.origin = keys.verifier.name
        if origin is not None and origin != self.origin:
            raise VerificationError(Phrase("ledger.keys-of", ours=self.origin, origin=origin))

    def append(self, tx: Transaction, entry: AuditEntry, record: Record | None = None, binding: bytes = b"") -> int:
        """Add a leaf, and beside it what can be erased; returns the leaf's index. StoreError for what cannot be encoded.

        With a record the leaf carries its commitment, which covers `binding`, the digest of the post.
        """
        index = self.put(tx, (entry.id, self.leaf(entry, record, binding)))
        if record is not None:
            tx.add_record(record)
        return index

    def leaf(self, entry: AuditEntry, record: Record | None = None, binding: bytes = b"") -> bytes:
        """The entry's canonical bytes, with its commitment; they may be made before the transaction that takes them."""
        return encode_entry(entry, None if record is None else commitment(record, binding))

    @staticmethod
    def leaf_of(data: bytes, kind: str, time: datetime, record: Record, binding: bytes) -> bytes:
        """The same, from data whose canonical bytes are known already."""
        return encode_parts(data, record.event, kind, time, commitment(record, binding))

    def put(self, tx: Transaction, *leaves: tuple[str, bytes]) -> int:
        """Add leaves that are made already, each with its event's id; returns the first one's index."""
        frontier = tx.frontier
        for index, (event, leaf) in enumerate(leaves, frontier.size):
            tx.add_leaf(index, event, leaf)
        tx.frontier = merkle.append(frontier, *(sha256(b"\x00" + leaf).digest() for _, leaf in leaves))
        return frontier.size

    def before_commit(self, tx: Transaction) -> None:
        """Sign the tree as it will be after this commit; for `SqliteStore(before_commit=...)`."""
        size, note = tx.frontier.size, tx.checkpoint()
        if size and (note is None or note.split("\n", 2)[1] != str(size)):
            head = TreeHead(size, merkle.root_of(tx.frontier))
            tx.put_checkpoint(sign(head, self._keys.verifier, self._keys.sign))

    def check(self, tx: Transaction) -> TreeHead:
        """At start: the stored tree is the one its checkpoint signs, by our key. VerificationError otherwise."""
        note = tx.checkpoint()
        if note is None:
            if tx.frontier.size:
                raise VerificationError(Phrase("ledger.entries-unsigned"), hint="guard audit verify")
            return TreeHead(0, merkle.EMPTY_ROOT)
        head = open_checkpoint(note, self._keys.verifier)
        if head != TreeHead(tx.frontier.size, merkle.root_of(tx.frontier)):
            raise VerificationError(Phrase("ledger.tree-differs"), hint="guard audit verify")
        return head

    def pseudonym(self, network: str, account: str) -> str:
        """What stands for an account in entries and records."""
        known = self._pseudonyms.get((network, account))
        if known is None:
            if len(self._pseudonyms) >= REMEMBERED:
                self._pseudonyms.clear()
            known = self._pseudonyms[network, account] = self._keys.pseudonym(network, account)
        return known


def erase_due(tx: Transaction, log: AuditLog, now: datetime, limit: int = 200) -> Sequence[str]:
    """Erase what is due by now, each with a leaf of its own; returns the event ids. Call again while it returns `limit`."""
    events = tx.due_erasures(now, limit)
    for event in events:
        tx.erase(event)
        log.append(tx, AuditEntry(event_id(now), "erasure", now, {"event": event}))
    return events
