"""Sign-in at an OpenID provider: authorization code with PKCE (RFC 7636, S256), state, nonce, and an exact way back.

The browser carries state, nonce and verifier sealed in a cookie of its own, so that only the browser that left can come
back. The answer's issuer is checked (RFC 9207), so one provider's code is never taken to another.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from joserfc.jwk import KeySet

from guard.auth.base import Departure, RedirectProvider, admit, new_secret, same
from guard.auth.idtoken import UnknownKeyError, check_token, read_keys
from guard.errors import GuardError, ProviderError, UpstreamError
from guard.types.account import Identity, OidcTerms
from guard.types.http import HttpRequest
from guard.upstream.address import parse_origin, written_private
from guard.upstream.client import Timeouts, Upstream

NAME = "oidc"
BACK = "/sign-in/oidc/back"
FRESH = timedelta(hours=1)
"""How long what the provider says of itself is believed before it is asked again."""
KEYS_AGAIN = timedelta(seconds=30)
"""Tokens with unknown keys make us ask for new ones this often at most."""
MAX_BODY = 512 * 1024
GAVE_UP = frozenset({"access_denied", "login_required", "consent_required", "interaction_required"})
_TIMES = Timeouts(connect=5.0, answer=5.0, body=5.0)


class OidcProvider:
    """Keeps the promise of guard.auth.base.RedirectProvider; belongs to one event loop."""

    name = NAME

    def __init__(self, terms: OidcTerms, public_url: str) -> None:
        self.label = terms.label
        self._terms = terms
        self._back = public_url.rstrip("/") + BACK
        self._issuer = terms.issuer.rstrip("/")
        self._private = terms.allow_private or written_private(parse_origin(_origin(self._issuer)))
        self._upstreams: dict[str, Upstream] = {}
        self._about: dict[str, Any] = {}
        self._about_at: datetime | None = None
        self._keys: KeySet | None = None
        self._keys_at: datetime | None = None

    async def depart(self, now: datetime, *, quiet: bool = False) -> Departure:
        about = await self._discover(now)
        state, nonce, verifier = new_secret(), new_secret(), new_secret()
        asked = {
            "response_type": "code",
            "client_id": self._terms.client_id,
            "redirect_uri": self._back,
            "scope": " ".join(self._terms.scopes),
            "state": state,
            "nonce": nonce,
            "code_challenge": _base64(sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        if quiet:
            asked["prompt"] = "none"
        place = about["authorization_endpoint"]
        url = f"{place}{'&' if '?' in place else '?'}{urlencode(asked, quote_via=quote)}"
        return Departure(url, {"state": state, "nonce": nonce, "verifier": verifier})

    async def arrive(self, query: Mapping[str, str], baggage: Mapping[str, str], now: datetime) -> Identity | None:
        about = await self._discover(now)
        if not same(query.get("state", ""), baggage["state"]):
            raise ProviderError("the answer is not to what this browser asked")
        said_issuer = query.get("iss")
        if said_issuer is None and about.get("authorization_response_iss_parameter_supported"):
            raise ProviderError("the answer does not say who it is from")
        if said_issuer not in {None, about["issuer"]}:
            raise ProviderError("the answer is from another issuer")
        if "error" in query:
            if query["error"] in GAVE_UP:
                return None
            raise ProviderError("the sign-in service refused our question", hint="check [console.oidc] in guard.toml")
        tokens = await self._exchange(about, query.get("code", ""), baggage["verifier"])
        claims = await self._check(about, str(tokens.get("id_token", "")), baggage["nonce"], now)
        return self._identity(await self._with_groups(about, claims, tokens))

    def farewell(self) -> str | None:
        place = self._about.get("end_session_endpoint")
        return f"{place}?{urlencode({'client_id': self._terms.client_id})}" if place else None

    async def close(self) -> None:
        for upstream in self._upstreams.values():
            await upstream.close()

    # What it says of itself

    async def _discover(self, now: datetime) -> dict[str, Any]:
        if self._about_at is not None and timedelta(0) <= now - self._about_at < FRESH:
            return self._about
        about = await self._json("GET", f"{self._issuer}/.well-known/openid-configuration")
        if str(about.get("issuer", "")).rstrip("/") != self._issuer:
            raise ProviderError(
                "it calls itself by another name than [console.oidc] issuer", hint="write it as the service does"
            )
        for key in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            self._checked(about.get(key))
        if "S256" not in about.get("code_challenge_methods_supported", ["S256"]):
            raise ProviderError("the sign-in service knows no PKCE (S256)")
        if about.get("end_session_endpoint"):
            self._checked(about["end_session_endpoint"])
        self._about, self._about_at = about, now
        return about

    async def _check(self, about: Mapping[str, Any], token: str, nonce: str, now: datetime) -> dict[str, Any]:
        """The token's claims; keys that changed are fetched once."""
        issuer, client = str(about["issuer"]), self._terms.client_id
        try:
            keys = await self._known_keys(about, now)
            return check_token(token, keys, issuer=issuer, client=client, nonce=nonce, now=now)
        except UnknownKeyError:
            if self._keys_at is not None and timedelta(0) <= now - self._keys_at < KEYS_AGAIN:
                raise ProviderError("its token is signed with a key that it does not show") from None
        self._keys = None
        try:
            keys = await self._known_keys(about, now)
            return check_token(token, keys, issuer=issuer, client=client, nonce=nonce, now=now)
        except UnknownKeyError:
            raise ProviderError("its token is signed with a key that it does not show") from None

    async def _known_keys(self, about: Mapping[str, Any], now: datetime) -> KeySet:
        if self._keys is None or self._keys_at is None or not timedelta(0) <= now - self._keys_at < FRESH:
            self._keys = read_keys(await self._json("GET", about["jwks_uri"]))
            self._keys_at = now
        return self._keys

    # What it says of somebody

    async def _exchange(self, about: Mapping[str, Any], code: str, verifier: str) -> dict[str, Any]:
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
            "client_id": self._terms.client_id,
        }
        headers = [(b"content-type", b"application/x-www-form-urlencoded")]
        if secret := self._terms.client_secret:
            if "client_secret_basic" in about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
                pair = f"{quote(given.pop('client_id'), safe='')}:{quote(secret, safe='')}"
                headers.append((b"authorization", b"Basic " + base64.b64encode(pair.encode())))
            else:
                given["client_secret"] = secret
        return await self._json("POST", about["token_endpoint"], headers, urlencode(given).encode())

    async def _with_groups(
        self, about: Mapping[str, Any], claims: dict[str, Any], tokens: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Claims that the token does not hold are asked for, and are those of the same person."""
        place, bearer = about.get("userinfo_endpoint"), tokens.get("access_token")
        wanted = {self._terms.groups_claim, self._terms.name_claim}
        if wanted <= claims.keys() or not place or not isinstance(bearer, str):
            return claims
        if not bearer.isascii() or not bearer.isprintable():
            raise ProviderError("the sign-in service sent no usable token")
        more = await self._json("GET", self._checked(place), [(b"authorization", b"Bearer " + bearer.encode())])
        if more.get("sub") != claims["sub"]:
            raise ProviderError("it told us of somebody else")
        return more | claims

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        groups = frozenset(_texts(claims.get(self._terms.groups_claim)))
        roles, admitted = admit(self._terms.roles, groups)
        name = next(iter(_texts(claims.get(self._terms.name_claim))), claims["sub"])
        verified = _texts(claims.get("email")) if claims.get("email_verified") is True else []
        return Identity(NAME, claims["sub"], name, roles, groups, next(iter(verified), ""), admitted)

    # The wire

    def _checked(self, url: object) -> str:
        """An address that the provider named: https like itself, and in our own network only if itself is."""
        if isinstance(url, str) and url.isascii() and url.isprintable() and " " not in url:
            parts = urlsplit(url)
            secure = parts.scheme == "https" or (parts.scheme == "http" and self._issuer.startswith("http://"))
            try:
                origin = parse_origin(_origin(url))
            except GuardError:
                secure = False
            if secure and not parts.fragment and (self._private or not written_private(origin)):
                return url
        raise ProviderError("the sign-in service names an address that we do not go to")

    async def _json(
        self, method: str, url: str, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
    ) -> dict[str, Any]:
        parts = urlsplit(self._checked(url))
        request = HttpRequest(
            method, parts.path or "/", parts.query, ((b"accept", b"application/json"), *headers), body
        )
        try:
            reply = await self._upstream(url).fetch(request, max_body=MAX_BODY)
        except UpstreamError as error:
            raise ProviderError("the sign-in service does not answer", hint=error.message) from None
        if reply.status >= 300:
            raise ProviderError(f"the sign-in service answered {reply.status} at {parts.path}")
        try:
            found = json.loads(reply.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise ProviderError(f"the sign-in service sent something else than JSON at {parts.path}")
        return found

    def _upstream(self, url: str) -> Upstream:
        origin = _origin(url)
        if origin not in self._upstreams:
            ca_file = Path(self._terms.ca_file) if self._terms.ca_file else None
            self._upstreams[origin] = Upstream(
                origin, timeout=_TIMES, max_connections=4, ca_file=ca_file, allow_private=self._private
            )
        return self._upstreams[origin]


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _texts(value: object) -> list[str]:
    """A text or a list of texts, whichever the provider writes."""
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str) and item]


_keeps_promise: type[RedirectProvider] = OidcProvider
