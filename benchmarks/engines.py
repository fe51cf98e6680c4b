"""The two engines compared, each as one function from a text to the number of its findings."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("guard", "presidio")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Engine:
    """`inspect` takes a text and its language."""

    name: str
    what: str
    inspect: Callable[[str, str], int]


def build(name: str) -> Engine:
    """The engine of that name, warmed up: its first call, which loads things, is behind it."""
    engine = {"guard": _guard, "presidio": _presidio}[name]()
    engine.inspect("Write to noor" + "@" + "mail.example.org or 06 39 98 12 34", "en")
    gc.collect()
    return engine


def _guard() -> Engine:
    """Detect, decide, redact: `Inspector.inspect` with the shipped policies, as the gate calls it."""
    from guard.types.inspection import Facts
    from guard.types.post import Author, Post, Segment
    from guard.wiring.heart import build_inspector

    inspector = build_inspector(ROOT / "policies")
    inspector.detectors.warm()  # as `guard serve` does
    author, facts = Author("mastodon", "noor@social.example"), Facts(now=NOW)

    def inspect(text: str, language: str) -> int:
        segments = (Segment("/status", "body", text),)
        post = Post("bench", "mastodon", "status.create", author, segments, language=language)
        return len(inspector.inspect(post, facts).findings)

    return Engine("guard", "Inspector.inspect, shipped policies", inspect)


def _presidio() -> Engine:
    """AnalyzerEngine with a blank English spaCy model and its predefined recognisers; opens no connection."""
    analyzer = presidio_analyzer()

    def inspect(text: str, _language: str) -> int:
        return len(analyzer.analyze(text, "en"))

    count = len(list(analyzer.registry.recognizers))
    return Engine("presidio", f"AnalyzerEngine, blank spaCy, {count} recognisers", inspect)


def presidio_analyzer(recognizers: Sequence[Any] | None = None) -> Any:
    """Presidio's AnalyzerEngine for English: with these recognisers, or with the predefined ones that it loads by itself."""
    import spacy
    import tldextract.tldextract as suffixes
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    # Its e-mail recogniser would fetch the public suffix list at the first e-mail it sees.
    suffixes.TLD_EXTRACTOR = suffixes.TLDExtract(suffix_list_urls=(), cache_dir=None)

    class BlankEngine(SpacyNlpEngine):
        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "en", "model_name": "blank"}])
            self.nlp: Any = {"en": spacy.blank("en")}

        def load(self) -> None:
            """Nothing to load: the blank model is there already."""

    language_engine = BlankEngine()
    registry = RecognizerRegistry(recognizers=recognizers or [], supported_languages=["en"])
    if recognizers is None:
        registry.load_predefined_recognizers(languages=["en"], nlp_engine=language_engine)
    return AnalyzerEngine(nlp_engine=language_engine, registry=registry, supported_languages=["en"])
