"""Random bytes in pieces of a pool: a system call for every salt gives the interpreter lock away each time."""

from __future__ import annotations

import os
from threading import Lock

POOL = 8192

_lock = Lock()
_pool = b""
_used = 0


def random_bytes(size: int) -> bytes:
    """`size` (at most 8192) fresh bytes of the system's generator; no byte is given twice."""
    global _pool, _used  # noqa: PLW0603 -- one pool per process
    with _lock:
        if _used + size > len(_pool):
            _pool, _used = os.urandom(POOL), 0
        piece = _pool[_used : _used + size]
        _used += size
        return piece


def _forget() -> None:
    """A forked child must not give the parent's bytes."""
    global _pool, _used
    _pool, _used = b"", 0


os.register_at_fork(after_in_child=_forget)
