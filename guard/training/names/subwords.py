"""Vectors of subwords, out of a sentence encoder's table: what a word that stands in no text of ours may mean by its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from guard.models.names.words import key

SIZE: Final = 128
_PLAIN: Final = re.compile(r"(?:##)?[a-z0-9]+")
_CLIP: Final = 4.0


@dataclass(frozen=True, slots=True)
class Subwords:
    """Keys, sorted, and a vector for each."""

    keys: np.ndarray
    vectors: np.ndarray

    def numbers(self) -> dict[int, int]:
        """Number of a subword by its key."""
        return dict(zip(self.keys.tolist(), range(len(self.keys)), strict=True))

    def table(self) -> np.ndarray:
        """The vectors, with a row of zeros first."""
        return np.vstack([np.zeros((1, self.vectors.shape[1]), np.float32), self.vectors])


def read_subwords() -> Subwords:
    """Those of the teacher of guard.training.teacher; UsageError when it is not installed."""
    from guard.training.teacher import table_of, teacher_folder

    return reduced(*table_of(teacher_folder()))


def reduced(pieces: Sequence[str], table: np.ndarray, size: int = SIZE) -> Subwords:
    """Pieces in plain letters and digits, their vectors turned into the `size` directions that tell most; mean square 1."""
    plain = {key(piece): at for at, piece in reversed(list(enumerate(pieces))) if _PLAIN.fullmatch(piece)}
    keys = np.array(sorted(plain), np.uint32)
    centred = table[[plain[code] for code in keys.tolist()]].astype(np.float64)
    centred -= centred.mean(axis=0)
    spreads, directions = np.linalg.eigh(centred.T @ centred)
    most = np.argsort(-spreads)[:size]
    # By a root of their spread, so that the first few directions do not drown the others
    vectors = centred @ (directions[:, most] / np.sqrt(np.sqrt(spreads[most])))
    vectors /= np.sqrt(np.square(vectors).mean())
    return Subwords(keys, np.clip(vectors, -_CLIP, _CLIP).astype(np.float32))
