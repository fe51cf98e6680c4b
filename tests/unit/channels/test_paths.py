"""One spelling per route: all the spellings that real servers take beside it (surfaces.md, 4 B) go nowhere."""

import pytest

from guard.channels.base import RouteKind
from guard.channels.registry import channel
from guard.errors import RequestError
from tests.unit.channels.asking import ask, texts

MASTODON, ATPROTO, X = channel("mastodon"), channel("atproto"), channel("x")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/%73tatuses", "/api%2fv1%2fstatuses", "//api/v1/statuses", "/api//v1/statuses", "/api/./v1/statuses",
        "/api/v1/../v1/statuses", "/api/v1/%2e%2e/statuses", "/api/v1/statuses#x", "/api/v1/statuses;x", "/api/v1/status%00es",
        "http://any/api/v1/statuses", "/api/v1/statuses\\", "/api/v1/statuses%3Fstatus=x",
        "/api/v1/tags/%FF/follow", "/api/v1/tags/caf%c3%a9/follow", "/api/v1/tags/\u00e9/follow", "*", "",
        "/api/v1/tags/a%2Fb/follow", "/api/v1/tags/%25/follow", "/api/v1/tags/%0A/follow", "/api/v1/statuses?x", "/a%",
    ],
)  # fmt: skip
def test_a_path_that_is_not_canonical_is_a_bad_request(path: str) -> None:
    with pytest.raises(RequestError) as caught:
        MASTODON.route(ask("POST", path))
    assert caught.value.status == 400
    assert caught.value.hint


@pytest.mark.parametrize(
    "path",
    ["/api/v1/statuses%20", "/api/v1/statuses/", "/api/v1/statuses.json", "/api/v1/statuses.xml", "/API/v1/statuses", "/api/v1/Statuses", "/api/v1_alpha/statuses",
     "/api/v1/statuses:", "/api/v1/statuses/1/2/3", "/api/v1"],
)  # fmt: skip
def test_another_spelling_of_a_listed_write_is_not_forwarded(path: str) -> None:
    assert MASTODON.route(ask("POST", path)).kind is RouteKind.REFUSE


@pytest.mark.parametrize(
    "path",
    [
        "/XRPC/com.atproto.repo.createRecord",
        "/xrpc/com.atproto.repo.createrecord",
        "/xrpc/com.atproto.repo.createRecord/",
    ],
)
def test_case_and_slash_on_a_pds(path: str) -> None:
    assert ATPROTO.route(ask("POST", path)).kind is RouteKind.REFUSE


def test_an_escape_in_an_x_path() -> None:
    with pytest.raises(RequestError):
        X.route(ask("POST", "/2/%74weets"))


@pytest.mark.parametrize("name", [b"x-http-method-override", b"x-http-method", b"x-method-override"])
def test_another_method_in_a_header(name: bytes) -> None:
    with pytest.raises(RequestError):
        MASTODON.route(ask("POST", "/api/v1/statuses/1/favourite", headers=((name, b"PUT"),)))


@pytest.mark.parametrize(
    "path",
    [
        "/api//v1/x",
        "/api/../x",
        "/api/%2e%2e/x",
        "/a%2fb",
        "/a%00",
        "http://h/x",
        "/a b",
        "/a\\b",
        "/a%252fb",
        "//h/x",
        "/é",
    ],
)
def test_reads_may_not_climb_either(path: str) -> None:
    with pytest.raises(RequestError):
        MASTODON.route(ask("GET", path))


def test_reads_may_end_in_a_slash_and_escape_words() -> None:
    assert MASTODON.route(ask("GET", "/api/v1/instance/")).rewrite
    assert MASTODON.route(ask("GET", "/tags/caf%C3%A9")).kind is RouteKind.READ
    assert MASTODON.route(ask("GET", "/.well-known/webfinger", query="resource=acct:a@b")).kind is RouteKind.READ


def test_words_in_a_path_are_inspected() -> None:
    found = texts(MASTODON, ask("POST", "/api/v1/tags/projet%20caf%C3%A9/follow"))
    assert found == {"/@path/name": "projet café"}
    assert texts(MASTODON, ask("POST", "/api/v1/statuses/jean-dupont/favourite")) == {"/@path/id": "jean-dupont"}
    assert texts(MASTODON, ask("POST", "/api/v1/statuses/109876543210/favourite")) == {}


def test_the_path_is_rebuilt() -> None:
    assert MASTODON.route(ask("POST", "/api/v1/tags/%F0%9F%91%8D/follow")).path == "/api/v1/tags/%F0%9F%91%8D/follow"


@pytest.mark.parametrize(
    "query",
    [
        "status=secret",
        "status",
        "a=1&a=2",
        "delete_media=1",
        "access_token=x",
        "_method=put",
        "%73tatus=x",
        "=",
        "&",
        "x=%ff",
    ],
)
def test_a_write_takes_no_text_in_its_query(query: str) -> None:
    request = ask("POST", "/api/v1/statuses", b'{"status":"a"}', query=query)
    with pytest.raises(RequestError):
        MASTODON.read(request, MASTODON.route(request), "p")


def test_a_listed_query_parameter_is_rebuilt() -> None:
    request = ask("DELETE", "/api/v1/statuses/1", query="delete_media=true")
    out = MASTODON.render(MASTODON.read(request, MASTODON.route(request), "p"), (), request.headers)
    assert out.query == "delete_media=true"
    request = ask("DELETE", "/api/v1/statuses/1", query="delete_media=my+secret")
    with pytest.raises(RequestError):
        MASTODON.read(request, MASTODON.route(request), "p")
