"""Logistic regression over the sense of a text: a second reader, which learns apart from the first and adds its word.

It tells whether a text leaks, and how severe that is, not what about: words are better at that. Learnt together with them,
senses would take their place, and strangers' posts be told less well: AUC 0.82, not 0.84.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sklearn.linear_model import LogisticRegression

Array = np.ndarray[Any, Any]

_LOOSE: Final = 0.05
"""Inverse strength of regularisation."""
_ORDINARY: Final = 0.1
"""How much an ordinary line counts beside a post: with more, fewer leaks come to light; with less, more tweets are suspect."""
_WORD: Final = 0.4
"""How much its logit counts beside that of the first reader."""


@dataclass(frozen=True, slots=True)
class Sensed:
    """What each direction adds to each head, and what is added to all texts."""

    weights: Array
    """`[directions, heads]`."""
    bias: Array


def train_sensed(posts: Array, labels: Array, ordinary: Array) -> Sensed:
    """From the senses of posts and of ordinary lines, `[texts, directions]`; `labels` of the posts are `[posts, heads]`."""
    weights, bias = np.zeros((posts.shape[1], labels.shape[1])), np.zeros(labels.shape[1])
    mean, spread = posts.mean(0), max(float(posts.std()), 1e-6)
    lessons = (np.concatenate([posts, ordinary]) - mean) / spread
    weight = np.concatenate([np.ones(len(posts)), np.full(len(ordinary), _ORDINARY)])
    truth = np.concatenate([labels, np.zeros((len(ordinary), labels.shape[1]))])
    for head in range(labels.shape[1]):
        if labels[:, head].min() == labels[:, head].max():
            continue  # nothing to learn from
        model = LogisticRegression(C=_LOOSE, max_iter=1_000)
        model.fit(lessons, truth[:, head], sample_weight=weight)
        weights[:, head] = _WORD * model.coef_[0] / spread
        bias[head] = _WORD * model.intercept_[0] - mean @ weights[:, head]
    return Sensed(weights, bias)


def sensed_logits(model: Sensed, texts: Array) -> Array:
    """What it adds to the logits of each text, `[texts, heads]`."""
    return np.asarray(texts @ model.weights + model.bias)
