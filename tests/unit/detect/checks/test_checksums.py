import pytest

from guard.detect.checks import checksums
from guard.detect.checks.phones import phone


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("luhn", "7992739871" + "3", "79927398710"),
        ("card", "3530 1113" + " 3330 0000", "3530 1113" + " 3330 0001"),
        ("card", "6200 0000" + " 0000 0005", "6200 0000" + " 0000 0006"),
        ("card", "3056 930" + "902 5904", "3056 930" + "902 5905"),
        ("card", "4242 4242" + " 4242 4242", "4242 4242" + " 4242 4243"),
        ("card", "3782 822463" + " 10005", "1782 822463" + " 10005"),
        ("card", "2223 0031" + " 2200 3222", "2220 0031" + " 2200 3222"),
        ("nir", "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"),
        ("nir", "1 80 05 2A 004 012 24", "1 80 05 2B 004 012 24"),
        ("nir", "157059718337505", "157139718337505"),
        ("nir_shape", "255081416802", "955081416802"),
        ("siren", "732 829 320", "732 829 321"),
        ("siret", "732 829 320 00074", "732 829 320 00075"),
        ("siret", "356 000 000 00048", "356 000 000 00049"),
        ("siret", "356 000 000 12341", "356 000 000 12342"),
        ("ip_address", "203.0.113.7", "127.0.0.1"),
        *(("any_ip_address", f"192.168.{net}.12", f"192.168.{net}.{router}") for net in (0, 1) for router in (1, 254)),
        ("ip_address", "2001:db8::1", "::1"),
        ("token", "k7VxPq2LmZ8wRt5YbN3c", "aaaaaaaaaaaaaaaa"),
        ("token", "k7VxPq2LmZ8wRt5YbN3c", "YOUR_TOKEN_GOES_HERE"),
        ("password", "Pivoine*34", "obligatoire"),
        ("strong_password", "hydro2019vpn", "2019"),
    ],
)
def test_check(check, good, bad):
    assert checksums.VALIDATORS[check](good) == len(good)
    assert checksums.VALIDATORS[check](bad) == 0


def test_nir_example_with_shape_only():
    assert checksums.nir_shape("2550814168025")
    assert not checksums.nir_shape("2551914168025")


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("FR14 2004 1010 0505 0001 3M02 606 MERCI", 33),
        ("GB82WEST12345698765432", 22),
        ("GB82WEST12345698765433", 0),
        ("GB82WEST1234569876543", 0),
        ("GB82WEST123456987654321", 0),
        ("ZZ82WEST12345698765432", 0),
    ],
)
def test_an_iban_ends_where_its_country_says(text, size):
    assert checksums.iban_prefix(text) == size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("06 39 98 12 34", 14),
        ("01 99 00 12 34", 14),
        ("(+33) 6 39 98 12 34", 19),
        ("06 06 06 06 06", 0),
        ("0012345678", 0),
        ("+44 0000 000 000", 0),
        ("+33 6 39 98 12 34", 17),
        ("+33 (0)6 39 98 12 34", 20),
        ("0033 6 39 98 12 34", 18),
        ("0692 12 34 56", 13),
        ("+590 690 12 34 56", 17),
        ("07700 900123", 12),
        ("020 7946 0018", 13),
        ("(202) 555-0143", 14),
        ("+44 20 7946 0018 12", 16),
        ("00 00 00 00 00", 0),
        ("555-0143", 0),
        ("+999 12 34 56 78", 0),
    ],
)
def test_phone(text, size):
    assert phone(text) == size
