import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.detect.checks.plausible import PLAUSIBLE


@pytest.mark.parametrize(
    ("check", "accepted", "refused"),
    [
        (
            "birth_date",
            ["24/12/2001", "1990-05-27", "3/14/87", "17 février 1994", "mai 1958", "August 14, 1990", "30/02/2009"],
            ["14 juillet 1789", "45/45/1984", "99/99/1999", "12/05/2055", "00/05/1984", "1984"[:2]],
        ),
        ("past_birth_date", ["30/09/1952", "8 September 1955"], ["12 mars 2024", "30/09/52"]),
        (
            "private_host",
            [
                "http://10.3.2.18/a", "http://172.31.0.1", "https://192.168.1.1:8443/", "http://[fd00::12]:9000/x", "10.0.0.9/x",
                "http://intranet/x", "wiki.acme.local/x", "https://acme.lan", "nas.home.arpa", "srv-01.corp",
                "https://graf.int.acme.example/d", "https://intranet.acme.example", "https://stg2.acme.example",
                "https://api-stage.acme.example/v1", "https://drive.interne-acme.example/d",
            ],
            [
                "http://203.0.113.9/a", "http://172.32.0.1", "http://127.0.0.1:80", "http://localhost:8080", "http://localhost.localdomain",
                "https://corp.acme.example", "https://www.acme.example/intranet", "intranet", "think.corp", "https://who.int/x",
                "https://www.interne-acme.example/", "http://", "", "https://..lan", "https://internet.example",
            ],
        ),
        (
            "coordinates_in_range",
            ["48.85837, 2.29448", "-33.86882,151.20929", "48°51'29\"N 2°17'40\"E"],
            ["99.12345, 2.29448", "0.0000, 0.0000", "12.12345, 190.12345", "12.12345"],
        ),
        ("mac_address", ["00:00:5e:00:53:af", "00-00-5E-00-53-2B", "0000.5e00.53b1"], ["ff:ff:ff:ff:ff:ff", "05-12-23-34-45-49"]),
        ("booking_reference", ["QX7RTM", "4587412369", "QXRTMZ"], ["2024", "AAAAAA"]),
        ("domain_user", ["LDNCORP\\hpatel4"], ["HKLM\\Software", "TV\\u002c", "ET\\OU"]),
    ],
)  # fmt: skip
def test_whole(check, accepted, refused):
    for text in accepted:
        assert PLAUSIBLE[check](text) == len(text), text
    for text in refused:
        assert PLAUSIBLE[check](text) == 0, text


@pytest.mark.parametrize(
    ("check", "text", "taken"),
    [
        ("access_code", "A5208", 5),
        ("access_code", "7730#,", 5),
        ("access_code", "45", 0),
        ("access_code", "ABCD12", 0),
        ("shared_password", "lecture2025,", 11),
        ("shared_password", "guest", 0),
        ("shared_password", "horrible", 0),
        ("shared_password", "https://a.example/1", 0),
        ("user_name", "jdupont.", 7),
        ("user_name", "obligatoire", 0),
        ("marked_user_name", "svc_backup", 10),
        ("marked_user_name", "j.brandt_adm,", 12),
        ("marked_user_name", "up-to-date", 0),
        ("marked_user_name", "100k", 0),
        ("marked_user_name", "VOTRE_LOGIN", 0),
        ("marked_user_name", "www.exemple.com", 0),
    ],
)
def test_beginnings(check, text, taken):
    assert PLAUSIBLE[check](text) == taken


@given(st.text(max_size=60))
def test_no_check_raises_or_takes_more_than_there_is(text):
    for check in PLAUSIBLE.values():
        assert 0 <= check(text) <= len(text)


@given(st.from_regex(r"(?:https?://)?[a-z0-9.:\[\]@-]{1,30}(?:/[a-z]{0,5})?", fullmatch=True))
def test_no_host_raises(text):
    assert PLAUSIBLE["private_host"](text) in {0, len(text)}
