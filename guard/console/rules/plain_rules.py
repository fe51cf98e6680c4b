"""A rule in plain words, for people who do not read YAML. Confidential terms and patterns are counted, never shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from guard.console.words import Words
from guard.policy.schema import (
    AllOf,
    AnyOf,
    EntityFind,
    Find,
    Mode,
    ModeKind,
    Policy,
    RegexFind,
    Rule,
    SealedFind,
    Step,
    TermsFind,
    When,
)
from guard.types.post import Visibility
from guard.types.topic import ANY
from guard.types.topic import ENTITY as TOPIC

SHOWN_TERMS = 6


@dataclass(frozen=True, slots=True)
class PlainRule:
    """What a person reads about a rule."""

    policy: str
    id: str
    title: str
    looks_for: str
    unless: str
    steps: tuple[str, ...]
    mode: ModeKind
    mode_words: str
    says: str
    examples: int
    counterexamples: int
    file: str
    line: int

    @property
    def name(self) -> str:
        return f"{self.policy}/{self.id}"


def plain_rule(t: Words, policy: Policy, rule: Rule) -> PlainRule:
    return PlainRule(
        policy.id,
        rule.id,
        t.either(rule.title, rule.id),
        found(t, rule.find, policy.confidential),
        _unless(t, policy, rule),
        tuple(step_words(t, step) for step in rule.steps),
        least(policy.mode, rule.mode).kind,
        mode_words(t, least(policy.mode, rule.mode)),
        t.either(rule.say),
        sum(not one.todo for one in rule.match),
        sum(not one.todo for one in rule.no_match),
        policy.file,
        rule.location.line or 1,
    )


def least(policy: Mode, rule: Mode) -> Mode:
    """The mode in force: of a policy's and its rule's the more careful one."""
    order = list(ModeKind)
    return min((policy, rule), key=lambda mode: (order.index(mode.kind), mode.percent))


def mode_words(t: Words, mode: Mode) -> str:
    return t(f"rule.mode_{mode.kind.value}", percent=mode.percent)


def found(t: Words, find: Find, confidential: bool) -> str:
    """What is looked for, as a phrase."""
    if isinstance(find, EntityFind):
        return _entity(t, find)
    if isinstance(find, TermsFind):
        return _terms(t, find, confidential)
    if isinstance(find, RegexFind):
        return t("rule.pattern_secret") if confidential else t("rule.pattern", pattern=find.pattern)
    if isinstance(find, SealedFind):
        return t("rule.sealed")
    if isinstance(find, AllOf):
        inner = f" {t('rule.and')} ".join(found(t, part, confidential) for part in find.parts)
        return inner if find.within is None else t("rule.within", what=inner, number=find.within)
    assert isinstance(find, AnyOf)  # noqa: S101 -- the last of the union
    return f" {t('rule.or')} ".join(found(t, part, confidential) for part in find.parts)


def _entity(t: Words, find: EntityFind) -> str:
    if find.entity == TOPIC:
        return _text(t, "entities", find.subtype or ANY)
    # Of third parties' names there are no words of ours
    keys = (f"rule.entity.{find.entity}", f"entities.{find.entity}")
    name = next((t(key) for key in keys if t.has(key)), find.entity.replace("_", " ").lower())
    return f"{name} ({_text(t, 'rule.kind', find.subtype)})" if find.subtype else name


def _text(t: Words, table: str, name: str) -> str:
    """The text of that name, or the name itself."""
    return t(key) if t.has(key := f"{table}.{name}") else name


def _terms(t: Words, find: TermsFind, confidential: bool) -> str:
    if find.file is not None:
        return t("rule.terms_file")
    if confidential:
        return t("rule.terms_secret", count=len(find.terms))
    shown = ", ".join(t("rule.quoted", term=term) for term in find.terms[:SHOWN_TERMS])
    more = len(find.terms) - SHOWN_TERMS
    return shown if more <= 0 else t("rule.terms_more", shown=shown, number=more)


def _unless(t: Words, policy: Policy, rule: Rule) -> str:
    if rule.unless is None:
        return ""
    number = len(rule.unless.near) + len(rule.unless.value)
    if policy.confidential:
        return t("rule.unless_secret", count=number)
    words = [t("rule.quoted", term=word) for word in (*rule.unless.near, *rule.unless.value)[:SHOWN_TERMS]]
    return t("rule.unless", words=", ".join(words) + ("…" if number > SHOWN_TERMS else ""))


def step_words(t: Words, step: Step) -> str:
    """`When …: hold, until two of group dpo agree`."""
    conditions = list(_conditions(t, step.when))
    does = t(f"rule.do_{step.action.word}")
    if step.label:
        does += " " + t("rule.with", label=step.label)
    if step.approvers:
        names = ", ".join(
            t("rule.group", name=name.removeprefix("group:")) if name.startswith("group:") else name
            for name in step.approvers
        )
        does += " " + t("rule.approvers", count=step.approvals, names=names)
    elif step.approvals > 1:
        does += " " + t("rule.approvals", number=step.approvals)
    return t("rule.when", conditions=f" {t('rule.and')} ".join(conditions), does=does) if conditions else does


def _conditions(t: Words, when: When) -> Iterator[str]:
    if when.count_min > 1:
        yield t("rule.if_count", number=when.count_min)
    if when.count_max is not None:
        yield t("rule.if_count_max", number=when.count_max)
    if when.min_score > 0:
        yield t("rule.if_sure")
    for key, values in (
        ("visibility", _seen(t, when)), ("network", _sorted(when.networks)), ("group", _sorted(when.groups)),
        ("language", _sorted(when.languages)),
    ):  # fmt: skip
        if values is not None:
            yield t(f"rule.if_{key}", names=_listed(t, values))
    for key, moment in (("before", when.before), ("after", when.after)):
        if isinstance(moment, datetime):
            yield t(f"rule.if_{key}", time=t.date(moment))
    if when.media is not None:
        yield t("rule.if_media" if when.media else "rule.if_no_media")


def _seen(t: Words, when: When) -> list[str] | None:
    """From the most public on."""
    wanted = when.visibility
    return None if wanted is None else [t(f"rule.seen.{one.value}") for one in Visibility if one in wanted]


def _sorted(names: Iterable[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _listed(t: Words, names: Sequence[str]) -> str:
    return f" {t('rule.or')} ".join(names)
