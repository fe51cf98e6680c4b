"""Values of each French identifier that keep its key, and values of the same shape that do not; no real one is stored."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

import phonenumbers

Make = Callable[[random.Random], str]
_ID_LETTERS: Final = "CFGHJKLMNPRTVWXYZ0123456789"
_REGIONS: Final = (
    "FR",
    "US",
    "GB",
    "DE",
    "ES",
    "IT",
    "BE",
    "CH",
    "NL",
    "PT",
    "LU",
    "AT",
    "PL",
    "SE",
    "DK",
    "IN",
    "BR",
    "MX",
    "AU",
)
_PLATE_LETTERS: Final = "ABCDEFGHJKLMNPQRSTVWXYZ"


def digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choices("0123456789", k=count))


def grouped(text: str, *sizes: int, by: str = " ") -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return by.join(parts)


def luhn(text: str) -> int:
    """Sum that is a multiple of ten when the check digit is right."""
    total = 0
    for place, digit in enumerate(map(int, reversed(text))):
        total += digit if place % 2 == 0 else 2 * digit - 9 * (digit > 4)
    return total


def with_luhn(body: str) -> str:
    return body + str(-luhn(body + "0") % 10)


def _wrong_digit(text: str, place: int, dice: random.Random) -> str:
    """`text` with another digit at `place`: every single wrong digit breaks Luhn and mod 97."""
    return text[:place] + str((int(text[place]) + dice.randint(1, 9)) % 10) + text[place + 1 :]


def nir_parts(dice: random.Random) -> tuple[str, str]:
    department = dice.choice(
        [f"{number:02d}" for number in range(1, 96) if number != 20] + ["2A", "2B"] * 4 + ["99"] * 3
    )
    first = dice.choice("11112222278")
    commune = f"{dice.randint(1, 990):03d}"
    if dice.random() < 0.05:
        department, commune = f"97{dice.randint(1, 4)}", f"{dice.randint(1, 90):02d}"
    body = f"{first}{dice.randint(0, 99):02d}{dice.randint(1, 12):02d}{department}{commune}{dice.randint(1, 999):03d}"
    number = int(body.replace("2A", "19").replace("2B", "18") if department in {"2A", "2B"} else body)
    return body, f"{97 - number % 97:02d}"


def _nir_written(dice: random.Random, body: str, key: str) -> str:
    by = dice.choice((" ", " ", ".", "-", "\u00a0"))
    forms = (
        body + key,
        body + " " + key,
        grouped(body, 1, 2, 2, 2, 3, 3, by=by) + by + key,
        grouped(body, 1, 2, 2, 2, 3, 3) + " / " + key,
    )
    return dice.choice((forms[0], forms[1], forms[2], forms[2], forms[2], forms[3]))


def nir(dice: random.Random) -> str:
    return _nir_written(dice, *nir_parts(dice))


def broken_nir(dice: random.Random) -> str:
    body, key = nir_parts(dice)
    return _nir_written(dice, body, f"{(int(key) + dice.randint(0, 95)) % 97 + 1:02d}")


def siren_digits(dice: random.Random) -> str:
    return with_luhn(dice.choice("34567889") + digits(dice, 7))


def _siren_written(dice: random.Random, value: str) -> str:
    return dice.choice(
        (value, grouped(value, 3, 3, 3), grouped(value, 3, 3, 3, by="\u00a0"), grouped(value, 3, 3, 3, by="."))
    )


def siren(dice: random.Random) -> str:
    return _siren_written(dice, siren_digits(dice))


def broken_siren(dice: random.Random) -> str:
    return _siren_written(dice, _wrong_digit(siren_digits(dice), dice.randint(1, 8), dice))


def _siret_digits(dice: random.Random) -> str:
    if dice.random() < 0.05:  # La Poste's own: the sum of the digits is a multiple of five
        while True:
            value = "356000000" + digits(dice, 5)
            if sum(map(int, value)) % 5 == 0 and luhn(value) % 10:
                return value
    return with_luhn(siren_digits(dice) + "0" * 2 + digits(dice, 2))


def _siret_written(dice: random.Random, value: str) -> str:
    return dice.choice(
        (value, grouped(value, 3, 3, 3, 5), grouped(value, 9, 5), grouped(value, 3, 3, 3, 5, by="\u00a0"))
    )


def siret(dice: random.Random) -> str:
    return _siret_written(dice, _siret_digits(dice))


def broken_siret(dice: random.Random) -> str:
    while True:
        value = _wrong_digit(_siret_digits(dice), dice.randint(9, 13), dice)
        if luhn(value) % 10 and not value.startswith("356000000"):
            return _siret_written(dice, value)


def _vat_written(dice: random.Random, key: str, value: str) -> str:
    spaced = grouped(value, 3, 3, 3)
    return dice.choice(
        (f"FR{key}{value}", f"FR {key} {value}", f"FR {key} {spaced}", f"FR{key} {spaced}", f"FR {key}{value}")
    )


def vat(dice: random.Random) -> str:
    value = siren_digits(dice)
    return _vat_written(dice, f"{(12 + 3 * (int(value) % 97)) % 97:02d}", value)


def broken_vat(dice: random.Random) -> str:
    value = siren_digits(dice)
    return _vat_written(dice, f"{(12 + 3 * (int(value) % 97) + dice.randint(1, 96)) % 97:02d}", value)


def phone(dice: random.Random) -> str:
    """A number that the plan has, mostly mobile, some overseas, as people write them."""
    while True:
        prefix = dice.choice(("6", "6", "7", "1", "2", "3", "4", "5", "9"))
        region, national = "33", prefix + digits(dice, 8)
        if dice.random() < 0.08:
            region, national = dice.choice(
                (("262", "692"), ("590", "690"), ("594", "694"), ("596", "696"), ("262", "262"))
            )
            national += digits(dice, 6)
        if phonenumbers.is_valid_number(phonenumbers.parse(f"+{region}{national}")):
            break
    pairs = [national[at : at + 2] for at in range(1, 9, 2)]
    by = dice.choice((" ", " ", " ", ".", "-", "\u00a0", "/"))
    local = by.join([f"0{national[0]}", *pairs])
    return dice.choice(
        (
            local, local, local, f"0{national}", f"+{region}{national}", f"+{region} {national[0]} {' '.join(pairs)}",
            f"00{region} {national[0]} {' '.join(pairs)}", f"+{region} (0){national[0]} {' '.join(pairs)}",
            f"(+{region}) {national[0]} {' '.join(pairs)}", f"00{region}{national}",
        )
    )  # fmt: skip


def broken_phone(dice: random.Random) -> str:
    """Too short, too long, or of no plan: neither the French one nor a neighbour's, so that nobody could call it."""
    while True:
        pairs = [digits(dice, 2) for _ in range(6)]
        written = dice.choice(
            (
                " ".join([dice.choice(("06", "07", "01")), *pairs[:2]]),
                " ".join([dice.choice(("11", "20", "35", "48", "99")), *pairs[:4]]),
                dice.choice("12345") + digits(dice, 9),
                "".join(["00", *pairs[:4]]),
                "0" + digits(dice, 7),
            )
        )
        if not any(_callable(written, region) for region in _REGIONS):
            return written


def _callable(written: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, region))
    except phonenumbers.NumberParseException:
        return False


def plate(dice: random.Random) -> str:
    if dice.random() < 0.2:  # before 2009: number, letters, department
        letters = "".join(dice.choices(_PLATE_LETTERS, k=dice.choice((2, 3))))
        number = dice.randint(100, 9999 if len(letters) == 2 else 999)
        return f"{number} {letters} {dice.randint(1, 95):02d}"
    by = dice.choice(("-", "-", "-", " ", ""))
    left, right = ("".join(dice.choices(_PLATE_LETTERS, k=2)) for _ in range(2))
    return by.join((left, f"{dice.randint(1, 999):03d}", right))


def passport(dice: random.Random) -> str:
    return f"{dice.randint(6, 26):02d}{''.join(dice.choices(_PLATE_LETTERS, k=2))}{digits(dice, 5)}"


def id_card(dice: random.Random) -> str:
    if dice.random() < 0.5:
        return f"{dice.randint(3, 21):02d}{dice.randint(1, 12):02d}{dice.randint(1, 95):02d}{digits(dice, 6)}"
    while True:
        value = dice.choice("CFGHJKLMNPRTVWXYZ") + "".join(dice.choices(_ID_LETTERS, k=8))
        if any(map(str.isdigit, value)):
            return value


def licence(dice: random.Random) -> str:
    if dice.random() < 0.4:
        return f"{dice.randint(70, 99):02d}{dice.randint(1, 12):02d}{dice.randint(1, 95):02d}{digits(dice, 6)}"
    return f"{dice.randint(13, 26):02d}{''.join(dice.choices(_PLATE_LETTERS, k=2))}{digits(dice, 5)}"


def _rib_parts(dice: random.Random) -> tuple[str, str, str, str]:
    bank, branch = dice.choice(("30003", "20041", "10278", "14508")), digits(dice, 5)
    account = digits(dice, 7) + dice.choice((digits(dice, 1), dice.choice("ABMNRT"))) + digits(dice, 3)
    return bank, branch, account, f"{97 - int(_letters(bank + branch + account) + '00') % 97:02d}"


def _letters(text: str) -> str:
    """The RIB's own table: A and J are 1, B, K and S are 2 …"""
    return "".join(char if char.isdigit() else str((ord(char) - 65) % 9 + 1 + (char >= "S")) for char in text)


def _rib_written(dice: random.Random, parts: tuple[str, str, str, str]) -> str:
    return dice.choice((" ", " ", "", "-", "\u00a0")).join(parts)


def rib(dice: random.Random) -> str:
    return _rib_written(dice, _rib_parts(dice))


def broken_rib(dice: random.Random) -> str:
    bank, branch, account, key = _rib_parts(dice)
    return _rib_written(dice, (bank, branch, account, f"{(int(key) + dice.randint(0, 95)) % 97 + 1:02d}"))


def _iban_written(dice: random.Random, value: str) -> str:
    by = dice.choice((" ", " ", "\u00a0", "-"))
    return dice.choice((value, by.join(value[at : at + 4] for at in range(0, len(value), 4))))


def _iban(dice: random.Random) -> tuple[str, int]:
    account = "".join(_rib_parts(dice))
    number = "".join(char if char.isdigit() else str(ord(char) - 55) for char in account + "FR00")
    return account, 98 - int(number) % 97


def iban(dice: random.Random) -> str:
    account, key = _iban(dice)
    return _iban_written(dice, f"FR{key:02d}{account}")


def broken_iban(dice: random.Random) -> str:
    account, key = _iban(dice)
    return _iban_written(dice, f"FR{(key - 2 + dice.randint(1, 96)) % 97 + 2:02d}{account}")


VALID: Final[dict[str, Make]] = {
    "nir": nir, "siren": siren, "siret": siret, "vat": vat, "phone": phone, "plate": plate, "passport": passport,
    "id-card": id_card, "driving-licence": licence, "rib": rib, "iban": iban,
}  # fmt: skip
BROKEN: Final[dict[str, Make]] = {
    "nir": broken_nir, "siren": broken_siren, "siret": broken_siret, "vat": broken_vat, "phone": broken_phone,
    "rib": broken_rib, "iban": broken_iban,
}  # fmt: skip
"""Kinds without a key have none."""
