"""Our catalogue and secrets inside a Presidio AnalyzerEngine, as one EntityRecognizer for whatever language it is made for.

    registry.add_recognizer(GuardRecognizer(supported_language="fr"))

In Presidio's YAML it is `{name: GuardRecognizer, type: predefined}`, once this module has been imported.
Views, readings and overlaps are ours, so disguised values are found there too; nothing opens a connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

from guard.detect.run import Detectors
from guard.errors import DetectorError
from guard.types.finding import CUE, Finding
from guard.types.post import Author, Post, Segment

_OF_POLICIES: Final = frozenset({"CODENAME", CUE, "CUSTOM", "FINGERPRINT"})
"""Entities that only a policy can fill, and cues, which only a rule about something else asks for."""
_AUTHOR: Final = Author("presidio", "")


class GuardRecognizer(EntityRecognizer):
    """Gives the findings of our detectors as Presidio results, with their scores and explanations.

    `supported_entities` narrows what it gives (default: all of the catalogue). DetectorError when a detector failed on the
    text: silence would look like "nothing found".
    """

    def __init__(
        self,
        supported_entities: Sequence[str] | None = None,
        supported_language: str = "en",
        name: str = "GuardRecognizer",
        context: list[str] | None = None,
        cache_dir: str | None = None,
    ) -> None:
        self._detectors = _detectors(Path(cache_dir) if cache_dir else None)
        known = self._detectors.entity_types - _OF_POLICIES
        if unknown := set(supported_entities or ()) - known:
            raise DetectorError(f"no entity {min(unknown)} in the catalogue", hint=", ".join(sorted(known)))
        self._told_as = name
        super().__init__(
            supported_entities=sorted(supported_entities or known),
            supported_language=supported_language,
            name=name,
            context=context,
        )

    def load(self) -> None:
        """Nothing: the detectors are there already, shared by the recognisers of all languages."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        """Findings of `entities` (all of the recogniser's, when empty); offsets are code points of `text`."""
        del nlp_artifacts
        wanted = set(self.supported_entities) & set(entities or self.supported_entities)
        post = Post("presidio", "presidio", "analyze", _AUTHOR, (Segment("/text", "body", text),))
        findings, failures = self._detectors.run(post)
        if failures:
            raise DetectorError(
                f"{failures[0].detector} failed: {failures[0].reason}", hint="do not take the text for clean"
            )
        return [self._result(finding) for finding in findings if finding.entity_type in wanted]

    def _result(self, finding: Finding) -> RecognizerResult:
        why = ": ".join(part for part in (finding.subtype, finding.explanation) if part)
        return RecognizerResult(
            entity_type=finding.entity_type,
            start=finding.span.start,
            end=finding.span.end,
            score=finding.score,
            analysis_explanation=AnalysisExplanation(
                recognizer=self._told_as, original_score=finding.score, textual_explanation=why
            ),
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self._told_as,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


def add_to(registry: Any, languages: Iterable[str] | None = None, *, cache_dir: str | None = None) -> None:
    """Add the recogniser to a RecognizerRegistry, for each of its languages (or those given)."""
    for language in languages or registry.supported_languages:
        registry.add_recognizer(GuardRecognizer(supported_language=language, cache_dir=cache_dir))


@cache
def _detectors(cache_dir: Path | None) -> Detectors:
    return Detectors.build([], cache_dir=cache_dir)
