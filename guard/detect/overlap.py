"""Which of several overlapping findings stands: validated > dictionary > pattern > model, then the longer.

Only catalogue findings compete: what a policy asked for itself (`matcher` set) is always kept, since its rule must see
its own hits whatever else lies there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from guard.types.finding import Finding


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
        before_clear = place == 0 or taken[place - 1][1] <= start
        after_clear = place == len(taken) or taken[place][0] >= end
        if before_clear and after_clear:
            taken.insert(place, (start, end))
            kept.append(finding)
    return sorted(
        kept, key=lambda finding: (finding.span.start, finding.span.end, finding.entity_type, finding.matcher or "")
    )
