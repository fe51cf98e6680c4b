"""A model of topics that has learnt from decisions, and what that is worth on decisions that it had not seen.

Each decision is judged by a model that learnt from others only: by other authors, where there are enough of them, and never
from a text that is nearly the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from guard.detect.topics import SUSPECT
from guard.errors import TrainingError
from guard.models.topics import LEAKS, MOST
from guard.models.weights import Weights
from guard.training.decisions.adapt import Lessons, fit, lessons_of, logits_of, moved_weights, moves
from guard.training.decisions.lessons import Said
from guard.training.decisions.twins import groups_of, joined_groups
from guard.training.scores import auc
from guard.training.words import words_of
from guard.types.topic import TOPICS
from guard.words.texts import Phrase

Array = np.ndarray[Any, Any]

LEAST: Final = 30
"""Texts from which anything is learnt."""
OF_EACH: Final = 5
"""Of them at least, that give a topic away, and that do not."""
MOST_TEXTS: Final = 2_000
"""The newest that are learnt from."""
ALL: Final = "all"
_FOLDS: Final = 5
_NEWEST: Final = 3
"""One in so many is the newest part."""
_SUFFERS: Final = 1.02
"""Loss beside that before, from which on it is worse, and not only otherwise by chance."""
_LOW: Final = 0.2
_HIGH: Final = 0.8


@dataclass(frozen=True, slots=True)
class Worth:
    """One topic, or all, on decisions that were not learnt from: before, with the model as it was, and after."""

    topic: str
    refused: int
    """Texts that gave it away, as people decided."""
    let_out: int
    wrong_low: tuple[int, int]
    """Of those let out, how many reach the probability that policies call `low`, 20 %: before and after."""
    wrong_high: tuple[int, int]
    """Likewise `high`, 80 %."""
    right_low: tuple[int, int]
    """Of those refused."""
    right_high: tuple[int, int]
    auc: tuple[float, float]
    """How often a refused text scores above one that was let out; NaN without both."""
    loss: tuple[float, float]
    """Mean log loss: the lower, the better the probabilities."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model, and what it is worth: over all topics, then by topic."""

    weights: Weights
    texts: int
    worth: tuple[Worth, ...]
    by_author: bool
    """Whether decisions were judged without those of the same author; else without near twins of their text only."""
    ahead: Worth
    """Over all topics, of the newest third by a model that learnt from the older ones, twins or not: as it would have been."""

    @property
    def better(self) -> bool:
        """Whether its probabilities are nearer to what people decided, on unlike decisions or on newer ones, and nowhere farther."""
        losses = self.worth[0].loss, self.ahead.loss
        return any(after < before for before, after in losses) and all(
            after < before * _SUFFERS for before, after in losses
        )


def readable(text: str) -> bool:
    """Whether the model reads it, and in one part: else it cannot be told which part a decision was about."""
    words, kept = words_of(text)
    return bool(kept) and len(words) <= MOST


def learn(weights: Weights, said: Sequence[Said], veiled: Sequence[str], about: dict[str, Any]) -> Learnt:
    """Learn from texts that are `readable`; of `veiled`, the same without what must not be learnt, nothing else is learnt.

    `about` is added to the new model's description. TrainingError when there are too few decisions, or all say the same.
    """
    said, veiled = said[-MOST_TEXTS:], veiled[-MOST_TEXTS:]
    labels = np.array([[_label(one, topic) for topic in TOPICS] for one in said]).reshape(len(said), len(TOPICS))
    leaks = int((labels > 0).any(axis=1).sum())
    if len(said) < LEAST or min(leaks, len(said) - leaks) < OF_EACH:
        raise TrainingError(
            Phrase("training.too-little", texts=len(said), leaks=leaks),
            hint=Phrase("training.do.least", texts=LEAST, each=OF_EACH),
        )
    words = [words_of(one.text) for one in said]
    twins = groups_of(words)
    lessons = lessons_of(weights, words, [words_of(one) for one in veiled], _occasions(said, twins))
    before = logits_of(weights, words)
    folds, by_author = _folds(said, twins)
    after = _judged(lessons, before, labels, folds)
    moved = fit(lessons, before, labels, np.full(len(said), fill_value=True))
    last = max(one.at for one in said).isoformat()
    new = moved_weights(weights, lessons, moved, {**about, "decisions": len(said), "until": last})
    return Learnt(new, len(said), _worth(labels, before, after), by_author, _ahead(lessons, before, labels))


def _label(said: Said, topic: str) -> float:
    found = said.topics.get(topic)
    return float("nan") if found is None else float(found)


def _judged(lessons: Lessons, before: Array, labels: Array, folds: Array) -> Array:
    """The logits of each text by a model that learnt from the other folds."""
    after = before.copy()
    for fold in np.unique(folds):
        held = folds == fold
        after[held] += moves(lessons, fit(lessons, before, labels, ~held), before)[held]
    return after


def _ahead(lessons: Lessons, before: Array, labels: Array) -> Worth:
    """The texts are in order of time."""
    newest = np.arange(len(before)) >= len(before) - len(before) // _NEWEST
    after = before + moves(lessons, fit(lessons, before, labels, ~newest), before)
    return _worth(labels[newest], before[newest], after[newest])[0]


def _occasions(said: Sequence[Said], twins: Array) -> Array:
    """Groups of texts that count as one: twins of one day, as of somebody who tries again and again."""
    days = [one.at.date().toordinal() for one in said]
    return np.unique(np.stack([twins, days]), axis=1, return_inverse=True)[1]


def _folds(said: Sequence[Said], twins: Array) -> tuple[Array, bool]:
    """Which texts are judged together, as numbers; and whether an author's texts are in one fold."""
    names = sorted({one.author for one in said})
    authors = np.array([names.index(one.author) for one in said])
    groups = joined_groups(authors, twins)
    sizes = np.bincount(groups)
    by_author = len(sizes) >= _FOLDS and int(sizes.max()) * 2 <= len(said)
    if not by_author:
        groups = twins
        sizes = np.bincount(groups)
    fold_of, filled = np.zeros(len(sizes), np.int64), np.zeros(_FOLDS, np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        fold_of[group] = filled.argmin()
        filled[fold_of[group]] += sizes[group]
    return fold_of[groups], by_author


def _worth(labels: Array, before: Array, after: Array) -> tuple[Worth, ...]:
    likely, told = zip(*(_probable(each) for each in (before, after)), strict=True)
    known = ~np.isnan(labels)
    found = [_of(ALL, labels[known] > 0, [each[known] for each in likely], [each[known] for each in told])]
    for number, topic in enumerate(TOPICS):
        which = known[:, number]
        if which.any():
            of_topic = ([each[which, number] for each in each_model] for each_model in (likely, told))
            found.append(_of(topic, labels[which, number] > 0, *of_topic))
    return tuple(found)


def _probable(logits: Array) -> tuple[Array, Array]:
    """Of each topic; and as policies are told it, which is nothing of a text that seems to give nothing away."""
    likely = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    topics = likely[:, :-LEAKS]
    return topics, np.where(likely[:, -LEAKS, None] >= SUSPECT, topics, 0.0)


def _of(topic: str, truth: Array, likely: Sequence[Array], told: Sequence[Array]) -> Worth:
    def reach(which: Array, least: float) -> tuple[int, int]:
        before, after = (int((each[which] >= least).sum()) for each in told)
        return before, after

    return Worth(
        topic, int(truth.sum()), int((~truth).sum()),
        reach(~truth, _LOW), reach(~truth, _HIGH), reach(truth, _LOW), reach(truth, _HIGH),
        (auc(truth, likely[0]), auc(truth, likely[1])), (_loss(truth, likely[0]), _loss(truth, likely[1])),
    )  # fmt: skip


def _loss(truth: Array, probable: Array) -> float:
    likely = np.where(truth, probable, 1 - probable)
    return float(-np.log(np.maximum(likely, 1e-9)).mean())
