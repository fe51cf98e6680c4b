"""The index of protected documents as a file: sorted tables of keyed hashes, read in place; nothing in it can be read.

Names of documents and sets are sealed with the same key, and the seal covers a digest of the tables, so a damaged file
or one made with another key is refused as a whole. All numbers are little-endian.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import secrets
import sys
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from guard import durable
from guard.errors import DetectorError
from guard.words.texts import Phrase

MAGIC: Final = b"guard-fingerprints 1\n"
_ID, _NONCE, _LENGTH = 8, 12, 4
_HEAD: Final = len(MAGIC) + _ID + _NONCE + _LENGTH
TABLES: Final = {"shingles": "QI", "probes": "II", "values": "QQ", "starters": "QQ"}
"""Type codes of each table's keys and values."""
_SIZES: Final = {"I": 4, "Q": 8}


class Table:
    """Sorted keys, each with one or more values beside it."""

    __slots__ = ("_keys", "_size", "_values")

    def __init__(self, keys: memoryview[int], values: memoryview[int]) -> None:
        self._keys = keys
        self._values = values
        self._size = len(keys)

    def __len__(self) -> int:
        return self._size

    def get(self, key: int) -> Sequence[int]:
        """All values of a key; empty for none. O(log n)."""
        keys, size = self._keys, self._size
        first = bisect_left(keys, key)
        if first == size or keys[first] != key:
            return ()
        end = first + 1
        while end < size and keys[end] == key:
            end += 1
        return self._values[first:end].tolist()

    def pairs(self) -> zip[tuple[int, int]]:
        """Keys with their values, in order."""
        return zip(self._keys, self._values, strict=True)


@dataclass(frozen=True, slots=True)
class Indexed:
    """One document of the index."""

    number: int
    """From 1; 0 stands for what everybody may read."""
    group: str
    """The set it belongs to, which policies name."""
    label: str
    """Where it was read from."""
    shingles: int = 0
    rows: int = 0
    fields: int = 2
    """Fields of one row that a post must hold."""
    sizes: int = 0
    """Lengths of the numbers in its rows, as bits."""


@dataclass(frozen=True, slots=True, repr=False)
class Index:
    """An open index. Its tables are memory-mapped: processes share them, and a replaced file stays readable."""

    documents: tuple[Indexed, ...]
    tables: Mapping[str, Table]
    digest: str
    """`sha256:…` of the tables."""

    def __repr__(self) -> str:
        return f"Index({len(self.documents)} documents)"


def read_index(path: Path, key: bytes) -> Index:
    """Open and verify an index. DetectorError when it is missing, damaged, of another version or of another key."""
    try:
        with path.open("rb") as file:
            data: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError:  # an empty file cannot be mapped
        data = b""
    except OSError as error:
        raise unreadable(path, error) from None
    if data[: len(MAGIC)] != MAGIC:
        raise _unsound(Phrase("protected.index-unknown", file=str(path)))
    place = len(MAGIC)
    if data[place : place + _ID] != _identity(key):
        raise DetectorError(
            Phrase("protected.index-key", file=str(path)),
            hint=Phrase("protected.do.key-file"),
        )
    nonce = data[place + _ID : place + _ID + _NONCE]
    length = int.from_bytes(data[_HEAD - _LENGTH : _HEAD], "little")
    body = memoryview(data)[_padded(_HEAD + length) :]
    digest = hashlib.sha256(body).digest()
    about = _unseal(key, nonce, data[_HEAD : _HEAD + length], MAGIC + digest)
    if about is None:
        raise _unsound(Phrase("protected.index-damaged", file=str(path)))
    documents = tuple(Indexed(**each) for each in about["documents"])
    return Index(documents, _tables(body, about["tables"]), f"sha256:{digest.hex()}")


def unreadable(path: Path, error: OSError) -> DetectorError:
    """Of an index that is not there or cannot be opened."""
    if isinstance(error, FileNotFoundError):
        hint = Phrase("protected.do.make-setting")
    else:
        hint = Phrase("protected.do.readable-index")
    return DetectorError(Phrase("protected.index-unreadable", file=str(path), why=error.strerror), hint=hint)


def write_index(
    path: Path, key: bytes, documents: Sequence[Indexed], tables: Mapping[str, tuple[array[int], array[int]]]
) -> None:
    """Put an index in place of the one at `path`, whole or not at all. DetectorError when it cannot be written.

    `tables` holds, for each name of TABLES, its keys in order and their values.
    """
    body = bytearray()
    counts: dict[str, int] = {}
    for name, codes in TABLES.items():
        keys, values = tables[name]
        counts[name] = len(keys)
        for column, code in zip((keys, values), codes, strict=True):
            body += _little(column, code)
            body += bytes(-len(body) % 8)
    about = {"documents": [_plain(document) for document in documents], "tables": counts}
    nonce = secrets.token_bytes(_NONCE)
    digest = hashlib.sha256(body).digest()
    sealed = _seal(key, nonce, json.dumps(about).encode(), MAGIC + digest)
    head = MAGIC + _identity(key) + nonce + len(sealed).to_bytes(_LENGTH, "little") + sealed
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.replace(path, head, bytes(_padded(len(head)) - len(head)), body, rights=0o600)
    except OSError as error:
        raise DetectorError(
            Phrase("protected.index-unwritable", file=str(path), why=error.strerror),
            hint=Phrase("protected.do.room"),
        ) from None


def _tables(body: memoryview[int], counts: Mapping[str, int]) -> dict[str, Table]:
    place = 0
    tables: dict[str, Table] = {}
    for name, codes in TABLES.items():
        columns: list[memoryview[int]] = []
        for code in codes:
            size = counts[name] * _SIZES[code]
            part = body[place : place + size]
            columns.append(_native(part, code))
            place += _padded(size)
        tables[name] = Table(*columns)
    return tables


def _native(part: memoryview[int], code: Any) -> memoryview[int]:
    if sys.byteorder == "little":
        return part.cast(code)
    swapped = array(code, bytes(part))
    swapped.byteswap()
    return memoryview(swapped)


def _little(column: array[int], code: str) -> bytes:
    if column.itemsize != _SIZES[code]:
        raise DetectorError(Phrase("protected.index-machine"), hint=Phrase("protected.do.64-bit"))
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()


def _plain(document: Indexed) -> dict[str, Any]:
    return {name: getattr(document, name) for name in Indexed.__slots__}


def _padded(size: int) -> int:
    return size + -size % 8


def _identity(key: bytes) -> bytes:
    """Tells a wrong key from a damaged file; says nothing about the key."""
    return hashlib.blake2b(key=key, digest_size=_ID, person=b"guard-fp-id").digest()


def _sealing(key: bytes) -> bytes:
    return hashlib.blake2b(key=key, digest_size=32, person=b"guard-fp-seal").digest()


def _seal(key: bytes, nonce: bytes, message: bytes, covered: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # not loaded where no index is used

    return AESGCM(_sealing(key)).encrypt(nonce, message, covered)


def _unseal(key: bytes, nonce: bytes, sealed: bytes, covered: bytes) -> Any:
    """What was sealed; None when it, or what it covers, is not as it was."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return json.loads(AESGCM(_sealing(key)).decrypt(nonce, sealed, covered))
    except (InvalidTag, ValueError):
        return None


def _unsound(what: Phrase) -> DetectorError:
    return DetectorError(what, hint=Phrase("protected.do.restore"))
