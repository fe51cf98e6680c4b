"""Stretches of a text written so that a program does not know them and a person does: what they say, as edits.

Look-alike letters, characters set apart by signs, markup or spaces, letters in place of digits, "remove the X", values
glued into hashtags, written backwards, upside down, shifted along the alphabet, in other alphabets, in leet, or down the
beginnings of lines. All linear in the text's length; most give only what a checksum or a dictionary must still confirm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from guard.text.confusables import LATIN, NUMERALS
from guard.text.edits import Edit, whole
from guard.text.fold import FOLDED

# --- look-alikes -------------------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(
    "(?<![0-9A-Za-z.@+_-])[0-9A-Za-z.@+_-]*+(?:[\u00b7-\u1fff\u2024\u2c60-\u2dff\u3002\ua000-\uabff\U00010000-\U0001f1ff]"
    "[0-9A-Za-z.@+_-]*+)+"
)
"""Words with characters of the planes that hold look-alikes; possessive, so that no long run is gone over twice."""
_ASCII_VALUE: Final = re.compile(r"[0-9A-Za-z@]")
_WORD: Final = 4
"""More characters than this are no group of digits."""
_DIGIT: Final = re.compile(r"[0-9]")
_DOTS: Final = {"\u3002": ".", "\u2024": ".", "\u00b7": ".", "\u06d4": ".", "\ua4f8": "."}


_NUMERIC: Final = frozenset(NUMERALS) | {char for char, latin in LATIN.items() if latin in {"o", "l", "i"}}


def look_alikes(plain: str) -> Iterator[Edit]:
    """Letters of other alphabets, and emoji letters, in words that are otherwise Latin letters, digits and signs."""
    for token in _TOKEN.finditer(plain):
        word = token[0]
        numeric = _DIGIT.search(word) is not None or (len(word) <= _WORD and all(char in _NUMERIC for char in word))
        if not numeric and _ASCII_VALUE.search(word) is None:  # a word of its own alphabet
            continue
        latin = word.translate(_LATIN_AMONG_DIGITS if numeric else _LATIN_AMONG_LETTERS)
        if latin != word:
            yield Edit(token.start(), token.end(), latin)


class _LatinTable(dict[int, str]):
    """For `str.translate`: the Latin letter, or the digit, that a character looks like, one for one."""

    def __init__(self, *, numeric: bool) -> None:
        super().__init__()
        self._numeric = numeric

    def __missing__(self, point: int) -> str:
        char = chr(point)
        self[point] = view = char if point < 0x80 else self._latin(char)
        return view

    def _latin(self, char: str) -> str:
        if self._numeric and char in NUMERALS:
            return NUMERALS[char]
        if not self._numeric and char < "\u0250":  # an accent is part of a word
            return char
        latin = _DOTS.get(char) or FOLDED[char]
        if len(latin) != 1 or not latin.isascii() or not (latin.isalnum() or latin == "."):
            return char
        if char.islower() and "\u0370" <= char <= "\u058f":  # an alphabet with both: keys tell large from small
            return latin
        return latin.upper() if self._numeric or char.isupper() else latin


_LATIN_AMONG_DIGITS: Final = _LatinTable(numeric=True)
_LATIN_AMONG_LETTERS: Final = _LatinTable(numeric=False)


# --- between characters ------------------------------------------------------------------------------------------

_SPELLED: Final = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z](?:([^0-9A-Za-z<>]{1,6}?)(?:[^\s]\1){4,}[0-9A-Za-z]|(?: {1,3}[^\s]){5,})(?![0-9A-Za-z])"
)
_MARKUP: Final = re.compile(
    r"</?[A-Za-z][^<>]{0,60}>|<!--[^<>]{0,60}-->|/\*[^*\n]{0,40}\*/|(?<=[0-9A-Za-z])[\"'] ?\+ ?[\"'](?=[0-9A-Za-z])|\[/?[A-Za-z]{1,8}\]|(?<=[^\s*~`|_])(?:\*{1,3}|~~|`|\|\||__)(?=[^\s*~`|_])|\u200b"
)
_ROW: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[A-Z]{2}[0-9]{2}|\+?[0-9]{1,4})(?:[^0-9A-Za-z\u00c0-\u024f]{1,6}[0-9]{1,4}){3,16}(?![0-9A-Za-z])"
)
_TWO_LINES: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9]\n)(?=(?:[ .\n-]{0,3}[0-9]){13,19}(?![ .-]?[0-9]))[0-9](?:[ .-]?[0-9]){4,16} ?\n ?[0-9](?:[ .-]?[0-9]){1,14}"
    r"(?![0-9A-Za-z])(?! ?\n ?[0-9])"
)
_UNUSUAL: Final = re.compile(r"[^0-9A-Za-z .,:/()-]|[^0-9A-Za-z]{3}")
"""Stands between two groups of digits in a row that is not written as usual."""
_APART: Final = re.compile(r"[^0-9A-Za-z]+")


def spelled(plain: str) -> Iterator[Edit]:
    """Single characters with the same thing between each: `j e a n`, `0🔥6🔥3`."""
    for chain in _SPELLED.finditer(plain):
        if chain[1] is None:  # spaces of several widths
            kept = [at for at in range(*chain.span()) if plain[at] != " "]
            yield Edit(*chain.span(), "".join(plain[at] for at in kept), [(at, at + 1) for at in kept])
            continue
        step = 1 + len(chain[1])
        size = len(chain[0])
        yield Edit(chain.start(), chain.end(), chain[0][::step], partial(_each, chain.start(), size, step))


def _each(start: int, size: int, step: int) -> list[tuple[int, int]]:
    """One character of each `step` of a stretch."""
    return [(start + at, start + at + 1) for at in range(0, size, step)]


def unmarked(plain: str) -> Iterator[Edit]:
    """Markup taken out, with nothing in its place."""
    for mark in _MARKUP.finditer(plain):
        yield Edit(mark.start(), mark.end(), "")


def rows(plain: str) -> Iterator[Edit]:
    """Groups of digits with unusual signs between them, or on two lines, as one row."""
    for row in _ROW.finditer(plain):
        if _UNUSUAL.search(plain, row.start() + 1, row.end()) is not None:
            yield _tight(plain, row.start(), row.end())
    for row in _TWO_LINES.finditer(plain):
        yield _tight(plain, row.start(), row.end())


def _tight(plain: str, start: int, end: int, drop: str = "") -> Edit:
    """A row without its separators, and without the letter `drop`."""
    row = plain[start:end]
    kept = _APART.sub("", row.replace(drop, "") if drop else row)
    return Edit(start, end, f"+{kept}" if row[0] == "+" else kept, partial(_kept, row, start, drop))


def _kept(row: str, start: int, drop: str) -> list[tuple[int, int]]:
    """Where the characters stand that `_tight` leaves of a row that begins at `start`."""
    kept = [at for at, char in enumerate(row) if char.isascii() and char.isalnum() and char != drop]
    return [(start + at, start + at + 1) for at in ([0, *kept] if row[0] == "+" else kept)]


_GLUED: Final = re.compile(
    r"(?<![0-9A-Za-z_])(?:[0-9A-Za-z_]{0,60}?[A-Za-z_][0-9]{9,34}[0-9A-Za-z_]{0,60}|[0-9]{9,34}[A-Za-z_][0-9A-Za-z_]{0,60})"
)
_SEAM: Final = re.compile(r"(?<=[a-z_])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z_])|_")


def unglued(plain: str) -> Iterator[Edit]:
    """Numbers set apart from the words of a hashtag or name that they are glued into."""
    for token in _GLUED.finditer(plain):
        for seam in _SEAM.finditer(plain, token.start(), token.end()):
            if seam.start() > token.start():
                yield Edit(seam.start(), seam.end(), " ", [(seam.start(), seam.end())])


# --- one for another ---------------------------------------------------------------------------------------------

_CONFUSED: Final = re.compile(
    r"(?<![0-9A-Za-z])\+?(?:[A-Z]{2}[0-9OolI|]{2}[ .-]?)?[0-9OoQDIl|!SsBbZzGgqTiA](?:[ .\-/]?[0-9OoQDIl|!SsBbZzGgqTiA]){7,33}(?![0-9A-Za-z])"
)
_AS_DIGITS: Final = str.maketrans("OoQDIl|!SsBbZzGgqTiA", "00001111558822699714")
_NATIONAL: Final = re.compile(r"0[1-79][0-9]{8}|07[0-9]{9}|(?:33|0033)[1-79][0-9]{8}|(?:44|0044)7[0-9]{9}")
"""Digits of a telephone number as it begins at home: a third of them may be digits as written, of other rows a half."""
_PREFIX: Final = re.compile(r"[A-Z]{2}(?=[0-9OolI|]{2}[ .-]?[0-9OolI|SBZ])")


def digits(plain: str) -> Iterator[Edit]:
    """Letters that look like digits, read as such in rows that are mostly digits."""
    for row in _CONFUSED.finditer(plain):
        count = len(_DIGIT.findall(row[0]))
        signs = sum(char.isalnum() or char in "|!" for char in row[0])
        country = _PREFIX.match(row[0]) is not None
        if count * 3 < signs or count < 4 or count == signs:
            continue
        start = row.start() + (2 if country else 0)
        meant = plain[start : row.end()].translate(_AS_DIGITS)
        if not country and count * 2 < signs and _NATIONAL.fullmatch(_APART.sub("", meant)) is None:
            continue
        yield Edit(start, row.end(), meant)


_REMOVE: Final = re.compile(
    r"(?:(?i:enl[eè]v|retir|supprim|[oô]te|ignor|vire|oubli|sans|without|remov|delet|drop|strip|skip|minus|take out|omit)[a-z]{0,4})"
    r"(?i:\s(?:tous|toutes|les?|la|the|all|every|each|letters?|lettres?|caract[eè]res?|characters?|signes?)){0,3}"
    r"\s[\"'«“(]?([A-Z]|[*_~^+=|$%€£•·°§\u00d7\u2600-\u27bf\U0001f300-\U0001faff])s?[\"'»”)]?(?!\w)"
)
_SAME_LETTER: Final = re.compile(
    r"(?<![0-9A-Za-z])\+?[0-9]{1,4}([A-Za-z])[0-9]{1,4}(?:\1[0-9]{1,4}){2,}(?![0-9A-Za-z])"
)


def removed(plain: str) -> Iterator[Edit]:
    """The text without the letter that it tells its reader to take out."""
    for told in _REMOVE.finditer(plain):
        letter = told[1]
        at = plain.find(letter)
        while at >= 0:
            if not told.start() <= at < told.end():
                yield Edit(at, at + 1, "")
            at = plain.find(letter, at + 1)
        return


def parted(plain: str) -> Iterator[Edit]:
    """Groups of digits with the same letter between each."""
    for row in _SAME_LETTER.finditer(plain):
        yield _tight(plain, row.start(), row.end(), row[1])


_LEET: Final = str.maketrans("013456789@$!|", "oieasgtbgasil")
_LEET_WORD: Final = re.compile(r"(?<![\w.:/@=-])[0-9A-Za-z$!|][0-9A-Za-z@$!|]{3,30}(?![\w/@=])")
_SWAPPED: Final = b"0134567@$!|89"
_NO_LETTERS: Final = b"0123456789@$!|"


def leet(plain: str) -> Iterator[Edit]:
    """Digits and signs in words that stand for letters."""
    for word in _LEET_WORD.finditer(plain):
        signs = word[0].encode()
        if len(signs) - len(signs.translate(None, _SWAPPED)) >= 2 and len(signs.translate(None, _NO_LETTERS)) >= 2:
            yield Edit(*word.span(), word[0].translate(_LEET))


# --- order and alphabets -----------------------------------------------------------------------------------------

_TOPS: Final = "rf|moc|gro|ten|ue|ku|ed|se|ti|eb|hc|ul|oi|oc|em|ppa|ved|ofni|ac|su|tset|elpmaxe"
_ADDRESS_BACKWARDS: Final = re.compile(
    rf"(?i)(?<![\w.@-])(?:{_TOPS})\.[0-9a-z.-]{{1,60}}@[0-9a-z._+-]{{1,60}}(?![\w@])"
)
_ENDS_WELL: Final = re.compile(r"(?i)\.(?:com|org|net|eu|uk|de|fr|es|it|be|ch|lu|io|co|me|app|dev|info|ca|us)$")
_ROW_BACKWARDS: Final = re.compile(
    r"(?<![0-9A-Za-z+])(?<![0-9A-Z][ .\-/])(?:[0-9](?: ?[0-9A-Z]){8,30} ?[0-9]{2}[A-Z]{2}"
    r"|[0-9]{2}(?:[ .\-/]?[0-9]{2}){3}[ .\-/]?[1-9]0|[0-9](?:[ .\-/]?[0-9]){8,13}\+)(?![0-9A-Za-z])"
)


_CARD_BACKWARDS: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{3}[2-6](?![0-9A-Za-z])")


def _luhn(backwards: list[int]) -> bool:
    """The check of card numbers, from the last digit on: most other rows of digits do not pass it backwards."""
    return sum(digit if at % 2 == 0 else sum(divmod(digit * 2, 10)) for at, digit in enumerate(backwards)) % 10 == 0


def addresses_backwards(plain: str) -> Iterator[Edit]:
    """E-mail addresses written from the last character to the first."""
    for found in _ADDRESS_BACKWARDS.finditer(plain):
        if _ENDS_WELL.search(found[0]) is None:
            yield whole(*found.span(), found[0][::-1])


def rows_backwards(plain: str) -> Iterator[Edit]:
    """Telephone and account numbers written from the last digit to the first."""
    for card in _CARD_BACKWARDS.finditer(plain):
        digits = [int(char) for char in card[0] if char.isdigit()]
        if _luhn(digits) and not _luhn(digits[::-1]):
            yield whole(*card.span(), card[0][::-1])
    for found in _ROW_BACKWARDS.finditer(plain):
        yield whole(*found.span(), found[0][::-1])


_SHIFTED: Final = re.compile(
    r"(?<![0-9A-Za-z+])(?<![0-9A-Z][ .-])(?:[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){3,7}(?: ?[0-9A-Z]{1,4})?|[1-9][0-9](?:[ .-][0-9]{2}){4})"
    r"(?![0-9A-Za-z])(?![ .-][0-9])"
)


def _table(letters: Callable[[int], int], numbers: Callable[[int], int]) -> dict[int, int]:
    return {ord("A") + at: ord("A") + letters(at) % 26 for at in range(26)} | {
        ord("0") + at: ord("0") + numbers(at) % 10 for at in range(10)
    }


SHIFTS: Final = {
    "rot13": _table(lambda at: at + 13, lambda at: at + 5),
    "rot13 letters": _table(lambda at: at + 13, lambda at: at),
    "back one": _table(lambda at: at - 1, lambda at: at - 1),
    "on one": _table(lambda at: at + 1, lambda at: at + 1),
    "back three": _table(lambda at: at - 3, lambda at: at - 3),
    "mirrored": _table(lambda at: 25 - at, lambda at: 9 - at),
}
"""What each letter and digit of a shifted row stands for."""


def shifted(plain: str, table: dict[int, int]) -> Iterator[Edit]:
    """Telephone numbers in pairs and account numbers moved along the alphabet and the digits."""
    for row in _SHIFTED.finditer(plain):
        meant = row[0].translate(table)
        if meant[0] == "0" if meant[0].isdigit() else _adds_up(meant) and not _adds_up(row[0]):
            yield Edit(*row.span(), meant)


def _adds_up(row: str) -> bool:
    """Whether a row is an account number by its checksum (ISO 7064 mod 97): the digits of any row shift to chance cards."""
    bare = "".join(char for char in row if char.isalnum())
    return int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1


_SOUNDS: Final = {
    char: latin
    for chars, sounds in (
        (
            "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюя",
            "a b v g g d e e e zh z i i i y k l m n o p r s t u u f kh ts ch sh sch - y - e yu ya",
        ),
        ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ", "a v g d e z i th i k l m n x o p r s s t u f ch ps o a e i i o u o"),
    )
    for char, latin in zip(chars, (sound.strip("-") for sound in sounds.split()), strict=True)
}
_SOUNDS_OF: Final = str.maketrans(_SOUNDS | {char.upper(): sound.upper() for char, sound in _SOUNDS.items()})
_FOREIGN: Final = re.compile("[" + "".join(_SOUNDS) + "".join(_SOUNDS).upper() + "]{2,}")


def transliterated(plain: str) -> Iterator[Edit]:
    """Cyrillic and Greek letters as they sound."""
    for found in _FOREIGN.finditer(plain):
        latin = found[0].translate(_SOUNDS_OF)
        places = None
        if len(latin) != len(found[0]):
            sizes = [len(_SOUNDS.get(char.lower(), "")) for char in found[0]]
            places = [(at, at + 1) for at, size in enumerate(sizes, found.start()) for _ in range(size)]
        yield Edit(found.start(), found.end(), latin, places)


_UPRIGHT: Final = dict(
    zip(
        "ɐqɔpǝɟƃɓɥᴉıɾſʞʅןɯuodbɹsʇnʌʍʎ∀ᗺƆᗡƎℲ⅁ꓘ˥ԀΌᴚ⊥∩ΛM⅄⇂ƖᄅᘔƐㄣߤϛㄥ69˙",
        "abcdefgghiijjkllmnopqrstuvwyABCDEFGKLPQRTUVWY112234457" + "96.",
        strict=True,
    )
)
_TURNED: Final = str.maketrans(_UPRIGHT)


def upright(text: str) -> str:
    """A text printed upside down as a reader who turns the page sees it; the last character comes first."""
    return text[::-1].translate(_TURNED)


_LINE: Final = re.compile(r"^[ \t>*\-]{0,4}([0-9A-Za-z@.+_-])[^\n]{0,200}$", re.MULTILINE)
_ADDRESS: Final = re.compile(r"[0-9A-Za-z]@[0-9A-Za-z.-]{1,60}\.[A-Za-z]{2}")
_FEWEST_LINES: Final = 6


def acrostic(plain: str) -> Iterator[Edit]:
    """The first characters of all lines as one word, and once more without the first, which may be of a sentence before."""
    lines = list(_LINE.finditer(plain))
    if len(lines) >= _FEWEST_LINES:
        places = [each.span(1) for each in lines]
        word = "".join(each[1] for each in lines)
        gap = (places[-1][1], places[-1][1])
        yield Edit(lines[0].start(), lines[-1].end(), f"{word} {word[1:]}", [*places, gap, *places[1:]])


def acrostic_address(plain: str) -> Iterator[Edit]:
    """The same where it spells an e-mail address: no line begins with @ or a dot but for that."""
    for edit in acrostic(plain):
        if _ADDRESS.search(edit.view) is not None:
            yield edit
