"""How well scores tell leaking posts from harmless ones: measures on NumPy alone, each with its definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, Any]

FALSE_ALARMS: Final = 0.05
"""Share of the harmless posts at which it is counted how many leaks are caught."""
_BINS: Final = 10


def auc(truth: Array, score: Array) -> float:
    """Area under the ROC curve: how often a leak scores above a harmless post, a tie counting half. NaN without both."""
    ones, zeros = int(truth.sum()), int((~truth).sum())
    if not ones or not zeros:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((ranks[truth].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def caught(truth: Array, score: Array, share: float = FALSE_ALARMS) -> float:
    """Share of the leaks that score above all but `share` of the harmless posts. NaN without both."""
    if not truth.any() or truth.all():
        return float("nan")
    return float((score[truth] > np.quantile(score[~truth], 1 - share)).mean())


def pairs_told(leaks: Sequence[bool], pairs: Sequence[str | None], score: Array) -> tuple[float, int]:
    """Share of the minimal pairs whose leak scores higher than its harmless twin, and how many there are."""
    twins: dict[str, tuple[list[float], list[float]]] = {}
    for leak, pair, value in zip(leaks, pairs, score, strict=True):
        if pair is not None:
            twins.setdefault(pair, ([], []))[leak].append(float(value))
    told = [high > low for lows, highs in twins.values() for low in lows for high in highs]
    return (sum(told) / len(told) if told else float("nan")), len(told)


def f1(truth: Array, said: Array) -> float:
    """Harmonic mean of precision and recall; NaN when there is nothing to find and nothing is said."""
    both = int(truth.sum()) + int(said.sum())
    return 2 * int((truth & said).sum()) / both if both else float("nan")


def calibration_error(truth: Array, probability: Array) -> float:
    """Mean distance between what is said and what is so, over ten bins of probability weighed by their size."""
    which = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(truth[which == each].mean()) - float(probability[which == each].mean()))
        * float((which == each).mean())
        for each in range(_BINS)
        if (which == each).any()
    ]
    return float(sum(gaps))
