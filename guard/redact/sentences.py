"""Where the sentence around a place begins and ends, as far as signs and line ends tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_SIGNS: Final = re.compile(r"\n|[.!?…]+[\"»”)\]]*(?=\s|\Z)")
_SHORT: Final = re.compile(
    r"(?<![^\W_])(?:[A-ZÀ-Þ]|(?i:m[rs]|mrs|mmes?|mlles?|mgr|[dps]r|prof|ste?|cf|pp?|av|bd|bld|boul|etc|ex|i\.e|e\.g|env|approx|t[ée]l|"
    r"r[ée]f|art|chap|vol|fig|[ée]d|vs|resp|dept|d[ée]pt|janv|f[ée]vr|juil|sept|oct|nov|d[ée]c))\Z"
)
"""Before a full stop that ends nothing: one capital letter, a title, an abbreviation. Cutting too much does less harm than too little."""
_LONGEST: Final = 8


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the sentences that `start` to `end` lies in, their closing signs included, the space around them not."""
    first = 0
    for found in _ends(text, 0):
        if found.end() > start:
            break
        first = found.end()
    behind = next(_ends(text, max(start, end - 1)), None)
    last = len(text) if behind is None else behind.start() if behind[0] == "\n" else behind.end()
    while first < start and text[first].isspace():
        first += 1
    return first, max(last, end)


def _ends(text: str, start: int) -> Iterator[re.Match[str]]:
    for found in _SIGNS.finditer(text, start):
        at = found.start()
        if text[at] != "." or text.startswith("..", at) or not _SHORT.search(text, max(0, at - _LONGEST), at):
            yield found
