"""One-time codes against RFC 6238's own vectors, and what surrounds them."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from guard.auth.totp import (
    SecretBox,
    code_at,
    matching_step,
    new_recovery_codes,
    new_totp_secret,
    otpauth_uri,
    plain_code,
    shown_secret,
    step_of,
)
from guard.errors import AccountError
from tests.gates import NOW

RFC = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds, code):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert code_at(RFC, step_of(moment)) == code
    assert matching_step(RFC, f"{code[:3]} {code[3:]}", moment, 0) == step_of(moment)


def test_a_code_is_taken_once_and_only_near_its_time():
    step = step_of(NOW)
    code = code_at(RFC, step)
    for seconds, taken in ((-30, True), (0, True), (30, True), (90, False), (-90, False)):
        assert (matching_step(RFC, code, NOW + timedelta(seconds=seconds), 0) == step) is taken
    assert matching_step(RFC, code, NOW, step) is None, "the same step again"
    assert matching_step(RFC, code_at(RFC, step - 1), NOW, step) is None, "an older one"
    assert matching_step(RFC, code_at(RFC, step + 1), NOW, step) == step + 1


@pytest.mark.parametrize("code", ["", "00000", "0000000", "abcdef", "１２３４５６", "-1", "\udcff"])
def test_nonsense_is_no_code(code):
    assert matching_step(RFC, code, NOW, 0) is None


def test_a_secret_is_shown_for_apps_and_for_typing():
    secret = new_totp_secret()
    assert base64.b32decode(shown_secret(secret).replace(" ", "")) == secret
    uri = urlsplit(otpauth_uri(secret, "marie@x.example", "postguard & co"))
    assert (uri.scheme, uri.netloc, uri.path) == ("otpauth", "totp", "/postguard%20%26%20co:marie%40x.example")
    assert parse_qs(uri.query)["issuer"] == ["postguard & co"]
    assert base64.b32decode(parse_qs(uri.query)["secret"][0]) == secret


def test_recovery_codes_are_many_and_read_however_they_are_typed():
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert plain_code(f" {codes[3].upper().replace('-', ' ')} ") == codes[3].replace("-", "")


def test_a_mark_tells_a_text_again_for_one_purpose_and_with_its_key():
    box = SecretBox(b"k" * 32)
    mark = box.mark("recovery a1", "code")
    assert mark == SecretBox(b"k" * 32).mark("recovery a1", "code")
    others = {
        box.mark("recovery a2", "code"),
        box.mark("recovery a1", "cod"),
        SecretBox(b"l" * 32).mark("recovery a1", "code"),
    }
    assert mark not in others
    assert len(others) == 3


def test_a_sealed_secret_opens_only_for_its_purpose_and_with_its_key():
    sealed = SecretBox(b"k" * 32).seal("totp a1", RFC)
    assert RFC not in sealed
    assert SecretBox(b"k" * 32).open("totp a1", sealed) == RFC
    for box, purpose, data in (
        (SecretBox(b"k" * 32), "totp a2", sealed),
        (SecretBox(b"l" * 32), "totp a1", sealed),
        (SecretBox(b"k" * 32), "totp a1", sealed[:-1]),
        (SecretBox(b"k" * 32), "totp a1", b""),
    ):
        with pytest.raises(AccountError):
            box.open(purpose, data)
