"""The safe version of a post: every finding of a match that redacts, holds or blocks is replaced by a label.

Pure. Why also for hold and block: a reviewer may approve the redacted form, and an author wants to see what could go out.
The safe version is whole or it is not made: `impossible` then says why, and the inspector holds the post instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from guard.redact.measure import longest, measure, widen
from guard.redact.operators import HIDDEN, SHORTEST, apply_edits, default_label, shorter
from guard.redact.sentences import sentence
from guard.types.decision import Action, Cut, Decision, Match
from guard.types.finding import Finding
from guard.types.inspection import Edit
from guard.types.post import Post, Segment

__all__ = ["IMPOSSIBLE", "Rewrite", "apply_edits", "rewrite"]

NOT_EXACT = "not-exact"
NOT_REDACTABLE = "not-redactable"
TOO_LONG = "too-long"
ALIKE = "alike"
NOTHING_LEFT = "nothing-left"
IMPOSSIBLE = (NOT_EXACT, NOT_REDACTABLE, TOO_LONG, ALIKE, NOTHING_LEFT)
_TOLD_APART = "poll-option"
"""The role of texts of which no two may be equal: services refuse such a poll, and nobody could vote in it."""
_JOINED = "joined"
"""The role of the texts that are read together once more (guard.channels.joined)."""
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`post` is None when there is nothing to replace, or when `impossible` says why it cannot be."""

    post: Post | None
    edits: tuple[Edit, ...] = ()
    """In the order of segments and starts, in code points of the original texts; no two overlap."""
    impossible: str = ""
    """`not-exact`: a finding's place is only about right. `not-redactable`: another text there would break the request.
    `too-long`: no label is short enough. `alike`: two options of a poll would read the same. `nothing-left`: all of
    a post of which whole sentences are to go."""


NOTHING = Rewrite(None)


@dataclass(frozen=True, slots=True, repr=False)
class _Range:
    """A range to replace, before labels are fitted to the limit."""

    start: int
    end: int
    action: Action
    label: str


def rewrite(post: Post, decision: Decision) -> Rewrite:
    """The safe version of `post` under `decision`; never raises."""
    matches = [match for match in decision.matches if match.action >= Action.REDACT]
    if not matches:
        return NOTHING
    segments = {segment.path: segment for segment in post.segments}
    cuts: dict[str, list[_Range]] = {}
    language = post.language or post.author.language
    for match in matches:
        own = _own_texts(match, segments)
        for finding in match.findings:
            segment = segments.get(finding.span.segment)
            if segment is not None and segment.role == _JOINED and _text(finding, segment) in own:
                continue  # it is cut where it was written
            problem = _problem(finding, segment)
            if problem or segment is None:
                return Rewrite(None, impossible=problem)
            cuts.setdefault(finding.span.segment, []).append(_cut(match, finding, segment, language))
    return _rewritten(post, cuts, whole=any(match.cut is Cut.SENTENCE for match in matches))


def _own_texts(match: Match, segments: Mapping[str, Segment]) -> set[str]:
    """What the match found in texts of the author's, not in those that are only read together."""
    placed = ((finding, segments.get(finding.span.segment)) for finding in match.findings)
    return {_text(finding, segment) for finding, segment in placed if segment is not None and segment.role != _JOINED}


def _text(finding: Finding, segment: Segment) -> str:
    return segment.text[finding.span.start : finding.span.end]


def _problem(finding: Finding, segment: Segment | None) -> str:
    """Why this finding cannot be cut out, if so."""
    span = finding.span
    if segment is None or not finding.exact or not 0 <= span.start < span.end <= len(segment.text):
        return NOT_EXACT
    return "" if segment.redactable else NOT_REDACTABLE


def _cut(match: Match, finding: Finding, segment: Segment, language: str | None) -> _Range:
    start, end = finding.span.start, finding.span.end
    label = match.label
    if match.cut is Cut.SENTENCE:
        start, end = sentence(segment.text, start, end)
        label = label or HIDDEN
    elif label is None:
        label = default_label(finding.entity_type, language, confidential=match.confidential)
    return _Range(start, end, match.action, label)


def _rewritten(post: Post, cuts: dict[str, list[_Range]], *, whole: bool) -> Rewrite:
    """`whole`: whether some of the cuts are whole sentences."""
    segments: list[Segment] = []
    edits: list[Edit] = []
    for segment in post.segments:
        if segment.path not in cuts:
            segments.append(segment)
            continue
        fitted = _fitted(segment, _merged(_widened(cuts.pop(segment.path), segment.text)))
        if fitted is None:
            return Rewrite(None, impossible=TOO_LONG)
        edits += fitted[0]
        segments.append(Segment(segment.path, segment.role, fitted[1], segment.redactable, segment.limit))
    if whole and not any(_is_left(each, edits) for each in post.segments if each.role != _JOINED):
        return Rewrite(None, impossible=NOTHING_LEFT)
    if edits and _alike(post.segments, segments):
        return Rewrite(None, impossible=ALIKE)
    return Rewrite(replace(post, segments=tuple(segments)), tuple(edits))


def _is_left(segment: Segment, edits: Sequence[Edit]) -> bool:
    """Whether any word stays of the text."""
    mine = [replace(edit, replacement="") for edit in edits if edit.path == segment.path]
    return any(map(str.isalnum, apply_edits(segment.text, mine)))


def _alike(before: Sequence[Segment], after: Sequence[Segment]) -> bool:
    """Whether options that the author told apart no longer can be."""
    options = [
        (old.text.strip(), new.text.strip()) for old, new in zip(before, after, strict=True) if old.role == _TOLD_APART
    ]
    return len({new for _, new in options}) < len({old for old, _ in options})


def _widened(cuts: Iterable[_Range], text: str) -> list[_Range]:
    """The same cuts without a cut through a grapheme cluster: half an emoji or a lone accent would stay behind."""
    if text.isascii() and "\r" not in text:
        return list(cuts)
    return [_Range(*widen(text, cut.start, cut.end), cut.action, cut.label) for cut in cuts]


def _merged(cuts: list[_Range]) -> list[_Range]:
    """Cuts that overlap become one, with the label of the more severe action, of the longer where they are equal."""
    if len(cuts) == 1:
        return cuts
    merged: list[_Range] = []
    strongest: list[_Range] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end, -cut.action)):
        if not merged or cut.start >= merged[-1].end:
            merged.append(cut)
            strongest.append(cut)
            continue
        best = max(strongest[-1], cut, key=lambda one: (one.action, one.end - one.start))
        strongest[-1] = best
        merged[-1] = _Range(merged[-1].start, max(merged[-1].end, cut.end), best.action, best.label)
    return merged


def _fitted(segment: Segment, cuts: Sequence[_Range]) -> tuple[list[Edit], str] | None:
    """Edits whose labels keep the text within its limit, or within its own length when that is already more; and the text."""
    for level in range(_LEVELS):
        edits = [
            Edit(segment.path, cut.start, cut.end, _label(segment.text[cut.start : cut.end], cut.label, level))
            for cut in cuts
        ]
        redacted = apply_edits(segment.text, edits)
        if _fits(segment, redacted) and not _grows_back(segment.text, redacted, edits):
            return edits, redacted
    return None


def _fits(segment: Segment, redacted: str) -> bool:
    """Whether the redacted text is within the segment's limit, or no longer than the author's own."""
    limit = segment.limit
    if limit is None:
        return True
    most = longest(redacted, limit.unit)
    if most is not None and most <= limit.size:
        return True
    size = measure(redacted, limit.unit)
    return size <= limit.size or size <= measure(segment.text, limit.unit)


def _label(removed: str, label: str, level: int) -> str:
    """The label at that level; one that would say what it replaces gives way to one that does not."""
    wanted = shorter(label, level)
    for choice in (wanted, HIDDEN, SHORTEST):
        if len(choice) <= len(wanted) and removed.casefold() not in choice.casefold():
            return choice
    return ""


def _grows_back(text: str, redacted: str, edits: Sequence[Edit]) -> bool:
    """Whether a removed text stands again where its edit was, put together from the label and its neighbours."""
    shift = 0
    for edit in edits:
        reach = edit.end - edit.start - (1 if edit.replacement else 0)
        start = edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)
        around = redacted[max(0, start - reach) : start + len(edit.replacement) + reach]
        if text[edit.start : edit.end].casefold() in around.casefold():
            return True
    return False
