"""What a detector says of a finding, recognised so that it can be told in French too.

Detectors speak English, and their words are kept with held posts; what is not recognised stays as it is.
"""

from __future__ import annotations

import re
import string
from functools import cache
from typing import Final

from guard.words.texts import DEFAULT, Phrase, words_of

_PAGE: Final = "found."


def recognised(said: str) -> str:
    """The phrase that a detector's words are, else the words themselves."""
    for name, form in _forms().items():
        if found := form.fullmatch(said):
            values = {key: float(value) if "." in value else int(value) for key, value in found.groupdict().items()}
            return Phrase(f"found.{name}", **values)
    return said


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
