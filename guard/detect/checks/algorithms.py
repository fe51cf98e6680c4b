"""Check-digit arithmetic that identifiers of many countries share, on plain strings.

One place for it, so that a country's file holds only that country's weights and letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

_NO_DIGITS: Final = re.compile(r"[^0-9]+")
_NO_ALNUM: Final = re.compile(r"[^0-9A-Za-z]+")
_DOUBLED: Final = str.maketrans("0123456789", "0246813579")
"""The digit sum of twice a digit."""
_LETTERS: Final = {ord(char): str(int(char, 36)) for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_VERHOEFF_TURN: Final = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_VERHOEFF_PRODUCT: Final = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip


def digits(text: str) -> str:
    """The ASCII digits of a text."""
    return _NO_DIGITS.sub("", text)


def compact(text: str) -> str:
    """The ASCII letters, in capitals, and digits of a text."""
    return _NO_ALNUM.sub("", text).upper()


def luhn(text: str) -> bool:
    """Luhn (ISO/IEC 7812-1) over the digits of `text`."""
    number = digits(text)
    return sum(map(int, number[-1::-2] + number[-2::-2].translate(_DOUBLED))) % 10 == 0


def weigh(number: str, weights: Iterable[int]) -> int:
    """Sum of digits by weights, as far as both go."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def mod97(text: str) -> int:
    """Remainder by 97 with letters as 10 to 35 (ISO 7064 mod 97-10); `text` has ASCII capitals and digits only."""
    return int(text.translate(_LETTERS)) % 97


def mod11_10(number: str) -> bool:
    """ISO 7064 mod 11,10 over all digits, the last being the check digit."""
    check = 5
    for digit in number:
        check = (((check or 10) * 2) % 11 + int(digit)) % 10
    return check == 1


def verhoeff(number: str) -> bool:
    """Verhoeff's dihedral check over all digits."""
    check = "0"
    for place, digit in enumerate(reversed(number)):
        check = _VERHOEFF_PRODUCT[int(check)][int(_VERHOEFF_TURN[place % 8][int(digit)])]
    return check == "0"


def calendar(day: int, month: int, days: int = 31) -> bool:
    """Whether day and month can be those of a date; `days` is more than 31 where a plan adds to the day."""
    return 1 <= month <= 12 and 1 <= day <= days


def varied(number: str) -> bool:
    """Not one sign repeated: no authority issues 111 111 111."""
    return len(set(number)) > 1


def whole(check: Callable[[str], bool]) -> Callable[[str], int]:
    """A yes-or-no check as a validator: the length of what it accepts, 0 for refused."""
    return lambda text: len(text) if check(text) else 0
