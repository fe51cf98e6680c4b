"""Runs all detectors on a post: text in, findings in the author's own code points out, failures as data.

Built-in detectors take bounded time, so a caller may run them where it stands (`inline`); a third party's may not, and
are to be run in a thread with a deadline. Normalised offsets never leave this room.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from guard.detect.base import Detector, DetectorInfo, Hit
from guard.detect.dictionary.scanner import DictionaryScanner
from guard.detect.given import HIDDEN, without_models
from guard.detect.modelled import ENTITIES, Modelled
from guard.detect.overlap import merged, resolve
from guard.detect.patterns import catalogue
from guard.detect.patterns.catalogue import Pattern
from guard.detect.patterns.own_hosts import own_hosts
from guard.detect.patterns.scanner import PatternScanner
from guard.detect.sealed import SealedScanner
from guard.errors import ModelError
from guard.text.hidden import hidden_marks
from guard.text.normalize import NormalizedText, normalize
from guard.text.readings import TRIGGERS, Reading, readings
from guard.text.thread import joined
from guard.text.trust import Trust
from guard.types.finding import Finding, Span
from guard.types.inspection import DetectorFailure
from guard.types.matcher import Matcher, RegexMatcher, TermsMatcher
from guard.types.post import Post, Segment

if TYPE_CHECKING:  # loaded where there are protected documents
    from guard.detect.fingerprint.detector import FingerprintScanner

_LIBRARIES = ("regex", "hyperscan", "daachorse", "pyahocorasick")
_NO_DISGUISES = {"decoded", "decimal", "tidied", "turned", "override", "thread"}
"""Readings that are other ways to write the same; the others are of what somebody wrote so that it should not be seen."""


class Scanner(Protocol):
    """A built-in detector that reads the views of a text."""

    def scan(self, text: NormalizedText) -> list[Hit]:
        """Hits in offsets of the plain view."""


class Detectors:
    """Everything that looks for something, built once for a set of policies. Threads may share it."""

    __slots__ = (
        "_candidates", "_further", "_models", "_patterns", "_scanners", "_scans", "_undisguised",
        "digest", "entity_types", "inline", "missing",
    )  # fmt: skip

    def __init__(
        self,
        patterns: PatternScanner,
        scanners: Sequence[tuple[str, Scanner]],
        extra: Sequence[Detector],
        models: Sequence[Modelled],
        digest: str,
        undisguised: frozenset[str] = frozenset(),
    ) -> None:
        """`undisguised` are the matchers whose author wants no disguised terms."""
        self._patterns = patterns
        self._undisguised = undisguised
        self._scanners = tuple(scanners)
        self._candidates = patterns.candidates
        self._scans = tuple(scanner.scan for _, scanner in scanners)
        self._further: tuple[tuple[str, Callable[[NormalizedText], Iterable[Hit]]], ...] = (
            *((model.info.name, model.scan) for model in models),
            *((detector.info.name, _on_plain(detector)) for detector in extra),
        )
        """What reads a segment's own text alone, after the built-in detectors."""
        self._models = tuple(models)
        self.digest = digest
        """`sha256:…` of catalogue, libraries, models and third-party detectors; confidential terms are no part of it."""
        indexed = any(name == "fingerprint" for name, _ in scanners)
        self.entity_types = without_models(patterns.entity_types, extra, indexed=indexed)
        """What some detector here can give."""
        self.missing = ENTITIES.difference(self.entity_types, *(model.info.entity_types for model in models))
        """What only a model could give that is not there: rules may name it, and find nothing."""
        self.entity_types |= ENTITIES
        self.inline = not extra
        """True when only built-in detectors run: their time is bounded."""

    @classmethod
    def build(
        cls,
        matchers: Sequence[Matcher],
        *,
        extra: Sequence[Detector] = (),
        cache_dir: Path | None = None,
        fingerprints: FingerprintScanner | None = None,
        sealed: SealedScanner | None = None,
        dictionary: DictionaryScanner | None = None,
        models: Sequence[Modelled] = (),
        internal_domains: Sequence[str] = (),
        before: Detectors | None = None,
    ) -> Detectors:
        """DetectorError when a catalogue entry or a policy's regex is not sound. `dictionary` is one made of these matchers;
        `internal_domains`: see own_hosts. What is alike in `before`, made with the same `cache_dir`, is shared with it.
        """
        patterns = catalogue.shipped() + own_hosts(internal_domains)
        regexes = [matcher for matcher in matchers if isinstance(matcher, RegexMatcher)]
        terms = [matcher for matcher in matchers if isinstance(matcher, TermsMatcher)]
        scanners: list[tuple[str, Scanner]] = [("dictionary", dictionary or DictionaryScanner(terms))] if terms else []
        if sealed is not None:
            scanners.append(("sealed", sealed))
        described = [*(detector.info for detector in extra), *(model.info for model in models)]
        if fingerprints is not None:
            scanners.append(("fingerprint", fingerprints))
            described.append(fingerprints.info)
        known = None if before is None else before._patterns  # noqa: SLF001 -- its own kind
        if known is None or not known.is_of(patterns, regexes):
            known = PatternScanner(patterns, regexes, triggers=TRIGGERS, cache_dir=cache_dir)
        return cls(
            known,
            scanners,
            extra,
            models,
            _digest(patterns, tuple(described)),
            frozenset(matcher.id for matcher in terms if not matcher.disguises),
        )

    @property
    def dictionary(self) -> DictionaryScanner | None:
        """What looks for the terms of policies; None without terms."""
        return next((each for _, each in self._scanners if isinstance(each, DictionaryScanner)), None)

    def warm(self) -> None:
        """Compile every pattern and load every model now, for a process that lives long: else some post waits for it.

        A model that cannot be loaded fails with the first post, which is then held.
        """
        import guard.text.ways  # noqa: F401 -- the makers of readings

        self._patterns.warm()
        for model in self._models:
            with suppress(ModelError):
                model.warm()

    def run(self, post: Post, earlier: Sequence[str] = ()) -> tuple[tuple[Finding, ...], tuple[DetectorFailure, ...]]:
        """Findings in order of segment and start, and the detectors that failed on some segment. Never raises.

        `earlier` are the texts of the author's posts before this one, oldest first: what is split over them is found, with
        the part of it that lies in this post.
        """
        findings: list[Finding] = []
        failures: dict[DetectorFailure, None] = {}
        for segment in post.segments:
            if segment.text:
                findings += self._segment(segment, failures, earlier)
        return tuple(findings), tuple(failures)

    def _segment(
        self, segment: Segment, failures: dict[DetectorFailure, None], earlier: Sequence[str]
    ) -> Sequence[Finding]:
        text: NormalizedText | None = None
        try:
            text = normalize(segment.text)
            met = self._candidates(text.plain)
        except BaseException as error:  # noqa: BLE001 - whatever went wrong, the post is held and nothing passes
            _Search(segment, failures, "patterns" if text else "normalize").failed(error)
            return ()
        quiet = self._is_quiet(text, met, earlier)  # so it is with most posts
        if quiet and not self._further:
            return ()
        search = _Search(segment, failures)
        try:
            if not quiet:
                self._built_in(search, text, met, earlier)
        except BaseException as error:  # noqa: BLE001 - see above
            search.failed(error)
        for name, look in self._further:
            search.detector = name
            try:
                search.take(text, look(text))
            except BaseException as error:  # noqa: BLE001 - one that fails holds the post; the others still run
                search.failed(error)
        return resolve(search.found, segment.text) if search.found else search.found

    def _is_quiet(self, text: NormalizedText, met: Sequence[int], earlier: Sequence[str]) -> bool:
        """Whether no built-in detector has anything to say, nor would of another reading."""
        try:
            return not (met or earlier or text.hides) and not any(scan(text) for scan in self._scans)
        except BaseException:  # noqa: BLE001 - what failed fails again, where it is told by its name
            return False

    def _built_in(self, search: _Search, text: NormalizedText, met: Sequence[int], earlier: Sequence[str]) -> None:
        kinds = self._look(search, text, met)
        if text.hides:
            search.detector = "hidden"
            search.take_hidden()
            kinds = kinds or []
        if kinds is not None:
            search.detector = "readings"
            # asked for to read it, and whether it reads otherwise again
            met_in = lru_cache(maxsize=1)(self._candidates)
            for reading in readings(text, kinds, lambda plain: self._patterns.kinds(plain, met_in(plain))):
                self._read(search, reading, met_in(reading.text.plain))
                search.detector = "readings"  # at work again: it makes the next one
        if earlier and search.segment.role == "body":
            search.detector = "thread"
            for reading in joined(earlier, search.segment.text):
                self._read(search, reading, self._candidates(reading.text.plain))

    def _look(
        self, search: _Search, text: NormalizedText, met: Sequence[int], reading: Reading | None = None
    ) -> list[str] | None:
        """What the built-in detectors find in `text`: the segment's own, or another reading of it.

        Gives the kinds of readings that are worth making of a segment's own text; None for most.
        """
        kinds: list[str] | None = None
        search.detector = "patterns"
        if met:
            trust = Trust.WRITTEN if reading is None else reading.trust
            hits = self._patterns.confirm(text.plain, met, trust, text.folded)
            if hits:
                search.take(text, hits, reading)
            if reading is None and (kinds := self._patterns.kinds(text.plain, met)):
                kinds = self._patterns.kinds_left(text.plain, kinds, hits)
        for name, scanner in self._scanners:
            search.detector = name
            if hits := scanner.scan(text):
                if reading is not None and self._undisguised and reading.kind not in _NO_DISGUISES:
                    hits = [hit for hit in hits if hit.matcher not in self._undisguised]
                search.take(text, hits, reading)
        return kinds or None

    def _read(self, search: _Search, reading: Reading, met: Sequence[int]) -> None:
        """The same for another reading; what was found before is not said twice."""
        before, search.found = search.found, []
        try:
            self._look(search, reading.text, met, reading)
        finally:
            search.found = merged(before, search.found)


class _Search:
    """What is found in one segment, and which detector is at work, should one fail."""

    __slots__ = ("_failures", "detector", "found", "segment")

    def __init__(self, segment: Segment, failures: dict[DetectorFailure, None], detector: str = "patterns") -> None:
        self.segment = segment
        self._failures = failures
        self.detector = detector
        self.found: list[Finding] = []

    def failed(self, error: BaseException) -> None:
        self._failures[DetectorFailure(self.detector, _kind(error))] = None

    def take(self, text: NormalizedText, hits: Iterable[Hit], reading: Reading | None = None) -> None:
        """Turn hits in the plain view into findings in the original."""
        size = len(text.plain)
        for hit in hits:
            if not 0 <= hit.start < hit.end <= size:
                self._failures[DetectorFailure(self.detector, "offsets outside the text")] = None
                continue
            start, end = text.origin.to_original(hit.start, hit.end)
            if reading is not None:
                start, end = reading.to_original(start, end)
            if start < end:  # else of a thread: all of it lies in the posts before
                weighed = tuple(text.origin.to_original(*each) for each in hit.weighed)
                self._add(hit, start, end, exact=hit.exact and (reading is None or reading.exact), weighed=weighed)

    def take_hidden(self) -> None:
        """What is found for being invisible."""
        for start, end, kind in hidden_marks(self.segment.text):
            self._add(Hit(HIDDEN, start, end, 1.0, subtype=kind, explanation=kind), start, end, exact=True)

    def _add(self, hit: Hit, start: int, end: int, *, exact: bool, weighed: tuple[tuple[int, int], ...] = ()) -> None:
        name = "regex" if hit.matcher is not None and hit.entity_type == "CUSTOM" else self.detector
        self.found.append(
            Finding(
                hit.entity_type, Span(self.segment.path, start, end), hit.score, name,
                hit.strength, hit.subtype, hit.matcher, exact, hit.explanation, weighed,
            )
        )  # fmt: skip


def _on_plain(detector: Detector) -> Callable[[NormalizedText], Iterable[Hit]]:
    return lambda text: detector.detect(text.plain)


def _kind(error: BaseException) -> str:
    """The name of an exception's class. Ctrl-C still ends the program, without what a detector may have put into it.

    Raises KeyboardInterrupt in the main thread; a detector that raises it elsewhere, or SystemExit, has just failed.
    """
    if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
        raise KeyboardInterrupt from None
    return type(error).__name__


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # two of them have no wheel for every platform
        return ""


@lru_cache(maxsize=8)
def _digest(patterns: tuple[Pattern, ...], extra: tuple[DetectorInfo, ...]) -> str:
    described = {
        "patterns": [repr(pattern) for pattern in patterns],
        "libraries": [(name, _version(name)) for name in _LIBRARIES],
        "extra": [(info.name, info.version, sorted(info.entity_types)) for info in extra],
    }
    return "sha256:" + hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
