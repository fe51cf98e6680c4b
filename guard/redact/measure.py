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
_JOINING = regex.compile(r"\r\n|[^\u0300-\U0010ffff\r\n]?(?:[\u0300-\U0010ffff]+[^\u0300-\U0010ffff\r\n]?)+")
"""Stretches that may hold clusters of several code points: below U+0300 only CR LF is one."""
_FIRST_JOINER = "\u0300"
_WINDOW = 64
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
            return len(text) if _is_simple(text) else _clusters(text)
        case Unit.WEIGHTED:
            return _weighted(text)
        case _:
            assert_never(unit)


def boundaries(text: str) -> list[int]:
    """Where grapheme clusters begin, and where the text ends."""
    return [*(cluster.start() for cluster in _CLUSTER.finditer(text)), len(text)]


def longest(text: str, unit: Unit) -> int | None:
    """What `text` measures in `unit` at most, told from its number of code points; None where that tells nothing."""
    match unit:
        case Unit.CODE_POINTS | Unit.GRAPHEMES:
            return len(text)
        case Unit.UTF8_BYTES:
            return 4 * len(text)
        case Unit.WEIGHTED:  # a few letters may become a link
            return None
        case _:
            assert_never(unit)


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The range `0 <= start < end <= len(text)`, widened to whole grapheme clusters."""
    return _edge(text, start, after=False), _edge(text, end, after=True)


def _edge(text: str, place: int, *, after: bool) -> int:
    """The cluster boundary at `place`, else the nearest one before or after. Looks at few code points around it."""
    if _is_edge(text, place):
        return place
    start, low = place - 1, max(0, place - _WINDOW)
    while start > low and not _is_edge(text, start):
        start -= 1
    if start == low and low:
        edges = boundaries(text)
        return edges[bisect_left(edges, place) if after else bisect_right(edges, place) - 1]
    while start < place:  # clusters may be counted from any boundary
        before, start = start, _CLUSTER.match(text, start).end()
    return start if start == place or after else before


def _is_edge(text: str, place: int) -> bool:
    """Whether a cluster surely begins at `place`: between two code points of which neither joins others, nor CR LF."""
    if place in (0, len(text)):
        return True
    left, right = text[place - 1], text[place]
    return left < _FIRST_JOINER and right < _FIRST_JOINER and (left != "\r" or right != "\n")


def _clusters(text: str) -> int:
    """How many grapheme clusters there are."""
    joined = (found[0] for found in _JOINING.finditer(text))
    return len(text) + sum(sum(1 for _ in _CLUSTER.finditer(part)) - len(part) for part in joined)


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
