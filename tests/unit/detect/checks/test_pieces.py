"""Numbers told in pieces: what is said between them is left out, and the place of the last digit is still right."""

import pytest

from guard.detect.checks.checksums import VALIDATORS

IBAN = "FR14 2004 1010 0505 0001 3M02 606"


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (IBAN, IBAN),
        ("FR14 2004 (long, hein) 1010 0505 puis 0001 3M02 606", "FR14 2004 (long, hein) 1010 0505 puis 0001 3M02 606"),
        ("FR14 2004 et 1010 0505 0001 3M02 606 ou 4242 4242", "FR14 2004 et 1010 0505 0001 3M02 606"),
        ("FR14 2004 et 1010 0505 0001 3M02 607", ""),
    ],
)
def test_an_iban_with_remarks(text, taken):
    assert text[: VALIDATORS["iban_in_pieces"](text)] == taken


@pytest.mark.parametrize(
    ("text", "size"), [("25508, la Marne 14, 168, 025 clé 38", 35), ("25508, 14, 168, 025 clé 39", 0)]
)
def test_a_social_security_number_with_remarks(text, size):
    assert VALIDATORS["nir_in_pieces"](text) == size
