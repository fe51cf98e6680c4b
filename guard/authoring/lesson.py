"""What a decision on a held post says about the rule that held it, as lines for the rule's file.

Three things: it was right to stop (`match`), it should have passed (`no_match`), or it should have passed for once (an
exception that ends). What the rule does not do today is written as a gap that is known (`todo`): it is reported at each
test, and stops nothing, until somebody changes the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from guard.authoring.evade_todo import quoted, setting_words
from guard.authoring.example_line import example_line
from guard.authoring.stand_ins import COVER
from guard.authoring.suite import Inspects, example_facts, example_network, example_post
from guard.errors import PolicyError
from guard.policy.compile import CompiledRule
from guard.policy.globs import glob
from guard.policy.schema import Example, ExampleSetting, Policy, Text
from guard.types.decision import Action, Match
from guard.types.post import Post
from guard.types.topic import ENTITY as TOPIC
from guard.words.texts import Phrase

LONGEST: Final = 2_000
"""Characters of an example's text."""


class Kind(StrEnum):
    """What is to be learnt; the value of an example is its key in the rule."""

    STOP = "match"
    PASS = "no_match"  # noqa: S105 -- no password
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines for a file."""

    lines: tuple[str, ...] = field(repr=False)
    holds: bool
    """Whether the rule does so already; else they are marked `todo`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An exception as somebody wants it."""

    reason: Text = field(repr=False)
    """By language; in one at least."""
    approver: str
    ends: date
    """The last day."""
    phrase: str = field(default="", repr=False)
    """What the text must hold; empty: whatever the text."""
    networks: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


def example(
    inspector: Inspects, rule: CompiledRule, kind: Kind, text: str, setting: ExampleSetting, note: str
) -> Lines:
    """One line for `match` or `no_match`. PolicyError for a text that no example can hold."""
    _check(text)
    match = _match(inspector, rule, text, setting)
    places, action, secret = _places(match), None, False
    if kind is Kind.PASS:
        holds, places = match is None or match.action is Action.ALLOW, []
    elif match is not None and match.action > Action.ALLOW and all(a[1] <= b[0] for a, b in pairwise(places)):
        holds, action = True, match.action
        secret = any(one.entity_type == "SECRET" for one in match.findings)
    else:
        holds, places = False, _open_places(text)
    more = [*([] if holds else ["todo: true"]), f"note: {quoted(note)}"]
    return Lines((example_line(text, places, setting, action, in_parts=secret, more=more),), holds)


def exception(
    inspector: Inspects, rule: CompiledRule, wanted: Wanted, text: str, setting: ExampleSetting, at: datetime
) -> Lines:
    """An exception to this rule, with an example of its use at that moment, and one of its end. Errors as of `example`."""
    _check(text)
    setting = replace(setting, groups=frozenset(wanted.groups) or setting.groups, at=None)
    used = replace(setting, at=at.replace(second=0, microsecond=0))
    over = [*([words] if (words := setting_words(setting)) else []), f"at: {wanted.ends + timedelta(days=1)}"]
    match = _match(inspector, rule, text, used)
    found = match is not None and match.exception is None
    fits = not wanted.phrase or glob(f"*{wanted.phrase}*").fits(text)
    more = "" if found and fits else ", todo: true"
    reason = ", ".join(f"{language}: {quoted(words)}" for language, words in wanted.reason.items())
    only = [f"rules: [{rule.source.id}]"]
    only += [f"groups: [{', '.join(map(quoted, wanted.groups))}]"] if wanted.groups else []
    only += [f"networks: [{', '.join(wanted.networks)}]"] if wanted.networks else []
    lines = [
        f"- id: {_free(rule.policy, f'exception-{at.date().isoformat()}')}",
        f"  reason: {{{reason}}}",
        f"  approved_by: {quoted(wanted.approver)}",
        f"  expires: {wanted.ends.isoformat()}",
        f"  only: {{{', '.join(only)}}}",
        *([f"  text: [{quoted(f'*{wanted.phrase}*')}]"] if wanted.phrase else []),
        "  match:",
        f"    - {{text: {quoted(text)}, as: {{{setting_words(used)}}}{more}}}",
        "  no_match:",
        f"    - {{text: {quoted(text)}, as: {{{', '.join(over)}}}}}",
    ]
    return Lines(tuple(lines), not more)


def setting_of(rule: CompiledRule, post: Post, at: datetime) -> ExampleSetting:
    """Who posted it, where and when, as far as the rule or its policy asks."""
    scope, steps = rule.policy.applies_to, [step.when for step in rule.source.steps]
    named = frozenset[str]().union(scope.groups or (), *(when.groups or () for when in steps))
    tongues = scope.languages is not None or any(when.languages is not None for when in steps)
    timed = any(when.before or when.after for when in steps)
    asks_media = any(when.media is not None for when in steps)
    return ExampleSetting(
        network=None if post.network == example_network(rule.policy) else post.network,
        visibility=post.visibility,
        groups=(named & post.author.groups) or None,
        at=at.replace(second=0, microsecond=0) if timed else None,
        language=post.language if tongues else None,
        media=asks_media and bool(post.attachments),
    )


def _check(text: str) -> None:
    """PolicyError unless an example can hold the text."""
    if not text.strip():
        raise PolicyError(Phrase("amend.no-text"), hint=Phrase("amend.do.write-one"))
    if "[[" in text or "]]" in text:
        raise PolicyError(Phrase("amend.brackets"), hint=Phrase("amend.do.no-brackets"))
    if len(text) > LONGEST:
        raise PolicyError(Phrase("amend.too-long", most=LONGEST), hint=Phrase("amend.do.shorten"))


def _match(inspector: Inspects, rule: CompiledRule, text: str, setting: ExampleSetting) -> Match | None:
    """What the rule makes of the text, as `guard policy test` would run it."""
    trial = Example(text, (), setting, None, None, "", todo=False, location=rule.source.location)
    decision = inspector.inspect(example_post(rule.policy, trial), example_facts(rule.policy, trial)).decision
    name = f"{rule.policy.id}/{rule.source.id}"
    return next((one for one in (*decision.matches, *decision.shadow) if one.id == name), None)


def _places(match: Match | None) -> list[tuple[int, int]]:
    found = () if match is None else match.findings
    return sorted({(one.span.start, one.span.end) for one in found if one.entity_type != TOPIC})


def _open_places(text: str) -> list[tuple[int, int]]:
    """What to mark where nothing is found: what is covered, for somebody to write a word there; else the whole text."""
    start = text.find(COVER)
    return [(0, len(text))] if start < 0 else [(start, start + len(COVER))]


def _free(policy: Policy, name: str) -> str:
    """A name that no other exception of the policy has."""
    taken = {one.id for one in policy.exceptions}
    return next(
        each for number in range(len(taken) + 1) if (each := f"{name}-{number + 1}" if number else name) not in taken
    )
