"""VAT and company numbers of Europe: shape and check digits of every member state, the United Kingdom and Switzerland.

Without the check, two letters and some digits are a part number; with it they name a company (Directive 2006/112/EC, VIES).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from guard.detect.checks.algorithms import compact, digits, luhn, mod11_10, mod97, varied, weigh, whole
from guard.detect.checks.spanish import spanish_tax

_BIRTH_MONTHS: Final = frozenset((*range(1, 13), *range(21, 33)))
"""Women's have 50 more."""
_IRISH: Final = "WABCDEFGHIJKLMNOPQRSTUV"
_CYPRIOT: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_FRENCH_KEY: Final = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def siren_number(number: str) -> bool:
    """Nine digits, Luhn, as SIREN; no number of zeros."""
    return len(number) == 9 and number.isdigit() and number[0] != "0" and luhn(number)


def _austrian(rest: str) -> bool:
    if not re.fullmatch(r"U\d{8}", rest):
        return False
    total = sum(sum(map(int, str(int(digit) * (1 + place % 2)))) for place, digit in enumerate(rest[1:8]))
    return (-total - 4) % 10 == int(rest[8])


def belgian_company(number: str) -> bool:
    """Ten digits that begin with 0 or 1, the last two 97 less the remainder of the others."""
    return len(number) == 10 and number.isdigit() and number[0] in "01" and 97 - int(number[:8]) % 97 == int(number[8:])


def _bulgarian(rest: str) -> bool:
    if len(rest) == 9:
        total = weigh(rest[:8], range(1, 9)) % 11
        return (total if total < 10 else weigh(rest[:8], range(3, 11)) % 11 % 10) == int(rest[8])
    if len(rest) != 10:
        return False
    personal = weigh(rest, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10
    foreign = weigh(rest, (21, 19, 17, 13, 11, 9, 7, 3, 1)) % 10
    other = -weigh(rest, (4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return int(rest[9]) in {personal, foreign, other}


def _cypriot(rest: str) -> bool:
    if not re.fullmatch(r"\d{8}[A-Z]", rest) or rest.startswith("12"):
        return False
    total = sum(_CYPRIOT[int(digit)] if not place % 2 else int(digit) for place, digit in enumerate(rest[:8]))
    return chr(65 + total % 26) == rest[8]


def _czech(rest: str) -> bool:
    if len(rest) == 8:
        return rest[0] != "9" and ((11 - weigh(rest, range(8, 1, -1)) % 11) % 10 or 0) == int(rest[7])
    if len(rest) == 10:  # a person's birth number
        return int(rest[:9]) % 11 % 10 == int(rest[9]) and int(rest[2:4]) % 50 in _BIRTH_MONTHS
    return False


def _greek(rest: str) -> bool:
    return len(rest) == 9 and weigh(rest, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(rest[8])


def french_vat(rest: str) -> bool:
    """Two signs of key and a SIREN; the key is told from the SIREN, in the older form by digits, else with a letter."""
    key, number = rest[:2], rest[2:]
    if not siren_number(number):
        return False
    if key.isdigit():
        return int(number + "12") % 97 == int(key)
    if key[0] not in _FRENCH_KEY or key[1] not in _FRENCH_KEY:
        return False
    first, second = _FRENCH_KEY.index(key[0]), _FRENCH_KEY.index(key[1])
    check = first * 24 + second - 10 if key[0].isdigit() else first * 34 + second - 100
    return (int(number) + 1 + check // 11) % 11 == check % 11


def british_vat(rest: str) -> bool:
    """Nine digits, or twelve of a branch; weights 8 to 2, then 97 or 97 less 55."""
    if len(rest) not in {9, 12} or not rest.isdigit() or rest[:3] == "000":
        return False
    total = weigh(rest, range(8, 1, -1)) + int(rest[7:9])
    return total % 97 in {0, 42, 55}


def _hungarian(rest: str) -> bool:
    return len(rest) == 8 and weigh(rest, (9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0


def irish_tax(rest: str) -> bool:
    """Seven digits, a check letter and perhaps a second letter: companies and, as PPS number, persons."""
    if old := re.fullmatch(r"(\d)[A-Z](\d{5})([A-Z])", rest):
        rest = f"0{old[2]}{old[1]}{old[3]}"
    if not re.fullmatch(r"\d{7}[A-W][A-IW]?", rest):
        return False
    second = "WABCDEFGHI".index(rest[8]) if len(rest) == 9 else 0
    return _IRISH[(weigh(rest[:7], range(8, 1, -1)) + 9 * second) % 23] == rest[7]


def italian_company(number: str) -> bool:
    """Eleven digits, Luhn; the office that gave it must exist."""
    if len(number) != 11 or not number.isdigit() or number[:7] == "0000000":
        return False
    return (1 <= int(number[7:10]) <= 100 or number[7:10] in {"120", "121", "888", "999"}) and luhn(number)


def _lithuanian(rest: str) -> bool:
    size = len(rest) - 1
    if size not in {8, 11} or rest[size - 1] != "1":
        return False
    total = weigh(rest[:size], [1 + place % 9 for place in range(size)]) % 11
    if total == 10:
        total = weigh(rest[:size], [1 + (place + 2) % 9 for place in range(size)]) % 11 % 10
    return total == int(rest[size])


def _latvian(rest: str) -> bool:
    if len(rest) != 11:
        return False
    if rest[0] > "3":
        return weigh(rest, (9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)) % 11 == 3
    return (1 + weigh(rest, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10 == int(rest[10])


def _dutch(rest: str) -> bool:
    if not re.fullmatch(r"\d{9}B\d{2}", rest):
        return False
    return dutch_person(rest[:9]) or mod97("NL" + rest) == 1


def dutch_person(number: str) -> bool:
    """The test by eleven of a citizen's number (BSN)."""
    return (
        len(number) == 9
        and number.isdigit()
        and varied(number)
        and weigh(number, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0
    )


def portuguese_tax(number: str) -> bool:
    """Nine digits (NIF) with a check digit by eleven."""
    if len(number) != 9 or not number.isdigit() or number[0] == "0":
        return False
    return (11 - weigh(number[:8], range(9, 1, -1)) % 11) % 11 % 10 == int(number[8])


def _romanian(rest: str) -> bool:
    if not 6 <= len(rest) <= 10:
        return False
    padded = rest.zfill(10)
    return weigh(padded[:9], (7, 5, 3, 2, 1, 7, 5, 3, 2)) * 10 % 11 % 10 == int(padded[9])


def _slovene(rest: str) -> bool:
    check = 11 - weigh(rest[:7], range(8, 1, -1)) % 11
    return len(rest) == 8 and rest[0] != "0" and check != 11 and check % 10 == int(rest[7])


def _slovak(rest: str) -> bool:
    return len(rest) == 10 and rest[2] in "234789" and int(rest) % 11 == 0


def _swedish(rest: str) -> bool:
    return len(rest) == 12 and rest.endswith("01") and luhn(rest[:10])


def _polish(rest: str) -> bool:
    return len(rest) == 10 and weigh(rest, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(rest[9])


def _luxembourgish(rest: str) -> bool:
    return len(rest) == 8 and int(rest[:6]) % 89 == int(rest[6:])


_NUMBERS: Final[dict[str, Callable[[str], bool]]] = {
    "BE": belgian_company,
    "BG": _bulgarian,
    "CZ": _czech,
    "DE": lambda rest: len(rest) == 9 and rest[0] != "0" and mod11_10(rest),
    "DK": lambda rest: len(rest) == 8 and rest[0] != "0" and weigh(rest, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0,
    "EE": lambda rest: len(rest) == 9 and weigh(rest, (3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0,
    "EL": _greek,
    "FI": lambda rest: len(rest) == 8 and weigh(rest, (7, 9, 10, 5, 8, 4, 2, 1)) % 11 == 0,
    "GB": british_vat,
    "HR": lambda rest: len(rest) == 11 and mod11_10(rest),
    "HU": _hungarian,
    "IT": italian_company,
    "LT": _lithuanian,
    "LU": _luxembourgish,
    "LV": _latvian,
    "MT": lambda rest: len(rest) == 8 and rest[0] != "0" and weigh(rest, (3, 4, 6, 7, 8, 9, 10, 1)) % 37 == 0,
    "PL": _polish,
    "PT": portuguese_tax,
    "RO": _romanian,
    "SE": _swedish,
    "SI": _slovene,
    "SK": _slovak,
    "XI": british_vat,
}
"""By prefix: what checks the digits after it."""
_MIXED: Final[dict[str, Callable[[str], bool]]] = {
    "AT": _austrian,
    "CY": _cypriot,
    "ES": spanish_tax,
    "FR": french_vat,
    "IE": irish_tax,
    "NL": _dutch,
}
"""The same where letters stand among them."""


def vat(text: str) -> bool:
    """A VAT number with its country's prefix, spaced as it may be."""
    number = compact(text)
    country, rest = number[:2], number[2:]
    if check := _MIXED.get(country):
        return check(rest)
    plain = _NUMBERS.get(country)
    return plain is not None and rest.isdigit() and varied(rest) and plain(rest)


def swiss_company(text: str) -> bool:
    """Swiss UID: CHE and nine digits by eleven."""
    number = digits(text)
    return len(number) == 9 and weigh(number, (5, 4, 3, 2, 7, 6, 5, 4, 1)) % 11 == 0 and varied(number)


def _on_digits(check: Callable[[str], bool]) -> Callable[[str], int]:
    return whole(lambda text: check(digits(text)))


VAT: Final[dict[str, Callable[[str], int]]] = {
    "vat": whole(vat),
    "french_vat": whole(lambda text: french_vat(compact(text)[2:])),
    "be_company": _on_digits(belgian_company),
    "ch_company": whole(swiss_company),
    "it_company": _on_digits(italian_company),
    "nl_person": _on_digits(dutch_person),
    "pt_tax": _on_digits(portuguese_tax),
    "ie_person": whole(lambda text: irish_tax(compact(text))),
    "se_company": whole(lambda text: luhn(text) and len(digits(text)) == 10),
}
"""Validators by their name in the catalogue."""
