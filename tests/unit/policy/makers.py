"""Small makers of policies, posts and findings, and a detector simple enough to be sure of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import regex

from guard.policy.bundle import Bundle, bundle_from_texts
from guard.policy.decide import decide
from guard.redact.rewrite import rewrite
from guard.types.decision import Decision
from guard.types.finding import Finding, Span, Strength
from guard.types.inspection import DetectorFailure, Facts, Inspection, Versions
from guard.types.matcher import TermsMatcher
from guard.types.post import Attachment, Author, Post, Segment, Visibility

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

HEAD = """\
guard: 1
policy: demo
owner: dpo@exemple.fr
review_by: 2027-05-31
mode: enforce
"""

RULE = """\
  - id: mail
    find: {entity: EMAIL_ADDRESS}
    do: redact
    say: {fr: "Adresse personnelle.", en: "Personal address."}
    match: ["a [[b@c.example]]"]
    no_match: ["a b"]
"""


def policy(rules: str = RULE, head: str = HEAD, tail: str = "") -> str:
    """A policy file."""
    return f"{head}rules:\n{rules}{tail}"


def rule(do: str, *, find: str = "{entity: EMAIL_ADDRESS}", more: str = "", name: str = "r") -> str:
    """A rule whose examples are of no interest."""
    return (
        f"  - id: {name}\n    find: {find}\n    do: {do}\n    say: {{fr: non, en: never}}\n"
        f'    match: ["[[x]]"]\n    no_match: [y]\n{more}'
    )


def bundle(*rules: str, head: str = HEAD, tail: str = "") -> Bundle:
    return bundle_from_texts({"demo.yaml": policy("".join(rules), head, tail)})


def mail(start: int = 0, end: int = 5, path: str = "/text", score: float = 0.9, **more) -> Finding:
    more.setdefault("entity_type", "EMAIL_ADDRESS")
    return Finding(span=Span(path, start, end), score=score, detector="test", **more)


def post(*texts: str, **more) -> Post:
    """A post whose segments are at /text, /text1, …"""
    segments = tuple(Segment(f"/text{number or ''}", "body", text) for number, text in enumerate(texts or ("x" * 200,)))
    more.setdefault("author", Author(more.get("network", "mastodon"), "alice@mastodon.example"))
    more.setdefault("network", "mastodon")
    return Post(id="p", operation="status.create", **{"segments": segments, **more})


def facts(now: datetime = NOON, *groups: str) -> Facts:
    return Facts(now=now, groups=frozenset(groups))


def outcome(do: str, findings: list[Finding] | None = None, *, find: str = "{entity: EMAIL_ADDRESS}", **more) -> str:
    """The word of the decision of one rule about one post."""
    made = bundle(
        rule(do, find=find, more=more.pop("more", "")), head=more.pop("head", HEAD), tail=more.pop("tail", "")
    )
    given = more.pop("facts", facts())
    return decide(post(**more), findings or [mail()], given, made).action.word


IMAGE = Attachment("sha256:00", "image/png", 1)
DIRECT = Visibility.DIRECT


@dataclass
class ToyInspector:
    """Finds terms and patterns letter by letter, whatever their case, and addresses with an @."""

    bundle: Bundle
    failures: tuple[DetectorFailure, ...] = ()

    def inspect(self, post: Post, facts: Facts) -> Inspection:
        findings = tuple(found for segment in post.segments for found in self._find(segment))
        decision: Decision = decide(post, findings, facts, self.bundle, self.failures)
        safe = rewrite(post, decision)
        versions = Versions("test", self.bundle.digest, "toy")
        return Inspection(post, findings, decision, safe.post, safe.edits, self.failures, versions)

    def _find(self, segment: Segment) -> list[Finding]:
        found = []
        for matcher in self.bundle.matchers:
            terms = isinstance(matcher, TermsMatcher)
            for pattern in [regex.escape(term) for term in matcher.terms] if terms else [matcher.pattern]:
                for hit in regex.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", segment.text, regex.IGNORECASE):
                    entity, strength = ("CODENAME", Strength.DICTIONARY) if terms else ("CUSTOM", Strength.PATTERN)
                    span = Span(segment.path, *hit.span())
                    found.append(Finding(entity, span, 1.0, "toy", strength, matcher=matcher.id))
        addresses = regex.finditer(r"[\w.]+@[\w.]+\w", segment.text)
        return found + [Finding("EMAIL_ADDRESS", Span(segment.path, *hit.span()), 0.9, "toy") for hit in addresses]
