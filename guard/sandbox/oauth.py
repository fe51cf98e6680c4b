"""App registration and OAuth 2 (RFC 6749 with PKCE, RFC 7636) in the form Mastodon documents."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from guard.sandbox import page
from guard.sandbox.call import ApiError, Call, Endpoint, answer
from guard.sandbox.params import text
from guard.sandbox.world import App, Token

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_BAD_CLIENT = "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."
_BAD_GRANT = "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."


async def register(call: Call) -> Response:
    given = call.params.get("redirect_uris")
    uris = [str(uri) for uri in given] if isinstance(given, list) else text(call.params, "redirect_uris").split()
    name = text(call.params, "client_name")
    if not name.strip():
        raise ApiError(422, "Validation failed: Application name can't be blank")
    if not uris:
        raise ApiError(422, "Validation failed: Redirect URI can't be blank")
    world = call.world
    app = App(
        id=world.new_id(),
        name=name,
        website=text(call.params, "website") or None,
        redirect_uris=uris,
        scopes=text(call.params, "scopes") or "read",
        client_id=secrets.token_urlsafe(32),
        client_secret=secrets.token_urlsafe(32),
    )
    world.apps[app.client_id] = app
    return answer(_application(app) | {"client_id": app.client_id, "client_secret": app.client_secret})


def _application(app: App) -> dict[str, Any]:
    return {
        "id": app.id,
        "name": app.name,
        "website": app.website,
        "scopes": app.scopes.split(),
        "redirect_uri": "\n".join(app.redirect_uris),
        "redirect_uris": app.redirect_uris,
        "client_secret_expires_at": 0,
        "vapid_key": "",
    }


async def app_credentials(call: Call) -> Response:
    app = call.token.app if call.token else None
    if app is None:
        raise ApiError(401, "The access token is invalid")
    return answer(_application(app))


def _asking(call: Call) -> tuple[App, str]:
    """The registered client and the address that it wants the code at."""
    app = call.world.apps.get(text(call.params, "client_id"))
    uri = text(call.params, "redirect_uri") or OUT_OF_BAND
    if app is None or uri not in app.redirect_uris:
        raise ApiError(400, "The client or its redirect URI is not known here")
    return app, uri


async def authorize_page(call: Call) -> Response:
    app, uri = _asking(call)
    hidden = {key: str(value) for key, value in call.params.items() if isinstance(value, str)}
    back = urlsplit(uri)
    target = f"{back.scheme}://{back.netloc}" if back.netloc else f"{back.scheme}:"
    html = page.authorize(app.name, hidden, page.language(call.request))
    return HTMLResponse(html, headers=page.headers(form_action="'self'" if uri == OUT_OF_BAND else f"'self' {target}"))


async def authorize(call: Call) -> Response:
    app, uri = _asking(call)
    username = "".join(each for each in text(call.params, "username").lower() if each.isalnum() or each == "_")
    person = call.world.person(username or "camille")
    code = secrets.token_urlsafe(24)
    challenge = text(call.params, "code_challenge")
    call.world.codes[code] = (app, person, uri, challenge)
    if uri == OUT_OF_BAND:
        return HTMLResponse(page.code(code, page.language(call.request)), headers=page.headers())
    pairs = {"code": code} | ({"state": call.params["state"]} if call.params.get("state") else {})
    return RedirectResponse(f"{uri}{'&' if '?' in uri else '?'}{urlencode(pairs)}", 302)


def _client(call: Call) -> App:
    """The client by body parameters or HTTP Basic."""
    name, secret = text(call.params, "client_id"), text(call.params, "client_secret")
    kind, _, encoded = call.request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        name, _, secret = base64.b64decode(encoded).decode("utf-8", "replace").partition(":")
    app = call.world.apps.get(name)
    if app is None or not secrets.compare_digest(app.client_secret.encode(), secret.encode()):
        raise OAuthError(401, "invalid_client", _BAD_CLIENT)
    return app


class OAuthError(ApiError):
    """An error with OAuth's own code beside its description."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(status, description)
        self.code = code


def _granted(call: Call, app: App) -> Token:
    kind = text(call.params, "grant_type")
    scope = text(call.params, "scope") or app.scopes
    if kind == "client_credentials":
        return call.world.issue(app, None, scope)
    if kind == "authorization_code":
        known = call.world.codes.pop(text(call.params, "code"), None)
        if known is None or known[0] is not app or known[2] != text(call.params, "redirect_uri"):
            raise OAuthError(400, "invalid_grant", _BAD_GRANT)
        if known[3] and not _proves(text(call.params, "code_verifier"), known[3]):
            raise OAuthError(400, "invalid_grant", _BAD_GRANT)
        return call.world.issue(app, known[1], app.scopes)
    raise OAuthError(400, "unsupported_grant_type", "The authorization grant type is not supported by the server.")


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return secrets.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


async def token(call: Call) -> Response:
    issued = _granted(call, _client(call))
    created = int(issued.created_at.timestamp())
    fields = {"access_token": issued.value, "token_type": "Bearer", "scope": issued.scope, "created_at": created}
    return answer(fields, headers={"cache-control": "no-store"})


async def revoke(call: Call) -> Response:
    app = _client(call)
    known = call.world.tokens.get(text(call.params, "token"))
    if known is not None and known.app is app:
        del call.world.tokens[known.value]
    return answer({})


async def metadata(call: Call) -> Response:
    """RFC 8414."""
    base = call.world.base_url
    fields = {
        "issuer": f"{base}/",
        "service_documentation": "https://docs.joinmastodon.org/",
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "app_registration_endpoint": f"{base}/api/v1/apps",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "userinfo_endpoint": f"{base}/oauth/userinfo",
        "scopes_supported": ["read", "write", "follow", "push", "profile"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
    }
    return answer(fields)


async def userinfo(call: Call) -> Response:
    me, base = call.me, call.world.base_url
    url = f"{base}/@{me.username}"
    return answer({"iss": f"{base}/", "sub": url, "name": me.display_name, "preferred_username": me.username})


_ASK = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "force_login",
    "lang",
    "code_challenge",
    "code_challenge_method",
)
# `oauth_info` is nothing that anyone documents: Mastodon.py sends it along, and the service ignores it.
_GRANT = ("oauth_info", "grant_type", "code", "client_id", "client_secret", "redirect_uri", "scope", "code_verifier")
ENDPOINTS = [
    Endpoint(
        "POST",
        "/api/v1/apps",
        register,
        ("client_name", "redirect_uris", "redirect_uris[]", "scopes", "website"),
        signed_in=False,
    ),
    Endpoint("GET", "/api/v1/apps/verify_credentials", app_credentials),
    Endpoint("GET", "/oauth/authorize", authorize_page, _ASK, signed_in=False),
    Endpoint("POST", "/oauth/authorize", authorize, (*_ASK, "username"), signed_in=False),
    Endpoint("POST", "/oauth/token", token, _GRANT, signed_in=False),
    Endpoint("POST", "/oauth/revoke", revoke, ("client_id", "client_secret", "token"), signed_in=False),
    Endpoint("GET", "/oauth/userinfo", userinfo),
    Endpoint("GET", "/.well-known/oauth-authorization-server", metadata, signed_in=False),
]
