"""Where the sentence around a place begins and ends, as far as signs and line ends tell."""

from __future__ import annotations

import re
from typing import Final

_END: Final = re.compile(
    r"\n|(?<![\W_][A-ZÀ-Þ])(?<!^[A-ZÀ-Þ])(?<!\bM[rs])(?<!\bM[rm][se])(?<!\b[DS][rt])[.!?…]+[\"»”)\]]*(?=\s|\Z)"
)
"""A full stop behind one capital letter or a title ends nothing."""


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the sentences that `start` to `end` lies in, their closing signs included, the space around them not."""
    first = 0
    for found in _END.finditer(text):
        if found.end() > start:
            break
        first = found.end()
    behind = _END.search(text, max(start, end - 1))
    last = len(text) if behind is None else behind.start() if behind[0] == "\n" else behind.end()
    while first < start and text[first].isspace():
        first += 1
    return first, max(last, end)
