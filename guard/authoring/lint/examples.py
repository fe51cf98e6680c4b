"""Lint of rules by their own examples: what takes a match away, what hides a rule, and whether a counter-example comes near."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from guard.authoring.lint.finding import Case, Remark
from guard.authoring.suite import example_facts, example_post
from guard.inspector import Inspector
from guard.policy.compile import Bundle, CompiledRule, finds, fold
from guard.policy.schema import EntityFind, Example, RegexFind, TermsFind, Unless
from guard.types.decision import Action, Decision, Match
from guard.types.matcher import TermOptions
from guard.types.topic import ENTITY as TOPIC
from guard.words.texts import Phrase

_WORD: Final = re.compile(r"[^\W_]{3,}")
_NUMBER: Final = re.compile(r"\d")
_SIGNS: Final = re.compile(r"[@#$€£%&/=_-]")


def _decide(inspector: Inspector, rule: CompiledRule, example: Example) -> Decision:
    return inspector.inspect(example_post(rule.policy, example), example_facts(rule.policy, example)).decision


def _own(decision: Decision, rule: CompiledRule) -> Match | None:
    ids = rule.policy.id, rule.source.id
    return next((each for each in (*decision.matches, *decision.shadow) if (each.policy, each.rule) == ids), None)


def eaten_examples(case: Case) -> list[Remark]:
    """Exclusions and exceptions that take away what a `match` example of the same rule says must be found."""
    bare = Inspector(case.inspector.detectors, _without_unless(case))
    found: list[Remark] = []
    for rule in case.bundle.rules:
        for example in rule.source.match:
            if not example.todo:
                found += _eaten(case, bare, rule, example)
    return list(dict.fromkeys(found))


def _without_unless(case: Case) -> Bundle:
    rules = tuple(replace(rule, near=None, values=()) for rule in case.bundle.rules)
    return replace(case.bundle, rules=rules)


def _eaten(case: Case, bare: Inspector, rule: CompiledRule, example: Example) -> Iterator[Remark]:
    line = example.location.line
    match = _own(_decide(case.inspector, rule, example), rule)
    found = _spans(match)
    if match and match.exception and example.action is not Action.ALLOW:
        for exception in (each.source for each in rule.exceptions if each.source.id == match.exception):
            message = Phrase("lint.exception-passes", line=line)
            yield Remark(exception.location, message, Phrase("lint.do.narrow-or-as"))
    missing = set(example.spans) - found
    if not missing:
        return
    if rule.source.unless and missing & _spans(_own(_decide(bare, rule, example), rule)):
        message = Phrase("lint.exclusion-takes", line=line)
        yield Remark(rule.source.unless.location, message, Phrase("lint.do.narrow-or-example"))
    for start, end in missing:
        for find in finds(rule.source.find):
            for options in find.options if isinstance(find, TermsFind) else ():
                if options.near and _beside(example.text, start, end, options):
                    message = Phrase("lint.term-unless-takes", line=line)
                    yield Remark(find.location, message, Phrase("lint.do.narrow-or-example"))


def _spans(match: Match | None) -> set[tuple[int, int]]:
    return {(each.span.start, each.span.end) for each in match.findings} if match else set()


def _beside(text: str, start: int, end: int, options: TermOptions) -> bool:
    """Whether the marked text is this term, with one of the words beside it that excuse it."""
    if "".join(_WORD.findall(fold(options.term))) != "".join(_WORD.findall(fold(text[start:end]))):
        return False
    around = fold(f"{text[max(0, start - options.within) : start]} {text[end : end + options.within]}")
    return any(re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", around) for word in options.near)


def hidden_rules(case: Case) -> list[Remark]:
    """Rules whose milder action never shows: in all their examples a stronger rule acts on the same place."""
    found = []
    for rule in case.bundle.rules:
        outcomes = [_decide(case.inspector, rule, example) for example in rule.source.match if not example.todo]
        stronger = _always_stronger(rule, outcomes)
        if stronger:
            own, other = stronger
            message = Phrase("lint.never-shows", rule=other.id, other=_does(other.action), own=_does(own.action))
            found.append(Remark(rule.source.location, message, Phrase("lint.do.remove-or-narrow")))
    return found


def _always_stronger(rule: CompiledRule, outcomes: Sequence[Decision]) -> tuple[Match, Match] | None:
    pairs: list[tuple[Match, Match]] = []
    for outcome in outcomes:
        own = next((m for m in outcome.matches if (m.policy, m.rule) == (rule.policy.id, rule.source.id)), None)
        if own is None or own.action is Action.ALLOW:
            return None
        over = [m for m in outcome.matches if m.action > own.action and _overlap(own, m)]
        if not over:
            return None
        pairs.append((own, max(over, key=lambda match: match.action)))
    names = Counter(other.id for _, other in pairs).most_common(1)
    return next((pair for pair in pairs if names and pair[1].id == names[0][0]), None)


def _overlap(one: Match, other: Match) -> bool:
    """A topic is of the whole text, and no reason to think that it stands wherever something else is found."""
    placed = [[each.span for each in match.findings if each.entity_type != TOPIC] for match in (one, other)]
    return any(a.overlaps(b) for a in placed[0] for b in placed[1])


def _does(action: Action) -> Phrase:
    return Phrase(f"lint.does.{action.word}")


def mere_allows(case: Case) -> list[Remark]:
    """Rules that only allow: across rules the most severe action wins, so they change nothing for any post."""
    found = []
    for rule in case.bundle.rules:
        if any(step.action is not Action.ALLOW for step in rule.source.steps):
            continue
        place = case.sources.place(rule.policy.file, f"{rule.source.location.field}.do", rule.source.location)
        beside = _acts_beside(case, rule)
        message = Phrase("lint.only-allows")
        if beside:
            message = Phrase("lint.only-allows-beside", rule=beside.id, other=_does(beside.action))
        found.append(Remark(place, message, Phrase("lint.do.as-exception")))
    return found


def _acts_beside(case: Case, rule: CompiledRule) -> Match | None:
    """What another rule does at the same place in one of this rule's examples: the most severe."""
    over: list[Match] = []
    for example in rule.source.match:
        decision = _decide(case.inspector, rule, example)
        own = _own(decision, rule)
        over += [m for m in decision.matches if m.action > Action.ALLOW and own is not None and _overlap(own, m)]
    return max(over, key=lambda match: match.action, default=None)


def far_counterexamples(case: Case) -> list[Remark]:
    """Rules none of whose `no_match` examples resembles what the rule finds: they prove nothing about its edge."""
    found = []
    for rule in case.bundle.rules:
        if all(isinstance(find, EntityFind) and find.entity == TOPIC for find in finds(rule.source.find)):
            continue  # a model weighs the whole text: sharing a word with a leak makes no text come near one
        words, number, signs = _traits(rule)
        if not any(_near(example.text, words, number=number, signs=signs) for example in rule.source.no_match):
            place = case.sources.place(rule.policy.file, f"{rule.source.location.field}.no_match", rule.source.location)
            found.append(Remark(place, Phrase("lint.no-near-miss"), Phrase("lint.do.harmless")))
    return found


def _traits(rule: CompiledRule) -> tuple[frozenset[str], bool, bool]:
    """What a near miss may share: beginnings of words, digits, and signs such as @ in what is marked."""
    texts = [example.text for example in rule.source.match]
    for find in finds(rule.source.find):
        if isinstance(find, TermsFind):
            texts += find.terms
        if isinstance(find, RegexFind):
            texts.append(re.sub(r"\\[a-zA-Z]", " ", find.pattern))
    unless = rule.source.unless
    marked = "".join(example.text[start:end] for example in rule.source.match for start, end in example.spans)
    words = frozenset(word for text in (*texts, *_words(unless)) for word in _stems(text))
    return words, bool(_NUMBER.search(marked)), bool(_SIGNS.search(marked))


def _words(unless: Unless | None) -> tuple[str, ...]:
    return (*unless.near, *unless.value) if unless else ()


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:4] for word in _WORD.findall(fold(text)))


def _near(text: str, words: frozenset[str], *, number: bool, signs: bool) -> bool:
    if number and _NUMBER.search(text):
        return True
    if signs and _SIGNS.search(text):
        return True
    return not words.isdisjoint(_stems(text))
