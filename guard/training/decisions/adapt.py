"""Moves the weights of a model of topics towards what a company decided, and no further than its decisions bear.

Logistic regression with a pull to the weights as they were (a Gaussian prior around them). It is solved in the space of the
decisions, of which there are few, not of the weights, of which there are many (Rasmussen and Williams, Gaussian Processes
for Machine Learning, 2006, algorithm 3.1): NumPy alone does it, in seconds. What is fitted are the calibrated
probabilities themselves, so they stay calibrated where people decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from guard.models.hashed import RUN_ROWS, WORD_ROWS, run_rows, word_rows
from guard.models.topics import LEAKS, SHORTEST
from guard.models.weights import Weights

Array = np.ndarray[Any, Any]
Words = tuple[Sequence[str], Sequence[str]]
"""A text as the model reads it, with identifiers and without (guard.models.topics.words_read)."""

LOOSE: Final = 3.0
"""How far a weight may go: variance of the prior. Chosen, as is COMMON, on posts by hands left out (docs/models.md)."""
COMMON: Final = 0.5
"""Share of that in which the weights of all topics move together: what is harmless here is so whatever the topic."""
SHARED: Final = 3
"""Groups of texts that a word, pair or run of letters must stand in to be learnt: nothing is, of one case alone."""
_STEPS: Final = 30
_ENOUGH: Final = 1e-6
_COLUMNS: Final = 8192
"""Columns that are multiplied at once."""
_FINER: Final = 256
"""Steps of the new tables in one of the shipped tables': what was not moved stays as it was, to the last bit."""
_SIZES: Final = (WORD_ROWS, RUN_ROWS)
_FIND: Final = (word_rows, run_rows)


@dataclass(frozen=True, slots=True)
class Sparse:
    """A matrix `[texts, columns]` by its entries: the rows of both tables side by side are its columns."""

    row: Array
    column: Array
    value: Array
    texts: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """Texts as features, without identifiers for topics and with them for severity, and how alike any two are."""

    part: Sparse
    whole: Sparse
    alike: tuple[Array, Array]
    """`[texts, texts]` for either."""
    surest: float
    """How much the logit of the surest topic counts in that of a leak."""


def lessons_of(weights: Weights, texts: Sequence[Words], veiled: Sequence[Words], groups: Array) -> Lessons:
    """Features of texts; none that stands in `texts` but not in `veiled`, or in fewer than SHARED groups of texts."""
    whole, part = (
        _shared(_sparse(weights, [text[which] for text in texts], [text[which] for text in veiled]), groups)
        for which in range(2)
    )
    return Lessons(part, whole, (alike(part), alike(whole)), float(weights.about.get("surest", 0.0)))


def logits_of(weights: Weights, texts: Sequence[Words]) -> Array:
    """What the model says of each text, calibrated: `[texts, heads]`."""
    from guard.models.topics import TopicModel

    model = TopicModel(weights)
    return np.array([[*model.logits(kept)[:-LEAKS], *model.logits(words)[-LEAKS:]] for words, kept in texts])


def fit(lessons: Lessons, said: Array, labels: Array, some: Array) -> Array:
    """How much each text weighs in each head, `[texts, heads]`; nothing but the texts `some` is learnt from.

    `said` are the logits so far; `labels` of the topics are 0, 1, or NaN where a decision says nothing about one. A topic
    of which none says anything stays as it is. Whether a text leaks at all moves with what was said of any topic.
    """
    moved = np.zeros_like(said)
    text, topic = np.nonzero(~np.isnan(labels) & some[:, None])
    if not len(text):
        return moved
    together = COMMON + (1 - COMMON) * (topic[:, None] == topic)
    near = lessons.alike[0][np.ix_(text, text)] * together * LOOSE
    weight = _newton(near, said[text, topic], labels[text, topic]) * LOOSE
    np.add.at(moved, (text, topic), (1 - COMMON) * weight)
    shared = np.zeros(len(said))
    np.add.at(shared, text, COMMON * weight)
    moved[:, np.unique(topic)] += shared[:, None]
    known = np.flatnonzero(some & ~np.isnan(labels).all(axis=1))
    leaks = np.any(labels[known] > 0, axis=1)
    near = lessons.alike[1][np.ix_(known, known)] * LOOSE
    so_far = (said + moves(lessons, moved, said))[known, -LEAKS]
    moved[known, -LEAKS:] = _newton(near, so_far, leaks)[:, None] * LOOSE
    return moved


def moves(lessons: Lessons, moved: Array, said: Array) -> Array:
    """By how much the logits of all texts change from those `said`, `[texts, heads]`."""
    topics = lessons.alike[0] @ moved[:, :-LEAKS]
    leaks = lessons.alike[1] @ moved[:, -LEAKS:]
    before = said[:, :-LEAKS]
    leaks[:, 0] += lessons.surest * ((before + topics).max(axis=1) - before.max(axis=1))
    return np.concatenate([topics, leaks], axis=1)


def _newton(near: Array, said: Array, labels: Array) -> Array:
    """Newton's method on the log loss with the pull; what is left of each label, at the end, is its weight."""
    change = np.zeros(len(said))
    for _ in range(_STEPS):
        probable = 1 / (1 + np.exp(-np.clip(said + change, -30, 30)))
        root = np.sqrt(np.maximum(probable * (1 - probable), 1e-9))
        target = root**2 * change + labels - probable
        left = np.linalg.solve(np.eye(len(said)) + root[:, None] * near * root, root * (near @ target))
        weight = target - root * left
        before, change = change, near @ weight
        if np.abs(change - before).max() < _ENOUGH:
            break
    return np.asarray(weight)


def _sparse(weights: Weights, texts: Sequence[Sequence[str]], veiled: Sequence[Sequence[str]]) -> Sparse:
    rows, columns, values = [], [], []
    for table, (find, size, shortest) in enumerate(zip(_FIND, _SIZES, SHORTEST, strict=True)):
        rarity = weights.array(("words_rarity", "runs_rarity")[table], size).astype(np.float64)
        for number, (words, shown) in enumerate(zip(texts, veiled, strict=True)):
            if not words or not shown:
                continue
            found = find(words)
            length = max(float(np.sqrt((rarity[found] ** 2).sum())), shortest)
            kept = np.intersect1d(found, find(shown), assume_unique=True)
            kept = kept[rarity[kept] > 0]
            rows.append(np.full(len(kept), number))
            columns.append(kept.astype(np.int64) + table * WORD_ROWS)
            values.append(rarity[kept] / length)
    joined = [np.concatenate(each) if each else np.zeros(0) for each in (rows, columns, values)]
    return Sparse(joined[0].astype(np.int64), joined[1].astype(np.int64), joined[2], len(texts))


def _shared(sparse: Sparse, groups: Array) -> Sparse:
    """Without columns that fewer than SHARED groups of texts have."""
    once = np.unique(np.stack([sparse.column, groups[sparse.row]]), axis=1)[0]
    columns, count = np.unique(once, return_counts=True)
    kept = np.isin(sparse.column, columns[count >= SHARED])
    return Sparse(sparse.row[kept], sparse.column[kept], sparse.value[kept], sparse.texts)


def alike(sparse: Sparse) -> Array:
    """The products of every two texts, `[texts, texts]`."""
    columns, place = np.unique(sparse.column, return_inverse=True)
    order = np.argsort(place, kind="stable")
    row, place, value = sparse.row[order], place[order], sparse.value[order]
    found = np.zeros((sparse.texts, sparse.texts))
    for start in range(0, len(columns), _COLUMNS):
        first, last = np.searchsorted(place, [start, start + _COLUMNS])
        block = np.zeros((sparse.texts, min(_COLUMNS, len(columns) - start)))
        block[row[first:last], place[first:last] - start] = value[first:last]
        found += block @ block.T
    return found


def moved_weights(weights: Weights, lessons: Lessons, moved: Array, about: dict[str, Any]) -> Weights:
    """The model with its weights moved; heads of which nothing was learnt keep theirs."""
    slope = weights.array("calibration", 2, None)[0].astype(np.float64)
    change = np.zeros((sum(_SIZES), moved.shape[1]))
    heads = moved.shape[1] - LEAKS
    for sparse, which in ((lessons.part, slice(0, heads)), (lessons.whole, slice(heads, None))):
        share = sparse.value[:, None] * moved[sparse.row, which] / slope[which]
        np.add.at(change[:, which], sparse.column, share)
    arrays = dict(weights.arrays)
    scales = weights.array("scales", 2, None).astype(np.float64)
    for table, (name, start, size) in enumerate((("words", 0, WORD_ROWS), ("runs", WORD_ROWS, RUN_ROWS))):
        rarity = weights.array(f"{name}_rarity", size).astype(np.float64)
        arrays[name], scales[table] = _finer(
            weights.array(name, size, None), scales[table], change[start : start + size] * rarity[:, None]
        )
    arrays["scales"] = scales.astype(np.float32)
    return Weights({**weights.about, **about}, arrays)


def _finer(table: Array, scale: Array, change: Array) -> tuple[Array, Array]:
    """The table with the change added, in 16-bit steps; a head whose weights outgrow them gets larger ones."""
    finer = _FINER if table.dtype == np.int8 else 1
    wide, step = table.astype(np.float64) * finer, scale / finer
    wide += change / step
    most = np.abs(wide).max(axis=0)
    shrink = np.maximum(most / np.iinfo(np.int16).max, 1.0)
    return np.rint(wide / shrink).astype(np.int16), step * shrink
