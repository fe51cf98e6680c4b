"""Which of several overlapping findings stands: validated > dictionary > pattern > model, then the longer.

A validated or sure one that lies only partly under another keeps the rest, so that nothing of either is left standing:
which of them the digits belong to cannot be told. Only catalogue findings compete: what a policy asked for itself
(`matcher` set) is always kept, since its rule must see its own hits whatever else lies there.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from guard.types.finding import Finding, Span, Strength

_SURE: Final = 0.9
"""From this score on, a pattern without a check is worth keeping in part."""


def _rank(finding: Finding) -> tuple[int, int, float, int]:
    length = finding.span.end - finding.span.start
    return -finding.strength, -length, -finding.score, finding.span.start


def resolve(findings: Iterable[Finding], text: str) -> list[Finding]:
    """The findings of one segment that stand, by start; `text` is the segment's. O(n log n) when few overlap."""
    kept: list[Finding] = []
    rivals: list[Finding] = []
    for finding in findings:
        # A hit that is only about right covers too much to push exact ones aside, nor may it be pushed aside itself.
        (rivals if finding.matcher is None and finding.exact else kept).append(finding)
    if len(rivals) > 1:
        rivals = _apart(sorted(rivals, key=_rank), text)
    return sorted(
        kept + rivals,
        key=lambda finding: (finding.span.start, finding.span.end, finding.entity_type, finding.matcher or ""),
    )


def _apart(ranked: list[Finding], text: str) -> list[Finding]:
    """Those of `ranked` that overlap none before, and what is left of the validated or sure others."""
    taken: list[tuple[int, int]] = []
    by_place: dict[tuple[int, int], Finding] = {}
    partly: list[Finding] = []
    for finding in ranked:
        place = finding.span.start, finding.span.end
        if _free(taken, *place) == place:
            insort(taken, place)
            by_place[place] = finding
        elif finding.strength is Strength.VALIDATED or finding.score >= _SURE:
            partly.append(finding)
    for finding in partly:
        start, end = _free(taken, finding.span.start, finding.span.end)
        if not any(map(str.isalnum, text[start:end])):
            continue
        # Two readings of one number, one behind the other: one finding over both.
        before = taken[bisect_left(taken, (start, end)) - 1] if taken else (0, 0)
        if before[1] == start and by_place[before].entity_type == finding.entity_type:
            start, finding = before[0], by_place.pop(before)  # noqa: PLW2901
            taken.remove(before)
        insort(taken, (start, end))
        by_place[start, end] = replace(finding, span=Span(finding.span.segment, start, end))
    return list(by_place.values())


def _free(taken: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The part of a range that the neighbours in `taken` leave free; empty or turned round for none."""
    place = bisect_left(taken, (start, end))
    if place:
        start = max(start, taken[place - 1][1])
    if place < len(taken):
        end = min(end, taken[place][0])
    return start, end
