"""Tokens made by hand: only the one that answers our question, signed by the provider, is taken."""

import base64
import hmac
import json

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from guard.auth.idtoken import LEEWAY_S, UnknownKeyError, check_token, read_keys
from guard.errors import ProviderError
from tests.gates import NOW

ISSUER, CLIENT, NONCE = "https://id.example", "guard", "n" * 64
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}, private=True)
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}, private=True)
OTHER = RSAKey.generate_key(2048, {"kid": "other"}, private=True)
JWKS = {"keys": [key.as_dict(private=False) for key in (RSA, EC)]}
AT = int(NOW.timestamp())


def claims(**changes):
    made = {"iss": ISSUER, "aud": CLIENT, "sub": "s-1", "nonce": NONCE, "iat": AT, "exp": AT + 300} | changes
    return {name: value for name, value in made.items() if value is not ...}


def token(key=RSA, alg="RS256", kid="rsa", **changes):
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    return jwt.encode(header, claims(**changes), key, algorithms=[alg])


def check(text, jwks=JWKS, now=NOW):
    return check_token(text, read_keys(jwks), issuer=ISSUER, client=CLIENT, nonce=NONCE, now=now)


def test_the_answer_to_our_question_is_taken():
    assert check(token())["sub"] == "s-1"
    assert check(token(EC, "ES256", "ec"))["sub"] == "s-1"
    assert check(token(RSA, "PS256"))["sub"] == "s-1"
    assert check(token(aud=[CLIENT, "other"], azp=CLIENT))["sub"] == "s-1"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"nonce": "m" * 64}, "another question"), ({"nonce": ...}, "another question"), ({"nonce": 7}, "another question"),
        ({"aud": "other"}, "somebody else"), ({"aud": ["other"]}, "somebody else"), ({"aud": ...}, "somebody else"),
        ({"aud": [CLIENT, "other"]}, "another program"), ({"azp": "other"}, "another program"),
        ({"iss": "https://evil.example"}, "another issuer"), ({"iss": ISSUER + "/"}, "another issuer"), ({"iss": ...}, "another issuer"),
        ({"exp": AT - LEEWAY_S}, "is over"), ({"exp": ...}, "is over"), ({"exp": "never"}, "is over"), ({"exp": True}, "is over"),
        ({"iat": AT - 601}, "another time"), ({"iat": AT + 3600}, "another time"), ({"iat": ...}, "another time"),
        ({"nbf": AT + 3600}, "not valid yet"),
        ({"sub": ""}, "names nobody"), ({"sub": ...}, "names nobody"), ({"sub": 7}, "names nobody"), ({"sub": "x" * 256}, "names nobody"),
    ],
)  # fmt: skip
def test_any_other_claim_is_refused(changes, why):
    with pytest.raises(ProviderError, match=why):
        check(token(**changes))


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_an_unsigned_token_is_refused():
    for alg in ("none", "None", "NONE"):
        for kid in ("rsa", None):
            header = {"alg": alg} | ({"kid": kid} if kid else {})
            for signature in ("", token().rpartition(".")[2]):
                with pytest.raises((ProviderError, UnknownKeyError)):
                    check(f"{part(header)}.{part(claims())}.{signature}")


def test_a_public_key_is_no_secret():
    """The old confusion: HS256 under the text of the RSA key that everybody can read."""
    for text in (RSA.as_pem(private=False), json.dumps(JWKS["keys"][0]).encode()):
        signed = f"{part({'alg': 'HS256', 'kid': 'rsa'})}.{part(claims())}"
        mac = base64.urlsafe_b64encode(hmac.digest(text, signed.encode(), "sha256")).rstrip(b"=").decode()
        forged = f"{signed}.{mac}"
        with pytest.raises((ProviderError, UnknownKeyError)):
            check(forged)


def test_a_symmetric_key_shown_by_the_provider_is_not_used():
    secret = OctKey.generate_key(256, {"kid": "rsa"})
    forged = jwt.encode({"alg": "HS256", "kid": "rsa"}, claims(), secret, algorithms=["HS256"])
    with pytest.raises((ProviderError, UnknownKeyError)):
        check(forged, {"keys": [secret.as_dict(private=True), *JWKS["keys"]]})


def test_another_key_under_a_known_name_does_not_verify():
    with pytest.raises(ProviderError, match="does not verify"):
        check(token(OTHER))
    with pytest.raises((ProviderError, UnknownKeyError)):
        check(token(RSA, kid="ec"))


def test_a_key_that_is_not_known_yet_is_told_apart():
    with pytest.raises(UnknownKeyError):
        check(token(OTHER, kid="other"))


def test_a_key_in_the_token_itself_counts_for_nothing():
    header = {"alg": "RS256", "kid": "other", "jwk": OTHER.as_dict(private=False), "jku": "https://evil.example/jwks"}
    forged = jwt.encode(header, claims(), OTHER, algorithms=["RS256"])
    with pytest.raises((ProviderError, UnknownKeyError)):
        check(forged)


@pytest.mark.parametrize(
    "text", ["", "x", "a.b", "a.b.c", "....", "x" * 100_000, part([]) + "." + part([]) + ".", "\udcff.a.b"]
)
def test_nonsense_is_refused(text):
    with pytest.raises((ProviderError, UnknownKeyError)):
        check(text)


def test_a_changed_token_is_refused():
    header, body, signature = token().split(".")
    for forged in (f"{header}.{part(claims(sub='admin'))}.{signature}", f"{header}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(ProviderError):
            check(forged)


def test_keys_of_unknown_kinds_do_not_spoil_the_others():
    strange = [
        {"kty": "PQC", "kid": "new"},
        {"kty": "RSA"},
        "text",
        {"use": "enc"},
        RSA.as_dict(private=False) | {"kid": "enc", "use": "enc"},
    ]
    assert check(token(), {"keys": [*strange, *JWKS["keys"]]})["sub"] == "s-1"
    assert len(read_keys({"keys": [*strange, *JWKS["keys"]]}).keys) == 2
    for nothing in ({}, {"keys": []}, {"keys": strange}):
        with pytest.raises(ProviderError, match="no key"):
            read_keys(nothing)


def test_no_error_repeats_the_token():
    text = token(nonce="m" * 64)
    with pytest.raises(ProviderError) as refused:
        check(text)
    assert text[:20] not in str(refused.value)
