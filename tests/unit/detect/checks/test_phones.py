"""Numbering plans, beside libphonenumber: whatever it gives as an example is a number here too."""

import phonenumbers
import pytest

from guard.detect.checks.checksums import VALIDATORS
from guard.detect.checks.phones import everyones, phone

FORMATS = [phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.E164]
TYPES = [phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE]


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_country_in_international_form(region):
    for kind in TYPES:
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None:
            for form in FORMATS:
                text = phonenumbers.format_number(number, form)
                assert phone(text) == len(text), text


@pytest.mark.parametrize("region", ["FR", "GB", "US", "RE", "GP"])
def test_national_forms(region):
    for kind in TYPES:
        number = phonenumbers.example_number_for_type(region, kind)
        text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        assert phone(text) == len(text), text


@pytest.mark.parametrize(
    ("name", "text", "good"),
    [
        ("north_american", "202-555-0143", True),
        ("north_american", "(044)688-7538x8775", True),
        ("north_american", "001-748-088-2851", True),
        ("north_american", "123-456-7890", False),
        ("north_american", "(000) 000-0000", False),
        ("loose_phone", "73 448 266", True),
        ("loose_phone", "(88) 684-334", True),
        ("loose_phone", "0660 565 36 45", True),
        ("loose_phone", "2025550143", True),
        ("loose_phone", "33 93 31", True),
        ("loose_phone", "06 12 34", False),
        ("loose_phone", "11 22 33 44 55", False),
        ("loose_phone", "2024-05-12", False),
        ("loose_phone", "12/05/2024", False),
        ("loose_phone", "2019 2020", False),
        ("loose_phone", "12 500 000", False),
        ("loose_phone", "123-45-6789", False),
        ("loose_phone", "0012345678", False),
        ("loose_phone", "01234567", False),
        ("grouped_phone", "2025550143", False),
        ("grouped_phone", "0479 50 54 03", True),
    ],
)
def test_numbers_beside_a_word(name, text, good):
    assert VALIDATORS[name](text) == (len(text) if good else 0)


@pytest.mark.parametrize(
    "text", ["0800 555 111", "09 69 39 29 19", "0 805 21 00 00", "0808 1570 192", "08 00 05 95 95"]
)
def test_help_lines_are_everyones(text):
    assert phone(text) == 0
    assert VALIDATORS["loose_phone"](text) == 0


@pytest.mark.parametrize("text", ["080 554 12 34", "09 69 82 14 37", "08 12 34 57 89", "07700 900123"])
def test_other_numbers_are_not(text):
    assert not everyones(text)
