"""Makes the scores of names say how often they are right, on posts that were not learnt from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Final

from guard.models.names.reader import NameReader
from guard.models.weights import Weights
from guard.training.names.sources import Example

_FRENCH: Final = 3.0
"""What a name in a French post weighs: there are fewer of them."""
_EDGE: Final = 1e-6


def calibrated(weights: Weights, apart: Mapping[str, Sequence[Example]]) -> Weights:
    """The model with a slope and a shift for its scores (Platt). A lone `@` and what it leads are left out: corpora's ways."""
    from sklearn.linear_model import LogisticRegression

    plain = Weights({**weights.about, "calibration": [1.0, 0.0]}, weights.arrays)
    read = NameReader(plain)
    odds: list[list[float]] = []
    right: list[bool] = []
    worth: list[float] = []
    for examples in apart.values():
        for example in examples:
            for name in read(example.text):
                if "@" in example.text[max(0, name.start - 2) : name.start + 1]:
                    continue
                score = min(max(name.score, _EDGE), 1 - _EDGE)
                odds.append([log(score / (1 - score))])
                right.append((name.start, name.end, name.label) in example.names)
                worth.append(_FRENCH if example.lang == "fr" else 1.0)
    fitted = LogisticRegression(C=1e4).fit(odds, right, sample_weight=worth)
    both = [round(float(fitted.coef_[0, 0]), 4), round(float(fitted.intercept_[0]), 4)]
    return Weights({**weights.about, "calibration": both}, weights.arrays)
