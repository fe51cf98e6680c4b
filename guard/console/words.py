"""The console's texts, beside those that every part of the gate may say; and which language a browser asks for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from guard.words.texts import DEFAULT, LANGUAGES, Words, texts_beside
from guard.words.texts import words_of as shared

__all__ = ["DEFAULT", "LANGUAGES", "Words", "chosen", "words_of"]


@cache
def words_of(language: str) -> Words:
    """All texts of one language."""
    return Words(language, {**shared(language).texts, **texts_beside(Path(__file__), language)})


def chosen(accept_language: str, asked: str = "") -> str:
    """`fr` or `en`: what was asked for, else the browser's first known choice."""
    if asked in LANGUAGES:
        return asked
    weighed = []
    for place, part in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = part.partition(";")
        code = tag.strip().lower()[:2]
        if code in LANGUAGES:
            number = weight.strip().removeprefix("q=").strip()
            try:
                weighed.append((-float(number or 1), place, code))
            except ValueError:
                weighed.append((0.0, place, code))
    return min(weighed)[2] if weighed else DEFAULT
