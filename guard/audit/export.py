"""Writes the log as plain files (C2SP tlog-tiles) and single proofs (C2SP tlog-proof), for readers that trust no server.

What is proved must be checkable in ten years without this program: the layout is a public one.
"""

from __future__ import annotations

import base64
from itertools import islice
from pathlib import Path

from guard.audit import merkle, tiles
from guard.audit.checkpoint import VerifierKey, open_checkpoint
from guard.audit.proofs import Tree
from guard.errors import StoreError, UsageError, VerificationError
from guard.store.base import Transaction
from guard.types.audit import TreeHead
from guard.words.texts import Phrase


def export(tx: Transaction, key: VerifierKey, folder: Path) -> TreeHead:
    """Write the whole log under `folder`, which must be new or empty; returns its tree head.

    The checkpoint is written last: a broken-off export has none and does not verify. UsageError when the folder is in
    use, StoreError when it cannot be written, VerificationError when the checkpoint is not by `key`.
    """
    note, head = _checkpoint(tx, key)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError(Phrase("ledger.folder-full", folder=str(folder)), hint=Phrase("ledger.do.new-folder"))
        leaves: list[bytes] = []
        stored = tx.leaves(0, head.size)
        for path, _, width in tiles.bundles(head.size):
            entries = list(islice(stored, width))
            leaves += map(merkle.leaf_hash, entries)
            _write(folder / path, tiles.pack(entries))
        for path, tile in tiles.hash_tiles(leaves):
            _write(folder / path, tile)
        _write(folder / tiles.KEY, f"{key}\n".encode())
        _write(folder / tiles.CHECKPOINT, note.encode())
    except OSError as error:
        message = Phrase("ledger.export-unwritable", why=error.strerror)
        raise StoreError(message, hint=Phrase("ledger.do.other-folder")) from None
    return head


def prove(tx: Transaction, key: VerifierKey, index: int) -> str:
    """A tlog-proof that the leaf at `index` is in the log now; its extra data is the entry itself. UsageError: no such leaf.

    VerificationError when the store holds something else than what was signed.
    """
    note, head = _checkpoint(tx, key)
    if not 0 <= index < head.size:
        hint = Phrase("ledger.do.counted", size=str(head.size))
        raise UsageError(Phrase("ledger.no-entry", name=str(index)), hint=hint)
    entry = next(tx.leaves(index, index + 1))
    path = Tree(tx).inclusion(index, head.size)
    if not merkle.verify_inclusion(merkle.leaf_hash(entry), index, head.size, path, head.root):
        raise VerificationError(Phrase("ledger.not-signed-one"), hint="guard audit verify")
    lines = [tiles.PROOF, f"extra {_base64(entry)}", f"index {index}", *map(_base64, path), "", note]
    return "\n".join(lines)


def _checkpoint(tx: Transaction, key: VerifierKey) -> tuple[str, TreeHead]:
    note = tx.checkpoint()
    if note is None:
        raise UsageError(Phrase("ledger.empty"), hint=Phrase("ledger.do.first-start"))
    return note, open_checkpoint(note, key)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
