"""Which of several overlapping findings stands: validated > dictionary > pattern > model, then the longer.

A validated or sure one that lies only partly under another keeps the rest, so that nothing of either is left standing:
which of them the digits belong to cannot be told. Only catalogue findings compete: what a policy asked for itself
(`matcher` set) is always kept, since its rule must see its own hits whatever else lies there.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from guard.types.finding import CUE, Finding, Span, Strength

_NUMBER: Final = re.compile(r"\d(?:[ .\-\u00a0\u2009\u202f]{0,2}\d){9,}")
"""A row of groups of digits, long enough that a redaction could leave much of it behind."""
_REACH: Final = 3
"""Separators and a digit."""
_LEFT: Final = 8
"""Fewer digits than this may stand beside a redacted number: a date, a postcode."""
_SURE: Final = 0.9
"""From this score on, a pattern without a check is worth keeping in part. Part of a name is none."""
_IN_PART: Final = 0.8
"""What is left of a lower score where the value is the lesser part of a row of digits: an account number, more likely."""


def _rank(finding: Finding) -> tuple[int, int, float, int]:
    length = finding.span.end - finding.span.start
    return -finding.strength, -length, -finding.score, finding.span.start


def resolve(findings: Iterable[Finding], text: str) -> list[Finding]:
    """The findings of one segment that stand, by start; `text` is the segment's. O(n log n) when few overlap."""
    kept: list[Finding] = []
    rivals: list[Finding] = []
    for finding in findings:
        # A hit that is only about right covers too much to push exact ones aside, nor may it be pushed aside itself.
        (rivals if _competes(finding) else kept).append(finding)
    if len(rivals) > 1:
        rivals = _apart(sorted(rivals, key=_rank), text)
    if any(_beside_digits(finding.span, text) for finding in rivals):
        hidden = [finding for finding in kept if finding.entity_type != CUE] + rivals
        if runs := _left_standing(hidden, text):
            rivals = [_with_run(finding, runs) for finding in rivals]
    return sorted(
        kept + rivals,
        key=lambda finding: (finding.span.start, finding.span.end, finding.entity_type, finding.matcher or ""),
    )


_ASIDE: Final = frozenset({CUE, "FINGERPRINT", "HIDDEN_CHARACTERS"})
"""A cue, a quote of a protected document, or a hidden text, says nothing against what stands inside it, nor that against them."""


def _competes(finding: Finding) -> bool:
    return finding.matcher is None and finding.exact and finding.entity_type not in _ASIDE


def merged(found: Sequence[Finding], others: Sequence[Finding]) -> list[Finding]:
    """`found`, and those of `others`, findings of another reading, that it does not say already. O(n log n).

    Said is what lies within a finding of the same kind that rests on as much; for one that is only about right, what
    touches any. A stronger one takes the place of what it says.
    """
    said = _Said(found)
    new = [other for other in others if not said.as_well(other)]
    if not new:
        return list(found)
    stronger = _Said(each for each in new if each.exact)
    return [each for each in found if not stronger.better(each)] + new


class _Said:
    """Where findings lie, by their kind and by what they rest on."""

    def __init__(self, found: Iterable[Finding]) -> None:
        self._known: dict[tuple[str, str | None], dict[tuple[int, float], tuple[list[int], list[int]]]] = {}
        for each in sorted(found, key=lambda finding: finding.span.start):
            ranks = self._known.setdefault((each.entity_type, each.matcher), {})
            starts, ends = ranks.setdefault((each.strength, each.score), ([], []))
            starts.append(each.span.start)
            ends.append(max(each.span.end, ends[-1]) if ends else each.span.end)  # so far

    def as_well(self, other: Finding) -> bool:
        """Whether one says `other` that rests on as much; one that is only about right need not."""
        rank = other.strength, other.score
        ranks = self._known.get((other.entity_type, other.matcher), {})
        return any(_covered(other, *places) for known, places in ranks.items() if known >= rank or not other.exact)

    def better(self, other: Finding) -> bool:
        """Whether one says `other` that rests on more."""
        rank = other.strength, other.score
        ranks = self._known.get((other.entity_type, other.matcher), {})
        return other.exact and any(_covered(other, *places) for known, places in ranks.items() if known > rank)


def _covered(other: Finding, starts: list[int], ends: list[int]) -> bool:
    start, end = other.span.start, other.span.end
    place = bisect_right(starts, start) if other.exact else bisect_left(starts, end)
    return bool(place) and (ends[place - 1] >= end if other.exact else ends[place - 1] > start)


def _beside_digits(span: Span, text: str) -> bool:
    """Whether a row of digits may go on outside the range: nearly always no, told without searching the text."""
    around = text[max(0, span.start - _REACH) : span.start] + text[span.end : span.end + _REACH]
    return any(map(str.isdigit, around))


def _left_standing(found: Iterable[Finding], text: str) -> list[tuple[int, int]]:
    """Rows of digits of which the findings in them would leave the greater part."""
    runs = [run.span() for run in _NUMBER.finditer(text)]
    if not runs:
        return runs
    cover = bytearray(len(text))
    for finding in found:
        start, end = finding.span.start, finding.span.end
        cover[start:end] = b"\x01" * (end - start)
    standing = []
    for start, end in runs:
        if 1 in cover[start:end]:
            told = [place for place in range(start, end) if text[place].isdigit()]
            left = sum(not cover[place] for place in told)
            if left >= _LEFT and 2 * left > len(told):
                standing.append((start, end))
    return standing


def _with_run(finding: Finding, runs: list[tuple[int, int]]) -> Finding:
    """The finding, or an inexact one over the row of digits that it would leave standing."""
    span = finding.span
    place = bisect_left(runs, (span.end,)) - 1  # the last that begins before its end
    if place < 0 or runs[place][1] <= span.start:
        return finding
    start, end = runs[place]
    whole = Span(span.segment, min(start, span.start), max(end, span.end))
    score = finding.score if finding.score >= _SURE else finding.score * _IN_PART
    return replace(finding, span=whole, exact=False, score=score, explanation="part of a longer number")


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
        elif finding.strength is Strength.VALIDATED or (finding.strength > Strength.MODEL and finding.score >= _SURE):
            partly.append(finding)
    for finding, start, end in ((one, *part) for one in partly for part in _parts(taken, one.span.start, one.span.end)):
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


def _parts(taken: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """All parts of a range that those in `taken` leave free."""
    parts = []
    place = bisect_left(taken, (start, end))
    if place:
        start = max(start, taken[place - 1][1])
    while start < end:
        until = min(end, taken[place][0]) if place < len(taken) else end
        if start < until:
            parts.append((start, until))
        if place == len(taken):
            break
        start, place = max(start, taken[place][1]), place + 1
    return parts
