"""A post cut into the tokens that the names model reads: words, clitics, numbers, signs, and the words of a hashtag.

Every token is a range of the text, so that a name found in tokens is exact in the text's code points. Hashtags are cut
where capitals and digits say so (`#TeamFarmer`), because only the name in it is a name.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"(?P<plain>[^\W\d_]+(?=[\s,!?]|\Z))"  # most words, told at once
    r"|(?P<url>(?i:https?://|www\.|pic\.twitter\.com/|t\.co/)\S+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]+)"
    r"|(?P<handle>(?<![\w@])@\w(?:[\w.]*\w)?)"
    r"|(?P<tag>\#\w+)"
    r"|(?P<clitic>(?<![^\W_])(?i:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’](?=[^\W_]))"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<number>\d+)"
    r"|(?P<sign>\S)"
)
_PART: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]+(?![a-zß-öø-ÿ])|[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+|[^\W\d_]+|\d+|_")
_LONG: Final = 60
"""No word is longer; the rest of one is cut off from what is looked at, not from its range."""


_WORDS: Final = frozenset({"plain", "word"})
_STANDS: Final[dict[str | None, str]] = {"url": "<url>", "handle": "<at>"}
"""What is looked up for an address or a handle, whichever it is."""


class Token(NamedTuple):
    """One token: what is looked up for it, its range, whether a space stands before it, whether it is in a hashtag."""

    text: str
    start: int
    end: int
    spaced: bool
    tagged: bool


def tokens(text: str) -> list[Token]:
    """All tokens of `text`, in order, linear in its length; white space is in none."""
    found: list[Token] = []
    add = found.append
    last = -1
    apart = False  # behind a lone # or @: what stands there is cut as in a hashtag
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        kind = match.lastgroup
        if kind in _WORDS:
            if apart:
                found += _parts(text, start, end, start != last)
            else:
                add(Token(match[0][:_LONG], start, end, start != last, False))
        elif kind == "tag":
            add(Token("#", start, start + 1, start != last, True))
            found += _parts(text, start + 1, end, False)
        else:
            add(Token(_STANDS.get(kind) or match[0][:_LONG], start, end, start != last, False))
        apart = kind == "sign" and match[0] in "#@"
        last = end
    return found


def _parts(text: str, start: int, end: int, spaced: bool) -> list[Token]:
    return [
        Token(part[0][:_LONG], *part.span(), spaced and part.start() == start, True)
        for part in _PART.finditer(text, start, end)
    ]
