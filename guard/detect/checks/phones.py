"""Telephone numbers against numbering plans: lengths by calling code (ITU E.164) and the plans of France, Britain and America.

Written out here and not asked of libphonenumber, whose metadata take a tenth of a second to load and 25 µs a number; the
tests compare with it. The ranges kept for fiction count as numbers: people test with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from guard.detect.checks.algorithms import digits, varied, whole

_LENGTHS: Final[dict[str, frozenset[int]]] = {
    code: frozenset(range(int(low), int(high or low) + 1))
    for lengths, codes in {
        "4-7": "290 683 690", "5-6": "247 500 682", "5-7": "508 676 677 678 685 688", "5-8": "386 686", "6-6": "298 299 672 681 687",
        "6-7": "597", "6-9": "376 252 355 297", "6-10": "95", "6-11": "595",
        "7-7": "238 239 246 248 269 291 592 673 674 680 691 692", "7-8": "230 241 267 372 599 670 675 853 961 965 501 679 507",
        "7-9": "231 265 385 967 968 974 975 220 245 423 689 354", "7-10": "44 27 84 98 61 243 254 353 263 960 359",
        "7-11": "886 31 39 48 352 381 358 60 82", "7-12": "43 46 62 86 49 375 971 598",
        "8-8": "45 47 53 216 222 223 226 227 228 232 235 236 253 257 266 350 356 357 370 371 373 374 389 502 503 504 505 506 509 800 "
        "808 852 973 993", "8-9": "32 36 51 213 224 233 237 250 258 264 268 377 382 387 591 962 963 855 421 64 66", "8-10": "20 229 234 378 "
        "63 964 970 976 977 850 880 856 65", "8-11": "55 593 57 972", "8-12": "92 383",
        "9-9": "33 34 93 94 211 212 218 221 240 242 244 249 251 255 256 260 261 262 351 40 590 594 596 979 992 994 995 998 420 41",
        "9-10": "380 966 996 81", "9-11": "56", "10-10": "1 7 52 58 90 91 225", "10-11": "54", "10-12": "30",
    }.items()
    for low, _, high in [lengths.partition("-")]
    for code in codes.split()
}  # fmt: skip
"""Digits after the calling code, without the trunk prefix; services with shorter numbers are left out."""
_LONGEST_CODE: Final = 3
_TRUNK_KEPT: Final = frozenset({"39", "378", "225", "229", "242"})
"""Countries whose numbers keep their first 0 from abroad."""
_MOBILE: Final = re.compile(
    r"(?:0(?:\W{0,3}|_)|\+33[ .\-]?(?:\(0\) ?)?)[67](?:(?:\W{0,3}|_)\d){8}|\+44[ .\-]?7(?:[ .\-]?\d){9}"
)
"""French and, in international form, British mobiles: most of what is posted, told without looking further."""
_REPEATED: Final = re.compile(r"(\d\d)\1{4}")
"""A row of one pair, as in `06 06 06 06 06`: nobody's number."""
_EVERYONES: Final = re.compile(r"080[0-5]\d{6}|080[08]\d{7}|0808\d{6}|09693\d{5}")
"""Numbers that cost the caller nothing, or no more than a call: help lines and customer services have them, no person."""
_TOLL_FREE: Final = re.compile(r"\+?1[ .\-]{1,2}\(?8(?:00|33|44|55|66|77|88)\)?[ .\-]{1,2}[2-9]\d\d[ .\-]\d{4}")
"""The same in North America, as it is grouped there."""
_CUTS: Final = re.compile(r"[ .\-/·]+\(?\d+\)?$")
_MOST_CUTS: Final = 8
_FEWEST: Final = 7
_FEWEST_DIALLED: Final = 11
"""Digits of an international number with its 00, which begins many a number that is none."""
_FRENCH: Final = re.compile(r"0[1-9]\d{8}")
_BRITISH: Final = re.compile(r"0(?:11[3-8]|1\d1|1[2-9]\d{2}|2[0-9]|3[0347]\d|5[56]\d|7[0-9]\d|8[0-9]\d|9[018]\d)\d+")
_SHORT_BRITISH: Final = frozenset(
    {
        "01204", "01208", "01254", "01276", "01297", "01298", "01363", "01364", "01384", "01386", "01404", "01420",
        "01460", "01461", "01480", "01488", "01524", "01527", "01562", "01566", "01606", "01629", "01635", "01647",
        "01659", "01695", "01726", "01744", "01750", "01768", "01827", "01837", "01884", "01900", "01905", "01935",
        "01946", "01949", "01963", "01995",
    }
)  # fmt: skip
"""Areas that still have numbers of one digit less."""
_AMERICAN: Final = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_SERVICE: Final = re.compile(r"1?(?:[2-9]11|[2-9]9\d|37\d|96\d)")
"""Area codes that are not given out."""
_EXTENSION: Final = re.compile(r" ?(?:x|ext\.?|poste|#) ?\d{1,6}$", re.IGNORECASE)
_PAIRS: Final = re.compile(r"\d\d(?:[ .\-/]\d\d){4}")
_DATE: Final = re.compile(
    r"\d{1,2}([./\- ])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./\- ])\d{1,2}\2\d{1,2}|(?:19|20)\d\d[ \-/](?:19|20)\d\d"
)
_COUNT: Final = re.compile(r"[1-9]\d{0,2}(?:[ .]\d{3}){1,4}")
_ROUND: Final = re.compile(r"00$")
_ANOTHER: Final = re.compile(r"(?:(?<=-\d{3})|(?<=-\d{4})) \d{1,3}$")
_SSN: Final = re.compile(r"\d{3}-\d{2}-\d{4}")


def warm() -> None:
    """Nothing to load: the plans are written out in this file."""


def _international(number: str) -> bool:
    """Whether digits with a calling code can be a number there; one trunk 0 after the code is forgiven."""
    for size in range(1, _LONGEST_CODE + 1):
        if (lengths := _LENGTHS.get(number[:size])) is None:
            continue
        code, rest = number[:size], number[size:]
        if code == "1":
            return _american(rest)
        if rest[:1] == "0" and code not in _TRUNK_KEPT:
            rest = rest[1:]
        if len(rest) not in lengths or (rest[0] == "0" and code not in _TRUNK_KEPT) or not varied(rest):
            return False
        return code != "33" or rest[0] != "0"
    return False


def _american(number: str) -> bool:
    return _AMERICAN.fullmatch(number) is not None and _SERVICE.match(number) is None


def _british(number: str) -> bool:
    if _BRITISH.fullmatch(number) is None:
        return False
    return len(number) == 11 or (len(number) == 10 and number[:5] in _SHORT_BRITISH)


def _valid(text: str) -> bool:
    number = digits(text)
    if text[0] == "+":
        return _international(number)
    if number[:2] == "00":
        return len(number) >= _FEWEST_DIALLED and _international(number[2:])
    if number[:1] != "0":
        return _american(number)
    if _REPEATED.fullmatch(number):
        return False
    return _british(number) or (_FRENCH.fullmatch(number) is not None and varied(number[1:]))


def everyones(text: str) -> bool:
    """Whether it is a help line's or a customer service's; 080 apart from the rest is Bari's."""
    if _TOLL_FREE.fullmatch(text):
        return True
    return text[:2] in {"08", "09", "0 ", "(0"} and (
        _EVERYONES.fullmatch(digits(text)) is not None and text[:4] not in {"080 ", "080-", "080/", "080."}
    )


def phone(text: str) -> int:
    """Length of the longest beginning of `text`, cut between groups of digits, that is a number of some plan; 0 for none."""
    if everyones(text):
        return 0
    if _MOBILE.fullmatch(text):
        return 0 if _REPEATED.fullmatch(digits(text)) else len(text)
    candidate = text
    for _ in range(_MOST_CUTS):
        if _valid(candidate.removeprefix("(").replace("(0)", "")):
            return len(candidate)
        shorter = _CUTS.sub("", candidate)
        if shorter == candidate or sum(map(str.isdigit, shorter)) < _FEWEST:
            return 0
        candidate = shorter
    return 0


def north_american(text: str) -> bool:
    """A ten-digit number as North America groups it; with brackets, a country code or an extension, any digits will do."""
    bare = _EXTENSION.sub("", text)
    number = digits(bare)
    if not varied(number) or everyones(bare):
        return False
    return _american(number[-10:]) or bare != text or "(" in text or text[:2] in {"+1", "00"}


def _loose(text: str) -> bool:
    """A number that a word beside it calls one: any country's national form, but no date, count or half a number."""
    bare = _EXTENSION.sub("", text)
    number = digits(bare)
    if bare[0] == "+" or number[:2] == "00":
        return _valid(bare) or bare.startswith(("+1-", "001-"))
    if not varied(number) or everyones(bare) or _DATE.fullmatch(bare) or _SSN.fullmatch(bare):
        return False
    if _PAIRS.fullmatch(bare):
        return _FRENCH.fullmatch(number) is not None
    if bare.isdigit():
        return _together(number)
    if len(number) == 6 and number[0] == "0":
        return False
    return 6 <= len(number) <= 12 and not (_COUNT.fullmatch(bare) and _ROUND.search(bare))


def _together(number: str) -> bool:
    """Digits with nothing between them: eight or nine as in many plans, more behind a trunk 0, or America's ten."""
    if number[0] == "0":
        return 9 <= len(number) <= 12
    return len(number) in {8, 9} or (len(number) == 10 and _american(number))


def _grouped(text: str) -> bool:
    """The same where the word beside it is French: ten digits together with no 0 before them are none."""
    number = digits(text)
    return _loose(text) and not (text.isdigit() and number[0] != "0" and len(number) != 8)


def _before_another(check: Callable[[str], bool]) -> Callable[[str], int]:
    """Length of the number, without a house number or the like that stands behind a hyphenated one."""

    def length(text: str) -> int:
        bare = _ANOTHER.sub("", text)
        return len(bare) if check(bare) else 0

    return length


PHONES: Final[dict[str, Callable[[str], int]]] = {
    "phone": phone,
    "north_american": whole(north_american),
    "loose_phone": _before_another(_loose),
    "grouped_phone": _before_another(_grouped),
}
"""Validators by their name in the catalogue."""
