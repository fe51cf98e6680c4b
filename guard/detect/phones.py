"""Telephone numbers against the countries' numbering plans (libphonenumber), on candidates only.

The ranges that France, the United Kingdom and North America keep for fiction count as numbers: people test with them.
"""

from __future__ import annotations

import re
from typing import Final

import phonenumbers

REGIONS: Final = ("FR", "GB", "RE", "GP", "GF", "MQ", "YT", "PM")
_FICTION: Final = re.compile(
    r"\+33(?:[67]\d{8}|(?:199|261|353|465|536)\d{6})|\+447700900\d{3}|\+441632960\d{3}|\+44(?:20|1\d1)\d?4?960\d{3,4}|\+1[2-9]\d{2}55501\d{2}"
)
_MOBILE: Final = re.compile(r"(?:0|\+33[ .\-]?(?:\(0\) ?)?)[67](?:[ .\-/·]{0,3}\d){8}|\+44[ .\-]?7(?:[ .\-]?\d){9}")
"""French and, in international form, British mobiles. Taken as it is: new blocks open faster than libphonenumber is updated, and nothing else is written like this."""
_CUTS: Final = re.compile(r"[ .\-/·]+\(?\d+\)?$")


_MOST_CUTS: Final = 8


def _regions(text: str) -> tuple[str | None, ...]:
    """Where a number written like this may be dialled."""
    if text.startswith("+"):
        return (None,)
    number = [char for char in text if char.isdigit()]
    if number[:1] != ["0"]:
        return ("US", "GB")
    if len(number) != 10:
        return ("GB",)
    return REGIONS if number[1] in "25679" else ("FR", "GB")


def _valid(text: str) -> bool:
    for region in _regions(text):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            continue
        if number.extension:
            continue
        if phonenumbers.is_valid_number(number):
            return True
        if _FICTION.fullmatch(f"+{number.country_code}{number.national_number}"):
            return True
    return False


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
