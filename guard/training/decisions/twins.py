"""Which texts are nearly the same: they must not be learnt from and judged by at once, and count once for what is common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from guard.models.hashed import word_rows
from guard.training.decisions.adapt import Sparse, Words, alike

Array = np.ndarray[Any, Any]

_NEAR: Final = 0.5
"""Share of the words and pairs of two texts that are the same, from which on they are twins."""


def groups_of(texts: Sequence[Words]) -> Array:
    """The number of each text's group, counted from 0; twins of twins are in one group."""
    rows = [word_rows(words) if words else np.zeros(0, np.uint32) for words, _ in texts]
    number = np.repeat(np.arange(len(rows)), [len(each) for each in rows])
    column = np.concatenate([*rows, np.zeros(0, np.uint32)]).astype(np.int64)
    same = alike(Sparse(number, column, np.ones(len(column)), len(rows)))
    size = same.diagonal()
    near = same >= _NEAR * (size[:, None] + size - same)
    return _connected(near)


def joined_groups(one: Array, other: Array) -> Array:
    """Groups of texts that are together in either."""
    return _connected((one[:, None] == one) | (other[:, None] == other))


def _connected(near: Array) -> Array:
    groups = np.full(len(near), -1)
    count = 0
    for start in range(len(near)):
        if groups[start] >= 0:
            continue
        reached = near[start]
        while True:
            more = near[reached].any(axis=0) | reached
            if (more == reached).all():
                break
            reached = more
        groups[reached] = count
        groups[start] = count
        count += 1
    return groups
