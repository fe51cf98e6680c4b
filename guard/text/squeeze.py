"""The words of a folded text, and the text without its markup."""

from __future__ import annotations

import re
import string
from typing import Final

_OTHER_LETTERS: Final = re.compile(r"[^\W\x00-\x7f]")
_SPACED: Final = bytes(point if chr(point) in string.ascii_lowercase + string.digits else 32 for point in range(256))
_WORD: Final = re.compile(r"[^\W_]+")
_TAG: Final = re.compile(
    r"</?[a-z][^<>]{0,60}>|<!--[\s\S]{0,200}?-->|&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{1,6});|\]\([^()\s]{0,300}\)"
)
"""HTML tags, comments and character references; where a Markdown link leads."""


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
    tags = "<" in folded or "&" in folded or "](" in folded  # any() takes three times as long
    if not tags and "@" not in folded and "$" not in folded:
        return None
    bare = _TAG.sub(lambda found: "\x00" * len(found[0]), folded) if tags else folded
    bare = bare.replace("@", "\x00").replace("$", "\x00")
    return bare if bare != folded else None
