"""Numbers and addresses written as somebody would say them: as digits and signs, in edits.

French and English number words (one by one, by pair, mixed with digits, "double zéro", "plus trente-trois"), digits in a
few more languages, Roman numerals, the NATO alphabet, and e-mail addresses with "arobase", "[at]" and "point".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from guard.text.edits import Edit
from guard.text.fold import fold
from guard.text.words import DIGITS, HUNDRED, NATO, SIGNS, SPOKEN, TEENS, TENS, TIMES

_KNOWN: Final = frozenset(SPOKEN)
_SHORTEST_IBAN: Final = 15
_BETWEEN: Final = r"[\s,.;:/_|*·–-]{1,3}"
_NUMBER_WORD: Final = r"(?:" + "|".join(SPOKEN) + r")"
_ROW: Final = re.compile(
    rf"(?<![0-9a-z])(?![0-9]{{1,4}} ?: (?:\+|0|plus|zero))(?:[a-z]{{2}}{_BETWEEN})?(?:{_NUMBER_WORD}|\+?[0-9]{{1,4}}|[a-z]{{2}}[0-9]{{2}})"
    rf"(?:{_BETWEEN}(?:(?:et|and){_BETWEEN})?(?:{_NUMBER_WORD}|[0-9]{{1,4}})(?![0-9a-z])){{3,}}"
)
_AMERICAN: Final = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}")
_ROW_WORD: Final = re.compile(r"[a-z]{2}[0-9]{2}|[a-z]+|\+?[0-9]+")
_ALPHABET: Final = re.compile(
    r"(?<![0-9a-z-])(?:{words})(?:[\s,./_|-]{{1,3}}(?:{words}|[0-9]{{1,32}}|[a-z]))*(?:[\s,./_|-]{{1,3}}(?:{words}|[0-9]{{1,32}}))(?![0-9a-z-])".format(
        words="|".join(sorted([*NATO, *DIGITS, *SIGNS], key=lambda word: (-len(word), word)))
    )
)
_ALPHABET_WORD: Final = re.compile(r"x-ray|[a-z]+|[0-9]+")
_ROMAN: Final = re.compile(r"(?<![0-9A-Za-z])(?:[IVXLC]{1,9}|N)(?:[ .,/_-]{1,2}(?:[IVXLC]{1,9}|N)){3,}(?![0-9A-Za-z])")
_NUMERAL: Final = re.compile("[IVXLCN]+")
_LONG_ROW: Final = 6
"""A row of more numerals than this is no telephone number; its last digit may stand alone."""
_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}

_OPEN: Final = r"\s{0,2}[\[({<«\"'_*~|-]{1,2}\s{0,2}"
_CLOSE: Final = r"\s{0,2}[\])}>»\"'_*~|-]{1,2}\s{0,2}"
_AT_NAMES: Final = "arr?oba(?:se?)?|chiocciola|apenstaart(?:je)?|klammeraffe"
_AT_SIGN: Final = rf"{_OPEN}(?:at|{_AT_NAMES}|chez|a|ät|@){_CLOSE}"
_AT_WORD: Final = rf"\s{{1,2}}(?:{_AT_NAMES})\s{{1,2}}"
_AT_SHORT: Final = r"\s{1,2}(?:at|chez|@)\s{1,2}|\s{1,2}@|@\s{1,2}"
_DOT_SIGN: Final = rf"{_OPEN}(?:dot|point|punto|punkt|punt|pt|\.){_CLOSE}"
_DOT_WORD: Final = r"\s{1,2}(?:dot|point|punto|punkt|punt)\s{1,2}"
_NAME: Final = r"[0-9a-z_+-]{1,40}"
_TIGHT_DOT: Final = r"\.|" + _DOT_SIGN
_DOTTED: Final = rf"(?:{_DOT_SIGN}|{_DOT_WORD})"
_ANY_DOT: Final = rf"(?:\.|{_DOT_SIGN}|{_DOT_WORD})"
_END: Final = r"(?:[a-z]{2,6})(?![0-9a-z])"
_TOP_LEVEL: Final = (
    "com|org|net|edu|gov|info|biz|eu|fr|uk|de|es|it|be|ch|lu|nl|pt|ie|at|pl|se|no|dk|fi|us|ca|qc|io|co|me|app|dev|ai|pro|tv|"
    "gouv|asso|paris|bzh|re|gp|mq|gf|yt|nc|pf|test|example|exemple"
)
_TOP: Final = rf"(?:{_TOP_LEVEL})(?![0-9a-z])"
_ADDRESS: Final = re.compile(
    # a marked at with any dots; or a bare at, chez or spaced @ with spoken dots; or a mark for the dot alone
    rf"(?<![0-9a-z.@])({_NAME}(?:{_ANY_DOT}{_NAME}){{0,4}})"
    rf"(?:({_AT_SIGN}|{_AT_WORD})({_NAME}(?:{_ANY_DOT}{_NAME}){{0,4}}{_ANY_DOT}{_END})"
    rf"|({_AT_SHORT})({_NAME}(?:{_ANY_DOT}{_NAME}){{0,4}}{_DOTTED}{_TOP})"
    rf"|(@)({_NAME}(?:{_ANY_DOT}{_NAME}){{0,4}}{_DOTTED}{_END}))"
)
_NO_NAME: Final = re.compile(
    r"(?<![0-9a-z])(?:the|your|my|our|an|this|that|his|her|their|its|any|every|each|no|le|la|un|une|ton|ta|votre|mon|ma|ce|cette|chaque)"
    r"\s{1,2}$"
)
"""What a plain word after it is no name of a mailbox: "check your vin at nhtsa dot gov"."""
_A_DOT: Final = re.compile(rf"{_DOT_SIGN}|{_DOT_WORD}")
_BROKEN: Final = re.compile(
    rf"(?<=[0-9a-z])(?: ?#@|@[^0-9a-z@]{{1,5}})(?=[0-9a-z-]{{1,40}}(?:\.[0-9a-z-]{{1,40}}){{0,3}}\.{_TOP})"
)
"""An @ with something after it, or the sign of a hashtag before it, in what would else be an address."""
_CUT: Final = re.compile(rf"[0-9a-z][._][0-9a-z]{{2,40}}(\n)@[0-9a-z-]{{1,40}}(?:\.[0-9a-z-]{{1,40}}){{0,3}}\.{_TOP}")
"""A line that ends in a dotted name before one that begins with what would else be a mention."""


def addresses(plain: str) -> Iterator[Edit]:
    """E-mail addresses with their signs spelled out; not "meet me at example.org"."""
    folded = folded_alike(plain)
    if folded is None:
        return
    for found in _ADDRESS.finditer(folded):
        at = 2 if found[2] else 4 if found[4] else 6
        if (
            at == 4
            and found[1].isalpha()
            and found[4].strip() != "@"
            and _NO_NAME.search(folded, max(0, found.start() - 12), found.start())
        ):
            continue
        for part in (1, at + 1):
            for dot in _A_DOT.finditer(folded, *found.span(part)):
                yield Edit(dot.start(), dot.end(), ".")
        yield Edit(*found.span(at), "@")
    for cut in _CUT.finditer(folded):
        yield Edit(*cut.span(1), "")
    for broken in _BROKEN.finditer(folded):
        yield Edit(*broken.span(), "@")


def folded_alike(plain: str) -> str | None:
    """The folded view when it runs position for position with the plain one."""
    folded = fold(plain)
    return (
        folded if len(folded) == len(plain) else "".join(char.lower() if char.isascii() else "\x1a" for char in plain)
    )


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


def numbers(plain: str) -> Iterator[Edit]:
    """Rows of number words, and of words among digits, as digits without separators."""
    folded = folded_alike(plain)
    if folded is None:
        return
    for row in _ROW.finditer(folded):
        words = said_words(folded, *row.span())
        country = words[0].text not in _KNOWN and words[0].text.isalpha()
        if sum(each.text.isalpha() for each in words[country:]) < 2:
            continue
        if country and (edit := digits_of(words)) is not None and _is_iban(edit.view):
            yield edit
            continue
        words = words[country:]
        if (edit := digits_of(words)) is not None:
            yield edit


def said_words(folded: str, start: int, end: int) -> list[_Word]:
    """The words and groups of digits of a row."""
    return [_Word(each[0], *each.span()) for each in _ROW_WORD.finditer(folded, start, end)]


def american(plain: str) -> Iterator[Edit]:
    """Those rows that North America would dial, as from abroad: ten digits alone are too much else to be believed.

    Hardly anybody spells out an order number; counting from two to ten is none.
    """
    for edit in numbers(plain):
        if _AMERICAN.fullmatch(edit.view) and "45678" not in edit.view and isinstance(edit.places, list):
            yield Edit(edit.start, edit.end, "+1" + edit.view, [edit.places[0], edit.places[0], *edit.places])


def _is_iban(text: str) -> bool:
    """Whether it adds up as one; else the two letters before are a word: "here you go five four two…"."""
    return (
        text.isascii()
        and text.isalnum()
        and len(text) >= _SHORTEST_IBAN
        and int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97 == 1
    )


def digits_of(words: list[_Word], least: int = 7) -> Edit | None:
    """The whole row as one string of digits, each from the words that say it; None for fewer than `least`."""
    view: list[str] = []
    places: list[tuple[int, int]] = []
    at, times = 0, 1
    while at < len(words):
        word = words[at]
        size, said = _number(words, at)
        if word.text in {"et", "and"}:
            at += 1
            continue
        if word.text in TIMES:
            times = TIMES[word.text]
            at += 1
            continue
        said *= times
        times = 1
        view.append(said)
        places += [(word.start, words[min(at + size, len(words)) - 1].end)] * len(said)
        at += size
    digits = "".join(view)
    if sum(char.isdigit() for char in digits) < least:
        return None
    return Edit(words[0].start, words[-1].end, digits, places)


def _number(words: list[_Word], at: int) -> tuple[int, str]:
    """How many words from `at` on make one number, and its digits."""
    word = words[at].text
    if not word.isalpha():
        return 1, word.upper()
    if word == "plus":
        return 1, "+"
    size, value = _below_hundred(words, at)
    if value is None:
        return 1, word.upper() if at == 0 else ""
    following = words[at + size].text if at + size < len(words) else ""
    if following in HUNDRED and 0 < value < 10:
        skip = size + 1
        if following == "hundred":  # "nine hundred one two" is 900 12; with "and" it is 901
            spoken = at + skip < len(words) and words[at + skip].text == "and"
            skip += spoken
            more, rest = _below_hundred(words, at + skip) if spoken else (0, None)
        else:
            more, rest = _below_hundred(words, at + skip)
        return skip + (0 if rest is None else more), str(value * 100 + (rest or 0))
    return size, str(value)


def _below_hundred(words: list[_Word], at: int) -> tuple[int, int | None]:
    """A number of 0 to 99 in French or English words: how many words, and its value."""
    text = [each.text for each in words[at : at + 4]] + [""] * 4
    first = text[0]
    if first == "quatre" and text[1] in {"vingt", "vingts"}:
        used, rest = _under_twenty(text, 2)
        return 2 + used, 80 + (rest or 0)
    if first in TENS:
        skip = 1 if text[1] in {"et", "and"} else 0
        used, rest = _under_twenty(text, 1 + skip)
        if rest is not None and 0 < rest < (20 if first == "soixante" else 10):
            return 1 + skip + used, TENS[first] + rest
        return 1, TENS[first]
    if first in HUNDRED:
        used, rest = _under_twenty(text, 1)
        return 1 + used, 100 + (rest or 0)
    used, rest = _under_twenty(text, 0)
    return max(used, 1), rest


def _under_twenty(text: list[str], at: int) -> tuple[int, int | None]:
    word = text[at]
    if word == "dix" and text[at + 1] in {"sept", "huit", "neuf"}:
        return 2, 10 + DIGITS[text[at + 1]]
    if word in TEENS:
        return 1, TEENS[word]
    if word in DIGITS:
        return 1, DIGITS[word]
    return 0, None


def alphabet(plain: str) -> Iterator[Edit]:
    """Words of the NATO alphabet, among them digits and signs in words: what they spell."""
    folded = folded_alike(plain)
    if folded is None:
        return
    for row in _ALPHABET.finditer(folded):
        view: list[str] = []
        places: list[tuple[int, int]] = []
        for each in _ALPHABET_WORD.finditer(folded, *row.span()):
            word = each[0]
            said = NATO.get(word) or SIGNS.get(word) or (str(DIGITS[word]) if word in DIGITS else word.upper())
            view.append(said)
            # a group of digits stands for itself, sign by sign; of a word, each sign is the whole
            places += [(at, at + 1) for at in range(*each.span())] if word.isdigit() else [each.span()] * len(said)
        if sum(each[0] in NATO for each in _ALPHABET_WORD.finditer(folded, *row.span())) >= 2 and len(view) >= 4:
            yield Edit(row.start(), row.end(), "".join(view), places)


def numerals(plain: str) -> Iterator[Edit]:
    """Rows of Roman numerals as digits, two for each, but one for N, which stands for a zero, and for what follows it."""
    for row in _ROMAN.finditer(plain):
        if not set(row[0]) - set("X .,/_-"):
            continue  # a form to fill in: "06 XX XX XX XX"
        view: list[str] = []
        places: list[tuple[int, int]] = []
        signs = list(_NUMERAL.finditer(plain, *row.span()))
        for at, each in enumerate(signs):
            value = _roman(each[0])
            alone = view[-1:] == ["0"] or (at > _LONG_ROW and at == len(signs) - 1)
            said = "0" if each[0] == "N" else str(value) if alone else f"{value:02}"
            view.append(said)
            places += [each.span()] * len(said)
        yield Edit(row.start(), row.end(), "".join(view), places)


def _roman(numeral: str) -> int:
    values = [_VALUES.get(sign, 0) for sign in numeral]
    total = sum(-value if value < max(values[at + 1 :], default=0) else value for at, value in enumerate(values))
    return max(total, 0) % 1000
