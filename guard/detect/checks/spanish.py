"""Spanish identifiers of persons and companies: DNI, NIE, CIF and the social security number.

Their own file because VAT numbers and personal ones share the checks.
"""

from __future__ import annotations

import re
from typing import Final

from guard.detect.checks.algorithms import digits, luhn

_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_CIF: Final = "JABCDEFGHI"


def spanish_person(number: str) -> bool:
    """DNI (eight digits and a letter) or NIE (X, Y or Z, seven digits and a letter), compact."""
    if not re.fullmatch(r"[XYZ0-9]\d{7}[A-Z]", number):
        return False
    return _DNI[int(number[:-1].translate({88: "0", 89: "1", 90: "2"})) % 23] == number[-1]


def spanish_company(number: str) -> bool:
    """CIF: a letter for the kind, seven digits and a check that is a digit or, for some kinds, a letter."""
    if not re.fullmatch(r"[A-HJNP-SUVW]\d{7}[0-9A-J]", number):
        return False
    check = next(digit for digit in range(10) if luhn(f"{number[1:8]}{digit}"))
    return number[8] in {_CIF[check], str(check)}


def spanish_tax(number: str) -> bool:
    """Any of them, as in a VAT number; K, L and M are persons with no DNI."""
    if number[:1] in {"K", "L", "M"} and re.fullmatch(r"[KLM]\d{7}[A-Z]", number):
        return _DNI[int(number[1:8]) % 23] == number[8]
    return spanish_person(number) or spanish_company(number)


def spanish_social_security(text: str) -> bool:
    """NSS: province, eight or seven digits, and two of check by 97."""
    number = digits(text)
    if len(number) != 12 or not 1 <= int(number[:2]) <= 66:
        return False
    inner = number[2:10]
    body = number[:2] + (inner[1:] if inner[0] == "0" else inner)
    return int(body) % 97 == int(number[10:])
