"""Presidio's pattern recognisers in one pass: the same entity, span and score as their own engine gives, in microseconds.

An automaton tells where some pattern may match (guard/detect/loosen.py); there, and only there, the recogniser's own
regular expression, flags and checks decide. Patterns that cannot be loosened are searched everywhere, and a recogniser that
overrides `analyze` runs as it is. One thing differs: a pattern that needs too long is a hit over all the text, not skipped.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import regex

from guard.detect.base import DetectorInfo, Hit
from guard.detect.loosen import Loose, loosen
from guard.detect.places import Places
from guard.types.finding import Strength

TIME_LIMIT: Final = 0.2
"""Seconds that one pattern may take on one text (plus a second for each million characters)."""
_CERTAIN: Final = 1.0
"""The score Presidio gives to what its validation confirmed."""


class Result(NamedTuple):
    """What one recogniser found; equal to Presidio's RecognizerResult in these four."""

    entity: str
    start: int
    end: int
    score: float


@dataclass(slots=True)
class _Search:
    """One pattern of one recogniser."""

    recognizer: int
    pattern: Any
    flags: int
    loose: Loose | None
    compiled: Any = None
    breaks: Any = None
    before: Any = None
    at_spaces: bool = False

    def ready(self) -> None:
        """Compile when first needed: some of Presidio's patterns take tens of milliseconds."""
        self.compiled = regex.compile(self.pattern.regex, flags=self.flags)
        if self.loose is not None and self.loose.breaks is not None:
            self.at_spaces = ord(" ") not in self.loose.chars.ascii
            self.breaks = re.compile(self.loose.breaks)
            self.before = regex.compile("(?r)" + self.loose.breaks)


class PresidioPass:
    """All recognisers given, as one detector. Threads may share it as far as they may share the recognisers."""

    __slots__ = (
        "_as_is",
        "_checks",
        "_elsewhere",
        "_entities",
        "_iban",
        "_places",
        "_searches",
        "_thresholds",
        "_unplaced",
        "info",
    )

    def __init__(self, recognizers: Sequence[Any], cache_dir: Path | None = None, *, version: str = "") -> None:
        self._entities = [tuple(recognizer.supported_entities) for recognizer in recognizers]
        self._checks = [_checks(recognizer) for recognizer in recognizers]
        self._thresholds: list[dict[str, Any]] = [
            dict(getattr(recognizer, "score_thresholds", {}) or {}) for recognizer in recognizers
        ]
        self._as_is: list[tuple[int, Any]] = []
        self._iban: dict[int, Any] = {}
        self._searches: list[_Search] = []
        for index, recognizer in enumerate(recognizers):
            if _compilable(recognizer) or _is_iban(recognizer):
                flags = int(recognizer.global_regex_flags)
                self._searches += [
                    _Search(index, pattern, flags, loosen(pattern.regex, flags)) for pattern in recognizer.patterns
                ]
                if _is_iban(recognizer):
                    self._iban[index] = recognizer
            else:
                self._as_is.append((index, recognizer))
        self._places = Places([search.loose for search in self._searches], cache_dir)
        self._unplaced = [search for at, search in enumerate(self._searches) if at not in self._places.held]
        self._elsewhere = bool(self._unplaced or self._as_is)
        name = "presidio:" + ",".join(sorted({type(recognizer).__name__ for recognizer in recognizers}))
        told = [(search.pattern.regex, search.pattern.score, search.flags) for search in self._searches]
        version += "+" + hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:12]
        self.info = DetectorInfo(name, version, frozenset(entity for each in self._entities for entity in each))

    def detect(self, text: str) -> list[Hit]:
        """What Presidio's AnalyzerEngine gives for these recognisers, without context words; nothing twice."""
        places = self._places.find(text)
        if places is not None and not (places or self._elsewhere):
            return []
        found, unfinished = self._found(text, places)
        results = [result for index, each in found.items() for result in each if self._counts(index, result)]
        if len(found) > 1 and len(results) > 1:
            results = without_duplicates(results)
        hits = [_hit(result) for result in results]
        for index in unfinished:
            hits += [
                Hit(entity, 0, len(text), 1.0, exact=False, explanation="time limit reached")
                for entity in self._entities[index]
            ]
        return hits

    def by_recognizer(self, text: str) -> dict[int, list[Result]]:
        """What each recogniser's own `analyze` gives, under its place in the order they were given; none left out."""
        return self._found(text, self._places.find(text))[0]

    def _counts(self, index: int, result: Result) -> bool:
        thresholds = self._thresholds[index]
        if not thresholds:
            return True
        return result.score >= float(thresholds.get(result.entity, thresholds.get("default", 0.0)))

    def _found(
        self, text: str, places: Sequence[tuple[int, list[int]]] | None
    ) -> tuple[dict[int, list[Result]], list[int]]:
        found: dict[int, list[Result]] = {}
        unfinished: list[int] = []
        searches = self._searches
        for at, ends in places or ():
            search = searches[at]
            if search.compiled is None:
                search.ready()
            self._take(search, text, _windows(search, text, ends), found, unfinished)
        for search in self._searches if places is None else self._unplaced:
            if search.compiled is None:
                search.ready()
            self._take(search, text, ((0, len(text)),), found, unfinished)
        for index, results in found.items():
            if len(results) > 1:
                found[index] = without_duplicates(results)
        for index, recognizer in self._as_is:
            if results := _run(recognizer, text):
                found[index] = results
        return found, unfinished

    def _take(
        self,
        search: _Search,
        text: str,
        windows: Iterable[tuple[int, int]],
        found: dict[int, list[Result]],
        unfinished: list[int],
    ) -> None:
        index = search.recognizer
        if (iban := self._iban.get(index)) is not None:
            if index not in found and (results := _run(iban, text)):
                found[index] = results
            return
        limit = TIME_LIMIT + len(text) / 1_000_000
        try:
            for first, last in windows:
                for match in search.compiled.finditer(text, first, last, timeout=limit):
                    if (result := self._weigh(search, text, *match.span())) is not None:
                        found.setdefault(index, []).append(result)
        except TimeoutError:
            unfinished.append(index)

    def _weigh(self, search: _Search, text: str, start: int, end: int) -> Result | None:
        """The result, scored as Presidio scores it; None for an empty match and for score 0."""
        if start == end:
            return None
        score = search.pattern.score
        validate, invalidate = self._checks[search.recognizer]
        value = text[start:end]
        if validate is not None and (valid := validate(value)) is not None:
            score = _CERTAIN if valid else 0
        if score and invalidate is not None and invalidate(value):
            score = 0
        return Result(self._entities[search.recognizer][0], start, end, score) if score > 0 else None


def _compilable(recognizer: Any) -> bool:
    """Whether its `analyze` is PatternRecognizer's own."""
    from presidio_analyzer import PatternRecognizer

    return isinstance(recognizer, PatternRecognizer) and type(recognizer).analyze is PatternRecognizer.analyze


def _is_iban(recognizer: Any) -> bool:
    """Presidio's IbanRecognizer has an `analyze` of its own, which finds nothing where its patterns match nothing."""
    from presidio_analyzer.predefined_recognizers import IbanRecognizer

    return isinstance(recognizer, IbanRecognizer) and type(recognizer).analyze is IbanRecognizer.analyze


def _checks(recognizer: Any) -> tuple[Any, Any]:
    """Its `validate_result` and `invalidate_result`, None where they are the empty ones of the base."""
    from presidio_analyzer import PatternRecognizer

    if not isinstance(recognizer, PatternRecognizer):
        return None, None
    own, base = type(recognizer), PatternRecognizer
    validate = None if own.validate_result is base.validate_result else recognizer.validate_result
    invalidate = None if own.invalidate_result is base.invalidate_result else recognizer.invalidate_result
    return validate, invalidate


def _run(recognizer: Any, text: str) -> list[Result]:
    results = recognizer.analyze(text=text, entities=list(recognizer.supported_entities), nlp_artifacts=None) or ()
    return [Result(each.entity_type, each.start, each.end, float(each.score)) for each in results]


def _windows(search: _Search, text: str, ends: Sequence[int]) -> list[tuple[int, int]]:
    """The parts of `text` in which matches near these places lie wholly: from one sign that no match holds to the next.

    The sign behind is part of the window, so that a look-ahead of one character sees it; what is before is always seen.
    """
    size = len(text)
    if search.breaks is None:
        return [(0, size)]
    windows = []
    done = 0
    for end in ends:
        at = max(end - 1, 0)
        if at < done:
            continue
        if search.at_spaces:  # nearly all patterns: the quickest of the signs to find
            first, done = text.rfind(" ", 0, at) + 1, text.find(" ", at) + 1 or size
        else:
            before, after = search.before.search(text, 0, at), search.breaks.search(text, at)
            first, done = before.end() if before else 0, after.end() if after else size
        windows.append((first, done))
    return windows


def without_duplicates(results: Iterable[Result]) -> list[Result]:
    """Presidio's rule: of the same entity, one that lies within another of at least its score goes."""
    kept: list[Result] = []
    active: list[Result] = []
    entity = None
    for result in sorted(set(results), key=lambda each: (each.entity, each.start, -each.end, -each.score)):
        if result.entity != entity:
            entity, active = result.entity, []
        active = [other for other in active if other.end >= result.start]
        if not any(result.end <= other.end and result.score <= other.score for other in active):
            kept.append(result)
            active.append(result)
    return kept


def _hit(result: Result) -> Hit:
    strength = Strength.VALIDATED if result.score >= _CERTAIN else Strength.PATTERN
    return Hit(result.entity, result.start, result.end, result.score, strength)
