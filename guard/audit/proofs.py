"""Proofs about a log in its store, without reading all of it: roots of whole subtrees come from the catalogue.

What the catalogue lacks is hashed from the leaves, so that a proof is always to be had; one that does not verify shows that
the store holds something else than what was signed.
"""

from __future__ import annotations

from guard.audit import merkle
from guard.audit.catalogue import LEVELS
from guard.store.base import Transaction


class Tree:
    """The tree over a transaction's leaves."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def root(self, start: int, end: int) -> bytes:
        """Root over the leaves `[start, end)`, where `start` is a multiple of the power of two that `end - start` fits in."""
        for level in reversed(LEVELS):
            width = 1 << level
            if end - start > width:
                parts = self._whole(level, start >> level, end >> level)
                rest = end & -width
                if rest < end:
                    parts.append(self.root(rest, end))
                return merkle.root(parts)
        return merkle.root([merkle.leaf_hash(leaf) for leaf in self._tx.leaves(start, end)])

    def _whole(self, level: int, first: int, last: int) -> list[bytes]:
        """Roots of the whole subtrees numbered `[first, last)`."""
        found = self._tx.catalogue.subtrees(level, first, last)
        for number in range(first + len(found), last):
            start, end = number << level, number + 1 << level
            if level == LEVELS[0]:
                found.append(merkle.root([merkle.leaf_hash(leaf) for leaf in self._tx.leaves(start, end)]))
            else:
                found.append(merkle.root(self._whole(LEVELS[0], start >> LEVELS[0], end >> LEVELS[0])))
        return found

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of a leaf in the tree of the first `size` leaves. IndexError outside it."""
        return merkle.inclusion_path(self.root, index, size)

    def consistency(self, old_size: int, size: int) -> list[bytes]:
        """That the first `old_size` leaves are a prefix of the first `size`. IndexError when they are more."""
        return merkle.consistency_path(self.root, old_size, size)
