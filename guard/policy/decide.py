"""What the policies say about a post: pure, so that the same post, findings and facts always come to the same decision.

A rule fits when its `find` has hits left after `unless`. The first line of its ladder whose conditions hold decides (none:
allow). Every rule that fits stands in the matches, also with allow; the most severe action wins. Doubt falls on the strict
side: a failed detector holds, an unknown language or account does not slip out of a policy's scope.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from guard.policy.compile import Bundle, CompiledException, CompiledRule, fold
from guard.policy.findtree import hits, places
from guard.policy.schema import ModeKind, Scope, Step, When
from guard.types.decision import Action, Cut, Decision, Match
from guard.types.finding import Finding
from guard.types.inspection import DetectorFailure, Facts
from guard.types.post import Post
from guard.types.topic import ENTITY as TOPIC


def decide(
    post: Post, findings: Sequence[Finding], facts: Facts, bundle: Bundle, failures: Sequence[DetectorFailure] = ()
) -> Decision:
    """The decision about `post`; never raises. `findings` are those of every detector, with spans in the post's segments."""
    if not findings and not failures:
        return bundle.clean
    matches: list[Match] = []
    shadow: list[Match] = []
    if findings:
        case = _Case(post, facts)
        for rule in _concerned(findings, bundle):
            match = _match(rule, findings, case)
            if match:
                (matches if _enforced(rule, post) else shadow).append(match)
    action = max((match.action for match in matches), default=Action.ALLOW)
    reason = ""
    if failures:
        action = max(action, Action.HOLD)
        reason = "detector-failed: " + ", ".join(dict.fromkeys(failure.detector for failure in failures))
    return Decision(action, tuple(matches), bundle.digest, reason, tuple(shadow))


@dataclass(slots=True)
class _Case:
    """The post and the facts, as conditions ask for them."""

    post: Post
    facts: Facts
    now: datetime = field(init=False)
    language: str | None = field(init=False)
    texts: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        now = self.facts.now
        self.now = now if now.tzinfo else now.replace(tzinfo=UTC)
        language = self.post.language
        self.language = language.lower().partition("-")[0] if language else None
        self.texts = {segment.path: segment.text for segment in self.post.segments}


def _concerned(findings: Sequence[Finding], bundle: Bundle) -> list[CompiledRule]:
    """Rules that name something that was found, in the order of the files."""
    numbers: set[int] = set()
    for finding in findings:
        if finding.matcher is None:
            numbers.update(bundle.by_entity.get(finding.entity_type, ()))
        else:
            numbers.update(bundle.by_matcher.get(finding.matcher, ()))
    return [bundle.rules[number] for number in sorted(numbers)]


def _match(rule: CompiledRule, findings: Sequence[Finding], case: _Case) -> Match | None:
    """The rule's outcome, or None where it does not apply or finds nothing."""
    if not _in_scope(rule.policy.applies_to, case):
        return None
    if rule.near or rule.values:
        findings = [finding for finding in findings if not _excluded(finding, rule, case)]
    found = hits(rule.find, findings)
    if not found:
        return None
    exception = _exception(rule, found, case)
    step = None if exception else next((s for s in rule.source.steps if _fits(s, found, case)), None)
    return Match(
        policy=rule.policy.id,
        rule=rule.source.id,
        action=step.action if step else Action.ALLOW,
        findings=tuple(found),
        say=rule.source.say,
        title=rule.source.title,
        label=step.label if step else None,
        cut=step.cut if step else Cut.FOUND,
        approvers=step.approvers if step else (),
        approvals=step.approvals if step else 1,
        exception=exception.source.id if exception else None,
        confidential=rule.policy.confidential,
    )


def _in_scope(scope: Scope, case: _Case) -> bool:
    post = case.post
    if scope.networks is not None and post.network and post.network not in scope.networks:
        return False
    if scope.languages is not None and case.language and case.language not in scope.languages:
        return False
    if scope.groups is not None and not scope.groups & case.facts.groups:
        return False
    if scope.accounts is None or not post.author.account:
        return True
    author = post.author
    names = (author.account, author.handle, author.person or "")
    return any(name.casefold() in scope.accounts for name in names if name)


def _excluded(finding: Finding, rule: CompiledRule, case: _Case) -> bool:
    """Whether `unless` says that this does not count."""
    text = case.texts.get(finding.span.segment, "")
    start, end = finding.span.start, finding.span.end
    if rule.values:
        value = text[start:end]
        if any(pattern.fits(value) for pattern in rule.values):
            return True
    if not rule.near:
        return False
    if finding.entity_type == TOPIC:  # about the text as a whole: nothing in it stands apart from that
        return bool(rule.near.search(fold(text)))
    left = _whole_words(text, max(0, start - rule.near_within), start)
    right = _whole_words(text, end, end + rule.near_within)
    return bool(rule.near.search(fold(left)) or rule.near.search(fold(right)))


def _whole_words(text: str, start: int, end: int) -> str:
    """The text of the range without the words that its edges cut."""
    while 0 < start < min(end, len(text)) and text[start - 1].isalnum() and text[start].isalnum():
        start += 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end -= 1
    return text[start:end]


def _exception(rule: CompiledRule, found: Sequence[Finding], case: _Case) -> CompiledException | None:
    """The first exception that covers all that the rule found."""
    for exception in rule.exceptions:
        source = exception.source
        if source.expires is None or case.now >= source.expires:
            continue
        if source.groups is not None and not source.groups & case.facts.groups:
            continue
        if source.networks is not None and case.post.network not in source.networks:
            continue
        if exception.texts and not _covers(exception, found, case):
            continue
        return exception
    return None


def _covers(exception: CompiledException, found: Sequence[Finding], case: _Case) -> bool:
    """Whether every text in which something was found is one that the exception describes."""
    texts = (case.texts.get(segment, "") for segment in {finding.span.segment for finding in found})
    return all(any(pattern.fits(text) for pattern in exception.texts) for text in texts)


def _fits(step: Step, found: Sequence[Finding], case: _Case) -> bool:
    when = step.when
    if when.visibility is not None and case.post.visibility not in when.visibility:
        return False
    if when.groups is not None and not when.groups & case.facts.groups:
        return False
    if when.media is not None and when.media != bool(case.post.attachments):
        return False
    if (when.before and case.now >= when.before) or (when.after and case.now < when.after):
        return False
    return _fits_place(step, case) and _fits_findings(when, found)


def _fits_place(step: Step, case: _Case) -> bool:
    """Network and language; where the post does not say, a line fits unless it would let the post pass."""
    strict = step.action > Action.ALLOW
    networks, languages = step.when.networks, step.when.languages
    if networks is not None and (case.post.network not in networks if case.post.network else not strict):
        return False
    return languages is None or (case.language in languages if case.language else strict)


def _fits_findings(when: When, found: Sequence[Finding]) -> bool:
    if when.min_score > 0:
        found = [finding for finding in found if not finding.score < when.min_score]  # also NaN counts
    if when.count_min == 1 and when.count_max is None:
        return bool(found)
    count = places(found)
    return when.count_min <= count and (when.count_max is None or count <= when.count_max)


def _enforced(rule: CompiledRule, post: Post) -> bool:
    """Whether the rule is acted on for this author: always the same answer for one account and policy."""
    mode = rule.source.mode
    if mode.kind is not ModeKind.CANARY:
        return mode.kind is ModeKind.ENFORCE
    if not post.author.account:
        return True
    digest = hashlib.sha256(f"{rule.policy.id}\0{post.author.account}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % 100 < mode.percent
