"""The names model in NumPy: words and marks in, a score for each tag of each token out.

A window of words, then convolutions over three tokens each. What a word adds to its window does not depend on the post,
so it is worked out once and kept: the first layer of a post is a few sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from guard.models.names.decode import TAGS
from guard.models.names.lists import FACTS, WordLists
from guard.models.names.reading import MARKS
from guard.models.names.words import FORMS, PIECES, folded, form, key, norm, pieces
from guard.models.weights import Weights

Floats = NDArray[np.float32]
_WINDOW: Final = 5
_KEPT: Final = 8192
"""Words whose share of the first layer is kept, some 2 KiB each."""


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
        scales = weights.array("scales", 2)
        count = size + room + len(FORMS) + len(FACTS)
        first = _floats(weights.array("first", count, _WINDOW * width))
        self._first_word = first[:size] * float(scales[0])
        self._first_pieces = first[size : size + room] * float(scales[1])
        self._first_form = first[size + room : size + room + len(FORMS)]
        self._first_facts = first[size + room + len(FORMS) :]
        self._marks = _floats(weights.array("marks", len(MARKS), 3 * width))
        self._bias = _floats(weights.array("bias", width))
        layers = int(weights.about["layers"])
        self._layers = [
            (_floats(weights.array(f"layer-{at}", 3 * width, width)), _floats(weights.array(f"layer-{at}-bias", width)))
            for at in range(layers)
        ]
        self._out = _floats(weights.array("out", width, len(TAGS)))
        self._out_bias = _floats(weights.array("out-bias", len(TAGS)))
        self._width = width
        self._share = lru_cache(maxsize=_KEPT)(self._share_of)

    def __call__(self, words: Sequence[str], marks: Sequence[int]) -> tuple[Floats, Floats]:
        """Scores (tokens, tags) and states (tokens, width); at least one token."""
        count, width = len(words), self._width
        share = np.stack([self._share(word, mark) for word, mark in zip(words, marks, strict=True)])
        state = np.empty((count + 2, width), np.float32)
        state[0] = state[-1] = 0
        inner = state[1:-1]
        np.add(share[:, 2], self._bias, out=inner)
        inner[1:] += share[:-1, 1]
        inner[:-1] += share[1:, 3]
        inner[2:] += share[:-2, 0]
        inner[:-2] += share[2:, 4]
        np.maximum(inner, 0, out=inner)
        for weight, bias in self._layers:
            around = np.lib.stride_tricks.as_strided(state, (count, 3 * width), state.strides)
            step = around @ weight
            step += bias
            np.maximum(step, 0, out=step)
            inner += step
        scores: Floats = inner @ self._out
        scores += self._out_bias
        return scores, inner

    def _share_of(self, word: str, mark: int) -> Floats:
        """What a word adds to the first layer, two before it to two behind: (5, width)."""
        share: Floats = self._first_form[form(word)].copy()
        if word[0].isalnum():
            plain = norm(word)
            if (row := self._row(plain, word)) >= 0:
                share += self._words[row].astype(np.float32) @ self._first_word
            share += self._pieces[pieces(plain)].sum(axis=0, dtype=np.float32) @ self._first_pieces
            if facts := self._lists.facts(word):
                share += self._first_facts[[at for at in range(len(FACTS)) if facts >> at & 1]].sum(axis=0)
        share = share.reshape(_WINDOW, self._width)
        if mark:
            around = self._marks[[at for at in range(len(MARKS)) if mark >> at & 1]].sum(axis=0)
            share[1:4] += around.reshape(3, self._width)
        return share

    def _row(self, plain: str, word: str) -> int:
        for each in (plain, folded(word)):
            code = key(each)
            place = int(self._keys.searchsorted(code))
            if place < len(self._keys) and self._keys[place] == code:
                return int(self._rows[place])
        return -1


def _floats(array: NDArray[np.generic]) -> Floats:
    return np.ascontiguousarray(array, np.float32)
