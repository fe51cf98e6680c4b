"""Logistic regression over hashed features: what `guard.models.topics` runs, in the training library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from guard.models.hashed import RUN_ROWS, WORD_ROWS, run_rows, word_rows
from guard.models.topics import LEAKS, SHORTEST

Array = np.ndarray[Any, Any]

Features = tuple[csr_matrix, ...]
"""Of many texts: which rows of the two tables each has, with identifiers, and then without them."""

SIZES: Final = (WORD_ROWS, RUN_ROWS)
_FIND: Final = tuple(enumerate((word_rows, run_rows)))
_TEXTS: Final = (2, 3)
"""Texts that a word or pair, and a run of letters, must stand in to count."""
_NEVER: Final = -6.0
"""Logit of a topic of which there was no example."""
_LOOSE: Final = 5.0
"""Inverse strength of regularisation."""
_TELLING: Final = 0.5
"""Power of how telling a row is, by which it may weigh more than others (Wang and Manning, Baselines and Bigrams, 2012)."""
_WORDS: Final = 1.5
"""How much more a word or pair may weigh than a run of letters."""
_PRECISE: Final = 0.01
"""Tolerance of the solver: with a hundredth of it, figures differ from the fifth place on."""


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights by row and head for both tables, and how rare each row is."""

    weights: tuple[Array, Array]
    rarity: tuple[Array, Array]
    bias: Array


def features_of(texts: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Features:
    """The features of texts as words (`guard.training.words.words_of`)."""
    return tuple(_counts([find(text[which]) for text in texts], table) for which in range(2) for table, find in _FIND)


def some(features: Features, which: Array) -> Features:
    """Those of some of the texts."""
    return tuple(each[which] for each in features)


def joined(*parts: Features) -> Features:
    """Those of all texts, one part after the other."""
    return tuple(vstack(each).tocsr() for each in zip(*parts, strict=True))


def train_linear(features: Features, labels: Array, weight: Array, seed: int) -> Linear:
    """`labels` are `[texts, heads]` of 0 and 1; `weight` says how much each text counts."""
    rarity = tuple(_rarity(counts, least) for counts, least in zip(features[:2], _TEXTS, strict=True))
    whole, part = (_side_by_side(each, rarity) for each in (features[:2], features[2:]))
    used = np.unique(whole.indices)  # rows that no text has weigh nothing, and need no room
    whole, part = whole[:, used], part[:, used]
    weights = np.zeros((sum(SIZES), labels.shape[1]))
    bias = np.zeros(labels.shape[1])
    for head in range(labels.shape[1]):
        if labels[:, head].min() == labels[:, head].max():
            bias[head] = _NEVER  # nothing to learn from
            continue
        model = LogisticRegression(C=_LOOSE, solver="liblinear", dual=True, tol=_PRECISE, random_state=seed)
        lessons, free = part, np.ones(len(used))
        if head >= labels.shape[1] - LEAKS:  # topics are rare: what has not stood in one yet would seem to tell most
            lessons, free = whole, _free(whole, labels[:, head], weight, used < SIZES[0])
        lessons = csr_matrix((lessons.data * free[lessons.indices], lessons.indices, lessons.indptr), lessons.shape)
        model.fit(lessons, labels[:, head], sample_weight=weight)
        weights[used, head], bias[head] = model.coef_[0] * free, model.intercept_[0]
    return Linear((weights[: SIZES[0]], weights[SIZES[0] :]), (rarity[0], rarity[1]), bias)


def linear_logits(model: Linear, features: Features) -> Array:
    """What the model says of each text, `[texts, heads]`, before it is calibrated."""
    weights = np.concatenate(model.weights)
    whole, part = (_side_by_side(each, model.rarity) @ weights for each in (features[:2], features[2:]))
    return np.asarray(np.concatenate([part[:, :-LEAKS], whole[:, -LEAKS:]], axis=1) + model.bias)


def _counts(rows: Sequence[Array], table: int) -> csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.concatenate([*rows, np.zeros(0, np.uint32)]).astype(np.int64)
    return csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=(len(rows), SIZES[table]))


def _rarity(counts: csr_matrix, least: int) -> Array:
    """Logarithm of how few texts have a row; 0 for one that hardly any has: it says nothing of other posts."""
    texts = np.bincount(counts.indices, minlength=counts.shape[1])
    rare = np.log((1 + counts.shape[0]) / (1 + texts)) + 1
    rare[texts < least] = 0
    return np.asarray(rare.astype(np.float16), np.float64)


def _free(lessons: csr_matrix, truth: Array, weight: Array, words: Array) -> Array:
    """How freely each row may weigh: by how much its share in the texts of a head differs from that in the others.

    One in the mean of squares, so that all rows together are as free as without.
    """
    inside, outside = (1 + lessons.T @ (weight * which) for which in (truth, 1 - truth))
    ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    free = np.where(words, _WORDS, 1.0) * (np.abs(ratio) + 0.05) ** _TELLING
    squares = np.bincount(lessons.indices, lessons.data**2, lessons.shape[1])
    return np.asarray(free / np.sqrt(squares @ free**2 / squares.sum()))


def _side_by_side(features: Features, rarity: Sequence[Array]) -> csr_matrix:
    return hstack(
        [_scaled(each, rare, shortest) for each, rare, shortest in zip(features, rarity, SHORTEST, strict=True)]
    ).tocsr()


def _scaled(counts: csr_matrix, rarity: Array, shortest: float) -> csr_matrix:
    """Each text's features by their rarity, as a vector of length 1; of a short text, less."""
    length = np.maximum(np.sqrt(counts @ rarity**2), shortest)
    return counts.multiply(rarity).multiply(1 / length[:, None]).tocsr()
