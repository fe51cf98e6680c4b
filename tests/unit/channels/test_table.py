"""The lists of routes themselves: every entry is claimed, every reason said, every kind of field known."""

import pytest

from guard.channels.base import RouteKind
from guard.channels.registry import CHANNELS, channel
from guard.channels.table import READS, RouteSpec
from tests.unit.channels.asking import TOKEN, ask

_VALUES = {"id": "123456", "name": "caf%C3%A9", "hashtag": "news", "reaction": "%F0%9F%91%8D", "year": "2026"}
_CHANNELS = {name: channel(name) for name in CHANNELS}
_ALL = [(name, spec) for name, one in _CHANNELS.items() for spec in one.table.specs]


def _path(spec: RouteSpec) -> str:
    parts = [_VALUES.get(part[1:], "42") if part.startswith(":") else part for part in spec.template.split("/")]
    return "/".join(parts)


def _sent(spec: RouteSpec) -> str:
    path = _path(spec)
    return path.rstrip("/") if path.startswith("/api/") else path


@pytest.mark.parametrize(
    ("name", "spec"), _ALL, ids=lambda one: one if isinstance(one, str) else f"{one.method} {one.template}"
)
def test_every_listed_request_is_claimed_by_its_entry(name: str, spec: RouteSpec) -> None:
    query = "lxm=app.bsky.video.getUploadLimits&aud=did:web:video.bsky.app" if spec.note == "service-auth" else ""
    route = _CHANNELS[name].route(ask(spec.method, _path(spec), query=query))
    assert route.kind is spec.kind
    assert route.operation == spec.operation
    if spec.kind is not RouteKind.REFUSE:
        assert route.path == _sent(spec)


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_every_refusal_has_its_reason_in_both_languages(name: str) -> None:
    one = _CHANNELS[name]
    used = {spec.operation for spec in one.table.specs if spec.kind is RouteKind.REFUSE} | {"unknown-route"}
    assert used <= set(one.reasons)
    assert all(set(reason) == {"fr", "en"} and all(reason.values()) for reason in one.reasons.values())


@pytest.mark.parametrize(
    ("name", "spec"),
    [pair for pair in _ALL if pair[1].kind in {RouteKind.INSPECT, RouteKind.HARMLESS}],
    ids=lambda each: each if isinstance(each, str) else f"{each.method} {each.template}",
)
def test_every_listed_write_without_a_body_goes_out_as_it_is(name: str, spec: RouteSpec) -> None:
    one = _CHANNELS[name]
    request = ask(spec.method, _path(spec))
    submission = one.read(request, one.route(request), "p")
    out = one.render(submission, (), request.headers)
    assert (out.method, out.path, out.query, out.body) == (spec.method, _sent(spec), "", b"")
    assert TOKEN in out.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "CONNECT"])
@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_what_is_not_listed_is_refused(name: str, method: str) -> None:
    for path in ("/", "/api/v9/statuses", "/xrpc/com.example.publish", "/2/unheard_of", "/settings/profile"):
        route = _CHANNELS[name].route(ask(method, path))
        assert route.kind is RouteKind.REFUSE
        assert route.reason


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_reads_pass_unless_named(name: str) -> None:
    for method in READS:
        assert _CHANNELS[name].route(ask(method, "/api/v1/timelines/home", query="q=x")).kind is RouteKind.READ
    assert _CHANNELS[name].route(ask("OPTIONS", "/api/v1/statuses")).kind is RouteKind.READ


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_no_read_is_listed_as_a_write(name: str) -> None:
    for spec in _CHANNELS[name].table.specs:
        assert (spec.method in READS) == (
            spec.kind in {RouteKind.READ, RouteKind.STREAM}
        ) or spec.kind is RouteKind.REFUSE


def test_answers_to_a_password_are_private() -> None:
    private = {name: set() for name in CHANNELS}
    for name, spec in _ALL:
        if spec.method not in READS and spec.kind is not RouteKind.REFUSE:
            route = _CHANNELS[name].route(ask(spec.method, _path(spec)))
            private[name] |= {route.operation} if route.private else set()
    assert private == {
        "atproto": {"account.settings", "session.create"},
        "mastodon": {"account.confirm", "account.register", "oauth.signin", "oauth.token"},
        "x": {"oauth.token"},
    }
