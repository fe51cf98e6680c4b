"""Policy to CompiledPolicy: matchers for the detectors, and a tree, words and steps for deciding.

Why: detectors know no policies and deciding knows no YAML; this is where one becomes the other, and where everything that
can be wrong across a file or between files is found, located, all at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import regex

from guard.errors import Location, PolicyError
from guard.policy.cursor import Notes
from guard.policy.findtree import AllNode, AnyNode, EntityNode, FindNode, MatcherNode
from guard.policy.globs import Glob, glob
from guard.policy.parse_find import lies_beside
from guard.policy.parse_terms import Terms, special
from guard.policy.pattern_words import pattern_wrong
from guard.policy.schema import (
    AllOf,
    AnyOf,
    EntityFind,
    Find,
    ModeKind,
    Policy,
    PolicyException,
    RegexFind,
    Rule,
    SealedFind,
    TermsFind,
)
from guard.policy.sealed import read_sealed
from guard.policy.terms_file import MAX_TERMS_BYTES, read_terms
from guard.types.decision import Action, Decision
from guard.types.matcher import Matcher, RegexMatcher, TermsMatcher
from guard.words.texts import Phrase


@dataclass(frozen=True, slots=True)
class CompiledException:
    """An exception with its texts ready to match."""

    source: PolicyException
    texts: tuple[Glob, ...]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to decide."""

    policy: Policy
    source: Rule
    find: FindNode
    near: re.Pattern[str] | None = field(repr=False)
    """Whole words, over folded text (see `fold`)."""
    near_within: int
    values: tuple[Glob, ...]
    exceptions: tuple[CompiledException, ...]
    """Those that may answer for this rule."""


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    source: Policy
    rules: tuple[CompiledRule, ...]
    """Those that are not off."""

    @property
    def id(self) -> str:
        return self.source.id


@dataclass(frozen=True, slots=True)
class Bundle:
    """All policies of a folder, and what decides for them. Swapped as a whole, never changed."""

    policies: tuple[CompiledPolicy, ...]
    matchers: tuple[Matcher, ...]
    """What detectors must look for on the policies' behalf."""
    digest: str
    """`sha256:…` over names and bytes of all files."""
    entities: Mapping[str, tuple[Location, ...]]
    """Entities of the catalogue that rules name, with where they name them."""
    asked: frozenset[str]
    """The same as `PERSON`, or as `LOCATION/address` where a rule asks for one subtype."""
    warnings: tuple[PolicyError, ...]
    """Located remarks that did not stop the load."""
    by_entity: Mapping[str, tuple[int, ...]] = field(repr=False)
    by_matcher: Mapping[str, tuple[int, ...]] = field(repr=False)
    rules: tuple[CompiledRule, ...] = field(repr=False)
    """Of all policies, in order; the indexes of by_entity and by_matcher."""
    clean: Decision = field(repr=False)
    """The decision about a post in which nothing is found."""


class _FoldTable(dict[int, str]):
    """Folded form of one character, worked out when first met."""

    def __missing__(self, point: int) -> str:
        parts = unicodedata.normalize("NFKD", chr(point))
        value = self[point] = "".join(part for part in parts if not unicodedata.combining(part))
        return value


_FOLDED: Final = _FoldTable(dict.fromkeys(map(ord, "‘’ʼ"), "'"))  # as telephones write "m'a"


def fold(text: str) -> str:
    """Lower case without accents, apostrophes straight: how `near` words and term leaks are compared."""
    return text.lower() if text.isascii() else text.casefold().translate(_FOLDED)


def compile_bundle(policies: Sequence[Policy], terms_files: Mapping[str, bytes], digest: str, notes: Notes) -> Bundle:
    """The bundle; notes every mistake (the caller then refuses the result).

    `terms_files` holds the bytes of each terms file under the name that its TermsFind gives, joined to the policy's folder.
    """
    _check_ids(policies, notes)
    compiler = _Compiler(terms_files, notes)
    compiled = tuple(compiler.policy(policy) for policy in policies)
    rules = tuple(rule for policy in compiled for rule in policy.rules)
    by_entity: dict[str, list[int]] = {}
    by_matcher: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for node in _leaves(rule.find):
            if isinstance(node, EntityNode):
                by_entity.setdefault(node.entity, []).append(number)
            elif isinstance(node, MatcherNode):
                by_matcher.setdefault(node.matcher, []).append(number)
    return Bundle(
        policies=compiled,
        matchers=tuple(compiler.matchers),
        digest=digest,
        entities={name: tuple(places) for name, places in compiler.entities.items()},
        asked=frozenset(compiler.asked),
        warnings=tuple(notes.warnings),
        by_entity={name: tuple(numbers) for name, numbers in by_entity.items()},
        by_matcher={name: tuple(numbers) for name, numbers in by_matcher.items()},
        rules=rules,
        clean=Decision(Action.ALLOW, (), digest),
    )


def terms_path(policy_file: str, terms_file: str) -> str:
    """Name of a terms file, given beside its policy, within the bundle."""
    folder, slash, _ = policy_file.rpartition("/")
    return f"{folder}{slash}{terms_file}"


def finds(find: Find) -> Iterable[Find]:
    """A find and all its parts."""
    yield find
    if isinstance(find, (AllOf, AnyOf)):
        for part in find.parts:
            yield from finds(part)


def _leaves(node: FindNode) -> Iterable[FindNode]:
    if isinstance(node, (AllNode, AnyNode)):
        for part in node.parts:
            yield from _leaves(part)
    else:
        yield node


def _check_ids(policies: Sequence[Policy], notes: Notes) -> None:
    seen: dict[str, Policy] = {}
    for policy in policies:
        if policy.id and policy.id in seen:
            message = Phrase("loader.policy-id-twice", file=seen[policy.id].file)
            notes.problems.append(
                PolicyError(message, hint=Phrase("loader.do.own-id"), location=_at(policy.location, "policy"))
            )
        seen.setdefault(policy.id, policy)


def _at(location: Location, name: str) -> Location:
    return Location(location.file, location.line, location.column, name)


class _Compiler:
    def __init__(self, terms_files: Mapping[str, bytes], notes: Notes) -> None:
        self.terms_files = terms_files
        self.notes = notes
        self.matchers: list[Matcher] = []
        self.entities: dict[str, list[Location]] = {}
        self.asked: set[str] = set()

    def policy(self, policy: Policy) -> CompiledPolicy:
        exceptions = tuple(CompiledException(e, tuple(glob(text) for text in e.text)) for e in policy.exceptions)
        first = len(self.matchers)
        rules = tuple(self._rule(policy, rule, exceptions) for rule in policy.rules if rule.mode.kind != ModeKind.OFF)
        if policy.confidential:
            _check_silence(policy, self.matchers[first:], self.notes)
        return CompiledPolicy(policy, rules)

    def _rule(self, policy: Policy, rule: Rule, exceptions: tuple[CompiledException, ...]) -> CompiledRule:
        unless = rule.unless
        return CompiledRule(
            policy=policy,
            source=rule,
            find=self._find(rule.find, policy, f"{policy.id}/{rule.id}", ""),
            near=near_words(unless.near) if unless and unless.near else None,
            near_within=unless.within if unless else 0,
            values=tuple(glob(value) for value in unless.value) if unless else (),
            exceptions=tuple(e for e in exceptions if e.source.rules is None or rule.id in e.source.rules),
        )

    def _find(self, find: Find, policy: Policy, rule: str, part: str) -> FindNode:
        if isinstance(find, EntityFind):
            self.entities.setdefault(find.entity, []).append(find.location)
            self.asked.add(find.entity if find.subtype is None else f"{find.entity}/{find.subtype}")
            return EntityNode(find.entity, find.subtype, find.min_score)
        matcher = f"{rule}#{part}" if part else rule
        if isinstance(find, TermsFind):
            terms, options = find.terms, find.options
            if find.file:
                read = self._terms(find, policy)
                terms, options = tuple(read), special(read)
            self.matchers.append(TermsMatcher(matcher, terms, find.typos, find.disguises, policy.confidential, options))
            return MatcherNode(matcher)
        if isinstance(find, RegexFind):
            self._check_pattern(find, policy)
            self.matchers.append(RegexMatcher(matcher, find.pattern, policy.confidential))
            return MatcherNode(matcher)
        if isinstance(find, SealedFind):
            self._sealed(find, policy, matcher)
            return MatcherNode(matcher)
        prefix = f"{part}." if part else ""
        parts = tuple(self._find(p, policy, rule, f"{prefix}{number}") for number, p in enumerate(find.parts))
        return AllNode(parts, find.within) if isinstance(find, AllOf) else AnyNode(parts)

    def _problem(self, location: Location, message: Phrase, hint: Phrase) -> None:
        self.notes.problems.append(PolicyError(message, hint=hint, location=location))

    def _check_pattern(self, find: RegexFind, policy: Policy) -> None:
        try:
            compiled = regex.compile(find.pattern)
            empty = compiled.match("") is not None
        except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
            message = pattern_wrong(error, secret=policy.confidential)
            self._problem(find.location, message, Phrase("loader.do.brackets"))
            return
        if empty:
            self._problem(find.location, Phrase("loader.pattern-empty"), Phrase("loader.do.plus"))

    def _sealed(self, find: SealedFind, policy: Policy, matcher: str) -> None:
        if not lies_beside(find.file):
            return  # told where the policy was read
        name = terms_path(policy.file, find.file)
        data = self.terms_files.get(name)
        if data is None or len(data) > MAX_TERMS_BYTES:
            hint = Phrase("loader.do.put-sealed", name=name)
            self._problem(find.location, Phrase("loader.sealed-unreadable"), hint)
            return
        read = read_sealed(name, data, matcher)
        if isinstance(read, PolicyError):
            self.notes.problems.append(read)
        else:
            self.matchers.append(read)

    def _terms(self, find: TermsFind, policy: Policy) -> Terms:
        """The terms of a file: one a line; empty lines and lines that begin with # do not count."""
        if not lies_beside(find.file or ""):
            return {}  # told where the policy was read
        name = terms_path(policy.file, find.file or "")
        data = self.terms_files.get(name)
        if data is None:
            hint = Phrase("loader.do.beside", name=name)
            self._problem(find.location, Phrase("loader.terms-unreadable"), hint)
            return {}
        read = read_terms(name, data, self.notes)
        if read is not None and not read:
            self._problem(find.location, Phrase("loader.terms-empty"), Phrase("loader.do.one-term-line"))
        return read or {}


def near_words(words: tuple[str, ...]) -> re.Pattern[str]:
    """Searches whole words or phrases in folded text."""
    choices = (r"\s+".join(re.escape(part) for part in fold(word).split()) for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(choice for choice in choices if choice)})(?!\w)")


def _check_silence(policy: Policy, matchers: Sequence[Matcher], notes: Notes) -> None:
    """What people read about a confidential policy must not hold a term of it."""
    terms = [_letters(term) for m in matchers if isinstance(m, TermsMatcher) for term in m.terms]
    for place, words in shown_words(policy):
        letters = _letters(words)
        if any(len(term) > 3 and term in letters for term in terms):
            notes.problems.append(term_shown(place))


def shown_words(policy: Policy) -> Iterable[tuple[Location, str]]:
    """What people who are stopped, or read the policy, see of it, with its place."""
    shown: list[tuple[Location, str, str]] = [(policy.location, "title", " ".join(policy.title.values()))]
    for rule in policy.rules:
        shown.append((rule.location, "title", " ".join(rule.title.values())))
        shown.append((rule.location, "say", " ".join(rule.say.values())))
        shown.extend((step.location, "with", step.label) for step in rule.steps if step.label)
    for place, name, words in shown:
        yield Location(place.file, place.line, place.column, f"{place.field}.{name}" if place.field else name), words


def term_shown(place: Location) -> PolicyError:
    """The remark about words that give a confidential term away."""
    return PolicyError(Phrase("loader.term-shown"), hint=Phrase("loader.do.describe"), location=place)


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())
