"""Medians, percentiles and ratios of rounds; ratios are taken inside a round, where both sides met the same load."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile, `share` from 0 to 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float], digits: int = 3) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(median(values), digits),
        "min": round(min(values), digits),
        "max": round(max(values), digits),
    }


def ratios(over: Sequence[float], under: Sequence[float], digits: int = 3) -> dict[str, float]:
    """Spread of over/under, round by round."""
    return spread([one / other for one, other in zip(over, under, strict=True)], digits)
