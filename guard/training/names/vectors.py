"""Vectors of words from plain text: what stands beside what, as positive mutual information, reduced to a few dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from guard.models.names.tokens import tokens
from guard.models.names.words import norm

MOST: Final = 60000
"""Words that get a vector."""
_REACH: Final = 3
_LEAST: Final = 5
_SMOOTH: Final = 0.75
_CHUNK: Final = 4_000_000
_TOGETHER: Final = 2
"""Two words that stood together less often than this did so by chance."""


def read(texts: Iterable[str]) -> tuple[list[str], np.ndarray, dict[str, tuple[int, int]]]:
    """Words, by how often they come; the texts as places in that list (-1 between texts and for rare words); and of each
    word how often it was written small, and with a capital inside a sentence.
    """
    known: dict[str, int] = {}
    places: list[np.ndarray] = []
    case: dict[str, list[int]] = {}
    for text in texts:
        row = []
        start = True
        for token in tokens(text):
            word = norm(token.text)
            row.append(known.setdefault(word, len(known)))
            if token.text[0].isalpha():
                small = token.text.islower()
                if small or (not start and not (token.text.isupper() and len(token.text) > 1)):
                    case.setdefault(word, [0, 0])[0 if small else 1] += 1
                start = False
            elif token.text in '.!?…:"«»-–—•*(':
                start = True
        places.append(np.array([*row, *[-1] * _REACH], np.int32))
    stream = np.concatenate(places)
    often = np.bincount(stream[stream >= 0], minlength=len(known))
    order = np.lexsort((np.arange(len(often)), -often))
    keep = order[often[order] >= _LEAST][:MOST]
    rank = np.full(len(known) + 1, -1, np.int32)  # the last for what is between texts
    rank[keep] = np.arange(len(keep))
    names = list(known)
    return [names[at] for at in keep], rank[stream], {word: (low, high) for word, (low, high) in case.items()}


def vectors(stream: np.ndarray, count: int, size: int, seed: int) -> np.ndarray:
    """A row of `size` numbers for each of `count` words; mean square 1."""
    from scipy.sparse import coo_matrix
    from sklearn.utils.extmath import randomized_svd

    cells = _cells(stream, count)
    table = coo_matrix((cells[1], (cells[0] // count, cells[0] % count)), shape=(count, count)).tocsr()
    table = table + table.T
    total = table.sum()
    rows = np.asarray(table.sum(axis=1)).ravel()
    smooth = rows**_SMOOTH
    smooth /= smooth.sum()
    entry = table.tocoo()
    gain = np.log(entry.data / total) - np.log(rows[entry.row] / total) - np.log(smooth[entry.col])
    keep = gain > 0
    informative = coo_matrix(
        (gain[keep].astype(np.float32), (entry.row[keep], entry.col[keep])), shape=table.shape
    ).tocsr()
    left, scale, _ = randomized_svd(informative, size, n_oversamples=10, n_iter=3, random_state=seed)
    found = left * np.sqrt(scale)
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6) / np.sqrt(size)
    result: np.ndarray = found.astype(np.float32)
    return result


def _cells(stream: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of words that stood together, as first * count + second, and how often; the nearer the more."""
    keys: list[np.ndarray] = []
    sums: list[np.ndarray] = []
    for start in range(0, len(stream), _CHUNK):
        part = stream[start : start + _CHUNK + _REACH].astype(np.int64)
        for step in range(1, _REACH + 1):
            first, second = part[:-step][:_CHUNK], part[step:][:_CHUNK]
            both = (first >= 0) & (second >= 0)
            key, often = np.unique(first[both] * count + second[both], return_counts=True)
            keys.append(key)
            sums.append(often / step)
    merged, where = np.unique(np.concatenate(keys), return_inverse=True)
    often = np.bincount(where, weights=np.concatenate(sums))
    keep = often >= _TOGETHER
    return merged[keep], often[keep]
