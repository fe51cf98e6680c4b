import base64
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.detect.checks.likelihood import counted, entropy, reads_as_words, repeated
from guard.detect.checks.randomness import RANDOMNESS

LOWER, MIXED, HEX = string.ascii_lowercase + string.digits, string.ascii_letters + string.digits, "0123456789abcdef"
LIMITED = {"wif", "stellar_seed"}
"""Checks whose entries give them a text of one alphabet only."""


def test_entropy():
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abab") == pytest.approx(1)
    assert entropy("abcdefgh" * 200) == pytest.approx(3)


@pytest.mark.parametrize(
    "text", ["1234567890123456", "abcdefghijklmnop", "aaaaaaaaaaaa", "xxxxxxxx-xxxx-xxxx", "000000000001"]
)
def test_counting(text):
    assert counted(text)


@pytest.mark.parametrize("text", ["12345678-ABCD-ABCD-ABCD-1234567890AB", "k7VxPq2LmZ8wRt5YbN3c", ""])
def test_not_counting(text):
    assert not counted(text)


def test_blocks_said_again():
    assert repeated("123123123")
    assert repeated("dead-beef-dead-beef-dead-beef")
    assert not repeated("deadbeefcafe")
    assert not repeated("ababa")


@pytest.mark.parametrize(
    "text", ["internationalization2024", "mot-de-passe-perdu", "SalesResults1", "jean.dupont.1985", "getPagesInSpace"]
)
def test_words(text):
    assert reads_as_words(text)
    assert not RANDOMNESS["assigned"](text)


@pytest.mark.parametrize(
    ("alphabet", "size", "check", "least"),
    [
        (LOWER, 32, "mixed_key", 0.99), (LOWER, 20, "mixed_key", 0.95), (LOWER, 15, "mixed_key", 0.85), (MIXED, 40, "assigned", 0.99),
        (MIXED, 24, "assigned", 0.97), (HEX, 32, "assigned", 0.99), (HEX, 16, "mixed_key", 0.95), (MIXED, 40, "random_key", 0.99),
        (string.ascii_letters, 34, "letters_key", 0.98), (HEX, 64, "strongly_assigned", 0.98), (MIXED + "-_", 100, "assigned", 0.98),
    ],
)  # fmt: skip
def test_nearly_all_that_is_drawn_passes(alphabet, size, check, least):
    draw = random.Random(20261122)
    passed = sum(RANDOMNESS[check]("".join(draw.choices(alphabet, k=size))) == size for _ in range(1000))
    assert passed >= least * 1000


@pytest.mark.parametrize(
    ("check", "text", "passes"),
    [
        ("basic_header", base64.b64encode(b"ann:sesame").decode(), True),
        ("basic_header", base64.b64encode(b"no colon at all").decode(), False),
        ("basic_header", "internationalization", False),
        ("basic_pair", "ann:s3same", True),
        ("basic_pair", "ann:$PASS", False),
        ("basic_pair", "user:pass", False),
        ("basic_pair", "ann", False),
        ("url_password", "Tr0ub4dor", True),
        ("url_password", "password", False),
        ("url_password", "8443", False),
        ("url_password", "{password}", False),
        ("quoted_password", "open sesame", True),
        ("quoted_password", "string", False),
        ("quoted_password", "var.password", False),
        ("password_shown", "hydro2019vpn", True),
        ("password_shown", "2019", False),
        ("password_strong", "Noel2024!", True),
        ("password_strong", "windows11", False),
        ("seed_phrase", "legal winner thank year wave sausage worth useful legal winner thank yellow", True),
        ("seed_phrase", "never go to bed angry with someone you love and always say sorry", False),
        ("app_password", "k7vx-pq2l-mz8w-rt5y", True),
        ("app_password", "1234-5678-1234-5678", False),
        ("header_value", "8b27d4f05ea91c63", True),
        ("header_value", "application/json", False),
    ],
)
def test_checks(check, text, passes):
    assert RANDOMNESS[check](text) == (len(text) if passes else 0)


def test_a_password_leaves_the_comma_behind():
    assert RANDOMNESS["password_said"]("Licorne-4,") == 9


@given(st.text(min_size=1, max_size=80), st.sampled_from(sorted(RANDOMNESS.keys() - LIMITED)))
def test_every_check_takes_any_text(text, check):
    assert 0 <= RANDOMNESS[check](text) <= len(text)
