"""The log to take away: entries as JSON Lines or CSV, and the whole log in the layout that anybody can verify. Streamed.

Each chunk is a read of its own up to an end fixed at the start: leaves never change, and no reader holds the journal.
"""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime

from guard.audit import merkle, tiles
from guard.audit.checkpoint import VerifierKey, open_checkpoint
from guard.console.records.entries import Entry, entries_at
from guard.store.base import Store
from guard.store.catalogue import EntryQuery

CHUNK = 500
BUNDLES = 8
"""Of 256 entries, read at once."""
COLUMNS = (
    "index", "time", "kind", "action", "disposition", "form", "state", "verdict", "step", "network", "operation",
    "visibility", "case", "rules", "shadow", "entities", "author", "policies", "id",
)  # fmt: skip
_FORMULA = frozenset("=+-@\t\r\n")
_BLOCK = 512


async def found(store: Store, query: EntryQuery) -> AsyncIterator[Sequence[Entry]]:
    """All entries of a search, newest first, in chunks."""
    before = await store.read(lambda tx: tx.frontier.size) if query.before is None else query.before
    while True:
        part = replace(query, before=before, after=None, limit=CHUNK)
        entries = await store.read(lambda tx, part=part: entries_at(tx, tx.catalogue.search(part)))  # type: ignore[misc]
        if entries:
            yield entries
            before = entries[-1].index
        if len(entries) < CHUNK:
            return


async def jsonl(store: Store, query: EntryQuery) -> AsyncIterator[bytes]:
    """A line for each: its index, and the entry exactly as it stands in the tree."""
    async for entries in found(store, query):
        yield "".join(f'{{"index":{entry.index},"entry":{entry.raw}}}\n' for entry in entries).encode()


async def table(store: Store, query: EntryQuery) -> AsyncIterator[bytes]:
    """CSV with a byte order mark, as spreadsheets want it; no cell can be a formula."""
    yield "\ufeff".encode() + _lines([COLUMNS])
    async for entries in found(store, query):
        yield _lines([_row(entry) for entry in entries])


async def whole(store: Store, key: VerifierKey, name: str, now: datetime) -> AsyncIterator[bytes]:
    """A tar of what `guard audit export` writes, under a folder of that name; the checkpoint last, as there."""
    note = await store.read(lambda tx: tx.checkpoint())
    head = None if note is None else open_checkpoint(note, key)
    hashes: list[bytes] = []
    seconds = int(now.timestamp())

    def member(path: str, content: bytes) -> bytes:
        info = tarfile.TarInfo(f"{name}/{path}")
        info.size, info.mtime, info.mode = len(content), seconds, 0o644
        return info.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % _BLOCK)

    if head is not None and note is not None:
        parts = list(tiles.bundles(head.size))
        for at in range(0, len(parts), BUNDLES):
            some = parts[at : at + BUNDLES]
            start, end = some[0][1], some[-1][1] + some[-1][2]
            leaves = await store.read(lambda tx, start=start, end=end: list(tx.leaves(start, end)))  # type: ignore[misc]
            hashes += map(merkle.leaf_hash, leaves)
            bundles = ((path, leaves[first - start :][:width]) for path, first, width in some)
            yield b"".join(member(path, tiles.pack(entries)) for path, entries in bundles)
        for path, tile in tiles.hash_tiles(hashes):
            yield member(path, tile)
        yield member(tiles.KEY, f"{key}\n".encode())
        yield member(tiles.CHECKPOINT, note.encode())
    yield bytes(2 * _BLOCK)


def _row(entry: Entry) -> list[str]:
    data = entry.data
    rules = [f"{rule}: {action}" for rule, action, shadow in entry.rules if not shadow]
    own = {
        "index": entry.index,
        "time": entry.leaf["time"],
        "kind": entry.kind,
        "id": entry.leaf["id"],
        "rules": "; ".join(rules),
        "shadow": "; ".join(f"{rule}: {action}" for rule, action, shadow in entry.rules if shadow),
        "entities": "; ".join(f"{name}: {count}" for name, count in data.get("entities", {}).items()),
    }
    values = (own.get(name, data.get(name)) for name in COLUMNS)
    return [
        safe_cell("" if value is None else value if isinstance(value, str) else json.dumps(value)) for value in values
    ]


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _FORMULA else text


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()
