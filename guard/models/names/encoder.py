"""The names model in NumPy: words and marks in, a score for each tag of each token out.

A layer for each word alone, a window of words, then convolutions over three tokens each. What a word adds to its window
does not depend on the post, so it is worked out once and kept: both first layers of a post are a few sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from guard.models.names.decode import TAGS
from guard.models.names.lists import FACTS, WordLists
from guard.models.names.reading import MARKS
from guard.models.names.words import FORMS, PIECES, folded, form, key, norm, pieces, subwords
from guard.models.weights import Weights

Floats = NDArray[np.float32]
_WINDOW: Final = 5
_KEPT: Final = 8192
"""Words whose share of the first layer is kept, some 2 KiB each."""
_BITS: Final = np.arange(len(FACTS), dtype=np.int64)


class Encoder:
    """Made from the arrays of a model; ModelError when one has another shape. Threads may share it."""

    def __init__(self, weights: Weights, lists: WordLists) -> None:
        self._lists = lists
        width = int(weights.about["width"])
        size = int(weights.about["embedding"])
        room = int(weights.about["pieces"])
        rows = int(weights.about["rows"])
        self._keys = weights.array("keys", None)
        self._rows = weights.array("rows", len(self._keys))
        self._words = weights.array("words", rows, size)
        self._pieces = weights.array("pieces", PIECES, room)
        scales = weights.array("scales", 3)
        keys = weights.array("subword-keys", None)
        self._known_subwords = dict(zip(keys.tolist(), range(len(keys)), strict=True))
        self._subwords = weights.array("subwords", len(keys), int(weights.about["subwords"]))
        count = size + room + len(FORMS) + len(FACTS) + self._subwords.shape[1]
        inner = int(weights.about["inner"])
        scaled = (slice(size), slice(size, size + room), slice(count - self._subwords.shape[1], count))
        self._inner = _scaled(weights.array("inner", count, inner), scaled, scales)
        self._inner_bias = _floats(weights.array("inner-bias", inner))
        self._first = _scaled(weights.array("first", count + inner, _WINDOW * width), scaled, scales)
        self._size, self._form_at = size, size + room
        self._facts_at = self._form_at + len(FORMS)
        self._subwords_at = self._facts_at + len(FACTS)
        self._marks = _floats(weights.array("marks", len(MARKS), 3 * width))
        self._bias = _floats(weights.array("bias", width))
        self._layers = [_layer(weights, at, width) for at in range(int(weights.about["layers"]))]
        self._out = _floats(weights.array("out", width, len(TAGS)))
        self._out_bias = _floats(weights.array("out-bias", len(TAGS)))
        self._width = width
        self._kept: dict[str, Floats] = {}
        self._around = lru_cache(maxsize=1024)(self._around_of)

    def __call__(self, words: Sequence[str], marks: Sequence[int]) -> tuple[Floats, Floats]:
        """Scores (tokens, tags) and states (tokens, width); at least one token."""
        count, width = len(words), self._width
        share = np.zeros((count + _WINDOW - 1, _WINDOW, width), np.float32)
        share[2:-2] = self._shares(words)
        share[2:-2, 1:4] += np.array([self._around(mark) for mark in marks])
        row, slot, cell = share.strides
        # Place i gets slot 0 of the word two before it, slot 1 of the one before it, and so on: a diagonal.
        window = as_strided(share, (count, _WINDOW, width), (row, row + slot, cell)).sum(axis=1)
        state = np.zeros((count + 2, width), np.float32)
        inner = state[1:-1]
        np.maximum(window, 0, out=inner)
        for before, here, behind, bias in self._layers:
            step = state[:-2] @ before
            step += inner @ here
            step += state[2:] @ behind
            step += bias
            np.maximum(step, 0, out=step)
            inner += step
        scores: Floats = inner @ self._out
        scores += self._out_bias
        return scores, inner

    def _shares(self, words: Sequence[str]) -> Floats:
        """What each word adds to the first layer, from two places before it to two behind: (words, 5, width)."""
        kept = self._kept
        new = [word for word in dict.fromkeys(words) if word not in kept]
        if not new:
            return np.array([kept[word] for word in words])
        fresh = dict(zip(new, self._work_out(new), strict=True))
        if len(kept) + len(new) > _KEPT:
            self._kept = {}  # what another thread reads stays as it is
        self._kept.update(fresh)
        return np.array([fresh[word] if word in fresh else kept[word] for word in words])

    def _work_out(self, words: Sequence[str]) -> Floats:
        count = len(self._inner)
        x = np.zeros((len(words), len(self._first)), np.float32)
        for row, word in zip(x[:, :count], words, strict=True):
            row[self._form_at + form(word)] = 1
            plain = norm(word)
            if (place := self._row(plain, word)) >= 0:
                row[: self._size] = self._words[place]
            if not word[0].isalnum():
                continue
            self._pieces.take(pieces(plain), axis=0).sum(axis=0, dtype=np.float32, out=row[self._size : self._form_at])
            if facts := self._lists.facts(word):
                row[self._facts_at : self._subwords_at] = (facts >> _BITS) & 1
            if found := subwords(folded(word), self._known_subwords):
                self._subwords.take(found, axis=0).mean(axis=0, dtype=np.float32, out=row[self._subwords_at :])
        np.maximum(x[:, :count] @ self._inner + self._inner_bias, 0, out=x[:, count:])
        return (x @ self._first).reshape(len(words), _WINDOW, self._width)

    def _around_of(self, mark: int) -> Floats:
        """What the marks of a place add to the one behind it, to it (with the bias) and to the one before: (3, width)."""
        rows = [at for at in range(len(MARKS)) if mark >> at & 1]
        around: Floats = self._marks[rows].sum(axis=0).reshape(3, self._width)
        around[1] += self._bias
        return around

    def _row(self, plain: str, word: str) -> int:
        for each in (plain, folded(word)):
            code = np.uint32(key(each))
            place = int(self._keys.searchsorted(code))
            if place < len(self._keys) and self._keys[place] == code:
                return int(self._rows[place])
        return -1


def _layer(weights: Weights, at: int, width: int) -> tuple[Floats, Floats, Floats, Floats]:
    """What the place before adds, the place itself, the one behind, and what is added everywhere."""
    before, here, behind = np.split(_floats(weights.array(f"layer-{at}", 3 * width, width)), 3)
    return before, here, behind, _floats(weights.array(f"layer-{at}-bias", width))


def _scaled(array: NDArray[np.generic], rows: Sequence[slice], scales: NDArray[np.generic]) -> Floats:
    """A table whose inputs are whole numbers in the file: they are multiplied here, once."""
    table = _floats(array)
    for part, scale in zip(rows, scales, strict=True):
        table[part] *= scale
    return table


def _floats(array: NDArray[np.generic]) -> Floats:
    return np.array(array, np.float32, order="C")
