"""Which terms, alternatives and parts of a rule's `find` its examples reach: each is looked for by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import regex

from guard.authoring.alternatives import alternatives
from guard.authoring.views import Back, views
from guard.authoring.whatif import WhatIf, unexcused
from guard.detect.dictionary.scanner import DictionaryScanner
from guard.errors import Location
from guard.policy.compile import CompiledRule
from guard.policy.findtree import AllNode, AnyNode, FindNode, MatcherNode
from guard.policy.schema import AllOf, AnyOf, EntityFind, Find, RegexFind, SealedFind, TermsFind
from guard.text.normalize import NormalizedText
from guard.types.matcher import Matcher, RegexMatcher, TermsMatcher
from guard.words.texts import Phrase

Reached = tuple[str, str, Location, bool]
"""Kind, words, place in the file, whether an example reaches it."""
Place = tuple[int, int]
_SEARCH_S: Final = 0.2


def reached_in_find(rule: CompiledRule, runs: Sequence[WhatIf], matchers: dict[str, Matcher]) -> Iterator[Reached]:
    """Every part of the rule's `find` that examples can reach one by one: those that it would say something of, but for `unless`."""
    fits = [run.match(unexcused(rule)) is not None for run in runs]
    for find, node in _pairs(rule.source.find, rule.find):
        if isinstance(node, AnyNode) and isinstance(find, AnyOf):
            for number, (part, each) in enumerate(zip(find.parts, node.parts, strict=True), start=1):
                reached = any(run.found(rule, each) for run, fit in zip(runs, fits, strict=True) if fit)
                yield "part", _part(number, part), part.location, reached
        elif isinstance(node, MatcherNode) and (matcher := matchers.get(node.matcher)):
            places = [_places(run, matcher.id) if fit else [] for run, fit in zip(runs, fits, strict=True)]
            texts = [run.post.segments[0].text for run in runs]
            if isinstance(matcher, TermsMatcher) and isinstance(find, TermsFind):
                yield from _terms(find, matcher, texts, places)
            elif isinstance(matcher, RegexMatcher) and isinstance(find, RegexFind):
                yield from _alternatives(find, matcher, texts, places)
            elif isinstance(find, SealedFind):
                yield "sealed terms", find.file, find.location, any(map(bool, places))


def _pairs(find: Find, node: FindNode) -> Iterator[tuple[Find, FindNode]]:
    yield find, node
    if isinstance(find, (AllOf, AnyOf)) and isinstance(node, (AllNode, AnyNode)):
        for part, each in zip(find.parts, node.parts, strict=True):
            yield from _pairs(part, each)


def _part(number: int, part: Find) -> Phrase:
    if isinstance(part, EntityFind):
        return Phrase("coverage.part-kind", number=number, kind=part.subtype or part.entity)
    return Phrase("coverage.part", number=number)


def _places(run: WhatIf, matcher: str) -> list[Place]:
    return [(f.span.start, f.span.end) for f in run.findings if f.matcher == matcher]


# --- terms ---------------------------------------------------------------------------------------------------------


def _terms(
    find: TermsFind, matcher: TermsMatcher, texts: Sequence[str], places: Sequence[Sequence[Place]]
) -> Iterator[Reached]:
    """A list term by term; a file, which may hold thousands, as one."""
    if find.file:
        yield "terms file", find.file, find.location, any(map(bool, places))
        return
    single = _singles(matcher)
    places_of = dict(zip(matcher.terms, find.term_places(), strict=True))
    reached = _hits(list(single.values()), texts, places)
    for number, term in enumerate(matcher.terms, start=1):
        words = Phrase("coverage.term-secret", number=number)
        if not matcher.confidential:
            words = Phrase("coverage.term", number=number, term=term)
        yield "term", words, places_of[term], single[term].id in reached
    for each in matcher.options:
        for word_number, word in enumerate(each.near, start=1):
            alone = _excused_by(single[each.term], (word,))
            near = str(word_number) if matcher.confidential else word
            shown = Phrase("coverage.term-unless", number=int(alone.id) + 1, word=near)
            yield "unless", shown, places_of[each.term], _is_excused(_excused_by(alone, ()), alone, texts)


def _singles(matcher: TermsMatcher) -> dict[str, TermsMatcher]:
    """Each term as a matcher of its own, with its number as id."""
    options = {each.term: (each,) for each in matcher.options}
    return {
        term: replace(matcher, id=str(number), terms=(term,), options=options.get(term, ()))
        for number, term in enumerate(matcher.terms)
    }


def _excused_by(matcher: TermsMatcher, words: tuple[str, ...]) -> TermsMatcher:
    return replace(matcher, options=tuple(replace(each, near=words) for each in matcher.options))


def _hits(matchers: Sequence[TermsMatcher], texts: Sequence[str], places: Sequence[Sequence[Place]]) -> set[str]:
    """Ids of those that by themselves find something where the rule did."""
    scanner = DictionaryScanner(matchers)
    reached: set[str] = set()
    for text, found in zip(texts, places, strict=True):
        for view, back in views(text) if found else ():
            for hit in scanner.scan(view):
                if hit.matcher is not None and _meets(back(hit.start, hit.end), found):
                    reached.add(hit.matcher)
    return reached


def _is_excused(without: TermsMatcher, alone: TermsMatcher, texts: Sequence[str]) -> bool:
    """Whether some text holds the term in a place that this word takes out."""
    free, strict = DictionaryScanner([without]), DictionaryScanner([alone])
    return any(len(strict.scan(view)) < len(free.scan(view)) for text in texts for view, _ in views(text))


# --- alternatives of a regex ---------------------------------------------------------------------------------------


def _alternatives(
    find: RegexFind, matcher: RegexMatcher, texts: Sequence[str], places: Sequence[Sequence[Place]]
) -> Iterator[Reached]:
    seen = [
        (view, back, found) for text, found in zip(texts, places, strict=True) if found for view, back in views(text)
    ]
    for number, (written, pattern) in enumerate(alternatives(matcher.pattern), start=1):
        try:
            search = regex.compile(pattern)
        except (regex.error, ValueError, OverflowError, RecursionError):
            continue  # it needs what another alternative holds (a group referred to): it is not told by itself
        words = Phrase("coverage.alternative-secret", number=number)
        if not matcher.confidential:
            words = Phrase("coverage.alternative", number=number, pattern=written)
        yield "alternative", words, find.location, any(_matches(search, *each) for each in seen)


def _matches(search: regex.Pattern[str], view: NormalizedText, back: Back, found: Sequence[Place]) -> bool:
    try:
        return any(_meets(back(*hit.span()), found) for hit in search.finditer(view.plain, timeout=_SEARCH_S))
    except TimeoutError:
        return False


def _meets(place: Place, others: Sequence[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)
