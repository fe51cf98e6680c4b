"""How long a service thinks a text is: code points, grapheme clusters (UAX #29), UTF-8 bytes or X's weights.

Why: a redaction must not make a post longer than its service takes. X's rules are those of twitter-text 3 (one for most
Latin text, two for the rest and for an emoji, 23 for a link), rounded up where they depend on lists we do not carry.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import assert_never

import regex

from guard.types.post import Unit

_CLUSTER = regex.compile(r"\X")
_URL = regex.compile(
    r"https?://[a-z0-9.-]+\.[a-z]{2,}(?::\d{1,5})?(?:/(?:[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[a-z0-9/=_-])?)?",
    regex.IGNORECASE | regex.ASCII,
)
_BARE_DOMAIN = regex.compile(r"(?<![@\w.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}", regex.IGNORECASE | regex.ASCII)
_PICTURE = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_LINK = 23


def measure(text: str, unit: Unit) -> int:
    """Length of `text` in `unit`."""
    match unit:
        case Unit.CODE_POINTS:
            return len(text)
        case Unit.UTF8_BYTES:
            return len(text.encode("utf-8", "surrogatepass"))
        case Unit.GRAPHEMES:
            return len(text) if _is_simple(text) else sum(1 for _ in _CLUSTER.finditer(text))
        case Unit.WEIGHTED:
            return _weighted(text)
        case _:
            assert_never(unit)


def boundaries(text: str) -> list[int]:
    """Where grapheme clusters begin, and where the text ends."""
    return [*(cluster.start() for cluster in _CLUSTER.finditer(text)), len(text)]


def widen(edges: list[int], start: int, end: int) -> tuple[int, int]:
    """The range, widened to the nearest of the sorted `edges`."""
    return edges[bisect_right(edges, start) - 1], edges[bisect_left(edges, end)]


def _is_simple(text: str) -> bool:
    """Whether every code point is a cluster of its own."""
    return text.isascii() and "\r" not in text


def _weighted(text: str) -> int:
    total, rest = 0, 0
    for link in _URL.finditer(text):
        total += _words_weight(text[rest : link.start()]) + _LINK
        rest = link.end()
    return total + _words_weight(text[rest:])


def _words_weight(text: str) -> int:
    """Weight of text without http links; a bare domain may become a link, so it counts as one where that is more."""
    extra = sum(max(0, _LINK - len(domain.group())) for domain in _BARE_DOMAIN.finditer(text))
    if text.isascii():
        return len(text) + extra
    return extra + sum(_cluster_weight(cluster.group()) for cluster in _CLUSTER.finditer(text))


def _cluster_weight(cluster: str) -> int:
    if _PICTURE.search(cluster):
        return 2
    return sum(1 if any(low <= ord(c) <= high for low, high in _LIGHT) else 2 for c in cluster)
