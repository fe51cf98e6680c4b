"""What somebody asks for when a case is to become an example or an exception: the form, its first values, its mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from guard.authoring.lesson import LONGEST, Kind, Wanted
from guard.authoring.stand_ins import WITHHELD, Masked, masked, tells_across
from guard.channels.joined import ROLE as JOINED
from guard.console.forms import Form
from guard.console.words import LANGUAGES
from guard.inspector import Inspector
from guard.outbox.payload import CasePayload
from guard.policy.compile import CompiledRule
from guard.types.decision import Action
from guard.types.inspection import Inspection
from guard.types.post import Post, Segment

ENDS_AFTER: Final = timedelta(days=30)
MOST_DAYS: Final = 366
_PHRASE: Final = 40
"""Characters of a phrase that is offered."""


@dataclass(frozen=True, slots=True, repr=False)
class Asked:
    """The form as it was filled in, or as it is first shown."""

    kind: Kind
    rule: str
    """`policy/rule`."""
    text: str
    reason: str
    translated: str
    """The reason in the other language."""
    approver: str
    ends: str
    phrase: str
    here_only: bool
    groups: tuple[str, ...]
    knowing: bool
    """Whether confidential words were put in knowingly."""

    def wanted(self, language: str, post: Post) -> Wanted:
        """The exception, with reasons in that language and the other; `ends` is a date that `wrong` let pass."""
        other = next(each for each in LANGUAGES if each != language)
        reasons = {language: self.reason.strip(), other: self.translated.strip()}
        return Wanted(
            {each: words for each, words in reasons.items() if words}, self.approver.strip(), date.fromisoformat(self.ends), self.phrase.strip(),
            (post.network,) if self.here_only else (), tuple(sorted(set(self.groups) & post.author.groups)),
        )  # fmt: skip


def rules_of(inspector: Inspector, inspection: Inspection, then: tuple[str, ...]) -> list[CompiledRule]:
    """Rules that a case can teach: those that act on it today, the most severe first, and those that held it."""
    known = {f"{rule.policy.id}/{rule.source.id}": rule for rule in inspector.bundle.rules}
    acting = sorted(inspection.decision.matches, key=lambda match: -match.action)
    names = [match.id for match in acting if match.action > Action.ALLOW]
    return [known[name] for name in dict.fromkeys((*names, *then)) if name in known]


def spoken_of(inspector: Inspector, payload: CasePayload, inspection: Inspection, rule: CompiledRule) -> Masked:
    """The text that the rule speaks of, fit for a file."""
    post = payload.post
    texts = {one.path: one for one in post.segments if one.role != JOINED and one.text}
    spoken = (
        finding.span.segment
        for match in inspection.decision.matches
        if (match.policy, match.rule) == (rule.policy.id, rule.source.id)
        for finding in match.findings
    )
    path = next((path for path in spoken if path in texts), None)
    path = path or next((path for path, one in texts.items() if one.role == "body"), None)
    segment = texts.get(path or "") or Segment("/text", "body", "")
    return (
        WITHHELD
        if tells_across(inspector, post)
        else masked(inspector, post, segment, [one.text for one in payload.earlier])
    )


def first(rule: CompiledRule, found: Masked, approver: str, now: datetime) -> Asked:
    ends = (now + ENDS_AFTER).date().isoformat()
    name = f"{rule.policy.id}/{rule.source.id}"
    return Asked(
        Kind.STOP, name, found.text[:LONGEST], "", "", approver, ends, _phrase(found.kept), here_only=True, groups=(),
        knowing=False,
    )  # fmt: skip


def filled(form: Form, start: Asked) -> Asked:
    """What was sent; odd values as if they were not given."""
    kind = form.one("kind")
    return Asked(
        Kind(kind) if kind in list(Kind) else start.kind,
        form.one("rule"),
        form.one("text").replace("\r\n", "\n"),
        form.one("reason"),
        form.one("translated"),
        form.one("approver"),
        form.one("ends"),
        form.one("phrase"),
        form.one("here") == "yes",
        tuple(value for name, value in form.pairs if name == "group"),
        form.one("knowing") == "yes",
    )


def wrong(asked: Asked, now: datetime) -> str:
    """Key of what is missing or cannot be; empty when nothing is."""
    if not asked.text.strip():
        return "text"
    if "[[" in asked.text or "]]" in asked.text:
        return "brackets"
    if len(asked.text) > LONGEST:
        return "long"
    if asked.kind is not Kind.EXCEPTION:
        return ""
    if not asked.reason.strip():
        return "reason"
    if not asked.approver.strip():
        return "approver"
    return _wrong_end(asked.ends, now)


def _wrong_end(text: str, now: datetime) -> str:
    try:
        left = (date.fromisoformat(text) - now.date()).days
    except ValueError:
        return "ends"
    return "" if 0 <= left <= MOST_DAYS else "ends"


def _phrase(kept: tuple[str, ...]) -> str:
    """Words of the post by which its like may be known: the longest that nothing was replaced in."""
    lines = [line.strip(" ,.;:!?*") for part in kept for line in part.split("\n")]
    longest = max(lines, key=len, default="")
    return longest if len(longest) <= _PHRASE else longest[:_PHRASE].rpartition(" ")[0]
