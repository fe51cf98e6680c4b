"""What a detector nearly found: each search is made again with one of its conditions left out.

Nothing here decides anything. A near miss is a place that the changed search finds and the real one did not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from typing import Final

import regex

from guard.detect.base import Hit
from guard.detect.checks.plausible import PLAUSIBLE
from guard.detect.checks.randomness import RANDOMNESS
from guard.detect.dictionary.letters import bare
from guard.detect.dictionary.scanner import DictionaryScanner
from guard.detect.patterns.catalogue import Pattern
from guard.detect.patterns.scanner import PatternScanner
from guard.errors import GuardError
from guard.text.fold import fold
from guard.text.normalize import NormalizedText
from guard.types.matcher import Matcher, RegexMatcher, TermOptions, TermsMatcher
from guard.words.texts import Phrase

Place = tuple[int, int]
_MOST_TERMS: Final = 5_000
"""Terms of a matcher up to which disguised ones are looked for: preparing that takes time."""
_MOST: Final = 3
"""Near misses that are told of one entity or matcher."""
_LEAST: Final = 6
"""Characters of a text that is told to be nearly like a pattern: anything is nearly like a short one."""
_OF_SECRETS: Final = frozenset({"password", "strong_password", "token", "random_token"})
"""Checks among those of numbers that ask the same as those of randomness."""
_SEARCH_S: Final = 0.2
_SHOWN_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Near:
    """A place that would have been found, and what was against it."""

    start: int
    end: int
    words: Phrase


class _Everything:
    """A prefilter that has every pattern tried."""

    def __init__(self, size: int) -> None:
        self._all = range(size)

    def candidates(self, text: str) -> Sequence[int]:
        del text
        return self._all

    def warm(self) -> None:
        pass


def refused(text: NormalizedText, patterns: Iterable[Pattern], found: Sequence[Place]) -> dict[str, list[Near]]:
    """Candidates of catalogue patterns that a check, or the words around, spoke against; by entity.

    `patterns` are those that the text may hold, `found` the places where anything was found.
    """
    near: dict[str, list[Near]] = {}
    for pattern in patterns:
        for hit, why in _relaxed(text.plain, pattern):
            place = text.origin.to_original(hit.start, hit.end)
            if not _meets(place, found):
                words = Phrase("explain.refused", entity=pattern.entity, pattern=pattern.id, why=why)
                near.setdefault(pattern.entity, []).append(Near(*place, words))
    longest = [(one.start, one.end) for each in near.values() for one in each]
    return {entity: _outermost(each, longest) for entity, each in near.items()}


def _relaxed(plain: str, pattern: Pattern) -> Iterator[tuple[Hit, Phrase]]:
    """Hits of the pattern with as few of its conditions left out as bring any."""
    ways = [name for name in ("validator", "context_required", "refuse") if getattr(pattern, name)]
    for size in range(1, len(ways) + 1):
        for left_out in combinations(ways, size):
            loose = replace(
                pattern,
                validator=None if "validator" in left_out else pattern.validator,
                context_required=pattern.context_required and "context_required" not in left_out,
                refuse=() if "refuse" in left_out else pattern.refuse,
            )
            hits = [hit for hit in PatternScanner((loose,), use=_Everything(1)).scan(plain) if hit.exact]
            if hits:
                yield from ((hit, _against(plain, pattern, left_out, hit)) for hit in hits)
                return


def _against(plain: str, pattern: Pattern, left_out: Sequence[str], hit: Hit) -> Phrase:
    reasons: list[Phrase] = []
    if "validator" in left_out:
        why = _refusal(pattern.validator)
        reasons.append(Phrase("explain.check-refuses", check=str(pattern.validator), why=why))
    if "context_required" in left_out:
        words: str = ", ".join(pattern.context[:_SHOWN_WORDS])
        if len(pattern.context) > _SHOWN_WORDS:
            words = Phrase("explain.context-more", known=words, number=len(pattern.context))
        reasons.append(Phrase("explain.no-context", within=pattern.context_within, known=words))
    if "refuse" in left_out:
        before = fold(plain[max(0, hit.start - pattern.refuse_within - 40) : hit.start])
        known = tuple(word for word in pattern.refuse if fold(word) in before)
        reasons.append(Phrase("explain.word-before", known=known))
    return together(reasons)


def together(reasons: Iterable[Phrase]) -> Phrase:
    """Several reasons as one; there must be any."""
    return reduce(lambda one, other: Phrase("explain.also", one=one, other=other), reasons)


def _refusal(check: str | None) -> Phrase:
    if check in RANDOMNESS or check in _OF_SECRETS:
        return Phrase("explain.not-random")
    if check in PLAUSIBLE:
        return Phrase("explain.not-likely")
    return Phrase("explain.check-digit")


def matcher_near(matcher: Matcher, text: NormalizedText, found: Sequence[Place]) -> list[Near]:
    """What a policy's own terms or pattern nearly found, beside the places where it did."""
    if isinstance(matcher, TermsMatcher):
        near = [*_terms_near(matcher, text), *_inside_words(matcher, text)]
    elif isinstance(matcher, RegexMatcher):
        near = _regex_near(matcher, text)
    else:
        return []
    kept: list[Near] = []
    for each in near:  # the smallest change comes first
        if not _meets((each.start, each.end), [*found, *((one.start, one.end) for one in kept)]):
            kept.append(each)
    return kept[:_MOST]


def _terms_near(matcher: TermsMatcher, text: NormalizedText) -> Iterator[Near]:
    for loose, why in _looser(matcher, text):
        try:
            hits = DictionaryScanner([loose]).scan(text) if loose.terms else ()
        except GuardError:
            continue
        for hit in hits:
            yield Near(*text.origin.to_original(hit.start, hit.end), why)


def _looser(matcher: TermsMatcher, text: NormalizedText) -> Iterator[tuple[TermsMatcher, Phrase]]:
    """The matcher with one thing changed, and only the terms that this may help."""
    excused = [replace(each, near=()) for each in matcher.options if each.near]
    yield _only(matcher, excused), Phrase("explain.term-excused")
    cased = [replace(each, exact_case=False) for each in matcher.options if each.exact_case]
    yield _only(matcher, cased), Phrase("explain.term-case")
    if not matcher.disguises and len(matcher.terms) <= _MOST_TERMS:
        yield replace(matcher, disguises=True), Phrase("explain.term-disguised")
    likely = _likely(matcher, text) if matcher.typos < 2 else ()
    for typos in range(matcher.typos + 1, 3):
        why = Phrase("explain.term-misspelt", needed=typos, given=matcher.typos)
        yield replace(matcher, terms=likely, typos=typos), why


def _only(matcher: TermsMatcher, options: Sequence[TermOptions]) -> TermsMatcher:
    return replace(matcher, terms=tuple(each.term for each in options), options=tuple(options))


def _likely(matcher: TermsMatcher, text: NormalizedText) -> tuple[str, ...]:
    """Terms that may stand misspelt in the text: with two letters wrong, one third of a term is still right."""
    letters = bare(text.folded)
    return tuple(term for term in matcher.terms if any(part in letters for part in _thirds(bare(fold(term)))))


def _thirds(letters: str) -> tuple[str, ...]:
    size = max(len(letters) // 3, 1)
    return letters[:size], letters[size : 2 * size], letters[2 * size :]


def _inside_words(matcher: TermsMatcher, text: NormalizedText) -> Iterator[Near]:
    for term in matcher.terms:
        letters = fold(term)
        start = text.folded.find(letters) if len(letters) > _MOST else -1
        if start >= 0:
            place = text.origin.to_original(*text.unfold.to_original(start, start + len(letters)))
            yield Near(*place, Phrase("explain.term-inside"))


def _regex_near(matcher: RegexMatcher, text: NormalizedText) -> list[Near]:
    """The pattern whatever the capitals; else the text that is closest to it."""
    near: list[Near] = []
    try:
        alike = regex.finditer(matcher.pattern, text.plain, regex.IGNORECASE, timeout=_SEARCH_S)
        near += [_nearly(hit, text, Phrase("explain.regex-capitals")) for hit in alike]
        for errors in (1, 2):
            hit = regex.search(f"(?b)(?:{matcher.pattern}){{e<={errors}}}", text.plain, timeout=_SEARCH_S)
            if hit and sum(hit.fuzzy_counts) and len(hit[0]) >= max(_LEAST, 4 * errors):
                why = Phrase("explain.regex-one" if errors == 1 else "explain.regex-two")
                near.append(_nearly(hit, text, why))
                break
    except (regex.error, TimeoutError, ValueError, OverflowError, RecursionError):
        pass  # a pattern that cannot be loosened has no near miss to tell
    return near


def _nearly(hit: regex.Match[str], text: NormalizedText, why: Phrase) -> Near:
    return Near(*text.origin.to_original(*hit.span()), why)


def _outermost(near: list[Near], all_places: Sequence[Place]) -> list[Near]:
    """The longest of those that overlap, but those within a longer one of any entity, in order of place."""
    kept: list[Near] = []
    for each in sorted(near, key=lambda one: one.start - one.end):
        size = each.end - each.start
        if any(start <= each.start and each.end <= end and size < end - start for start, end in all_places):
            continue
        if not _meets((each.start, each.end), [(one.start, one.end) for one in kept]):
            kept.append(each)
    return sorted(kept[:_MOST], key=lambda one: one.start)


def _meets(place: Place, others: Iterable[Place]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)
