"""Runs all detectors on a post: text in, findings in the author's own code points out, failures as data.

Built-in detectors take bounded time, so a caller may run them where it stands (`inline`); a third party's may not, and
are to be run in a thread with a deadline. Normalised offsets never leave this room.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from guard.detect import catalogue, phones
from guard.detect.base import Detector, DetectorInfo, Hit
from guard.detect.catalogue import Pattern
from guard.detect.dictionary import DictionaryScanner
from guard.detect.overlap import fresh, resolve
from guard.detect.patterns import PatternScanner
from guard.text.normalize import NormalizedText, normalize
from guard.text.readings import Reading, may_read_otherwise, readings
from guard.types.finding import Finding, Span
from guard.types.inspection import DetectorFailure
from guard.types.matcher import Matcher, RegexMatcher, TermsMatcher
from guard.types.post import Post, Segment

_LIBRARIES = ("regex", "phonenumbers", "pyahocorasick")


class Detectors:
    """Everything that looks for something, built once for a set of policies. Threads may share it."""

    __slots__ = ("_dictionary", "_extra", "_patterns", "digest", "entity_types", "inline")

    def __init__(
        self, patterns: PatternScanner, dictionary: DictionaryScanner, extra: Sequence[Detector], digest: str
    ) -> None:
        self._patterns = patterns
        self._dictionary = dictionary
        self._extra = tuple((detector.info, detector) for detector in extra)
        self.digest = digest
        """`sha256:…` of catalogue, libraries and third-party detectors; confidential terms are no part of it."""
        self.entity_types = patterns.entity_types | {"CODENAME", "CUSTOM"}.union(
            *(info.entity_types for info, _ in self._extra)
        )
        """What some detector here can give."""
        self.inline = not self._extra
        """True when only built-in detectors run: their time is bounded."""

    @classmethod
    def build(
        cls, matchers: Sequence[Matcher], *, extra: Sequence[Detector] = (), cache_dir: Path | None = None
    ) -> Detectors:
        """DetectorError when a catalogue entry or a policy's regex is not sound."""
        patterns = catalogue.load()
        phones.warm()
        regexes = [matcher for matcher in matchers if isinstance(matcher, RegexMatcher)]
        terms = [matcher for matcher in matchers if isinstance(matcher, TermsMatcher)]
        return cls(
            PatternScanner(patterns, regexes, cache_dir=cache_dir),
            DictionaryScanner(terms),
            extra,
            _digest(patterns, [detector.info for detector in extra]),
        )

    def run(self, post: Post) -> tuple[tuple[Finding, ...], tuple[DetectorFailure, ...]]:
        """Findings in order of segment and start, and the detectors that failed on some segment. Never raises."""
        findings: list[Finding] = []
        failures: dict[DetectorFailure, None] = {}
        for segment in post.segments:
            if segment.text:
                findings.extend(self._segment(segment, failures))
        return tuple(findings), tuple(failures)

    def _segment(self, segment: Segment, failures: dict[DetectorFailure, None]) -> list[Finding]:
        found: list[Finding] = []
        text: NormalizedText | None = None
        detector = "normalize"
        try:
            text = normalize(segment.text)
            detector = "patterns"
            self._built_in(found, segment, text, failures)
            detector = "readings"
            if may_read_otherwise(text):
                for reading in readings(text):
                    other: list[Finding] = []
                    self._built_in(other, segment, reading.text, failures, reading)
                    found += fresh(found, other)
        except BaseException as error:  # noqa: BLE001 - whatever went wrong, the post is held and nothing passes
            failures[DetectorFailure(detector, _kind(error))] = None
        if text is not None:
            for info, each in self._extra:
                try:
                    _take(found, segment, text, info.name, each.detect(text.plain), failures)
                except BaseException as error:  # noqa: BLE001 - see above
                    failures[DetectorFailure(info.name, _kind(error))] = None
        return resolve(found, segment.text) if found else found

    def _built_in(
        self,
        found: list[Finding],
        segment: Segment,
        text: NormalizedText,
        failures: dict[DetectorFailure, None],
        reading: Reading | None = None,
    ) -> None:
        """What patterns and dictionary find in `text`: the segment's own, or another reading of it."""
        _take(found, segment, text, "patterns", self._patterns.scan(text.plain), failures, reading)
        _take(found, segment, text, "dictionary", self._dictionary.scan(text), failures, reading)


def _kind(error: BaseException) -> str:
    """The name of an exception's class. Ctrl-C still ends the program, without what a detector may have put into it.

    Raises KeyboardInterrupt in the main thread; a detector that raises it elsewhere, or SystemExit, has just failed.
    """
    if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
        raise KeyboardInterrupt from None
    return type(error).__name__


def _take(
    found: list[Finding],
    segment: Segment,
    text: NormalizedText,
    detector: str,
    hits: Iterable[Hit],
    failures: dict[DetectorFailure, None],
    reading: Reading | None = None,
) -> None:
    """Turn hits in the plain view into findings in the original."""
    size = len(text.plain)
    for hit in hits:
        if not 0 <= hit.start < hit.end <= size:
            failures[DetectorFailure(detector, "offsets outside the text")] = None
            continue
        start, end = text.origin.to_original(hit.start, hit.end)
        exact = hit.exact
        if reading is not None:
            start, end = reading.to_original(start, end)
            exact = exact and reading.exact
        name = "regex" if hit.matcher is not None and hit.entity_type == "CUSTOM" else detector
        found.append(
            Finding(
                hit.entity_type, Span(segment.path, start, end), hit.score, name,
                hit.strength, hit.subtype, hit.matcher, exact, hit.explanation,
            )
        )  # fmt: skip


def _digest(patterns: Sequence[Pattern], extra: Sequence[DetectorInfo]) -> str:
    described = {
        "patterns": [repr(pattern) for pattern in patterns],
        "libraries": [(name, version(name)) for name in _LIBRARIES],
        "extra": [(info.name, info.version, sorted(info.entity_types)) for info in extra],
    }
    return "sha256:" + hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
