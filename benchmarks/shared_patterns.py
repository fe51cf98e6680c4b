"""The same patterns in both engines: Presidio's own pattern recognisers, and as many more as are asked for."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import corpus, engines
from benchmarks.names import coined
from guard.detect.presidio.compiled import PresidioPass


def pair(folder: Path, more: int) -> dict[str, Callable[[str], Any]]:
    """Both engines with the very same recognisers; RuntimeError when they do not find the same in the generated posts."""
    recognizers = _recognizers(more)
    ours = PresidioPass(recognizers, folder).detect
    analyzer = engines.presidio_analyzer(recognizers)
    for post in corpus.posts(60, seed=5, pii_share=0.5):
        mine = {(hit.entity_type, hit.start, hit.end, hit.score) for hit in ours(post.text)}
        theirs = {(each.entity_type, each.start, each.end, each.score) for each in analyzer.analyze(post.text, "en")}
        if mine != theirs:
            raise RuntimeError("the two do not find the same")
    gc.collect()
    return {"guard": ours, "presidio": lambda text: analyzer.analyze(text, "en")}


def _recognizers(more: int) -> list[Any]:
    from presidio_analyzer import Pattern, PatternRecognizer

    loaded = engines.presidio_analyzer().registry.recognizers
    found = [recognizer for recognizer in loaded if isinstance(recognizer, PatternRecognizer)]
    return found + [
        PatternRecognizer(f"MORE_{at}", name=f"More{at}", patterns=[Pattern(f"more {at}", expression, 0.5)])
        for at, expression in enumerate(_more(more))
    ]


def _more(count: int) -> list[str]:
    """Patterns as companies add them: in turn a vendor's token, a number of some length, a word with a value behind it."""
    dice = random.Random(11)
    made = []
    for at in range(count):
        name = coined(dice, 2).lower()
        size = 8 + at % 9
        made.append(
            (
                rf"\b{name[:4]}_(?:live|test)_[A-Za-z0-9]{{{16 + at % 20},{40 + at % 20}}}\b",
                rf"\b{at % 7 + 1}\d{{{size - 5}}}[- ]?\d{{4}}\b",
                rf"\b{name}(?: number| no\.?| id)?\s?[:=#]?\s?([A-Z]{{2}}\d{{{size - 3}}})\b",
                rf"(?<!\d)\d{{2}}[./-]\d{{{size - 4}}}[./-]\d{{2}}(?!\d)",
            )[at % 4]
        )
    return made
