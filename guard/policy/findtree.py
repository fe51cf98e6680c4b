"""What a rule looks for, as a small tree over findings: pure, and linear but for one sort, whatever a post holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guard.types.finding import Finding

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class EntityNode:
    """Findings of a detector of the catalogue."""

    entity: str
    subtype: str | None
    min_score: float = 0.0


@dataclass(frozen=True, slots=True)
class MatcherNode:
    """Findings of one matcher of this rule."""

    matcher: str


@dataclass(frozen=True, slots=True)
class AllNode:
    parts: tuple[FindNode, ...]
    within: int | None


@dataclass(frozen=True, slots=True)
class AnyNode:
    parts: tuple[FindNode, ...]


FindNode = EntityNode | MatcherNode | AllNode | AnyNode


def hits(node: FindNode, findings: Sequence[Finding]) -> list[Finding]:
    """Those of `findings` that `node` asks for, in their order, each once."""
    if isinstance(node, EntityNode):
        return [
            f
            for f in findings
            if f.entity_type == node.entity
            and f.matcher is None
            and node.subtype in (None, f.subtype)
            and not f.score < node.min_score  # also NaN counts
        ]
    if isinstance(node, MatcherNode):
        return [f for f in findings if f.matcher == node.matcher]
    parts = [hits(part, findings) for part in node.parts]
    if isinstance(node, AnyNode):
        return _in_order(parts, findings)
    if not all(parts):
        return []
    if node.within is None:
        return _in_order(parts, findings)
    return _together(parts, node.within, findings)


def _in_order(parts: Iterable[Iterable[Finding]], findings: Sequence[Finding]) -> list[Finding]:
    wanted = {id(f) for part in parts for f in part}
    return [f for f in findings if id(f) in wanted]


def _together(parts: list[list[Finding]], within: int, findings: Sequence[Finding]) -> list[Finding]:
    """Findings that belong to a group with one of every part, no two of them more than `within` apart in one segment.

    Two findings are at most `within` apart when the ranges `[start - within, end]` share a point, and ranges that share
    points pairwise share one all together: so a group is a point that lies in some range of every part.
    """
    kept: set[int] = set()
    for segment in {f.span.segment for f in parts[0]}:
        ranges = [[f for f in part if f.span.segment == segment] for part in parts]
        if not all(ranges):
            continue
        common = _merge(_range(f, within) for f in ranges[0])
        for part in ranges[1:]:
            common = _intersect(common, _merge(_range(f, within) for f in part))
        kept.update(id(f) for part in ranges for f in part if _meets(_range(f, within), common))
    return [f for f in findings if id(f) in kept]


def _range(finding: Finding, within: int) -> Interval:
    return finding.span.start - within, finding.span.end


def _merge(ranges: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _intersect(first: list[Interval], second: list[Interval]) -> list[Interval]:
    common: list[Interval] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if start <= end:
            common.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return common


def _meets(one: Interval, common: list[Interval]) -> bool:
    """Whether `one` shares a point with any of the sorted, disjoint ranges."""
    low, high = 0, len(common)
    while low < high:
        middle = (low + high) // 2
        if common[middle][1] < one[0]:
            low = middle + 1
        else:
            high = middle
    return low < len(common) and common[low][0] <= one[1]


def places(findings: Iterable[Finding]) -> int:
    """How many separate places are found: the most findings of which no two overlap.

    Two detectors that see one phone number count once. Adding a finding never makes the number smaller.
    """
    count = 0
    segment, reached = "", -1
    for f in sorted(findings, key=lambda f: (f.span.segment, f.span.end)):
        if f.span.segment != segment or f.span.start >= reached:
            count += 1
            segment, reached = f.span.segment, f.span.end
    return count
