"""Canonical bytes of an audit entry: RFC 8785 (JCS), so that one entry has one encoding in every version and language.

Restricted to strings, integers, booleans, None, lists and maps with ASCII keys: no floats, whose spelling is JCS's hard
part and which no entry needs.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from guard.errors import StoreError
from guard.types.audit import AuditEntry

MAX_ENTRY = 65_535
"""Bytes: tlog-tiles gives an entry's length 16 bits."""
_AROUND = 1024
"""More than a leaf has beside its data."""
MAX_INTEGER = 2**53 - 1
"""JCS numbers are IEEE doubles; beyond this they are not exact."""
MAX_DEPTH = 32
FORMAT = 1
"""Value of an entry's `v`."""

_SCALARS = frozenset({str, bool, type(None)})
_json = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True, check_circular=False
)


def encode(value: Any) -> bytes:
    """Canonical UTF-8 of a value. StoreError, without the value, for what has none."""
    _check(value, 0)
    try:
        return _json.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise StoreError("an audit value holds half a surrogate pair, which is not a character") from None


def encode_entry(entry: AuditEntry, commit: str | None = None) -> bytes:
    """The leaf: `{"commit"?, "data", "id", "kind", "time", "v"}`, at most 65,535 bytes."""
    leaf: dict[str, Any] = {
        "data": dict(entry.data),
        "id": entry.id,
        "kind": entry.kind,
        "time": timestamp(entry.time),
        "v": FORMAT,
    }
    if commit is not None:
        leaf["commit"] = commit
    raw = encode(leaf)
    if len(raw) > MAX_ENTRY:
        raise StoreError(f"an audit entry of {len(raw)} bytes is over the log's limit of {MAX_ENTRY}")
    return raw


def encode_parts(data: bytes, event: str, kind: str, time: datetime, commit: str | None = None) -> bytes:
    """The same leaf as `encode_entry` makes, from canonical bytes of its data: most posts of one author have equal ones.

    `event`, `kind` and `commit` are plain words of our own, which need no escape.
    """
    if len(data) > MAX_ENTRY - _AROUND:
        raise StoreError(f"an audit entry of {len(data)} bytes is over the log's limit of {MAX_ENTRY}")
    tail = f',"id":"{event}","kind":"{kind}","time":"{timestamp(time)}","v":{FORMAT}}}'
    head = "{" if commit is None else f'{{"commit":"{commit}",'
    return b'%b"data":%b%b' % (head.encode("ascii"), data, tail.encode("ascii"))


def decode(raw: bytes) -> dict[str, Any]:
    """The map that these canonical bytes encode. StoreError when they are anything else."""
    try:
        value = json.loads(raw, parse_float=_refuse, parse_constant=_refuse)
        if isinstance(value, dict) and encode(value) == raw:
            return value
    except (ValueError, RecursionError, StoreError):
        pass
    raise StoreError("an audit entry is not canonical JSON")


def timestamp(time: datetime) -> str:
    """UTC with six decimals, so that text order is time order: `2026-11-22T08:30:00.000000Z`."""
    if time.tzinfo is None:
        raise StoreError("an audit entry's time has no time zone")
    if time.tzinfo is not UTC:
        time = time.astimezone(UTC)
    return time.isoformat(timespec="microseconds")[:26] + "Z"


def _refuse(_: str) -> Any:
    raise StoreError("an audit value is a fraction")


def _check(value: Any, depth: int) -> None:
    """Refuse what JCS or our restriction does not know, before the encoder quietly turns it into something else."""
    kind = type(value)
    if kind in _SCALARS:
        return
    if kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise StoreError("an audit value holds an integer beyond 2^53")
    elif depth > MAX_DEPTH:
        raise StoreError("an audit value is nested too deep")
    elif kind is dict:
        _check_map(value, depth)
    elif kind is list or kind is tuple:
        for item in value:
            _check(item, depth + 1)
    else:
        raise StoreError(f"an audit value cannot hold a {kind.__name__}")


def _check_map(value: dict[Any, Any], depth: int) -> None:
    for key, item in value.items():
        if type(key) is not str or not key.isascii():
            raise StoreError("an audit value has a key that is not ASCII")
        if type(item) not in _SCALARS:  # asked here too: a call for each text would cost most of the time
            _check(item, depth + 1)
