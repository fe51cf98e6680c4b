"""The squeezed view of a text: its letters and digits and nothing else, look-alikes of one shape written as one letter.

Spaced, dotted and "leet" spellings of a name (`C.l.1.e.n.t`) all squeeze to the same letters, so one automaton finds
them; whether a hit is meant is then told from the folded view at `positions`, never from this view alone. Bytes (UTF-8),
because that is what the automaton reads; nearly every post squeezes to ASCII.
"""

from __future__ import annotations

import re
import string
from itertools import compress
from typing import Final

_LEET: Final = {
    "0": "o", "1": "l", "i": "l", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s",
}  # fmt: skip
_KEPT: Final = frozenset(string.ascii_lowercase + string.digits + "@$")
_TABLE: Final = bytes(ord(_LEET.get(chr(point), chr(point))) for point in range(256))
_DROPPED: Final = bytes(point for point in range(256) if chr(point) not in _KEPT)
_IS_KEPT: Final = bytes(chr(point) in _KEPT for point in range(256))
_DROPPED_ASCII: Final = bytes(point for point in _DROPPED if point < 0x80)
_OTHER_LETTERS: Final = re.compile(r"[^\W\x00-\x7f]")
_OTHER_SIGNS: Final = re.compile(r"[^\w\x00-\x7f]+")


def squeeze(folded: str) -> bytes:
    """The squeezed view of a folded text."""
    if folded.isascii() or _OTHER_LETTERS.search(folded) is None:
        return folded.encode("ascii", "replace").translate(_TABLE, _DROPPED)
    return _OTHER_SIGNS.sub("", folded).encode("utf-8", "replace").translate(_TABLE, _DROPPED_ASCII)


def bare(folded: str) -> str:
    """What `squeeze` keeps, as it stands in a folded text; each letter as often as it has bytes, as in `positions`."""
    if folded.isascii() or _OTHER_LETTERS.search(folded) is None:
        return folded.encode("ascii", "replace").translate(None, _DROPPED).decode("ascii")
    inside = folded.strip("\x00")  # see `positions`
    return "".join(char * len(char.encode("utf-8", "replace")) for char in inside if _kept(char))


def positions(folded: str) -> list[int]:
    """Index in `folded` of each byte of `squeeze(folded)`; several bytes of one letter have the same one."""
    inside = folded.strip("\x00")  # what is blotted out around the part that is read otherwise
    if len(inside) < len(folded):
        before = len(folded) - len(folded.lstrip("\x00"))
        return [before + place for place in positions(inside)]
    if folded.isascii() or _OTHER_LETTERS.search(folded) is None:
        return list(compress(range(len(folded)), folded.encode("ascii", "replace").translate(_IS_KEPT)))
    at: list[int] = []
    for place, char in enumerate(folded):
        if _kept(char):
            at += [place] * len(char.encode("utf-8", "replace"))
    return at


def looks_like(seen: str, meant: str) -> bool:
    """True when one folded character may be a disguise of another: 0 for o, 1 for l or i, $ for s; no digit for a digit."""
    if seen == meant:
        return True
    return _LEET.get(seen, seen) == _LEET.get(meant, meant) and not (seen.isdigit() and meant.isdigit())


def _kept(char: str) -> bool:
    return char in _KEPT or (char > "\x7f" and char.isalnum())
