"""Numbers of persons by country, as their authorities define them: check digits, dates and never-issued ranges.

A candidate that fails is something else; formats without a check get only the shape that their pattern gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from guard.detect.checks.algorithms import (
    calendar,
    compact,
    digits,
    luhn,
    mod11_10,
    mod97,
    varied,
    verhoeff,
    weigh,
    whole,
)
from guard.detect.checks.spanish import spanish_company, spanish_person, spanish_social_security

_FISCAL_ODD: Final = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip
_FISCAL_DIGIT: Final = str.maketrans("LMNPQRSTUV", "0123456789")
"""Letters that stand for digits where two persons would share a code (omocodia)."""
_RIB: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_FINNISH: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_SINGAPORE: Final = {"S": "JZIHGFEDCBA", "T": "GFEDCBAJZIH", "F": "XWUTRQPNMLK", "G": "RQPNMLKXWUT", "M": "KLJNPQRTUWX"}
_ABA: Final = frozenset((*range(13), *range(21, 33), *range(61, 73), 80))
_VIN: Final = str.maketrans("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789")
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_DOCUMENT_WEIGHTS: Final = (7, 3, 1) * 4


def rib(text: str) -> bool:
    """French bank account (RIB): bank, branch and account, letters as digits, and a key by 97."""
    number = compact(text)
    if len(number) != 23 or not number[:10].isdigit() or not number[21:].isdigit() or number[:5] == "00000":
        return False
    return int(number.translate(_RIB)) % 97 == 0


def french_tax(text: str) -> bool:
    """French tax number of a person (SPI): thirteen digits, the last three the remainder of the others by 511."""
    number = digits(text)
    return len(number) == 13 and number[0] in "0123" and int(number[:10]) % 511 == int(number[10:])


def french_card(text: str) -> bool:
    """A French identity card: nine signs, or for an older one twelve digits, of which the third and fourth are a month."""
    number = compact(text)
    if len(number) == 9:
        return any(map(str.isdigit, number))
    return len(number) == 12 and number.isdigit() and 1 <= int(number[2:4]) <= 12 and number[4:] != "0" * 8


def nhs(text: str) -> bool:
    """NHS number: ten digits by eleven."""
    number = digits(text)
    return len(number) == 10 and varied(number) and -weigh(number[:9], range(10, 1, -1)) % 11 == int(number[9])


def utr(text: str) -> bool:
    """British Unique Taxpayer Reference: ten digits, the first of them the check."""
    number = digits(text)
    return len(number) == 10 and "21987654321"[weigh(number[1:], (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] == number[0]


def british_licence(text: str) -> bool:
    """British driving licence number: the digits after the name hold the birth date (a woman's month plus 50)."""
    number = compact(text)
    return len(number) == 16 and calendar(int(number[8:10]), int(number[6:8]) % 50)


def ssn(text: str) -> bool:
    """US social security number: area, group and serial that can be issued."""
    number = digits(text)
    if len(number) != 9 or not varied(number) or number in {"123456789", "987654321"}:
        return False
    return number[:3] not in {"000", "666"} and number[0] != "9" and number[3:5] != "00" and number[5:] != "0000"


def itin(text: str) -> bool:
    """US individual taxpayer number: 9xx and a group of 50 to 65, 70 to 88, 90 to 92 or 94 to 99."""
    number = digits(text)
    group = int(number[3:5])
    return number[0] == "9" and (50 <= group <= 65 or 70 <= group <= 88 or 90 <= group <= 92 or group >= 94)


def aba(text: str) -> bool:
    """US routing number: a Federal Reserve district and weights 3, 7, 1."""
    number = digits(text)
    return len(number) == 9 and int(number[:2]) in _ABA and varied(number) and weigh(number, (3, 7, 1) * 3) % 10 == 0


def npi(text: str) -> bool:
    """US provider number: Luhn with the prefix 80840."""
    number = digits(text)
    return len(number) == 10 and number[0] in "12" and luhn("80840" + number)


def dea(text: str) -> bool:
    """US prescriber's number (DEA): two letters and seven digits."""
    number = digits(text)
    if len(number) != 7 or number == "0000000":
        return False
    return (weigh(number, (1, 0, 1, 0, 1)) + 2 * weigh(number, (0, 1, 0, 1, 0, 1))) % 10 == int(number[6])


def german_tax(text: str) -> bool:
    """German tax identification number: eleven digits by ISO 7064 mod 11,10; one digit stands twice or thrice."""
    number = digits(text)
    if len(number) != 11 or number[0] == "0":
        return False
    counts = sorted(number[:10].count(digit) for digit in set(number[:10]))
    return counts[-1] in {2, 3} and (len(counts) < 2 or counts[-2] == 1) and mod11_10(number)


def german_document(text: str) -> bool:
    """German identity card or passport number with its check digit (weights 7, 3, 1), or the nine signs alone."""
    number = compact(text)
    if not any(map(str.isdigit, number)):
        return False
    values = "".join(str(int(sign, 36) % 10) for sign in number)
    return len(number) == 9 or weigh(values[:9], _DOCUMENT_WEIGHTS) % 10 == int(values[9])


def german_social_security(text: str) -> bool:
    """German pension insurance number: area, birth date, initial, serial and check digit."""
    number = compact(text)
    if len(number) != 12 or not calendar(int(number[2:4]) % 50, int(number[4:6]), 49):
        return False
    spelled = f"{number[:8]}{ord(number[8]) - 64:02d}{number[9:]}"
    return sum(
        _cross(int(a) * b) for a, b in zip(spelled, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=False)
    ) % 10 == int(number[11])


def german_health(text: str) -> bool:
    """German health insurance number: a letter, eight digits and a check digit."""
    number = compact(text)
    spelled = f"{ord(number[0]) - 64:02d}{number[1:]}"
    return len(number) == 10 and sum(
        _cross(int(a) * b) for a, b in zip(spelled[:10], (1, 2) * 5, strict=True)
    ) % 10 == int(spelled[10])


def _cross(number: int) -> int:
    return number // 10 + number % 10


def codice_fiscale(text: str) -> bool:
    """Italian tax code of a person: sixteen signs, the month a letter, the day plus 40 for a woman, a check letter."""
    number = compact(text)
    if not re.fullmatch(
        r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]", number
    ):
        return False
    if not 1 <= int(number[9:11].translate(_FISCAL_DIGIT)) % 40 <= 31:
        return False
    odd = sum(_FISCAL_ODD[sign] for sign in number[0:15:2])
    even = sum(int(sign) if sign.isdigit() else ord(sign) - 65 for sign in number[1:15:2])
    return chr(65 + (odd + even) % 26) == number[15]


def belgian_person(text: str) -> bool:
    """Belgian national number: birth date, serial and a check by 97 (with a 2 before it from 2000 on)."""
    number = digits(text)
    if (
        len(number) != 11
        or int(number[2:4]) % 20 > 12
        or int(number[2:4]) > 52
        or int(number[4:6]) > 31
        or not varied(number)
    ):
        return False
    return int(number[9:]) in {97 - int(number[:9]) % 97, 97 - int("2" + number[:9]) % 97}


def swiss_person(text: str) -> bool:
    """Swiss AHV number: 756 and an EAN-13 check digit."""
    number = digits(text)
    return len(number) == 13 and number.startswith("756") and weigh(number, (1, 3) * 7) % 10 == 0


def canadian_sin(text: str) -> bool:
    """Canadian social insurance number: nine digits, Luhn."""
    number = digits(text)
    return len(number) == 9 and varied(number) and number[0] != "8" and luhn(number)


def ramq(text: str) -> bool:
    """Québec health card: four letters, and a birth date with 50 more months for a woman."""
    number = digits(text)
    return len(number) == 8 and calendar(int(number[4:6]), int(number[2:4]) % 50)


def quebec_licence(text: str) -> bool:
    """Québec driving licence: a letter and twelve digits that hold day, month and year of birth."""
    number = digits(text)
    return len(number) == 12 and calendar(int(number[4:6]), int(number[6:8]) % 50)


def pesel(text: str) -> bool:
    """Polish PESEL: birth date (the century in the month), serial and a check digit."""
    number = digits(text)
    if len(number) != 11 or not calendar(int(number[4:6]), int(number[2:4]) % 20):
        return False
    return weigh(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def swedish_person(text: str) -> bool:
    """Swedish personal number: birth date (a coordination number's day plus 60), Luhn over the last ten digits."""
    number = digits(text)[-10:]
    return len(number) == 10 and calendar(int(number[4:6]) % 60, int(number[2:4])) and luhn(number)


def finnish_person(text: str) -> bool:
    """Finnish personal code: birth date, century sign, serial and a check sign by 31."""
    number = compact(text)
    date, serial, check = number[:6], number[-4:-1], number[-1]
    return calendar(int(date[:2]), int(date[2:4])) and _FINNISH[int(date + serial) % 31] == check


def danish_person(text: str) -> bool:
    """Danish CPR number: a birth date and four digits (its old check no longer holds)."""
    number = digits(text)
    return len(number) == 10 and calendar(int(number[:2]), int(number[2:4]))


def austrian_person(text: str) -> bool:
    """Austrian insurance number: three digits, a check digit and the birth date."""
    number = digits(text)
    if len(number) != 10 or number[0] == "0" or not calendar(int(number[4:6]), int(number[6:8])):
        return False
    return weigh(number, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == int(number[3])


def aadhaar(text: str) -> bool:
    """Indian Aadhaar: twelve digits, not beginning with 0 or 1, Verhoeff."""
    number = digits(text)
    return len(number) == 12 and number[0] > "1" and number != number[::-1] and verhoeff(number)


def gstin(text: str) -> bool:
    """Indian GST number: state, PAN, entity, Z and a check sign by 36."""
    number = compact(text)
    total = sum(sum(divmod(int(sign, 36) * (1 + place % 2), 36)) for place, sign in enumerate(number[:14]))
    return len(number) == 15 and 1 <= int(number[:2]) <= 38 and int(number[14], 36) == -total % 36


def tfn(text: str) -> bool:
    """Australian tax file number: nine digits by eleven."""
    number = digits(text)
    return len(number) == 9 and varied(number) and weigh(number, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


def abn(text: str) -> bool:
    """Australian business number: eleven digits by 89, the first less one."""
    number = digits(text)
    if len(number) != 11 or number[0] == "0":
        return False
    return weigh(f"{int(number[0]) - 1}{number[1:]}", (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) % 89 == 0


def south_african(text: str) -> bool:
    """South African identity number: birth date, serial, citizenship and Luhn."""
    number = digits(text)
    return len(number) == 13 and calendar(int(number[4:6]), int(number[2:4])) and number[10] in "01" and luhn(number)


def nric(text: str) -> bool:
    """Singapore identity number: a letter for the century and status, seven digits, a check letter."""
    number = compact(text)
    shift = {"T": 4, "G": 4, "M": 3}.get(number[0], 0)
    total = weigh(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + (0 if number[0] != "M" else shift)
    letters = _SINGAPORE.get(number[0], "")
    if number[0] in "TG":
        letters = _SINGAPORE["S" if number[0] == "T" else "F"]
        total += shift
    return len(number) == 9 and bool(letters) and letters[total % 11] == number[8]


def vin(text: str) -> bool:
    """Vehicle identification number (ISO 3779): seventeen signs, letters and digits; the check digit only North America has."""
    number = compact(text)
    return len(number) == 17 and sum(map(str.isdigit, number)) >= 4 and sum(map(str.isalpha, number)) >= 3


def vin_checked(text: str) -> bool:
    """The same with North America's check digit, telling enough to need no word beside it."""
    number = compact(text)
    if not vin(text) or not varied(number[:8]):
        return False
    return "0123456789X"[weigh(number.translate(_VIN), _VIN_WEIGHTS) % 11] == number[8]


def imei(text: str) -> bool:
    """Mobile device number: fifteen digits, Luhn."""
    number = digits(text)
    return len(number) == 15 and varied(number) and luhn(number)


def lei(text: str) -> bool:
    """Legal entity identifier (ISO 17442): twenty signs by 97."""
    number = compact(text)
    return len(number) == 20 and mod97(number) == 1


NATIONAL: Final[dict[str, Callable[[str], int]]] = {
    "es_person": whole(lambda text: spanish_person(compact(text))),
    "es_company": whole(lambda text: spanish_company(compact(text))),
    "es_social_security": whole(spanish_social_security),
    **{
        check.__name__: whole(check)
        for check in (
            rib, french_tax, french_card, nhs, utr, british_licence, ssn, itin, aba, npi, dea, german_tax, german_document,
            german_social_security, german_health, codice_fiscale, belgian_person, swiss_person, canadian_sin, ramq,
            quebec_licence, pesel, swedish_person, finnish_person, danish_person, austrian_person, aadhaar, gstin, tfn, abn,
            south_african, nric, vin, vin_checked, imei, lei,
        )
    },
}  # fmt: skip
"""Validators by their name in the catalogue."""
