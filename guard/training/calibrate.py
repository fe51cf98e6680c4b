"""From what a model says to a probability (Platt's way): two numbers for each head, fitted on posts it had not seen."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, Any]

LEAKS: Final = 0.15
"""Share of leaks among all posts that the probabilities are meant for. In the labelled posts it is half, far from life."""
_STEPS: Final = 50
_FLATTEST: Final = 0.05
"""Least slope: a head that learnt nothing must not be turned round."""


def calibrate(said: Array, labels: Array, ordinary: Array) -> Array:
    """Slope and offset for each head, `[2, heads]`.

    `said` and `labels` are of labelled posts, `ordinary` of lines that give nothing away. The third head from the end tells
    whether a post leaks at all. Leaks count for the share LEAKS, harmless posts and ordinary lines for half of the rest each.
    """
    leaks = labels[:, -3] > 0
    weight = np.concatenate([
        np.where(leaks, LEAKS / max(leaks.sum(), 1), (1 - LEAKS) / 2 / max((~leaks).sum(), 1)),
        np.full(len(ordinary), (1 - LEAKS) / 2 / max(len(ordinary), 1)),
    ])  # fmt: skip
    scores = np.concatenate([said, ordinary])
    truth = np.concatenate([labels, np.zeros_like(ordinary)])
    heads = [_fit(scores[:, head], truth[:, head], weight / weight.sum()) for head in range(labels.shape[1])]
    return np.array(heads).T


def _fit(score: Array, truth: Array, weight: Array) -> tuple[float, float]:
    """Newton's method on the log loss, held to small steps by a slight ridge."""
    slope, offset = 1.0, 0.0
    for _ in range(_STEPS):
        probable = 1 / (1 + np.exp(-np.clip(slope * score + offset, -30, 30)))
        error, curve = weight * (probable - truth), weight * probable * (1 - probable)
        gradient = np.array([(error * score).sum() + 1e-5 * (slope - 1), error.sum()])
        mixed = (curve * score).sum()
        hessian = np.array([[(curve * score**2).sum() + 1e-5, mixed], [mixed, curve.sum() + 1e-7]])
        step = np.linalg.solve(hessian, gradient)
        step *= min(1.0, 2.0 / max(np.abs(step).max(), 1e-9))
        slope, offset = slope - step[0], offset - step[1]
    return max(float(slope), _FLATTEST), float(offset)
