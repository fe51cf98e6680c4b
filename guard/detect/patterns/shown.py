"""Codes that only show how one looks: an easy one (1234, 0000, a card of 42s) that the words beside it call an example or a test card.

Both are needed: a code that is drawn opens something whatever is said of it, and one that is "for the demo" opens the demo. What calls
it an example must end its clause: `1234, par exemple la nuit` opens a door. The test cards that payment services publish need only a word of testing.
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
_NUMBERS: Final = """
    37828/2246310005 37144/9635398431 37000/0000000002 34343/4343434343 60111/11111111117 60110/00990139424 60119/81111111113
    60110/00400000000 60116/01160116611 64456/44564456445 30569/30009020004 30569/309025904 38520/000023237 36227/206271667
    36700/102000000 35660/02020360505 35301/11333300000 35280/00700000000 35699/90010095841 22230/03122003222 22210/00000000009
    22224/00070000005 22224/10740360010 52008/28282828210 51051/05105105100 51000/60000000002 51363/33333333335 55770/00055770004
    55855/85585585583 55554/44433331111 55555/55555554444 54240/00000000015 54545/45454545454 51032/21911199245 40000/20000000000
    40001/60000000004 40000/56655665556 40128/88888881881 41111/11111111111 41111/11145551142 41666/76667666746 44620/30000000000
    44443/33322221111 46464/64646464644 49176/10000000000 49884/38843884305 40320/39317984658 42424/24242424242 67596/49826438453
    67717/98021000008 65559/00000604105 62000/00000000005 62000/00000000047 40000/00000000002 40000/02500003155 40000/00000009995
    40000/00000009987 40000/00000009979 40000/00000000069 40000/00000000127 40000/00000000119 40000/00000003220 40000/00000003063
    40000/00000000077 40000/00000000341 40000/00000000259 40000/00000005126
    """
_PUBLISHED: Final = frozenset(_NUMBERS.replace("/", "").split())
"""Test cards of Stripe, Adyen, Worldpay, PayPal and the card networks, as their pages print them."""
_PLACE: Final = r"(?: (?:own|test|dev|propre|web))? ?(?:site|website|shop|store|account|sandbox|server|app|plugin|integration|compte|boutique|serveur|appli|bac a sable)s?(?!\w)"
"""What one pays on when one tries: "my sandbox" claims no card."""
_NONE: Final = r"(?:not?(?: a| any)?|without(?: an?y?)?|never(?: an?y?)?|pas(?: une?| la| le| de)?|sans(?: une?| la| le)?|aucune?|jamais(?: de| une?)?|ni)"
_NOT_MINE: Final = (
    rf"(?!(?:m[ay](?!{_PLACE})|mon(?!{_PLACE})|mine|mien|mienne|then|puis|ensuite|et|and|real|vraie?)(?!\w))"
)
_OWN: Final = rf"(?<!\w)(?:(?:ma|mon|my)(?!\w)(?!{_PLACE})|(?:mine|mienne|vraie?s?|real)(?!\w))"
_DENIED: Final = re.compile(rf"(?<!\w){_NONE} (?:m[ay]|mon|mine|mienne|vraie?s?|real)(?!\w)")
_MINE_BEFORE: Final = re.compile(rf"{_OWN}[^.;!?\n]*\Z")
_MINE_AFTER: Final = re.compile(rf"[^.;!?\n]*{_OWN}")
"""Whoever calls a card theirs or real, on either side of it in its clause, means no test card. "No real charge" says the
opposite, and "my sandbox" tells where, not whose: neither counts."""
_TRIAL: Final = r"(?:tests?|testing|sandbox|bac a sable|dummy)"
_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:{_EXAMPLE} (?:pin|code|pin code)|(?:code )?(?:pin|code) d.{_EXAMPLE}|(?:par|for) {_EXAMPLE}|e\.g\.|{_TEST_CARD})(?: (?:is|est))?[\s:=,(]{{1,4}}\Z"
)
_AFTER: Final = re.compile(
    rf"[\s,(]{{1,3}}(?:(?:as an|for|par|a titre d.|(?:(?:c.est|it.s|that.s|this is) )?(?:(?:just|only|juste) )?(?:an|un)) ?{_EXAMPLE}\s*(?:\Z|[.;!?)\n])"
    rf"|(?:(?:as|is|est|c.est|comme) )?(?:(?:the|a|your|stripe.s|la|une) )?{_TEST_CARD}\s*(?:\Z|[.,;:!?)\n]))"
)
_TRIED_BEFORE: Final = re.compile(rf"(?<!\w){_TRIAL}(?: {_NOT_MINE}[\w'’]{{1,12}}){{0,4}}[\s:=,(]{{1,4}}\Z")
_TRIED_AFTER: Final = re.compile(
    rf"[\s,(]{{1,3}}(?:{_NOT_MINE}[\w'’/]{{1,12}} ){{0,7}}{_TRIAL}(?: (?:mode|card|visa|mastercard|amex|number|payment|env(?:ironment)?))?\s*(?:\Z|[.,;:!?)\n])"
)


def published(value: str) -> bool:
    """Whether it is the number of a card that payment services print for trials."""
    return _SIGNS.sub("", value) in _PUBLISHED


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


def called_trial(before: str, after: str) -> bool:
    """The same of a published card: whether a word of testing stands on either side, in its clause."""
    said_before, said_after = _DENIED.sub("", before), _DENIED.sub("", after)
    if _MINE_BEFORE.search(said_before) is not None or _MINE_AFTER.match(said_after) is not None:
        return False
    return _TRIED_BEFORE.search(before) is not None or _TRIED_AFTER.match(after) is not None
