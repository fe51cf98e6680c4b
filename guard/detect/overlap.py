"""Which of several overlapping findings stands: validated > dictionary > pattern > model, then the longer.

A validated one that lies only partly under another keeps the rest, so that nothing of either is left standing: which of
them the digits belong to cannot be told. Only catalogue findings compete: what a policy asked for itself (`matcher` set) is always kept, since its rule must see
its own hits whatever else lies there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace

from guard.types.finding import Finding, Span, Strength


def _rank(finding: Finding) -> tuple[int, int, float, int]:
    length = finding.span.end - finding.span.start
    return -finding.strength, -length, -finding.score, finding.span.start


def resolve(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stand, sorted by start; all of one segment. O(n log n) for findings that mostly do not overlap."""
    kept: list[Finding] = []
    rivals: list[Finding] = []
    for finding in findings:
        # A hit that is only about right covers too much to push exact ones aside, nor may it be pushed aside itself.
        (rivals if finding.matcher is None and finding.exact else kept).append(finding)
    taken: list[tuple[int, int]] = []
    for finding in sorted(rivals, key=_rank):
        start, end = finding.span.start, finding.span.end
        place = bisect_left(taken, (start, end))
        free = max(start, taken[place - 1][1] if place else 0), min(end, taken[place][0] if place < len(taken) else end)
        if free == (start, end):
            taken.insert(place, free)
            kept.append(finding)
        elif free[0] < free[1] and finding.strength is Strength.VALIDATED:
            taken.insert(place, free)
            kept.append(replace(finding, span=Span(finding.span.segment, *free)))
    return sorted(
        kept, key=lambda finding: (finding.span.start, finding.span.end, finding.entity_type, finding.matcher or "")
    )
