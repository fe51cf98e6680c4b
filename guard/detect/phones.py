"""Telephone numbers against the countries' numbering plans (libphonenumber), on candidates only.

The ranges that France, the United Kingdom and North America keep for fiction count as numbers: people test with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

import phonenumbers
from phonenumbers import re_util
from phonenumbers.phonemetadata import PhoneMetadata

from guard.detect.checksums import digits

REGIONS: Final = ("FR", "GB", "RE", "GP", "GF", "MQ", "YT", "PM")
_FICTION: Final = re.compile(
    r"\+33(?:[67]\d{8}|(?:199|261|353|465|536)\d{6})|\+447700900\d{3}|\+441632960\d{3}|\+44(?:20|1\d1)\d?4?960\d{3,4}|\+1[2-9]\d{2}55501\d{2}"
)
_MOBILE: Final = re.compile(
    r"(?:0(?:\W{0,3}|_)|\+33[ .\-]?(?:\(0\) ?)?)[67](?:(?:\W{0,3}|_)\d){8}|\+44[ .\-]?7(?:[ .\-]?\d){9}"
)
"""French and, in international form, British mobiles. Taken as it is: new blocks open faster than libphonenumber is updated, and nothing else is written like this."""
_CUTS: Final = re.compile(r"[ .\-/·]+\(?\d+\)?$")


_MOST_CUTS: Final = 8


_LONGEST_CODE: Final = 3


@cache
def _lengths() -> dict[str, frozenset[int] | None]:
    """By calling code: how many digits may follow it, trunk prefix included; None where that cannot be told so simply."""
    return {str(code): _lengths_of(code, regions) for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()}


def _lengths_of(code: int, regions: Sequence[str]) -> frozenset[int] | None:
    lengths: set[int] = set()
    for region in regions:
        plan = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        if plan is None or plan.general_desc is None or not plan.general_desc.possible_length:
            return None
        lengths.update(plan.general_desc.possible_length)
    main = PhoneMetadata.metadata_for_region_or_calling_code(code, regions[0])
    if main is None or main.national_prefix_transform_rule or main.national_prefix_for_parsing != main.national_prefix:
        return None
    trunk = len(main.national_prefix or "")
    return frozenset(lengths | {length + trunk for length in lengths})


def warm() -> None:
    """Load every country's plan now: the first number of each would else wait for it."""
    if keep := getattr(re_util, "enable_pattern_cache", None):  # else all plans share the 512 places of `re`
        keep()
    for code in _lengths():
        _is_number(f"+{code}000000000", None)
    for region in REGIONS:
        if (number := phonenumbers.example_number(region)) is not None:
            phonenumbers.is_valid_number(number)


def _possible(number: str) -> bool:
    """Whether the plan of an international number's country has numbers of that length; yes where that cannot be told."""
    for size in range(1, _LONGEST_CODE + 1):
        if number[:size] in _lengths():
            lengths, rest = _lengths()[number[:size]], number[size:]
            return lengths is None or len(rest) in lengths or len(rest.lstrip("0")) in lengths
    return False


def _regions(number: str) -> tuple[str, ...]:
    """Where a number of these digits, written without a country, may be dialled."""
    if number[:1] != "0":
        return ("US", "GB")
    if len(number) != 10:
        return ("GB",)
    return REGIONS if number[1] in "25679" else ("FR", "GB")


def _valid(text: str) -> bool:
    number = digits(text)
    if text[0] == "+":
        return _possible(number) and _is_number("+" + number, None)
    return any(_is_number(number, region) for region in _regions(number))


def _is_number(dialled: str, region: str | None) -> bool:
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return False
    if phonenumbers.is_valid_number(number):
        return True
    return _FICTION.fullmatch(f"+{number.country_code}{number.national_number}") is not None


def phone(text: str) -> int:
    """Length of the longest beginning of `text`, cut between groups of digits, that is a number of some plan; 0 for none."""
    if _MOBILE.fullmatch(text):
        return len(text)
    candidate = text
    for _ in range(_MOST_CUTS):
        dialled = "+" + candidate[2:] if candidate.startswith("00") else candidate
        if _valid(dialled.replace("(0)", "")):
            return len(candidate)
        shorter = _CUTS.sub("", candidate)
        if shorter == candidate or sum(map(str.isdigit, shorter)) < 7:
            return 0
        candidate = shorter
    return 0
