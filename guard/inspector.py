"""The heart: a post and the facts about it go in, one Inspection comes out. Pure and synchronous.

Gateway, command line, policy tests, and later console and scan all ask here, so they can never disagree.
In doubt it holds: a detector that failed, or a redaction that cannot be made, raises the action to `hold`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from time import perf_counter_ns

from guard import __version__
from guard.channels.joined import PATH as JOINED
from guard.channels.joined import ROLE as JOINED_ROLE
from guard.channels.joined import lines, with_joined
from guard.detect.run import Detectors
from guard.policy.bundle import Bundle
from guard.policy.decide import decide
from guard.redact.remains import remains
from guard.redact.rewrite import Rewrite, rewrite
from guard.text.thread import TAIL
from guard.types.decision import Action, Decision
from guard.types.finding import CUE, Finding, Span
from guard.types.inspection import DetectorFailure, Excerpt, Facts, Inspection, Versions
from guard.types.matcher import SealedMatcher
from guard.types.post import Post, Segment

_NAME = r"[A-ZÀ-Þ][a-zà-ÿ’'-]+"
_GREETS = r"(?i:bravo|merci|bonjour|salut|coucou|oui|non|enfin|hier|demain|d[ée]sol[ée]e?|hello|hi|thanks|well|so|yes|no|today|yesterday|tomorrow|sorry|finally|aujourd[’']hui)"
"""Written large at a beginning, and nobody's name."""
_NAME_BEFORE = re.compile(rf"(?<![\w’'-])(?!{_GREETS}\b){_NAME}[ \u00a0]?[,(–—-][ \u00a0]?\Z")
"""`Inès, notre collègue`."""
_NAME_IN = re.compile(rf"(?!(?:Notre|Mon|Ma|Une?|L[ae]|Our|My|One|The)\b|L[’']){_NAME}")
"""`Marc de l'expédition`."""
_NAME_BEHIND = re.compile(rf"[ \u00a0,(–—-]{{1,3}}{_NAME}")
"""`notre collègue Inès`."""
_NEAR = 40
NOTHING = Rewrite(None, (), "")


class Inspector:
    """One set of detectors and one bundle of policies; immutable, so a reload swaps the whole inspector."""

    def __init__(self, detectors: Detectors, bundle: Bundle) -> None:
        self.detectors = detectors
        self.bundle = bundle
        self._confidential = frozenset(
            matcher.id for matcher in bundle.matchers if isinstance(matcher, SealedMatcher) or matcher.confidential
        )
        self.versions = Versions(guard=__version__, policies=bundle.digest, detectors=detectors.digest)

    @property
    def inline(self) -> bool:
        """True when inspecting takes bounded time; else call it in a thread, under a deadline."""
        return self.detectors.inline

    def inspect(self, post: Post, facts: Facts) -> Inspection:
        """Find, decide, prepare the safe version. Never raises for anything in the post."""
        started = perf_counter_ns()
        findings, failures = self.find(post, facts)
        return self._conclude(post, facts, findings, failures, started)

    def not_inspected(self, post: Post, facts: Facts, failure: DetectorFailure) -> Inspection:
        """The inspection of a post that could not be inspected (time ran out): whatever it holds, a person looks."""
        return self._conclude(post, facts, (), (failure,), perf_counter_ns())

    def passes(self, safe: Post, facts: Facts) -> bool:
        """Whether a safe version could go out as it stands, and no rule would mask more of it."""
        findings, failures = self.find(safe, facts)
        return decide(safe, findings, facts, self.bundle, failures).action < Action.REDACT

    def judge(self, post: Post, facts: Facts, findings: Sequence[Finding], bundle: Bundle) -> Decision:
        """What other policies say of findings already made: the "what if" of `guard policy explain` and `coverage`."""
        return decide(post, findings, facts, bundle)

    def find(self, post: Post, facts: Facts) -> tuple[tuple[Finding, ...], tuple[DetectorFailure, ...]]:
        """What the detectors find, and those that failed; decides nothing.

        With cues, and the places of confidential terms, that no rule acts on, which an Inspection leaves out: whoever shows those blackens them.
        """
        earlier = [text for before in facts.earlier if (text := _body(before))] if facts.earlier else ()
        if facts.threaded:
            findings, failures = self._find_threaded(post, earlier)
        else:
            findings, failures = self.detectors.run(post, earlier)
        if findings and post.segments[-1].path == JOINED:
            findings = _told_once(post, findings)
        return findings, failures

    def _find_threaded(
        self, post: Post, earlier: Sequence[str]
    ) -> tuple[tuple[Finding, ...], tuple[DetectorFailure, ...]]:
        before = list(earlier)
        findings: list[Finding] = []
        failures: dict[DetectorFailure, None] = {}
        for segment in post.segments:
            found, failed = self.detectors.run(replace(post, segments=(segment,)), before)
            findings += found
            failures.update(dict.fromkeys(failed))
            if segment.text:
                before.append(segment.text)
        return tuple(findings), tuple(failures)

    def _conclude(
        self,
        post: Post,
        facts: Facts,
        findings: tuple[Finding, ...],
        failures: tuple[DetectorFailure, ...],
        started: int,
    ) -> Inspection:
        decision = decide(post, findings, facts, self.bundle, failures)
        safe = rewrite(post, decision) if decision.action >= Action.REDACT else NOTHING
        if safe.post is not None and post.segments[-1].path == JOINED:
            safe = replace(safe, post=replace(safe.post, segments=with_joined(safe.post.segments)))
        if safe.post is not None and (why := remains(post, safe.post, safe.edits, decision)):
            safe = Rewrite(None, impossible=why)  # nobody should be offered it, whatever is decided
        if decision.action is Action.REDACT and (why := self._incomplete(safe, facts)):
            decision = replace(decision, action=Action.HOLD, reason=f"redaction-impossible: {why}")
        return Inspection(
            earlier=self._needed(post, facts, decision) if facts.earlier else (),
            post=post,
            findings=_shown(findings, decision, self._confidential) if findings else findings,
            decision=decision,
            redacted=safe.post,
            edits=safe.edits,
            failures=failures,
            versions=self.versions,
            elapsed_ms=(perf_counter_ns() - started) / 1e6,
        )

    def _needed(self, post: Post, facts: Facts, decision: Decision) -> tuple[Excerpt, ...]:
        """See Inspection.earlier: the fewest of the latest posts that bring the same findings of rules that act."""
        wanted = _acted(decision)
        if decision.action is not Action.HOLD or not wanted:
            return ()
        for number in range(len(facts.earlier) + 1):
            fewer = replace(facts, earlier=facts.earlier[len(facts.earlier) - number :])
            findings, failures = self.find(post, fewer)
            if wanted <= _acted(decide(post, findings, fewer, self.bundle, failures)):
                break
        texts = ((_body(before), before.visibility) for before in fewer.earlier)
        return tuple(Excerpt(text[-TAIL:], visibility) for text, visibility in texts if text)

    def _incomplete(self, safe: Rewrite, facts: Facts) -> str:
        """Why the redacted post may not go out by itself: something cannot be cut, or cutting brought something to light."""
        if safe.impossible or safe.post is None:
            return safe.impossible or "nothing-to-cut"
        return "" if self.passes(safe.post, facts) else "still-found"


def _shown(findings: tuple[Finding, ...], decision: Decision, confidential: Collection[str]) -> tuple[Finding, ...]:
    """Without what no rule speaks of: cues, which alone say nothing; confidential terms, whose places would tell which word is one."""
    told = {finding for match in decision.matches for finding in match.findings}
    tried = {finding for match in decision.shadow for finding in match.findings}
    return tuple(
        finding
        for finding in findings
        if finding in told or (finding in tried if finding.entity_type == CUE else finding.matcher not in confidential)
    )


def _acted(decision: Decision) -> frozenset[tuple[str, Span]]:
    acting = (match for match in decision.matches if match.action >= Action.REDACT)
    return frozenset((match.id, finding.span) for match in acting for finding in match.findings)


def _body(post: Post) -> str:
    """What a reader of the thread sees of a post."""
    return "\n".join(segment.text for segment in post.segments if segment.role == "body" and segment.path != JOINED)


def across(joined: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without what was found in the joined texts inside one of them: it is found in its own segment."""
    return tuple(
        finding
        for finding in findings
        if finding.span.segment != JOINED or "\n" in joined[finding.span.start : finding.span.end]
    )


def _told_once(post: Post, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Without what was found in the joined texts and lies in what was found in its own: a label in one makes a secret of the next.

    A content warning that names an illness is its subject, unless the next text names a colleague: then it tells of that one.
    """
    joined = post.segments[-1].text
    parts = {segment.path: segment for segment in post.segments}
    own: dict[str, set[str]] = {}
    for finding in findings:
        if (span := finding.span).segment != JOINED:
            own.setdefault(finding.entity_type, set()).add(parts[span.segment].text[span.start : span.end])
    subject = not any(_names_colleague(finding, parts[finding.span.segment]) for finding in findings)
    warnings = {number for number, part in enumerate(lines(post.segments)) if part.role == "spoiler"}
    kept = []
    for finding in findings:
        start, end = finding.span.start, finding.span.end
        value = joined[start:end] if finding.span.segment == JOINED else ""
        if value and "\n" not in value and finding.entity_type != CUE:
            if finding.entity_type == "HEALTH" and subject and joined.count("\n", 0, start) in warnings:
                continue
            mine = own.get(finding.entity_type, ())
            if value in mine or any(value in each for each in mine):
                continue
        kept.append(finding)
    return tuple(kept)


def _names_colleague(finding: Finding, part: Segment) -> bool:
    """Whether that is a colleague, told in a text below the warning, with a name in it or beside it."""
    if (finding.entity_type, finding.subtype) != (CUE, "colleague") or part.role in {"spoiler", JOINED_ROLE}:
        return False
    start, end = finding.span.start, finding.span.end
    return (
        _NAME_BEFORE.search(part.text, max(0, start - _NEAR), start) is not None
        or _NAME_IN.match(part.text, start, end) is not None
        or _NAME_BEHIND.match(part.text, end) is not None
    )
