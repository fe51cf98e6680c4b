"""What every names model of a run stands on: word vectors and word lists, made from text and lists of names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from guard.models.names.words import folded
from guard.training.names import lexicon, vectors
from guard.training.names.material import KNOWN, Material, texts
from guard.training.names.subwords import Subwords, read_subwords

_EMBEDDING: Final = 96
_LISTED: Final = 0.75
"""Part of our own list that a model learns with."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every model of a run stands on: word vectors and lists."""

    words: list[str]
    vectors: np.ndarray
    lists: dict[str, np.ndarray]
    """What a model learns with: some names are left out."""
    all_lists: dict[str, np.ndarray]
    """What it is used with."""
    subwords: Subwords

    def rows(self) -> dict[str, int]:
        """Row of a word's vector; 0 is for unknown words. A word without accents leads to the most usual with them."""
        rows = {word: at + 1 for at, word in enumerate(self.words)}
        for word in self.words:
            rows.setdefault(folded(word), rows[word])
        return rows

    def table(self) -> np.ndarray:
        """The vectors, with a row of zeros first."""
        return np.vstack([np.zeros((1, self.vectors.shape[1]), np.float32), self.vectors])


def lay_ground(data: Path, known: Material, seed: int) -> Ground:
    """Word vectors and lists, from text and lists of names."""
    words, stream, case = vectors.read(texts(data, known))
    counts = {word: both for word, both in case.items() if sum(both) > 1}
    part, whole = (lexicon.build(data, KNOWN, counts, part) for part in (_LISTED, 1.0))
    return Ground(words, vectors.vectors(stream, len(words), _EMBEDDING, seed), part, whole, read_subwords())
