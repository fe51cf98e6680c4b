"""The way to an OpenID provider and back, with a provider that can be made to lie."""

import asyncio
import base64
import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from guard.auth.oidc import KEYS_AGAIN, OidcProvider
from guard.errors import ProviderError, UpstreamError
from guard.types.account import OidcTerms
from guard.types.http import HttpReply
from guard.types.principal import Role
from tests.gates import NOW

ISSUER = "https://id.example/realm"
ROLES = {
    "guard-reviewers": frozenset({Role.REVIEWER}),
    "guard-admins": frozenset({Role.ADMINISTRATOR}),
    "staff": frozenset(),
}
TERMS = OidcTerms(ISSUER, "guard", "s3cret/+", roles=ROLES)
PUBLIC = "https://console.example"
KEY = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
NEXT = RSAKey.generate_key(2048, {"kid": "two"}, private=True)


class Service:
    """Answers as an OpenID provider does, unless `wrong` says otherwise by path."""

    def __init__(self):
        self.about = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "userinfo_endpoint": f"{ISSUER}/me",
            "jwks_uri": f"{ISSUER}/jwks",
            "end_session_endpoint": f"{ISSUER}/bye",
        }
        self.key, self.shown = KEY, [KEY]
        self.claims, self.more = {"groups": ["staff", "guard-reviewers"], "preferred_username": "marie"}, {}
        self.nonce, self.asked, self.wrong = "", [], {}

    async def fetch(self, request, *, max_body):
        self.asked.append(request)
        name = request.path.rpartition("/")[2]
        if name in self.wrong:
            found = self.wrong[name]
            if isinstance(found, Exception):
                raise found
            return found
        answers = {
            "openid-configuration": lambda: self.about,
            "jwks": self._jwks,
            "token": self._token,
            "me": lambda: {"sub": "s-1"} | self.more,
        }
        return HttpReply(200, body=json.dumps(answers[name]()).encode())

    async def close(self):
        pass

    def _jwks(self):
        return {"keys": [key.as_dict(private=False) for key in self.shown]}

    def _token(self):
        at = int(NOW.timestamp())
        claims = {"iss": ISSUER, "aud": "guard", "sub": "s-1", "nonce": self.nonce, "iat": at, "exp": at + 300}
        signed = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims | self.claims, self.key, algorithms=["RS256"])
        return {"id_token": signed, "access_token": "at", "token_type": "Bearer"}

    def count(self, name):
        return sum(request.path.endswith(name) for request in self.asked)


class There:
    """A provider in front of such a service; `trip` goes there and back."""

    def __init__(self, terms=TERMS):
        self.service = Service()
        self.provider = OidcProvider(terms, PUBLIC)
        self.provider._upstream = lambda url: self.service

    def depart(self, now=NOW):
        departure = asyncio.run(self.provider.depart(now))
        self.asked = dict(parse_qsl(urlsplit(departure.url).query))
        self.service.nonce = self.asked["nonce"]
        self.baggage = departure.baggage
        return departure

    def arrive(self, now=NOW, baggage=None, **query):
        query = {"code": "c0de", "state": self.asked["state"]} | query
        return asyncio.run(self.provider.arrive(query, baggage or self.baggage, now))

    def trip(self, now=NOW, **query):
        self.depart(now)
        return self.arrive(now, **query)


@pytest.fixture
def there():
    return There()


def test_the_question_is_bound_to_this_browser_and_to_one_way_back(there):
    departure = there.depart()
    assert departure.url.startswith(f"{ISSUER}/authorize?response_type=code&client_id=guard&")
    assert there.asked["redirect_uri"] == "https://console.example/sign-in/oidc/back"
    assert there.asked["scope"] == "openid profile"
    assert there.asked["code_challenge_method"] == "S256"
    challenge = base64.urlsafe_b64encode(sha256(there.baggage["verifier"].encode()).digest()).rstrip(b"=").decode()
    assert there.asked["code_challenge"] == challenge
    assert there.baggage["verifier"] not in departure.url
    again = There()
    again.depart()
    assert all(again.baggage[name] != value for name, value in there.baggage.items())


def test_somebody_comes_back_with_the_roles_of_their_groups(there):
    identity = there.trip()
    assert (identity.provider, identity.subject, identity.name) == ("oidc", "s-1", "marie")
    assert (identity.roles, identity.groups, identity.admitted) == ({Role.REVIEWER}, {"staff", "guard-reviewers"}, True)
    (token,) = [request for request in there.service.asked if request.method == "POST"]
    form = {name: values[0] for name, values in parse_qs(token.body.decode()).items()}
    assert form == {
        "grant_type": "authorization_code", "code": "c0de", "redirect_uri": there.asked["redirect_uri"],
        "code_verifier": there.baggage["verifier"],
    }  # fmt: skip
    assert token.header(b"authorization") == b"Basic " + base64.b64encode(b"guard:s3cret%2F%2B")
    assert there.service.count("/me") == 0


@pytest.mark.parametrize(
    ("groups", "roles", "admitted"),
    [(["staff"], set(), True), (["strangers"], set(), False), ([], set(), False), ("GUARD-Admins", {Role.ADMINISTRATOR}, True),
     ([7, None, "guard-reviewers"], {Role.REVIEWER}, True), ({"a": 1}, set(), False)],
)  # fmt: skip
def test_nobody_gets_in_whose_groups_are_not_in_the_table(there, groups, roles, admitted):
    there.service.claims["groups"] = groups
    identity = there.trip()
    assert (identity.roles, identity.admitted) == (roles, admitted)


def test_an_address_counts_when_the_provider_has_verified_it(there):
    for verified, mail in ((True, "m@x.fr"), (False, ""), ("true", ""), (None, "")):
        there.service.claims |= {"email": "m@x.fr", "email_verified": verified}
        assert there.trip().mail == mail


def test_claims_that_the_token_does_not_hold_are_asked_for_of_the_same_person(there):
    there.service.claims = {}
    there.service.more = {"groups": ["guard-reviewers"], "preferred_username": "marie"}
    identity = there.trip()
    assert (identity.name, identity.roles) == ("marie", {Role.REVIEWER})
    there.service.more["sub"] = "s-2"
    with pytest.raises(ProviderError, match="somebody else"):
        there.trip()


def test_without_a_name_it_is_the_subject(there):
    there.service.claims = {"groups": ["staff"], "preferred_username": ""}
    assert there.trip().name == "s-1"


def test_a_public_client_says_who_it_is_and_has_no_secret():
    there = There(replace(TERMS, client_secret=""))
    there.trip()
    (token,) = [request for request in there.service.asked if request.method == "POST"]
    assert token.header(b"authorization") is None
    assert parse_qs(token.body.decode())["client_id"] == ["guard"]


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(there):
    there.service.about["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    there.trip()
    (token,) = [request for request in there.service.asked if request.method == "POST"]
    assert token.header(b"authorization") is None
    assert parse_qs(token.body.decode())["client_secret"] == ["s3cret/+"]


@pytest.mark.parametrize(
    ("query", "why"),
    [({"state": "other"}, "this browser"), ({"state": ""}, "this browser"), ({"iss": "https://evil.example"}, "another issuer"),
     ({"error": "server_error"}, "refused our question"), ({"error": "invalid_scope", "error_description": "<b>"}, "refused our question")],
)  # fmt: skip
def test_an_answer_to_another_question_is_refused(there, query, why):
    with pytest.raises(ProviderError, match=why):
        there.trip(**query)


def test_an_answer_that_must_name_its_issuer_does(there):
    there.service.about["authorization_response_iss_parameter_supported"] = True
    with pytest.raises(ProviderError, match="who it is from"):
        there.trip()
    assert there.trip(iss=ISSUER)


def test_whoever_gives_up_over_there_is_nobody(there):
    assert there.trip(error="access_denied") is None
    assert there.service.count("/token") == 0


def test_a_token_that_answers_anothers_question_is_refused(there):
    there.depart()
    there.service.nonce = "another"
    with pytest.raises(ProviderError, match="another question"):
        there.arrive()


@pytest.mark.parametrize("wrong", [{"aud": "other"}, {"iss": "https://evil.example"}, {"exp": 1}, {"azp": "other"}])
def test_a_token_for_others_is_refused(there, wrong):
    there.service.claims |= wrong
    with pytest.raises(ProviderError):
        there.trip()


def test_keys_that_changed_are_fetched_once_and_not_over_and_over(there):
    there.trip()
    there.trip()
    assert (there.service.count("/jwks"), there.service.count("openid-configuration")) == (1, 1)
    there.service.key, there.service.shown = NEXT, [KEY, NEXT]
    with pytest.raises(ProviderError, match="does not show"):
        there.trip()
    later = NOW + KEYS_AGAIN
    assert there.trip(later).name == "marie"
    assert there.service.count("/jwks") == 2
    there.service.key = RSAKey.generate_key(2048, {"kid": "three"}, private=True)
    for _ in range(3):
        with pytest.raises(ProviderError, match="does not show"):
            there.trip(later)
    assert there.service.count("/jwks") == 2


def test_a_key_that_is_withdrawn_is_forgotten_within_the_hour(there):
    there.trip()
    there.service.shown = [NEXT]
    with pytest.raises(ProviderError):
        there.trip(NOW + timedelta(minutes=61))


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"}, {"issuer": ISSUER + "2"}, {"token_endpoint": "http://id.example/token"},
        {"token_endpoint": None}, {"jwks_uri": "https://127.0.0.1/jwks"}, {"jwks_uri": "https://169.254.169.254/x"},
        {"authorization_endpoint": "javascript:alert(1)"}, {"authorization_endpoint": "https://id.example/a b"},
        {"authorization_endpoint": "https://id.example/#x"}, {"end_session_endpoint": "http://id.example/bye"},
        {"code_challenge_methods_supported": ["plain"]},
    ],
)  # fmt: skip
def test_a_provider_that_describes_itself_wrongly_is_not_used(there, about):
    there.service.about |= about
    with pytest.raises(ProviderError):
        there.depart()


@pytest.mark.parametrize(
    "answer",
    [UpstreamError("no connection", sent=False), HttpReply(500), HttpReply(302, ((b"location", b"https://evil.example"),)),
     HttpReply(200, body=b"<html>"), HttpReply(200, body=b"[]"), HttpReply(200, body=b"[" * 100_000), HttpReply(200, body=b"{}")],
)  # fmt: skip
def test_a_service_that_answers_nonsense_is_said_in_our_words(there, answer):
    for name in ("openid-configuration", "jwks", "token"):
        made = There()
        made.service.wrong[name] = answer
        with pytest.raises(ProviderError) as refused:
            made.trip()
        assert "c0de" not in str(refused.value)
        assert "s3cret" not in str(refused.value)


def test_the_way_out_is_known_once_the_provider_was_asked(there):
    assert there.provider.farewell() is None
    there.depart()
    assert there.provider.farewell() == f"{ISSUER}/bye?client_id=guard"
    asyncio.run(there.provider.close())


def test_a_quiet_question_asks_the_person_nothing(there):
    departure = asyncio.run(there.provider.depart(NOW, quiet=True))
    assert "prompt=none" in departure.url
    assert "prompt" not in there.depart().url
