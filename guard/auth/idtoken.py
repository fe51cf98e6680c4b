"""What an OpenID provider signs about somebody, checked as OpenID Connect Core 1.0, 3.1.3.7 asks. Pure: keys and time come in.

joserfc verifies the signature; which algorithms count, for whom and until when is decided here. `none` and the symmetric
ones are not on the list, so a token signed with a public key as if it were a secret is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from guard.auth.base import same
from guard.errors import ProviderError

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA")
LEEWAY_S = 60
"""How far the provider's clock may be off."""
OLDEST_S = 600
"""A token made longer ago is not the answer to what was just asked."""
LONGEST = 64 * 1024


class UnknownKeyError(Exception):
    """Signed with a key that is not among those known: the provider may have changed its keys."""


def read_keys(jwks: Mapping[str, Any]) -> KeySet:
    """ProviderError when none of them can be used."""
    public = [key for key in jwks.get("keys", ()) if isinstance(key, dict) and key.get("use", "sig") == "sig"]
    usable = []
    for key in public:
        try:
            usable += KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            continue  # a key of a kind that we do not know says nothing about the others
    if not usable:
        raise ProviderError("the sign-in service has no key that we could check its word with")
    return KeySet(usable)


def check_token(token: str, keys: KeySet, *, issuer: str, client: str, nonce: str, now: datetime) -> dict[str, Any]:
    """The claims. UnknownKeyError for a new key; ProviderError, in words that hold nothing of the token, for anything wrong."""
    if not token or len(token) > LONGEST:
        raise ProviderError("the sign-in service sent no token")
    try:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except InvalidKeyIdError:
        raise UnknownKeyError from None
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderError(f"its token does not verify ({type(error).__name__})") from None
    if wrong := _wrong(claims, issuer, client, nonce, now.timestamp()):
        raise ProviderError(f"its token {wrong}")
    return dict(claims)


def _wrong(claims: Mapping[str, Any], issuer: str, client: str, nonce: str, now: float) -> str:
    """Why these claims are not the answer to our question; empty when they are."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    subject = claims.get("sub")
    checks = (
        (claims.get("iss") == issuer, "is from another issuer"),
        (client in audiences, "is for somebody else"),
        (
            claims.get("azp", client) == client and (len(audiences) == 1 or "azp" in claims),
            "was made for another program",
        ),
        (_time(claims, "exp") > now - LEEWAY_S, "is over"),
        (now - OLDEST_S < _time(claims, "iat") <= now + LEEWAY_S, "is of another time"),
        (_time(claims, "nbf", now) <= now + LEEWAY_S, "is not valid yet"),
        (isinstance(claims.get("nonce"), str) and same(claims["nonce"], nonce), "answers another question"),
        (isinstance(subject, str) and 0 < len(subject) <= 255, "names nobody"),
    )
    return next((why for good, why in checks if not good), "")


def _time(claims: Mapping[str, Any], name: str, otherwise: float = float("-inf")) -> float:
    value = claims.get(name, otherwise)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
