"""The file layout of C2SP tlog-tiles: which files a log of a given size has, and what stands in them. Pure.

Writer and verifier share it, so that neither can know a file which the other does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from guard.audit import merkle

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""
CHECKPOINT = "checkpoint"
KEY = "key"
"""Ours, not of the specification: the verifier key, one line."""
PROOF = "c2sp.org/tlog-proof@v1"
"""First line of a tlog-proof file."""


def tile_path(level: int | str, index: int, width: int) -> str:
    """Path of a tile or, with level `entries`, of a bundle: `tile/0/x001/x234/067`, `tile/1/000.p/17`."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    suffix = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{suffix}"


def bundles(size: int) -> Iterator[tuple[str, int, int]]:
    """Path, first index and number of entries of each bundle, in order."""
    for start in range(0, size, WIDTH):
        width = min(WIDTH, size - start)
        yield tile_path("entries", start // WIDTH, width), start, width


def hash_tiles(leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every tile of the tree over these leaf hashes, lowest level first."""
    hashes, level = leaves, 0
    while hashes:
        above: list[bytes] = []
        for start in range(0, len(hashes), WIDTH):
            tile = hashes[start : start + WIDTH]
            yield tile_path(level, start // WIDTH, len(tile)), b"".join(tile)
            if len(tile) == WIDTH:
                above.append(merkle.root(tile))
        hashes, level = above, level + 1


def expected_files(size: int) -> set[str]:
    """All files of an exported log of that size."""
    files = {CHECKPOINT, KEY, *(path for path, _, _ in bundles(size))}
    hashes, level = size, 0
    while hashes:
        files |= {tile_path(level, start // WIDTH, min(WIDTH, hashes - start)) for start in range(0, hashes, WIDTH)}
        hashes, level = hashes // WIDTH, level + 1
    return files


def pack(entries: Iterable[bytes]) -> bytes:
    """A bundle: each entry after its length in two bytes, big-endian."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack(bundle: bytes) -> list[bytes] | None:
    """The entries of a bundle; None when its lengths do not add up."""
    entries: list[bytes] = []
    at, end = 0, len(bundle)
    while at < end:
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if at > end:
            return None
        entries.append(bundle[start:at])
    return entries
