"""Codes that only show how one looks: an easy one (1234, 0000, a card of 42s) that the words beside it call an example or a test card.

Both are needed: a code that is drawn opens something whatever is said of it, and one that is "for the demo" opens the demo. What calls
it an example must end its clause: `1234, par exemple la nuit` opens a door.
"""

from __future__ import annotations

import re
from typing import Final

WITHIN: Final = 40
"""Characters on either side in which it is said."""
_COUNTING: Final = "01234567890123456789"
_SIGNS: Final = re.compile(r"[\W_]")
_EXAMPLE: Final = r"(?:examples?|exemples?)"
_TEST_CARD: Final = r"(?:(?:test|sandbox|dummy) (?:credit |debit )?card(?: number)?|(?:(?:numero de )?carte|cb) (?:bancaire )?de test(?: \w{2,12})?)"
_CARD: Final = 15
"""Digits from which on a value of three different ones at most is easy: payment services publish such for trials."""
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:{_EXAMPLE} (?:pin|code|pin code)|(?:code )?(?:pin|code) d.{_EXAMPLE}|(?:par|for) {_EXAMPLE}|e\.g\.|{_TEST_CARD})(?: (?:is|est))?[\s:=,(]{{1,4}}\Z"
)
_AFTER: Final = re.compile(
    rf"[\s,(]{{1,3}}(?:(?:as an|for|par|a titre d.|(?:(?:c.est|it.s|that.s|this is) )?(?:(?:just|only|juste) )?(?:an|un)) ?{_EXAMPLE}\s*(?:\Z|[.;!?)\n])"
    rf"|(?:(?:as|is|est|c.est|comme) )?(?:(?:the|a|your|stripe.s|la|une) )?{_TEST_CARD}\s*(?:\Z|[.,;:!?)\n]))"
)


def easy(value: str) -> bool:
    """Whether its digits count up or down, are one and the same, or hardly differ in all of a card's."""
    bare = _SIGNS.sub("", value)
    different = len(set(bare))
    return len(bare) > 2 and (
        different == 1 or (different < 4 and len(bare) >= _CARD) or bare in _COUNTING or bare[::-1] in _COUNTING
    )


def called_example(before: str, after: str) -> bool:
    """Whether folded text that ends at a code, or begins behind it and goes on to its end, says that it is one."""
    return _BEFORE.search(before) is not None or _AFTER.match(after) is not None
