"""Check digits of persons' numbers: published examples hold, and any one wrong digit breaks those that carry a check."""

import random

import pytest

from guard.detect.checks.checksums import STRONG, VALIDATORS, WEAK

GOOD = {
    "rib": "20041 01005 0500013M026 06",
    "french_tax": "30 23 217 600 053",
    "french_card": "880692310285",
    "nhs": "943 476 5919",
    "utr": "6234781622",
    "british_licence": "MORGA657054SM9IJ",
    "ssn": "219-09-9999",
    "itin": "912-70-1234",
    "aba": "021000021",
    "npi": "1234567893",
    "dea": "AB1234563",
    "german_tax": "86095742719",
    "german_document": "L01X00T471",
    "german_social_security": "65 170839 J 003",
    "german_health": "A123456780",
    "codice_fiscale": "RSSMRA85T10A562S",
    "belgian_person": "85.07.30-033.28",
    "swiss_person": "756.9217.0769.85",
    "canadian_sin": "046 454 286",
    "ramq": "TREM 8557 3012",
    "quebec_licence": "T1234-300785-06",
    "pesel": "44051401359",
    "swedish_person": "811228-9874",
    "finnish_person": "131052-308T",
    "danish_person": "300785-1871",
    "austrian_person": "1237010180",
    "aadhaar": "9999 4105 7058",
    "gstin": "27KCJPP1272Q1ZO",
    "tfn": "876 543 210",
    "abn": "51 824 753 556",
    "south_african": "8001015009087",
    "nric": "S1234567D",
    "vin": "VF1BB05CF12345678",
    "vin_checked": "1M8GDM9AXKP042788",
    "imei": "490154203237518",
    "lei": "969500QGFVIDVJYNEZ47",
    "es_person": "12345678Z",
    "es_company": "B12411815",
    "es_social_security": "281234567840",
    "nl_person": "111222333",
    "pt_tax": "123456789",
    "ie_person": "1234567FA",
    "it_company": "07990250123",
    "be_company": "0422.555.754",
    "ch_company": "CHE-116.281.710",
    "se_company": "212000-0142",
}
PARTLY = {"gstin", "es_company", "ssn", "vin_checked", "austrian_person", "finnish_person", "codice_fiscale", "utr"}
"""Those with a sum by 36 or 31 of which some signs have no weight, or with no check at all."""


@pytest.mark.parametrize("name", GOOD)
def test_published_examples(name):
    assert VALIDATORS[name](GOOD[name]) == len(GOOD[name])


@pytest.mark.parametrize("name", sorted(GOOD.keys() - WEAK - PARTLY))
def test_one_wrong_digit(name):
    text = GOOD[name]
    for place, sign in enumerate(text):
        if sign.isdigit():
            other = [text[:place] + digit + text[place + 1 :] for digit in "0123456789" if digit != sign]
            accepted = [wrong for wrong in other if VALIDATORS[name](wrong)]
            assert len(accepted) <= 1, accepted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ssn", "000-12-3456"), ("ssn", "666-12-3456"), ("ssn", "912-12-3456"), ("ssn", "123-00-4567"), ("ssn", "123-45-6789"),
        ("itin", "912-10-1234"), ("aba", "991000021"), ("npi", "3234567893"), ("french_card", "881392310285"),
        ("british_licence", "MORGA697054SM9IJ"), ("german_tax", "12345678901"), ("codice_fiscale", "RSSMRA85T39A562S"),
        ("belgian_person", "85.13.30-033.28"), ("south_african", "8013015009087"), ("imei", "000000000000000"),
        ("nhs", "0000000000"), ("canadian_sin", "000 000 000"), ("gstin", "99KCJPP1272Q1ZO"), ("vin", "ABCDEFGHJKLMNPRST"),
        ("swedish_person", "811328-9874"), ("pesel", "44151401359"), ("danish_person", "320785-1871"), ("nric", "A1234567D"),
        ("ramq", "TREM 8593 3012"), ("be_company", "9422.555.754"), ("it_company", "07990259993"), ("pt_tax", "023456789"),
    ],
)  # fmt: skip
def test_what_is_never_issued(name, text):
    assert VALIDATORS[name](text) == 0


def test_weak_checks_are_validators():
    assert VALIDATORS.keys() >= WEAK


def test_strong_checks_hardly_ever_pass_by_chance():
    assert VALIDATORS.keys() >= STRONG
    assert not STRONG & WEAK
    dice = random.Random(5)
    for name in ("nir", "rib", "siret", "french_tax", "belgian_person", "swiss_person", "card"):
        digits = sum(map(str.isdigit, GOOD.get(name, "1" * 15))) or 15
        drawn = ["".join(dice.choices("0123456789", k=digits)) for _ in range(2000)]
        assert sum(bool(VALIDATORS[name](each)) for each in drawn) < 60, name
