"""Lint of words: terms inside terms, messages that tell the secret, a language that is missing, signs that cut a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from re import findall
from typing import Final

from guard.authoring.lint.everyday import stand_in
from guard.authoring.lint.finding import Case, Remark
from guard.errors import Location
from guard.policy.approvers import GROUP
from guard.policy.compile import CompiledPolicy, finds, fold
from guard.policy.load import Scalar
from guard.policy.schema import Policy, TermsFind
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from guard.words.texts import Phrase

_MOST: Final = 20
"""Remarks on one list of terms."""
_LONGEST: Final = 8
"""Words of a term that is looked for inside others."""


def nested_terms(case: Case) -> list[Remark]:
    """Terms that another term of the same list finds already."""
    found: list[Remark] = []
    for policy in case.bundle.policies:
        for rule in policy.source.rules:
            for find in finds(rule.find):
                if isinstance(find, TermsFind):
                    found += _nested(case, policy.source, find)
    return found


def _nested(case: Case, policy: Policy, find: TermsFind) -> list[Remark]:
    places = [(term, _words(term), place) for term, place in case.sources.terms(policy.file, find)]
    narrowed = {options.term for options in find.options if options.near or options.exact_case}
    whole = {words: (term, place) for term, words, place in reversed(places) if term not in narrowed}
    remarks: list[Remark] = []
    for term, words, place in places:
        inner = next((whole[part] for part in _parts(words) if part in whole and whole[part][1] != place), None)
        if inner is None or term in narrowed:
            continue
        if len(remarks) == _MOST:
            remarks.append(Remark(find.location, Phrase("lint.terms-more", most=_MOST)))
            break
        message = Phrase("lint.term-holds", term=term, inner=inner[0], place=_line(inner[1]))
        if policy.confidential:
            message = Phrase("lint.term-holds-secret", place=_line(inner[1]))
        remarks.append(Remark(place, message, Phrase("lint.do.longer")))
    return remarks


def _line(place: Location) -> Phrase:
    if place.column:
        return Phrase("lint.line-column", line=place.line, column=place.column)
    return Phrase("lint.line", line=place.line)


def _words(term: str) -> tuple[str, ...]:
    return tuple(findall(r"[^\W_]+", fold(term)))


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every run of words, the whole last: a term written twice is a term inside a term."""
    for size in range(1, min(len(words), _LONGEST) + 1):
        for start in range(len(words) - size + 1):
            yield words[start : start + size]


def telling_messages(case: Case) -> list[Remark]:
    """What people read about a confidential policy and the gate itself reads as one of its terms, in any disguise."""
    found = []
    for policy in case.bundle.policies:
        if policy.source.confidential:
            for words, place, name in _read_by_people(case, policy):
                if words and _tells(case, policy, words):
                    message = Phrase("lint.gives-away", name=Phrase(f"lint.words.{name}"))
                    found.append(Remark(place, message, Phrase("loader.do.describe")))
    return found


def _read_by_people(case: Case, policy: CompiledPolicy) -> Iterator[tuple[str, Location, str]]:
    """Words, their place, and what they are."""
    source = policy.source

    def texts(path: str, words: dict[str, str], name: str, otherwise: Location) -> Iterator[tuple[str, Location, str]]:
        for language, text in words.items():
            place = case.sources.place(source.file, path, otherwise)
            yield text, case.sources.place(source.file, f"{path}.{language}", place), name

    for path, words in _named(source):
        if stand_in(words):
            continue
        place = case.sources.place(source.file, path, source.location)
        # the path to a date ends in its name
        yield words, replace(place, field="dates.?") if path.startswith("dates.") else place, "name"
    yield from texts("title", dict(source.title), "title", source.location)
    for rule in source.rules:
        path = rule.location.field or ""
        yield from texts(f"{path}.title", dict(rule.title), "title", rule.location)
        yield from texts(f"{path}.say", dict(rule.say), "message", rule.location)
        for step in rule.steps:
            yield step.label or "", step.location, "label"
        for example in (*rule.match, *rule.no_match):
            yield example.note, example.location, "note"
    for exception in source.exceptions:
        path = f"{exception.location.field}.reason"
        yield from texts(path, dict(exception.reason), "reason", exception.location)
        for example in (*exception.match, *exception.no_match):
            yield example.note, example.location, "note"


def _named(policy: Policy) -> Iterator[tuple[str, str]]:
    """Names that stand in records, errors and what commands print, each with the path to it."""
    yield "policy", policy.id
    yield "owner", policy.owner
    yield from ((f"dates.{name}", name) for name in policy.dates)
    yield from (("applies_to.groups", name) for name in policy.applies_to.groups or ())
    for rule in policy.rules:
        yield f"{rule.location.field}.id", rule.id
        for step in rule.steps:
            place = step.location.field
            yield from ((f"{place}.approvers", name.removeprefix(GROUP)) for name in step.approvers)
            yield from ((f"{place}.when.groups", name) for name in step.when.groups or ())
    for exception in policy.exceptions:
        place = exception.location.field
        yield f"{place}.id", exception.id
        yield f"{place}.approved_by", exception.approved_by
        yield from ((f"{place}.only.groups", name) for name in exception.groups or ())


def _tells(case: Case, policy: CompiledPolicy, words: str) -> bool:
    segment = Segment("/text", "body", words)
    post = Post("lint", "", "lint", Author("", ""), (segment,))
    findings = case.inspector.find(post, Facts(case.at))[0]
    return any(f.matcher and f.matcher.startswith(f"{policy.source.id}/") for f in findings)


def missing_languages(case: Case) -> list[Remark]:
    """Messages that name no language: everyone reads the same words."""
    found = []
    for policy in case.bundle.policies:
        for rule in policy.source.rules:
            path = f"{rule.location.field}.say"
            if isinstance(case.sources.node(policy.source.file, path), Scalar):
                place = case.sources.place(policy.source.file, path, rule.location)
                found.append(Remark(place, Phrase("lint.one-language"), Phrase("loader.do.fr-and-en")))
    return found


def lost_remarks(case: Case) -> list[Remark]:
    """Texts without quotes that end at a `#`."""
    message, hint = Phrase("lint.remark"), Phrase("lint.do.remark")
    return [Remark(place, message, hint) for place in case.sources.lost_remarks()]


def cut_texts(case: Case) -> list[Remark]:
    """Examples and words for people that a ` # ` of their sentence cuts short."""
    message, hint = Phrase("lint.cut-short"), Phrase("lint.do.cut-short")
    return [Remark(place, message, hint) for place in case.sources.cut_texts()]


def typographic_quotes(case: Case) -> list[Remark]:
    """Quotes of word processors, which YAML takes for letters."""
    message, hint = Phrase("lint.typographic"), Phrase("lint.do.straight")
    return [Remark(place, message, hint) for place in case.sources.typographic_quotes()]
