import pytest

from guard.detect.checks.algorithms import luhn, mod11_10, mod97, verhoeff
from guard.detect.checks.checksums import VALIDATORS

# Made for these tests: the check digits are right, the rest is invented or a published dummy.
GOOD = [
    "ATU13585627", "BE0422555754", "BE 0422.555.754", "BG175074752", "CY10259033P", "CZ25123891", "DE123456788", "DK13585628",
    "EE100931558", "EL094259216", "ES12345678Z", "ESB58378431", "ESX1234567L", "FI20774740", "FR44732829320", "FR 44 732 829 320",
    "GB999999973", "HR33392005961", "HU12892312", "IE6433435F", "IE6433435OA", "IE8D79739I", "IT00743110157", "LT119511515",
    "LT100001919017", "LU15027442", "LV40003521600", "MT11679112", "NL004495445B01", "PL8567346215", "PT501964843", "RO18547290",
    "SE123456789701", "SI50223054", "SK2022749619", "XI999999973",
]  # fmt: skip


@pytest.mark.parametrize("number", GOOD)
def test_every_member_state(number):
    assert VALIDATORS["vat"](number) == len(number)


@pytest.mark.parametrize("number", GOOD)
def test_another_last_sign(number):
    swap = "B" if number[-1].isalpha() else str((int(number[-1]) + 1) % 10)
    if not number.startswith(("NL", "SE", "IE6433435O")):  # what ends these is no check digit
        assert VALIDATORS["vat"](number[:-1] + swap) == 0


@pytest.mark.parametrize("number", ["US123456789", "DE000000000", "FR44732829321", "XX", "DE12345678", "ATU1358562A"])
def test_no_vat_number(number):
    assert VALIDATORS["vat"](number) == 0


def test_algorithms():
    assert luhn("7992739871" + "3")
    assert mod97("3214282912345698765432161182") == 1
    assert mod11_10("07942") is False
    assert mod11_10("123456788")
    assert verhoeff("2363")
    assert not verhoeff("2364")
