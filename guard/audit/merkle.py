"""The Merkle tree of RFC 6962, section 2.1, over bytes and integers only.

Domain separation (0x00 before a leaf, 0x01 before a node) keeps a node from being passed off as a leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from guard.types.audit import Frontier

EMPTY_ROOT = sha256(b"").digest()
RootBetween = Callable[[int, int], bytes]
"""Root over the leaves from one index up to another."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf's bytes."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of a node over its children's hashes."""
    return sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, *leaves: bytes) -> Frontier:
    """The frontier after more leaf hashes: equal subtrees merge as ones carry in a binary counter."""
    size, hashes = frontier.size, list(frontier.hashes)
    for leaf in leaves:
        carry, node = size, leaf
        while carry & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            carry >>= 1
        hashes.append(node)
        size += 1
    return Frontier(size, tuple(hashes))


def frontier_of(leaves: Sequence[bytes]) -> Frontier:
    """Frontier of a whole sequence of leaf hashes."""
    size, start, hashes = len(leaves), 0, []
    for bit in range(size.bit_length() - 1, -1, -1):
        if size >> bit & 1:
            hashes.append(root(leaves[start : start + (1 << bit)]))
            start += 1 << bit
    return Frontier(size, tuple(hashes))


def root_of(frontier: Frontier) -> bytes:
    """Root hash of the tree with that frontier."""
    if not frontier.hashes:
        return EMPTY_ROOT
    result = frontier.hashes[-1]
    for left in reversed(frontier.hashes[:-1]):
        result = node_hash(left, result)
    return result


def root(leaves: Sequence[bytes]) -> bytes:
    """Root hash over leaf hashes: MTH of RFC 6962. Level by level; an odd last hash rises unchanged."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) & 1:
            above.append(level[-1])
        level = above
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Audit path of the leaf at `index`, its sibling first: PATH of RFC 6962. IndexError outside the tree."""
    return inclusion_path(lambda start, end: root(leaves[start:end]), index, len(leaves))


def inclusion_path(root_between: RootBetween, index: int, size: int) -> list[bytes]:
    """The same of a tree that is not at hand: `root_between(start, end)` gives the roots of its parts."""
    if not 0 <= index < size:
        raise IndexError(index)
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(root_between(middle, end))
            end = middle
        else:
            path.append(root_between(start, middle))
            start = middle
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """True when `path` proves that `leaf` stands at `index` in the tree of that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    here, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            result = node_hash(sibling, result)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            result = node_hash(result, sibling)
        here >>= 1
        last >>= 1
    return last == 0 and result == expected_root


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """PROOF(old_size, D[n]) of RFC 6962: that the tree of the first `old_size` leaves is a prefix of this one."""
    return consistency_path(lambda start, end: root(leaves[start:end]), old_size, len(leaves))


def consistency_path(root_between: RootBetween, old_size: int, size: int) -> list[bytes]:
    """The same of a tree that is not at hand."""
    if not 0 <= old_size <= size:
        raise IndexError(old_size)
    if old_size in {0, size}:
        return []
    path: list[bytes] = []
    start, end, known = 0, size, True
    target = old_size
    while target != end - start:
        middle = _split(end - start)
        if target <= middle:
            path.append(root_between(start + middle, end))
            end = start + middle
        else:
            path.append(root_between(start, start + middle))
            start, target, known = start + middle, target - middle, False
    if not known:
        path.append(root_between(start, end))
    return path[::-1]


def verify_consistency(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """True when `path` proves that the tree `(size, root)` `old` is a prefix of `new` (RFC 9162, 2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size > new_size or old_size < 0:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size == 0:
        return not path and old_root == EMPTY_ROOT
    steps = list(path)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    return _replay(steps, old, new)


def _replay(steps: Sequence[bytes], old: tuple[int, bytes], new: tuple[int, bytes]) -> bool:
    here, last = old[0] - 1, new[0] - 1
    while here & 1:
        here >>= 1
        last >>= 1
    if not steps:
        return False
    old_result = new_result = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old_result = node_hash(sibling, old_result)
            new_result = node_hash(sibling, new_result)
            while not here & 1 and here:
                here >>= 1
                last >>= 1
        else:
            new_result = node_hash(new_result, sibling)
        here >>= 1
        last >>= 1
    return last == 0 and old_result == old[1] and new_result == new[1]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
