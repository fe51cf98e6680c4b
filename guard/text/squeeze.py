"""The squeezed view: nothing but letters and digits, look-alikes of one shape written as one letter.

Spaced, dotted and "leet" spellings of a name (`C.l.1.e.n.t`) all squeeze to the same letters, so one automaton finds
them; whether a hit is meant is then told from the folded view at `positions`, never from this view alone.
"""

from __future__ import annotations

import re
import string
from typing import Final

_LEET: Final = {"0": "o", "1": "l", "i": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
_KEPT: Final = string.ascii_lowercase + string.digits + "@$"
_TABLE: Final = bytes(ord(_LEET.get(chr(point), chr(point))) for point in range(256))
_DROPPED: Final = bytes(point for point in range(256) if chr(point) not in _KEPT)
_OTHER_LETTERS: Final = re.compile(r"[^\W\x00-\x7f]")
_SPACED: Final = bytes(point if chr(point) in string.ascii_lowercase + string.digits else 32 for point in range(256))
_WORD: Final = re.compile(r"[^\W_]+")
_TAG: Final = re.compile(
    r"</?[a-z][^<>]{0,60}>|<!--[\s\S]{0,200}?-->|&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{1,6});|\]\([^()\s]{0,300}\)"
)
"""HTML tags, comments and character references; where a Markdown link leads."""
MARKUP: Final = ("<", "&", "](")
"""One of them stands in every text with such markup."""


def squeeze(folded: str) -> str:
    """The squeezed view of a folded text."""
    if folded.isascii() or _OTHER_LETTERS.search(folded) is None:
        return folded.encode("ascii", "replace").translate(_TABLE, _DROPPED).decode("ascii")
    return "".join([_LEET.get(char, char) for char in folded if char in _KEPT or (char > "\x7f" and char.isalnum())])


def positions(folded: str) -> list[int]:
    """Index in `folded` of each character of `squeeze(folded)`."""
    return [at for at, char in enumerate(folded) if char in _KEPT or (char > "\x7f" and char.isalnum())]


def spaced(folded: str) -> str:
    """The runs of letters and digits of a folded text, in order, with spaces between them."""
    if folded.isascii() or _OTHER_LETTERS.search(folded) is None:
        return folded.encode("ascii", "replace").translate(_SPACED).decode("ascii")
    return " ".join(_WORD.findall(folded))


def word_spans(folded: str) -> list[tuple[int, int]]:
    """Where the words of `spaced` stand."""
    return [found.span() for found in _WORD.finditer(folded)]


def unmarked(folded: str) -> str | None:
    """`folded` with markup, @ and $ overwritten position for position; None when there are none.

    Both readings count: `<b>` may cut a name in two or hold one, @ may be an a or a mention's sign.
    """
    tags = "<" in folded or "&" in folded or "](" in folded  # any() over MARKUP takes three times as long
    if not tags and "@" not in folded and "$" not in folded:
        return None
    bare = _TAG.sub(lambda found: "\x00" * len(found[0]), folded) if tags else folded
    bare = bare.replace("@", "\x00").replace("$", "\x00")
    return bare if bare != folded else None


def looks_like(seen: str, meant: str) -> bool:
    """True when one folded character may be a disguise of another: 0 for o, 1 for l or i, $ for s."""
    return seen == meant or _LEET.get(seen, seen) == _LEET.get(meant, meant)
