"""What a model that has learnt still makes of the phrases shipped beside the models: learning must not unlearn them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from guard.detect.topics import SUSPECT
from guard.models.topics import TopicModel
from guard.models.weights import Weights
from guard.training.evaluate import judge
from guard.training.posts import Labelled
from guard.training.scores import auc
from guard.types.topic import TOPICS

Array = np.ndarray[Any, Any]

_FLAGGED: Final = 0.2
"""Probability that the shipped packs flag from: what policies call `low`."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One model over the phrases."""

    phrases: int
    auc: float
    """How often a phrase about a topic scores above one that is not; mean over the topics."""
    flagged: float
    """Share of the phrases that give something away and that a policy would flag."""
    alarms: float
    """Share of the others."""


def check(weights: Weights, phrases: Sequence[Labelled]) -> Checked:
    """Read every phrase."""
    whole = judge(TopicModel(weights), phrases)
    judged, suspect = whole[:, : len(TOPICS)], whole[:, len(TOPICS)] >= SUSPECT
    truth = np.array([[topic in phrase.topics for topic in TOPICS] for phrase in phrases])
    apart = [auc(truth[:, number], judged[:, number]) for number in range(len(TOPICS))]
    told, leaks = suspect & (judged.max(axis=1) >= _FLAGGED), truth.max(axis=1)
    return Checked(len(phrases), float(np.nanmean(apart)), _share(told[leaks]), _share(told[~leaks]))


def _share(told: Array) -> float:
    return float(told.mean()) if len(told) else float("nan")
