"""A long row of small records of which few are ever asked for: those that came packed from another process stay so till then.

A hundred thousand of them made, or dropped, at once would keep every post waiting, and take eight times the memory.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar, cast

T = TypeVar("T")

_BITS: Final = 4
_SIZE: Final = 1 << _BITS
"""Records in a block: one of them costs the unpacking of all, about a tenth of a millisecond."""


class Packed(Generic[T]):
    """Like a tuple. Threads may share it."""

    __slots__ = ("_blocks",)

    def __init__(self, records: Sequence[T]) -> None:
        self._blocks: list[bytes | tuple[T, ...]] = [
            tuple(records[start : start + _SIZE]) for start in range(0, len(records), _SIZE)
        ]

    @classmethod
    def of(cls, blocks: Iterable[bytes]) -> Packed[T]:
        """What `packed` gave; only of our own making, for it is unpickled."""
        made: Packed[T] = cls(())
        made._blocks = list(blocks)
        return made

    def __getitem__(self, index: int) -> T:
        block = self._blocks[index >> _BITS]
        if isinstance(block, bytes):
            block = cast("tuple[T, ...]", pickle.loads(block))  # noqa: S301 -- see `of`
            self._blocks[index >> _BITS] = block
        return block[index & _SIZE - 1]

    def packed(self) -> Iterator[bytes]:
        """Block by block, each alone: what a pickler remembers of all is long in the forgetting."""
        for block in self._blocks:
            yield block if isinstance(block, bytes) else pickle.dumps(block, pickle.HIGHEST_PROTOCOL)

    def blocks(self) -> list[object]:
        """Nearly all of its memory."""
        return list(self._blocks)
