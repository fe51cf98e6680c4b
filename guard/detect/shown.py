"""Codes that only show how one looks: an easy one (1234, 0000, a card of 42s) that the words beside it call an example, a demo's
or a test card.

Both are needed: whoever shows a keypad at a fair makes such a code up, and a code that is drawn opens something whatever is
said of it. The words must end their clause: `1234 for the demo room` opens a room.
"""

from __future__ import annotations

import re
from typing import Final

WITHIN: Final = 40
"""Characters on either side in which it is said."""
_COUNTING: Final = "01234567890123456789"
_SIGNS: Final = re.compile(r"[\W_]")
_DEMO: Final = r"(?:demos?|demonstrations?)"
_EXAMPLE: Final = r"(?:examples?|exemples?)"
_TEST_CARD: Final = r"(?:(?:test|sandbox|dummy) (?:credit |debit )?card(?: number)?|(?:(?:numero de )?carte|cb) (?:bancaire )?de test(?: \w{2,12})?)"
_CARD: Final = 15
"""Digits from which on a value of three different ones at most is easy: payment services publish such for trials."""
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:(?:{_DEMO}|{_EXAMPLE}) (?:pin|code|pin code)|(?:code )?(?:pin|code) (?:de |d.)(?:la )?(?:{_DEMO}|{_EXAMPLE})"
    rf"|(?:par|for) {_EXAMPLE}|e\.g\.|{_TEST_CARD})(?: (?:is|est))?[\s:=,(]{{1,4}}\Z"
)
_AFTER: Final = re.compile(
    rf"[\s,(]{{1,3}}(?:(?:for|in|during) (?:the |a |our )?{_DEMO}|(?:pour|pendant) (?:la |une |notre )?{_DEMO}"
    rf"|(?:as an|for|par|a titre d.|(?:(?:c.est|it.s|that.s|this is) )?(?:(?:just|only|juste) )?(?:an|un)) ?{_EXAMPLE}|{_EXAMPLE}"
    rf"|(?:(?:as|is|est|c.est|comme) )?(?:(?:the|a|your|stripe.s|la|une) )?{_TEST_CARD})"
    r"\s*(?:\Z|[.,;:!?)\n])"
)


def easy(value: str) -> bool:
    """Whether its digits count up or down, are one and the same, or hardly differ in all of a card's."""
    bare = _SIGNS.sub("", value)
    different = len(set(bare))
    return len(bare) > 2 and (
        different == 1 or (different < 4 and len(bare) >= _CARD) or bare in _COUNTING or bare[::-1] in _COUNTING
    )


def called_example(before: str, after: str) -> bool:
    """Whether folded text that ends at a code, or begins behind it, says that it is one."""
    return _BEFORE.search(before) is not None or _AFTER.match(after) is not None
