"""Runs all detectors on a post: text in, findings in the author's own code points out, failures as data.

Built-in detectors take bounded time, so a caller may run them where it stands (`inline`); a third party's may not, and
are to be run in a thread with a deadline. Normalised offsets never leave this room.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from guard.detect import catalogue, phones
from guard.detect.base import Detector, DetectorInfo, Hit
from guard.detect.catalogue import Pattern
from guard.detect.dictionary import DictionaryScanner
from guard.detect.overlap import resolve
from guard.detect.patterns import PatternScanner
from guard.text.normalize import NormalizedText, normalize
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
            _take(found, segment, text, detector, self._patterns.scan(text.plain), failures)
            detector = "dictionary"
            _take(found, segment, text, detector, self._dictionary.scan(text), failures)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the post is held and nothing passes
            failures[DetectorFailure(detector, type(error).__name__)] = None
        if text is not None:
            for info, each in self._extra:
                try:
                    _take(found, segment, text, info.name, each.detect(text.plain), failures)
                except Exception as error:  # noqa: BLE001 - see above
                    failures[DetectorFailure(info.name, type(error).__name__)] = None
        return resolve(found, segment.text) if found else found


def _take(
    found: list[Finding],
    segment: Segment,
    text: NormalizedText,
    detector: str,
    hits: Iterable[Hit],
    failures: dict[DetectorFailure, None],
) -> None:
    """Turn hits in the plain view into findings in the original."""
    size = len(text.plain)
    for hit in hits:
        if not 0 <= hit.start < hit.end <= size:
            failures[DetectorFailure(detector, "offsets outside the text")] = None
            continue
        start, end = text.origin.to_original(hit.start, hit.end)
        name = "regex" if hit.matcher is not None and hit.entity_type == "CUSTOM" else detector
        found.append(
            Finding(
                hit.entity_type, Span(segment.path, start, end), hit.score, name,
                hit.strength, hit.subtype, hit.matcher, hit.exact, hit.explanation,
            )
        )  # fmt: skip


def _digest(patterns: Sequence[Pattern], extra: Sequence[DetectorInfo]) -> str:
    described = {
        "patterns": [repr(pattern) for pattern in patterns],
        "libraries": [(name, version(name)) for name in _LIBRARIES],
        "extra": [(info.name, info.version, sorted(info.entity_types)) for info in extra],
    }
    return "sha256:" + hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
