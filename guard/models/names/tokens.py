"""A post cut into the tokens that the names model reads: words, clitics, numbers, signs, and the words of a hashtag.

Every token is a range of the text, so that a name found in tokens is exact in the text's code points. Hashtags are cut
where capitals and digits say so (`#TeamFarmer`), because only the name in it is a name.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"(?P<url>(?:https?://|www\.|pic\.twitter\.com/|t\.co/)\S+|[\w.+-]+@[\w-]+\.[\w.-]+)"
    r"|(?P<handle>(?<![\w@])@\w[\w.]*\w|(?<![\w@])@\w)"
    r"|(?P<tag>\#\w+)"
    r"|(?P<clitic>(?<![^\W_])(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|quoiqu)['’](?=[^\W_]))"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<number>\d+)"
    r"|(?P<sign>[^\s])",
    re.IGNORECASE,
)
_PART: Final = re.compile(
    r"[A-ZÀ-ÖØ-Þ]+(?![a-zß-öø-ÿ])|[A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+|[^\W\d_]+|\d+|_"
)
_LONG: Final = 60
"""No word is longer; the rest of one is cut off from what is looked at, not from its range."""
_KINDS: Final = {"url": 1, "handle": 2, "tag": 3, "clitic": 4, "word": 5, "number": 6, "sign": 7}


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
    last = 0
    apart = False
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        spaced = start != last or start == 0
        last = end
        kind = match.lastgroup
        if kind == "word" and not apart:
            found.append(Token(match[0][:_LONG], start, end, spaced, False))
            continue
        if kind == "tag":
            found.append(Token("#", start, start + 1, spaced, True))
            found += _parts(text, start + 1, end, False)
        elif kind == "word":
            found += _parts(text, start, end, spaced)
        elif kind == "url":
            found.append(Token("<url>", start, end, spaced, False))
        elif kind == "handle":
            found.append(Token("<at>", start, end, spaced, False))
        else:
            found.append(Token(match[0][:_LONG], start, end, spaced, False))
        apart = kind == "sign" and match[0] in "#@"
    return found


def _parts(text: str, start: int, end: int, spaced: bool) -> list[Token]:
    return [
        Token(part[0][:_LONG], *part.span(), spaced and part.start() == start, True)
        for part in _PART.finditer(text, start, end)
    ]
