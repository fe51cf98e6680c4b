"""Checks a log that was exported, with no server and no database: any changed, missing or added byte is found.

It rebuilds every tile and the root from the entries instead of trusting what lies there. It imports no store, so that an
auditor can read the few files it rests on.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guard.audit import merkle, tiles
from guard.audit.checkpoint import VerifierKey, open_checkpoint, parse_vkey
from guard.audit.encode import decode
from guard.errors import Location, StoreError, VerificationError
from guard.types.audit import TreeHead
from guard.words.texts import Phrase

_MAX_FILE = tiles.WIDTH * (65_535 + 2)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved, and by whose key."""

    head: TreeHead
    key: VerifierKey
    grown_from: TreeHead | None = None
    """The older checkpoint that this log was shown to continue."""


def verify_export(folder: Path, pinned: VerifierKey | None = None, since: str | None = None) -> Verified:
    """Check everything under `folder`; `since` is an older checkpoint's text. VerificationError names the file at fault.

    Without `pinned` the key inside the folder is used: that finds accidents and strangers' changes, but not a log that
    someone wrote anew with a key of their own. Keep the key elsewhere and pass it.
    """
    key = _key(folder, pinned)
    note = _text(folder, tiles.CHECKPOINT)
    head = open_checkpoint(note, key, alone=True)
    _check_files(folder, head.size)
    leaves = _leaves(_entries(folder, head.size))
    for path, tile in tiles.hash_tiles(leaves):
        if _bytes(folder, path) != tile:
            raise VerificationError(Phrase("ledger.tile"), location=Location(path))
    return _conclude(leaves, head, key, since)


def verify_leaves(entries: Iterable[bytes], note: str | None, key: VerifierKey, since: str | None = None) -> Verified:
    """Check leaves in tree order against their checkpoint: for a log that still lies in its database."""
    leaves = _leaves((f"entry {index}", entry) for index, entry in enumerate(entries))
    if note is None:
        if leaves or since is not None:
            raise VerificationError(Phrase("ledger.no-checkpoint"))
        return Verified(TreeHead(0, merkle.EMPTY_ROOT), key)
    return _conclude(leaves, open_checkpoint(note, key), key, since)


def verify_proof(proof: str, key: VerifierKey) -> tuple[int, bytes]:
    """Index and canonical bytes of the entry that a tlog-proof of ours shows to be in the log."""
    body, blank, note = proof.partition("\n\n")
    lines = body.split("\n")
    if not blank or len(lines) < 3 or lines[0] != tiles.PROOF:
        raise VerificationError(Phrase("ledger.no-proof"))
    entry, number = _base64(lines[1].removeprefix("extra ")), lines[2].removeprefix("index ")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index ") or not number.isdecimal():
        raise VerificationError(Phrase("ledger.proof-empty"), hint=Phrase("ledger.do.prove"))
    if len(number) > 18 or str(int(number)) != number:
        raise VerificationError(Phrase("ledger.proof-index"))
    head = open_checkpoint(note, key)
    path = [_base64(line) for line in lines[3:]]
    if not merkle.verify_inclusion(merkle.leaf_hash(entry), int(number), head.size, path, head.root):
        raise VerificationError(Phrase("ledger.proof-wrong"))
    return int(number), entry


def read_key(source: str) -> VerifierKey:
    """A key given as a vkey or as the path of a file that holds one line of it."""
    path = Path(source)
    if "+" in source and not path.exists():
        return parse_vkey(source)
    try:
        return parse_vkey(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        raise VerificationError(Phrase("ledger.key-wrong"), location=Location(source)) from None


def _conclude(leaves: list[bytes], head: TreeHead, key: VerifierKey, since: str | None) -> Verified:
    if len(leaves) != head.size or merkle.root(leaves) != head.root:
        raise VerificationError(Phrase("ledger.entries-differ"), location=Location(tiles.CHECKPOINT))
    if since is None:
        return Verified(head, key)
    old = open_checkpoint(since, key)
    if old.size > head.size:
        raise VerificationError(Phrase("ledger.shrank", old=old.size, now=head.size))
    if merkle.root(leaves[: old.size]) != old.root:
        raise VerificationError(Phrase("ledger.older-differ", old=old.size))
    return Verified(head, key, old)


def _key(folder: Path, pinned: VerifierKey | None) -> VerifierKey:
    text = _text(folder, tiles.KEY)
    key = parse_vkey(text.removesuffix("\n"))
    if not text.endswith("\n"):
        raise VerificationError(Phrase("ledger.key-cut"), location=Location(tiles.KEY))
    if pinned is not None and key != pinned:
        raise VerificationError(Phrase("ledger.other-key"), location=Location(tiles.KEY))
    return key


def _check_files(folder: Path, size: int) -> None:
    """Exactly the files and folders that a log of that size has; nothing may hide beside them."""
    expected = tiles.expected_files(size)
    folders = {parent.as_posix() for path in expected for parent in Path(path).parents} - {"."}
    found: set[str] = set()
    for path, mode in _walk(folder):
        name = path.relative_to(folder).as_posix()
        fits = name in folders if stat.S_ISDIR(mode) else name in expected and stat.S_ISREG(mode)
        if not fits:
            raise VerificationError(Phrase("ledger.foreign-file"), location=Location(name))
        found.add(name)
    for name in sorted(expected - found):
        raise VerificationError(Phrase("ledger.file-missing"), location=Location(name))


def _walk(folder: Path) -> Iterator[tuple[Path, int]]:
    """Everything below, links not followed."""
    try:
        with os.scandir(folder) as listing:
            items = list(listing)
        for item in items:
            mode = item.stat(follow_symlinks=False).st_mode
            yield Path(item.path), mode
            if stat.S_ISDIR(mode):
                yield from _walk(Path(item.path))
    except OSError as error:
        raise VerificationError(
            Phrase("ledger.folder-unreadable", why=error.strerror), location=Location(str(folder))
        ) from None


def _entries(folder: Path, size: int) -> Iterator[tuple[str, bytes]]:
    for path, start, width in tiles.bundles(size):
        entries = tiles.unpack(_bytes(folder, path))
        if entries is None or len(entries) != width:
            raise VerificationError(Phrase("ledger.bundle", width=width), location=Location(path))
        for index, entry in enumerate(entries, start):
            yield f"{path}: entry {index}", entry


def _leaves(entries: Iterable[tuple[str, bytes]]) -> list[bytes]:
    leaves: list[bytes] = []
    for place, entry in entries:
        try:
            decode(entry)
        except StoreError as error:
            raise VerificationError(error.message, location=Location(place)) from None
        leaves.append(merkle.leaf_hash(entry))
    return leaves


def _bytes(folder: Path, name: str) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            content = file.read(_MAX_FILE + 1)
    except OSError as error:
        raise VerificationError(Phrase("ledger.file-unreadable", why=error.strerror), location=Location(name)) from None
    if len(content) > _MAX_FILE:
        raise VerificationError(Phrase("ledger.file-large"), location=Location(name))
    return content


def _text(folder: Path, name: str) -> str:
    try:
        return _bytes(folder, name).decode("utf-8")
    except UnicodeDecodeError:
        raise VerificationError(Phrase("ledger.not-utf8"), location=Location(name)) from None


def _base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if base64.b64encode(raw).decode() != text:
        raise VerificationError(Phrase("ledger.proof-line"))
    return raw
