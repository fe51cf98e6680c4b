"""The examples of the policies, run through the same Inspector that posts go through: a policy is tested by its own file.

Why at start: a policy whose examples fail does not say what its author thinks it says, so the gate does not start with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Protocol

from guard.authoring.whatif import leaves
from guard.errors import Location
from guard.policy.compile import Bundle, CompiledPolicy, CompiledRule
from guard.policy.findtree import EntityNode
from guard.policy.schema import Example, Policy, PolicyException
from guard.types.decision import Action, Match
from guard.types.finding import Finding
from guard.types.inspection import Facts, Inspection
from guard.types.post import Attachment, Author, Post, Segment
from guard.types.topic import ENTITY as TOPIC
from guard.words.texts import Phrase

FIXED_CLOCK = datetime(2026, 1, 1, 12, tzinfo=UTC)
"""The moment of examples in policies that depend on no date."""
_PATH = "/text"
_NETWORK = "mastodon"


class Inspects(Protocol):
    """What the suite needs of guard.inspector.Inspector."""

    def inspect(self, post: Post, facts: Facts) -> Inspection: ...


@dataclass(frozen=True, slots=True)
class ExampleFailure:
    """An example that came out differently. Of a confidential policy it shows places, never text."""

    policy: str
    rule: str
    """Id of the rule or exception."""
    location: Location
    expected: str
    got: str
    todo: bool = False
    """The author knows: reported, but it stops nothing."""

    @property
    def message(self) -> Phrase:
        """For people, in one line."""
        return Phrase("examples.failed", expected=self.expected, got=self.got)


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What a run of all examples gave."""

    total: int
    """Examples that ran."""
    failures: tuple[ExampleFailure, ...]
    """Those that stop the policy, in the order of the files."""
    todo: tuple[ExampleFailure, ...]
    """Known gaps, and gaps that are closed and still marked."""


def run_examples(inspector: Inspects, bundle: Bundle, missing: Collection[str] = ()) -> SuiteResult:
    """Every example of every rule that is not off, and of every exception to one. `inspector` must be built on `bundle`.

    Rules that ask for an entity of `missing`, for which there is no model here, find nothing: theirs are left out.
    """
    bundle = _without(bundle, missing) if missing else bundle
    failed = tuple(_failures(inspector, bundle))
    return SuiteResult(
        total=_count(bundle),
        failures=tuple(failure for failure in failed if not failure.todo),
        todo=tuple(failure for failure in failed if failure.todo),
    )


def _without(bundle: Bundle, missing: Collection[str]) -> Bundle:
    def runs(rule: CompiledRule) -> bool:
        return all(not isinstance(node, EntityNode) or node.entity not in missing for node in leaves(rule.find))

    policies = tuple(replace(each, rules=tuple(filter(runs, each.rules))) for each in bundle.policies)
    return replace(bundle, policies=policies, rules=tuple(filter(runs, bundle.rules)))


def _count(bundle: Bundle) -> int:
    rules = sum(len(rule.source.match) + len(rule.source.no_match) for rule in bundle.rules)
    exceptions = (exception for policy in bundle.policies for exception in _exceptions(policy))
    return rules + sum(len(exception.match) + len(exception.no_match) for exception in exceptions)


def _exceptions(policy: CompiledPolicy) -> list[PolicyException]:
    """Those that answer for a rule that is not off: the others have nothing to except."""
    active = {rule.source.id for rule in policy.rules}
    return [each for each in policy.source.exceptions if active & (active if each.rules is None else each.rules)]


def _failures(inspector: Inspects, bundle: Bundle) -> Iterator[ExampleFailure]:
    for policy in bundle.policies:
        for rule in policy.rules:
            for example in rule.source.match:
                yield from _report(_Run(inspector, rule.policy, example), rule.source.id, _match_problem(rule))
            for example in rule.source.no_match:
                yield from _report(_Run(inspector, rule.policy, example), rule.source.id, _no_match_problem(rule))
        for exception in _exceptions(policy):
            for example in exception.match:
                run = _Run(inspector, policy.source, example)
                yield from _report(run, exception.id, _exception_problem(exception, used=True))
            for example in exception.no_match:
                run = _Run(inspector, policy.source, example)
                yield from _report(run, exception.id, _exception_problem(exception, used=False))


class _Check(Protocol):
    def __call__(self, run: _Run) -> tuple[str, str] | None:
        """What was expected and what came, if they differ."""


class _Run:
    """One example, inspected."""

    def __init__(self, inspector: Inspects, policy: Policy, example: Example) -> None:
        self.policy = policy
        self.example = example
        self.inspection = inspector.inspect(example_post(policy, example), example_facts(policy, example))

    def outcome(self, rule: str) -> tuple[Match | None, bool]:
        """The rule's match, and whether it was acted on (not only recorded, as in shadow)."""
        decision = self.inspection.decision
        for matches, acted in ((decision.matches, True), (decision.shadow, False)):
            for match in matches:
                if (match.policy, match.rule) == (self.policy.id, rule):
                    return match, acted
        return None, True

    def show(self, spans: Sequence[tuple[int, int]]) -> str:
        """Places for people; with their text unless the policy is confidential."""
        if not spans:
            return Phrase("examples.nothing")
        if self.policy.confidential:
            ranges = (Phrase("examples.range", start=start, end=end) for start, end in spans)
            places = reduce(lambda one, other: Phrase("examples.both", one=one, other=other), ranges)
            return Phrase("examples.characters", places=places)
        return ", ".join(f"[[{self.example.text[start:end]}]] ({start}–{end})" for start, end in spans)


def _report(run: _Run, name: str, check: _Check) -> Iterator[ExampleFailure]:
    failures = run.inspection.failures
    if failures:
        names = tuple(failure.detector for failure in failures)
        problem: tuple[str, str] | None = (
            Phrase("examples.all-finish"), Phrase("examples.detectors-failed", names=names)
        )  # fmt: skip
    else:
        problem = check(run)
    todo = run.example.todo
    if problem is None and todo:
        problem = Phrase("examples.gap"), Phrase("examples.gap-closed")
    if problem:
        yield ExampleFailure(run.policy.id, name, run.example.location, *problem, todo=todo)


def _match_problem(rule: CompiledRule) -> _Check:
    def check(run: _Run) -> tuple[str, str] | None:
        match, acted = run.outcome(rule.source.id)
        # A topic is the whole text's: there is nothing to mark.
        found = _spans([each for each in match.findings if each.entity_type != TOPIC] if match else ())
        marked = sorted(run.example.spans)
        if not match and not marked:
            return Phrase("examples.find-topic"), Phrase("examples.no-topic")
        if found != marked:
            return Phrase("examples.find", what=run.show(marked)), run.show(found)
        return _action_problem(run, match) or (_becomes_problem(run) if acted else None)

    return check


def _no_match_problem(rule: CompiledRule) -> _Check:
    def check(run: _Run) -> tuple[str, str] | None:
        match, _ = run.outcome(rule.source.id)
        if match and match.action is not Action.ALLOW:
            shown = run.show(_spans(match.findings))
            return Action.ALLOW.word, Phrase("examples.acts-for", action=match.action.word, what=shown)
        return _action_problem(run, match)

    return check


def _action_problem(run: _Run, match: Match | None) -> tuple[str, str] | None:
    action = match.action if match else Action.ALLOW
    if run.example.action is None or run.example.action is action:
        return None
    return run.example.action.word, action.word


def _becomes_problem(run: _Run) -> tuple[str, str] | None:
    wanted = run.example.becomes
    if wanted is None:
        return None
    redacted = run.inspection.redacted
    text = redacted.segments[0].text if redacted else run.example.text
    if text == wanted:
        return None
    if run.policy.confidential:
        return Phrase("examples.becomes-given"), Phrase("examples.becomes-other")
    return Phrase("examples.becomes", text=wanted), Phrase("examples.became", text=text)


def _exception_problem(exception: PolicyException, *, used: bool) -> _Check:
    def check(run: _Run) -> tuple[str, str] | None:
        decision = run.inspection.decision
        matches = [match for match in (*decision.matches, *decision.shadow) if match.policy == run.policy.id]
        applied = any(match.exception == exception.id for match in matches)
        if applied == used:
            return None
        if not used:
            return Phrase("examples.exception-unused"), Phrase("examples.exception-was-used")
        why = Phrase("examples.exception-not-used")
        if exception.expires is None:
            why = Phrase("examples.exception-expired")
        elif not matches:
            why = Phrase("examples.exception-nothing")
        return Phrase("examples.exception-used"), why

    return check


def _spans(findings: Sequence[Finding]) -> list[tuple[int, int]]:
    return sorted({(finding.span.start, finding.span.end) for finding in findings})


def example_post(policy: Policy, example: Example) -> Post:
    """The post that an example stands for; what it does not say is chosen so that the policy applies."""
    setting, scope = example.setting, policy.applies_to
    network = setting.network or example_network(policy)
    language = setting.language or (_default(scope.languages, "") or None)
    attachments = (Attachment("unknown:example", "image/png", 0),) if setting.media else ()
    return Post(
        id="example",
        network=network,
        operation="example",
        author=Author(network, _default(scope.accounts, "example")),
        segments=(Segment(_PATH, "body", example.text),),
        attachments=attachments,
        visibility=setting.visibility,
        language=language,
    )


def example_network(policy: Policy) -> str:
    """Where an example that does not say is posted."""
    return _default(policy.applies_to.networks, _NETWORK)


def example_facts(policy: Policy, example: Example) -> Facts:
    """The moment and groups of an example: never today."""
    groups = example.setting.groups
    if groups is None:
        groups = frozenset({_default(policy.applies_to.groups, "")} - {""})
    return Facts(now=example.setting.at or policy.examples_at or FIXED_CLOCK, groups=groups)


def _default(scope: frozenset[str] | None, usual: str) -> str:
    """The usual value where the policy applies to it, else the first one it applies to."""
    return usual if scope is None or usual in scope or not scope else min(scope)
