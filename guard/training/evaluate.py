"""How good a model of topics is on labelled posts: a table by language and topic, and the same as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from guard.models.topics import TopicModel
from guard.text.normalize import normalize
from guard.training.posts import Labelled
from guard.training.scores import auc, calibration_error, caught, f1, pairs_told
from guard.types.topic import TOPICS

Array = np.ndarray[Any, Any]

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class TopicScore:
    """One topic in one language."""

    topic: str
    posts: int
    """That are about it."""
    auc: float
    f1: float
    """Where the topic counts as said from the probability `at` on."""
    at: float
    """Probability with the best F1 over all languages: what to compare models by, not what policies ask for."""
    calibration: float


@dataclass(frozen=True, slots=True)
class Score:
    """All of one language, or of all."""

    language: str
    posts: int
    leaks: int
    auc: float
    caught: float
    """Share of the leaks above all but 5 % of the harmless posts."""
    pairs: float
    pair_count: int
    macro_f1: float
    severity: float
    """Mean distance from the severity that people gave."""
    calibration: float
    topics: tuple[TopicScore, ...]


def judge(model: TopicModel, posts: Sequence[Labelled]) -> Array:
    """Probabilities, `[posts, heads]`: the topics, leak, and severity from 0 to 3 in the last column."""
    reads = [model.read(normalize(post.text).folded) for post in posts]
    return np.array([[*(read.topics.get(topic, 0.0) for topic in TOPICS), read.leak, read.severity] for read in reads])


def judged_of(probable: Array) -> Array:
    """The same from the probability of every head."""
    return np.column_stack([probable[:, : len(TOPICS) + 1], probable[:, len(TOPICS) :].sum(axis=1)])


def evaluate(posts: Sequence[Labelled], judged: Array) -> tuple[Score, ...]:
    """By language and over all; `judged` as of `judge`."""
    truth = np.array([[topic in post.topics for topic in TOPICS] for post in posts])
    at = [_best(truth[:, number], judged[:, number]) for number in range(len(TOPICS))]
    languages = np.array([post.language for post in posts])
    found = [
        _score(language, [post for post in posts if post.language == language], judged[languages == language], at)
        for language in sorted(set(languages))
    ]
    return (*found, _score(ALL, posts, judged, at)) if len(found) != 1 else tuple(found)


def _score(language: str, posts: Sequence[Labelled], judged: Array, at: Sequence[float]) -> Score:
    leaks = np.array([post.leaks for post in posts])
    leak = judged[:, len(TOPICS)]
    told, count = pairs_told(leaks.tolist(), [post.pair for post in posts], leak)
    topics = []
    for number, topic in enumerate(TOPICS):
        truth, score = np.array([topic in post.topics for post in posts]), judged[:, number]
        said = score >= at[number]
        gap = calibration_error(truth, score)
        topics.append(TopicScore(topic, int(truth.sum()), auc(truth, score), f1(truth, said), at[number], gap))
    scored = [each.f1 for each in topics if each.posts]
    return Score(
        language=language,
        posts=len(posts),
        leaks=int(leaks.sum()),
        auc=auc(leaks, leak),
        caught=caught(leaks, leak),
        pairs=told,
        pair_count=count,
        macro_f1=float(np.mean(scored)) if scored else float("nan"),
        severity=float(np.abs(judged[:, -1] - np.array([post.severity for post in posts])).mean()),
        calibration=calibration_error(leaks, leak),
        topics=tuple(topics),
    )


def _best(truth: Array, score: Array) -> float:
    order = np.argsort(-score, kind="stable")
    right = np.cumsum(truth[order])
    values = 2 * right / (np.arange(1, len(order) + 1) + truth.sum())
    return float(score[order[int(values.argmax())]]) if truth.any() else 0.5


def as_json(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """For programs; what could not be measured is null."""
    return [without_nan(asdict(score)) for score in scores]


def without_nan(value: Any) -> Any:
    """For JSON: rounded, and null where there is no number."""
    if isinstance(value, dict):
        return {key: without_nan(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_nan(each) for each in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 4)
    return value
