"""Words for what detectors and rules say in codes: how sure, how often, which kind; and a detector's own, recognised.

Detectors speak English, and their words are kept with held posts; what is not recognised stays as it is.
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import Final

from guard.policy.schema import When
from guard.words.texts import DEFAULT, Phrase, words_of

_PAGE: Final = "found."


def recognised(said: str) -> str:
    """The phrase that a detector's words are, else the words themselves."""
    for name, form in _forms().items():
        if found := form.fullmatch(said):
            values = {key: float(value) if "." in value else int(value) for key, value in found.groupdict().items()}
            return Phrase(f"found.{name}", **values)
    return said


def confidence(score: float) -> str:
    """The word that policies use for a score."""
    return "high" if score >= 0.8 else "medium" if score >= 0.5 else "low"


def sure(score: float | str) -> Phrase:
    """How sure a score is, or the word for it."""
    return Phrase(f"explain.sure.{score if isinstance(score, str) else confidence(score)}")


def count_asked(when: When) -> Phrase:
    """How many places a condition asks for."""
    if when.count_max is None:
        return Phrase("explain.least", count=when.count_min)
    if when.count_min == when.count_max:
        return Phrase("explain.exactly", count=when.count_min)
    return Phrase("explain.between", least=when.count_min, most=when.count_max)


def detector_name(code: str) -> str:
    """What people call a detector; the code where there is no other word."""
    return Phrase(f"explain.detector.{code}") if words_of(DEFAULT).has(f"explain.detector.{code}") else code


def kind_name(code: str) -> str:
    """What people call a kind of finding that no policy writes; else the code, which policies write."""
    return Phrase(f"explain.kinds.{code}") if words_of(DEFAULT).has(f"explain.kinds.{code}") else code


@cache
def _forms() -> dict[str, re.Pattern[str]]:
    texts = words_of(DEFAULT).texts
    return {key.removeprefix(_PAGE): _form(text) for key, text in texts.items() if key.startswith(_PAGE)}


def _form(text: str) -> re.Pattern[str]:
    """Fits whatever the text may become; all its values are numbers."""
    parts = string.Formatter().parse(text)
    return re.compile(
        "".join(re.escape(plain) + (rf"(?P<{name}>\d{{1,9}}(?:\.\d)?)" if name else "") for plain, name, _, _ in parts),
        re.ASCII,
    )
