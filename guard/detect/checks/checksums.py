"""Check digits and shapes of identifiers, as pure functions from a candidate's text to yes or no.

A pattern names one of these in its catalogue entry; what they confirm is reported as `validated`.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Callable
from itertools import islice
from typing import Final

from guard.detect.checks.algorithms import digits, luhn, mod97, whole
from guard.detect.checks.national import NATIONAL
from guard.detect.checks.phones import PHONES, phone
from guard.detect.checks.pieces import of_capitals, of_digits
from guard.detect.checks.plausible_numbers import drawn, like_version
from guard.detect.checks.vat import VAT, siren_number
from guard.detect.checks.wallets import WALLETS
from guard.text.fold import FOLDED

_IBAN_LENGTHS: Final = {
    country: int(length)
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FO FI GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "AO CV GW LY MZ PT ST", 26: "DZ IR IS TR", 27: "BI CF CG CM DJ FR GA GQ KM MG TD GR IT MC MR SM", 28: "AL AZ BF BJ BY CI HN MA ML NE NI SN TG CY DO GT HU LB PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_ALL_DIGITS: Final = frozenset(
    {
        "AE", "AT", "BA", "BE", "CZ", "DE", "DK", "EE", "ES", "FI", "FO", "GL", "HR", "HU", "IL", "IS", "LT", "LY",
        "ME", "MN", "MR", "NO", "PL", "PT", "RS", "SD", "SE", "SI", "SK", "ST", "TL", "TN", "VA", "XK",
    }
)  # fmt: skip
"""Countries whose accounts have no letters."""
_FEWEST_DIGITS: Final = 6
_CARD_RANGES: Final = tuple(
    (low, high or low, frozenset(lengths))
    for low, high, lengths in (
        # first digits from, to (of equal length), lengths
        ("4", "", (13, 16, 19)),  # Visa, Carte bancaire
        ("51", "55", (16,)), ("2221", "2720", (16,)),  # Mastercard
        ("34", "", (15,)), ("37", "", (15,)),  # American Express
        ("300", "305", (14, 16)), ("3095", "", (14, 16)), ("36", "", (14, 16, 19)), ("38", "39", (14, 16, 19)),  # Diners Club
        ("6011", "", (16, 19)), ("644", "659", (16, 19)),  # Discover
        ("3528", "3589", (16, 17, 18, 19)), ("2131", "", (15,)), ("1800", "", (15,)),  # JCB
        ("62", "", (16, 17, 18, 19)), ("81", "", (16, 17, 18, 19)),  # UnionPay
        ("5018", "", (12, 13, 14, 15, 16, 18, 19)), ("5020", "", (12, 13, 14, 15, 16, 18, 19)),
        ("5038", "", (12, 13, 14, 15, 16, 18, 19)), ("5893", "", (12, 13, 14, 15, 16, 18, 19)),
        ("6304", "", (12, 13, 14, 15, 16, 18, 19)), ("6759", "", (12, 13, 14, 15, 16, 18, 19)),
        ("6761", "6763", (12, 13, 14, 15, 16, 18, 19)), ("6390", "", (12,)), ("0604", "", (12,)),  # Maestro
        ("50", "", (16, 18, 19)), ("56", "58", (12, 16, 18, 19)), ("63", "", (16, 18, 19)), ("67", "", (16, 18, 19)),
        ("2200", "2204", (16, 17, 18, 19)),  # Mir
        ("60", "", (16,)), ("9792", "", (16,)),  # RuPay, Troy
    )
)  # fmt: skip
_BY_FIRST_DIGIT: Final = {digit: tuple(each for each in _CARD_RANGES if each[0][0] == digit) for digit in "0123456789"}
_CARD_STARTS: Final = frozenset("012345689")
_NOBODYS: Final = frozenset(
    {
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
        "1.0.0.1",
        "9.9.9.9",
        "192.168.0.1",
        "192.168.1.1",
        "192.168.0.254",
        "192.168.1.254",
    }
)
_LA_POSTE: Final = "356000000"
_MOMENT: Final = re.compile(r"(?:19\d|20[0-3])\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
"""A date and time of day written together."""
_KEY_WORD: Final = re.compile("(?i)cl[ée]")
_LAST_GROUP: Final = re.compile(r"(?:[^\w]{1,4}|_)\d{1,4}$")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_PIECES: Final = re.compile(r"[-_.~/]")
_PLACEHOLDERS: Final = (
    "example",
    "exemple",
    "xxxx",
    "your",
    "votre",
    "placeholder",
    "redacted",
    "12345678",
    "abcdefgh",
)


def card(text: str) -> bool:
    """A payment card number: issuer range, length and Luhn; not one digit repeated."""
    number = digits(text)
    size = len(number)
    ranges = _BY_FIRST_DIGIT[number[0]] if number else ()
    return any(size in lengths and low <= number[: len(low)] <= high for low, high, lengths in ranges) and (
        luhn(number) and len(set(number)) > 1
    )


def card_prefix(text: str) -> int:
    """How many characters of `text` are a card number; 0 for none. The last group may be another number (a CVC)."""
    if text[0] not in _CARD_STARTS:
        return 0
    if card(text):
        return len(text)
    shorter = _LAST_GROUP.sub("", text)
    return len(shorter) if shorter != text and card(shorter) else 0


def iban_prefix(text: str) -> int:
    """How many characters of `text` are a valid IBAN (ISO 13616); 0 for none. What follows is left to the sentence.

    Look-alike letters of other scripts count as the Latin ones; a letter may be glued to a digit at the end.
    """
    seen = _NOT_ALNUM.sub("", text)
    want = _IBAN_LENGTHS.get(_latin(seen[:2]), 0)
    if not want or len(seen) < want:
        return 0
    number = _latin(seen[:want])
    if not _account(number) or not iban_mod97(number):
        return 0
    place = next(islice((at for at, char in enumerate(text) if char.isalnum()), want - 1, None))
    after = text[place + 1 : place + 2]
    return place + 1 if not after.isalnum() or (text[place].isdigit() and after.isalpha()) else 0


def _account(number: str) -> bool:
    """Whether what follows an IBAN's check digits can be an account there; words pass the checksum once in 97 times."""
    bban = number[4:]
    return bban.isdigit() if number[:2] in _ALL_DIGITS else sum(map(str.isdigit, bban)) >= _FEWEST_DIGITS


def _latin(letters: str) -> str:
    """In capitals, with look-alike letters of other scripts as the Latin ones."""
    return letters.upper() if letters.isascii() else "".join(FOLDED[char].upper() for char in letters)


def iban_whole(text: str) -> int:
    """The same for one that something is glued to already: its end must be a word's end."""
    size = iban_prefix(text)
    return 0 if text[size : size + 1].isalnum() else size


def iban_mod97(text: str) -> bool:
    """ISO 7064 mod 97-10 over a compact IBAN in capitals."""
    turned = text[4:] + text[:4]
    return turned.isascii() and turned.isalnum() and mod97(turned) == 1


def nir(text: str) -> bool:
    """French NIR with its key, Corsica's 2A and 2B included; sex, month and department must be possible."""
    number = "".join(char for char in _KEY_WORD.sub("", text).upper() if char.isalnum())
    if len(number) != 15 or not number[:5].isdigit() or not number[7:].isdigit():
        return False
    return nir_shape(number) and _nir_key(number[:13]) == int(number[13:])


def nir_shape(text: str) -> bool:
    """The 13 characters of a NIR without its key: possible sex, month and department."""
    number = "".join(char for char in text.upper() if char.isalnum())
    if number[0] not in "123478" or not number[7:13].isdigit():
        return False
    month, place = int(number[3:5]), number[5:7]
    possible = 1 <= month <= 12 or 20 <= month <= 42 or month >= 50
    return possible and (place in {"2A", "2B"} or (place.isdigit() and place != "00"))


def _nir_key(number: str) -> int:
    plain = number.replace("2A", "19", 1) if number[5:7] == "2A" else number
    plain = plain.replace("2B", "18", 1) if plain[5:7] == "2B" else plain
    return 97 - int(plain) % 97


def siren(text: str) -> bool:
    """SIREN: nine digits, Luhn."""
    return siren_number(digits(text))


def siret(text: str) -> bool:
    """SIRET: fourteen digits, Luhn; establishments of La Poste have a digit sum divisible by 5 instead."""
    number = digits(text)
    if len(number) != 14 or not siren_number(number[:9]) or (text.isdigit() and _MOMENT.fullmatch(number)):
        return False
    return luhn(number) or (number[:9] == _LA_POSTE and sum(map(int, number)) % 5 == 0)


def ip_address(text: str) -> bool:
    """An address that can be nothing else: one as below whose parts are not those of a version."""
    return any_ip_address(text) and (":" in text or not like_version(text))


def any_ip_address(text: str) -> bool:
    """A v4 or v6 address that can belong to somebody: not loopback, a netmask, a well-known resolver or a new router's own."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if address.version == 6:
        written = "::" in text or max(map(len, text.split(":"))) > 2  # else a row of small numbers
        return written and not (address.is_loopback or address.is_unspecified)
    return not (address.is_loopback or text in _NOBODYS or text.startswith(("0.", "255.")))


def phone_not_drawn(text: str) -> int:
    """How many characters of `text` are a telephone number that is no draw, no list of chapters, no counting."""
    return 0 if drawn(text) else phone(text)


def phone_without_plus(text: str) -> int:
    """The same in international form without its `+`."""
    return max(0, phone("+" + text) - 1)


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values()) if size else 0.0


def token(text: str) -> bool:
    """A random-looking key: no placeholder, letters varied enough."""
    lower = text.lower()
    return not any(word in lower for word in _PLACEHOLDERS) and entropy(text) >= 3.0


def random_token(text: str) -> bool:
    """A token in an assignment: letters and digits mixed in one piece, as in no word, path or hyphenated title."""
    pieces = _PIECES.split(text)
    mixed = (len(piece) > 7 and any(map(str.isdigit, piece)) and any(map(str.isalpha, piece)) for piece in pieces)
    return token(text) and entropy(text) >= 3.2 and "//" not in text and any(mixed)


def password(text: str) -> bool:
    """A chosen password: some digit or sign beside letters, or case mixed inside; ordinary words do not count."""
    lower = text.lower()
    if (
        any(word in lower for word in ("example", "exemple", "xxxx", "***", "....", "http:", "https:"))
        or len(set(text)) < 3
    ):
        return False
    inner = text[1:].rstrip(".,;:!?)\"'»")
    kinds = (any(char.isalpha() for char in text), any(char.isdigit() for char in text))
    signs = any(not char.isalnum() and char not in "-'’…/.,_()" for char in inner)
    return all(kinds) or (signs and any(kinds)) or (any(map(str.isupper, inner)) and any(map(str.islower, text)))


def password_prefix(text: str) -> int:
    """How many characters of `text` are a password: without the comma or semicolon that ends a clause; 0 for none."""
    bare = text.rstrip(",;")
    return len(bare) if len(bare) >= 4 and password(bare) else 0


def strong_password(text: str) -> bool:
    """A password that shows as one with no "is" before it: letters and digits together, or a sign inside."""
    inner = text[1:-1]
    letters, number = any(map(str.isalpha, text)), any(map(str.isdigit, text))
    signs = any(char in "!#$%&*@+=?_^~" for char in inner)
    return password(text) and letters and (number or signs) and not text[0].isdigit()


VALIDATORS: Final[dict[str, Callable[[str], int]]] = {
    "iban": iban_prefix,
    "iban_whole": iban_whole,
    "iban_in_pieces": of_capitals(iban_prefix),
    "nir_in_pieces": of_digits(nir),
    "card": card_prefix,
    "password": password_prefix,
    "phone_not_drawn": phone_not_drawn,
    "phone_without_plus": phone_without_plus,
    **{
        check.__name__: whole(check)
        for check in (
            luhn,
            nir,
            nir_shape,
            siren,
            siret,
            ip_address,
            any_ip_address,
            token,
            random_token,
            strong_password,
        )
    },
    **NATIONAL,
    **VAT,
    **WALLETS,
    **PHONES,
}
"""By name in the catalogue: how many leading characters of a candidate are valid; 0 for none."""
WEAK: Final = frozenset(
    {
        "nir_shape", "french_card", "british_licence", "german_document", "ramq", "quebec_licence", "danish_person",
        "vin", "itin", "ethereum", "north_american", "loose_phone", "grouped_phone",
    }
)  # fmt: skip
"""Those of them that chance passes often: they tell only what cannot be, and want a word beside the value."""
STRONG: Final = frozenset(
    {
        "iban", "iban_whole", "nir", "rib", "card", "siret", "french_tax", "codice_fiscale", "belgian_person", "swiss_person",
        "gstin", "lei", "base58check", "bech32",
    }
)  # fmt: skip
"""Those that chance passes so rarely that they may tell a disguise by themselves: of ten shifts of any ten digits, one is a
telephone number."""
