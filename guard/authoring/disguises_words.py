"""Disguises that say a value in words, or leave it to the reader to put it together."""

from __future__ import annotations

import string
from collections.abc import Callable

from guard.authoring.disguises_codes import bare

POST_BREAK = "\f"
"""Stands between the posts of a thread in what a disguise of the class `split` gives."""

ENGLISH = str.split("zero one two three four five six seven eight nine")
FRENCH = str.split("zéro un deux trois quatre cinq six sept huit neuf")
SPANISH = str.split("cero uno dos tres cuatro cinco seis siete ocho nueve")
_FR_TEENS = str.split("dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf")
_FR_TENS = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"]
_NATO = dict(
    zip(
        string.ascii_lowercase,
        str.split(
            "alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo "
            "sierra tango uniform victor whiskey xray yankee zulu"
        ),
        strict=True,
    )
)
_SIGN_WORDS = {"@": "at", ".": "dot", "-": "dash", "+": "plus"}


def french_number(number: int) -> str:
    """0 to 99 in French words."""
    if number < 10:
        return FRENCH[number]
    if number < 20:
        return _FR_TEENS[number - 10]
    tens, ones = divmod(number, 10)
    word = _FR_TENS[tens]
    if tens in {7, 9}:
        return f"{word}{' et ' if number == 71 else '-'}{_FR_TEENS[ones]}"
    if ones == 0:
        return word + ("s" if number == 80 else "")
    return f"{word}{' et ' if ones == 1 and tens != 8 else '-'}{FRENCH[ones]}"


def roman(number: int) -> str:
    """1 to 3999 in Roman numerals; N for 0, as scribes wrote."""
    if not 0 < number < 4000:
        return "N" if number == 0 else str(number)
    out = ""
    for size, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        str.split("M CM D CD C XC L XL X IX V IV I"),
        strict=True,
    ):
        out += sign * (number // size)
        number %= size
    return out


def nato(value: str) -> str:
    words = [
        ENGLISH[int(c)] if c in string.digits else _NATO.get(c.lower()) or _SIGN_WORDS.get(c, c) for c in bare(value)
    ]
    return " ".join(words)


def digit_words(words: list[str]) -> Callable[[str], str]:
    def apply(value: str) -> str:
        if not any(char in string.digits for char in value):
            return value
        return " ".join("".join(f" {words[int(c)]} " if c in string.digits else c for c in value).split())

    return apply


def pairs(value: str, word: Callable[[int], str], zero: str, every: int = 1) -> str:
    """Digits two by two as words; `every` = 2 leaves each other pair as it is."""
    out: list[str] = []
    for group in value.split(" "):
        if not (group.isascii() and group.isdigit()):
            out.append(group)
            continue
        for at in range(0, len(group), 2):
            pair = group[at : at + 2]
            if every > 1 and len(out) % every == 0:
                out.append(pair)
            else:
                out += [zero] * (pair[0] == "0" and len(pair) > 1)
                out.append(word(int(pair)))
    return " ".join(out)


def spelled_signs(value: str) -> str:
    if "@" in value:
        return value.replace(".", " [dot] ").replace("@", " [at] ")
    if value.startswith("0"):
        return "plus trente-trois " + value[1:]
    return value


def removable(value: str) -> str:
    return " X".join(value.split(" ")) + " (enlevez les X)" if " " in value else "X".join(value) + " (enlevez les X)"


def swapped(value: str) -> str:
    at = len(value) // 2
    return value[:at] + value[at + 1 : at + 2] + value[at : at + 1] + value[at + 2 :]


_SPOKEN = dict(zip("abcdefghijklmnopqrstuvxyz", "абкдефгхийклмнопкрстувхыз", strict=True)) | {"w": "в"}


def transliterated(value: str) -> str:
    return "".join(
        _SPOKEN[char] if char in _SPOKEN else _SPOKEN[char.lower()].upper() if char.lower() in _SPOKEN else char
        for char in value
    )


def acrostic(value: str) -> str:
    return "\n" + "\n".join(f"{char} fois" if char.isdigit() else f"{char}a va" for char in bare(value))


def two_posts(value: str) -> str:
    half = len(value) // 2
    return value[:half].rstrip() + POST_BREAK + value[half:].lstrip()


def half_hashtag(value: str) -> str:
    half = len(value) // 2
    return f"{value[:half].rstrip()} #{value[half:].lstrip().replace(' ', '_')}"


def long_preamble(value: str) -> str:
    return "bla " * 5_000 + value
