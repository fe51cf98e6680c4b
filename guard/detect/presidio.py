"""Any recogniser of Presidio's as one of our detectors, so that its ecosystem can be used without its engine.

Off unless configured, imported only then. Recognisers that need a language model or call a remote service are refused:
no detection code opens a connection (tldextract, which Presidio's e-mail recogniser calls, is kept from fetching its list).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from guard.detect.base import DetectorInfo, Hit
from guard.errors import DetectorError
from guard.types.finding import Strength

_CERTAIN = 1.0
"""The score Presidio gives to what its validation confirmed."""


class PresidioDetector:
    """Runs one recogniser on the plain view. Only its pattern scores count: context words are the engine's, not used here."""

    __slots__ = ("_entities", "_recognizer", "info")

    def __init__(self, recognizer: Any, version: str) -> None:
        self._recognizer = recognizer
        self._entities = list(recognizer.supported_entities)
        self.info = DetectorInfo(f"presidio:{type(recognizer).__name__}", version, frozenset(self._entities))

    def detect(self, text: str) -> Iterator[Hit]:
        for result in self._recognizer.analyze(text=text, entities=self._entities, nlp_artifacts=None) or ():
            if result.score > 0:
                strength = Strength.VALIDATED if result.score >= _CERTAIN else Strength.PATTERN
                yield Hit(result.entity_type, result.start, result.end, float(result.score), strength)


def load(name: str) -> PresidioDetector:
    """The recogniser class `name` of `presidio_analyzer.predefined_recognizers`. DetectorError when it cannot be had."""
    try:
        from importlib.metadata import version

        import presidio_analyzer
        import tldextract
        from presidio_analyzer import predefined_recognizers

        _keep_offline(tldextract)
        recognizer_class: Any = getattr(predefined_recognizers, name, None)
        if not isinstance(recognizer_class, type) or not issubclass(
            recognizer_class, presidio_analyzer.EntityRecognizer
        ):
            raise DetectorError(
                f"Presidio has no recogniser {name}", hint="give the name of its class, as IbanRecognizer"
            )
        models: Iterable[type] = tuple(
            {*predefined_recognizers.NLP_RECOGNIZERS.values(), presidio_analyzer.RemoteRecognizer}
        )
        if issubclass(recognizer_class, tuple(models)):
            raise DetectorError(f"Presidio's {name} needs a model or a service", hint="use a pattern recogniser")
        make: Any = recognizer_class
        return PresidioDetector(make(), version("presidio-analyzer"))
    except DetectorError:
        raise
    except Exception as error:
        # A missing extra, a broken install or a recogniser that wants arguments: all the same to the reader.
        raise DetectorError(
            f"Presidio's {name} could not be loaded: {type(error).__name__}",
            hint="install the extra `postguard[presidio]`, or remove it from the settings",
        ) from error


def _keep_offline(tldextract: Any) -> None:
    """For the whole process: the bundled suffix list only, never fetched, never written to a cache."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
