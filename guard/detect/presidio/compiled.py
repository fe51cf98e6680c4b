"""Presidio's pattern recognisers in one pass: the same entity, span and score as their own engine gives, in microseconds.

An automaton tells where some pattern may match (guard/detect/automata/loosen.py); there, and only there, the recogniser's own
regular expression, flags and checks decide. Patterns that cannot be loosened are searched everywhere, and a recogniser that
overrides `analyze` runs as it is. One thing differs: a pattern that needs too long is a hit over all the text, not skipped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from guard.detect.automata.loosen import loosen
from guard.detect.automata.places import Places
from guard.detect.base import DetectorInfo, Hit
from guard.detect.presidio.search import CERTAIN, Result, Search, by_host
from guard.types.finding import Strength

_Found = list[tuple[int, Result]]
"""With the index of the recogniser."""
_Task = tuple[int, Sequence[int] | None]
"""A search by its index, and where its matches may end: None for anywhere."""


class PresidioPass:
    """All recognisers given, as one detector. Threads may share it as far as they may share the recognisers."""

    __slots__ = (
        "_as_is",
        "_elsewhere",
        "_entities",
        "_everywhere",
        "_places",
        "_searches",
        "_thresholds",
        "_unplaced",
        "info",
    )

    def __init__(self, recognizers: Sequence[Any], cache_dir: Path | None = None, *, version: str = "") -> None:
        self._entities = [tuple(recognizer.supported_entities) for recognizer in recognizers]
        self._thresholds: dict[int, dict[str, Any]] = {
            index: dict(recognizer.score_thresholds)
            for index, recognizer in enumerate(recognizers)
            if getattr(recognizer, "score_thresholds", None)
        }
        self._as_is: list[tuple[int, Any]] = []
        self._searches: list[Search] = []
        for index, recognizer in enumerate(recognizers):
            if _compilable(recognizer):
                self._searches += _searches(index, recognizer)
            else:
                self._as_is.append((index, recognizer))
        self._places = Places([search.loose for search in self._searches], cache_dir)
        self._everywhere: list[_Task] = [(at, None) for at in range(len(self._searches))]
        self._unplaced = [each for each in self._everywhere if each[0] not in self._places.held]
        self._elsewhere = bool(self._unplaced or self._as_is)
        name = "presidio:" + ",".join(sorted({type(recognizer).__name__ for recognizer in recognizers}))
        told = [(search.expression, search.score, search.flags) for search in self._searches]
        version += "+" + hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:12]
        self.info = DetectorInfo(name, version, frozenset(entity for each in self._entities for entity in each))

    def detect(self, text: str) -> Sequence[Hit]:
        """What Presidio's AnalyzerEngine gives for these recognisers, without context words; nothing twice."""
        places = self._places.find(text)
        if places is not None and not places and not self._elsewhere:
            return ()
        found, unfinished = self._found(text, places)
        if self._thresholds:
            found = [each for each in found if self._counts(*each)]
        hits = [_hit(result) for result in _apart([result for _, result in found])]
        for index in unfinished:
            hits += [
                Hit(entity, 0, len(text), 1.0, exact=False, explanation="time limit reached")
                for entity in self._entities[index]
            ]
        return hits

    def by_recognizer(self, text: str) -> dict[int, list[Result]]:
        """What each recogniser's own `analyze` gives, under its place in the order they were given; none left out."""
        by_index: dict[int, list[Result]] = {}
        for index, result in self._found(text, self._places.find(text))[0]:
            by_index.setdefault(index, []).append(result)
        as_is = {index for index, _ in self._as_is}
        return {index: results if index in as_is else _apart(results) for index, results in by_index.items()}

    def _counts(self, index: int, result: Result) -> bool:
        thresholds = self._thresholds.get(index, {})
        return result.score >= float(thresholds.get(result.entity, thresholds.get("default", 0.0)))

    def _found(self, text: str, places: Sequence[_Task] | None) -> tuple[_Found, list[int]]:
        """What the recognisers find, duplicates included, and which of them took too long."""
        found: _Found = []
        unfinished: list[int] = []
        tasks = self._everywhere if places is None else [*places, *self._unplaced]
        for at, ends in tasks:
            search = self._searches[at]
            try:
                for result in search.find(text, ends):
                    found.append((search.recognizer, result))
            except TimeoutError:
                unfinished.append(search.recognizer)
        for index, recognizer in self._as_is:
            found += [(index, result) for result in _run(recognizer, text)]
        return found, unfinished


def _compilable(recognizer: Any) -> bool:
    """Whether its `analyze` is PatternRecognizer's own, or that of Presidio's IbanRecognizer, which Search knows."""
    from presidio_analyzer import PatternRecognizer

    return isinstance(recognizer, PatternRecognizer) and (
        type(recognizer).analyze is PatternRecognizer.analyze or _is_iban(recognizer)
    )


def _is_iban(recognizer: Any) -> bool:
    from presidio_analyzer.predefined_recognizers import IbanRecognizer

    return isinstance(recognizer, IbanRecognizer) and type(recognizer).analyze is IbanRecognizer.analyze


def _searches(index: int, recognizer: Any) -> list[Search]:
    """One for each of its patterns, with its checks where they are not the empty ones of the base."""
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    own, base = type(recognizer), PatternRecognizer
    iban = _is_iban(recognizer)
    validate = None if own.validate_result is base.validate_result else recognizer.validate_result
    if own.validate_result is EmailRecognizer.validate_result:
        validate = by_host(recognizer.validate_result)
    invalidate = None if iban or own.invalidate_result is base.invalidate_result else recognizer.invalidate_result
    flags = int(recognizer.global_regex_flags)
    return [
        Search(
            index, pattern, flags, loosen(pattern.regex, flags), entity=recognizer.supported_entities[0],
            validate=validate, invalidate=invalidate, in_groups=iban,
        )
        for pattern in recognizer.patterns
    ]  # fmt: skip


def _run(recognizer: Any, text: str) -> list[Result]:
    results = recognizer.analyze(text=text, entities=list(recognizer.supported_entities), nlp_artifacts=None) or ()
    return [Result(each.entity_type, each.start, each.end, float(each.score)) for each in results]


def _apart(results: list[Result]) -> list[Result]:
    return without_duplicates(results) if len(results) > 1 else results


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
    strength = Strength.VALIDATED if result.score >= CERTAIN else Strength.PATTERN
    return Hit(result.entity, result.start, result.end, result.score, strength)
