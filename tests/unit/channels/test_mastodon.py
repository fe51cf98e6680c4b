"""The Mastodon channel: what it reads out of a request, how it answers, where it leads clients back."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from guard.channels.base import LookedUp, Refusal, RouteKind, Trouble, with_media
from guard.channels.registry import channel
from guard.errors import RequestError
from guard.types.http import HttpReply
from guard.types.inspection import Edit
from guard.types.post import Attachment, Author, Limit, Unit, Visibility
from tests.unit.channels.asking import (
    PNG,
    as_form,
    as_json,
    as_multipart,
    ask,
    covered,
    joined,
    part,
    read,
    sent,
    texts,
)

M = channel("mastodon")
STATUSES = ("POST", "/api/v1/statuses")
FULL = {
    "status": "Bonjour à tous", "spoiler_text": "Nouvelles", "visibility": "unlisted", "language": "fr", "sensitive": True,
    "in_reply_to_id": "109501", "quoted_status_id": "109502", "scheduled_at": "2026-12-01T09:00:00Z",
    "poll": {"options": ["oui", "non"], "expires_in": 86400, "multiple": False}, "media_ids": ["31", 32],
}  # fmt: skip


def test_a_status() -> None:
    submission = read(M, as_json(*STATUSES, FULL))
    post = submission.post
    assert [(one.path, one.role, one.text) for one in post.segments] == [
        ("/status", "body", "Bonjour à tous"), ("/spoiler_text", "spoiler", "Nouvelles"),
        ("/poll/options/0", "poll-option", "oui"), ("/poll/options/1", "poll-option", "non"),
        ("/@joined", "joined", "Bonjour à tous\nNouvelles\noui\nnon\nNouvelles\nBonjour à tous\noui\nnon"),
    ]  # fmt: skip
    assert post.segments[0].limit == Limit(500, Unit.CODE_POINTS)
    assert (post.network, post.operation, post.visibility) == ("mastodon", "status.create", Visibility.UNLISTED)
    assert (post.reply_to, post.quote_of, post.language, post.target) == ("109501", "109502", "fr", None)
    assert ("scheduled_at", "2026-12-01T09:00:00Z") in post.extra
    assert submission.media_refs == ("31", "32")
    assert "Bonjour" not in repr(submission)


def test_an_edit_names_its_target() -> None:
    body = {"status": "x", "media_attributes": [{"id": "7", "description": "alt text"}]}
    submission = read(M, as_json("PUT", "/api/v1/statuses/1234", body))
    assert (submission.post.operation, submission.post.target) == ("status.edit", "1234")
    assert submission.media_refs == ("7",)
    assert texts(M, as_json("PUT", "/api/v1/statuses/1234", body))["/media_attributes/0/description"] == "alt text"


@pytest.mark.parametrize("value", ["secret", "", None, 5, ["direct"], {"a": "direct"}])
def test_an_unknown_visibility_is_public(value: object) -> None:
    assert read(M, as_json(*STATUSES, {"status": "x", "visibility": value})).post.visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ({"secret_note": "Opale"}, "/secret_note"),
        ({"x": {"y": [{"z": "Opale"}]}}, "/x/y/0/z"),
        ({"Opale": 1}, "/@key/Opale"),
        ({"a": {"b/c~d": {"Opale": True}}}, "/@key/a/b~1c~0d/Opale"),
        ({"poll": {"options": [{"title": "Opale"}]}}, "/poll/options/0/title"),
        ({"poll": {"Opale": 1}}, "/@key/poll/Opale"),
        ({"in_reply_to_id": "Opale"}, "/in_reply_to_id"),
        ({"language": "Opale"}, "/language"),
        ({"visibility": "Opale"}, "/visibility"),
        ({"scheduled_at": "Opale"}, "/scheduled_at"),
        ({"sensitive": "Opale"}, "/sensitive"),
        ({"media_ids": ["Opale"]}, "/media_ids/0"),
        ({"media_ids": "Opale"}, "/media_ids"),
        ({"status": ["Opale"]}, "/status/0"),
        ({"content_type": "Opale"}, "/content_type"),
        ({"lang": "Opale"}, "/lang"),
    ],
)
def test_nothing_hides_in_json(content: dict[str, object], where: str) -> None:
    assert texts(M, as_json(*STATUSES, {"status": "ok", **content}))[where] == "Opale"


def test_numbers_can_be_telephone_numbers() -> None:
    body = b'{"status": 33639980012, "x": 3.3639980012e10, "y": 12345, "poll": {"expires_in": 33639980012}}'
    found = texts(M, ask(*STATUSES, body))
    assert found["/status"] == "33639980012"
    assert found["/x"] == "33639980012"
    assert found["/poll/expires_in"] == "33639980012"
    assert "/y" not in found


def test_nothing_hides_in_forms() -> None:
    found = texts(M, as_form(*STATUSES, [("status", "ok"), ("note[x][]", "Opale"), ("Opale", "1")]))
    assert found["/note/x/0"] == "Opale"
    assert found["/@key/Opale"] == "Opale"


def test_a_harmless_write_with_text_after_all() -> None:
    assert texts(M, as_json("POST", "/api/v1/statuses/1/favourite", {})) == {}
    assert texts(M, as_json("POST", "/api/v1/statuses/1/favourite", {"note": "Opale"})) == {
        "/@key/note": "note",
        "/note": "Opale",
    }


def test_signing_in_is_not_read() -> None:
    form = [("client_id", "ab" * 32), ("client_secret", "pass-word"), ("grant_type", "password"), ("username", "a@b.example"),
            ("password", "my secret"), ("scope", "read write follow"), ("redirect_uri", "urn:ietf:wg:oauth:2.0:oob")]  # fmt: skip
    assert texts(M, as_form("POST", "/oauth/token", form)) == {}
    page = [
        ("user[email]", "a@b.example"),
        ("user[password]", "x y"),
        ("authenticity_token", "abc+/="),
        ("utf8", "✓"),
        ("commit", "Log in"),
    ]
    cookie = ((b"cookie", b"_session=1"), (b"origin", b"http://gate"), (b"accept", b"text/html,*/*"))
    request = as_form("POST", "/auth/sign_in", page, headers=cookie)
    assert texts(M, request) == {}
    out = sent(M, request)
    assert b"commit" not in out.body
    assert out.header(b"cookie") == b"_session=1"
    assert out.header(b"origin") is None
    assert (out.header(b"accept") or b"").startswith(b"text/html")


def test_what_mastodon_py_sends_by_mistake_is_left_out() -> None:
    form = [
        ("oauth_info", "issuer"),
        ("code", "x"),
        ("oauth_info", "token_endpoint"),
        ("grant_type", "authorization_code"),
    ]
    request = as_form("POST", "/oauth/token", form)
    assert texts(M, request) == {}
    assert sent(M, request).body == b"code=x&grant_type=authorization_code"


def test_app_registration_shows_a_name() -> None:
    found = texts(
        M,
        as_json(
            "POST",
            "/api/v1/apps",
            {
                "client_name": "toot",
                "website": "https://x.example",
                "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
                "scopes": "read write",
            },
        ),
    )
    assert found == {"/client_name": "toot", "/website": "https://x.example"}


def test_a_profile_with_a_picture() -> None:
    request = as_multipart(
        "PATCH", "/api/v1/accounts/update_credentials", part("note", "Je travaille"), part("fields_attributes[0][name]", "Site"),
        part("fields_attributes[0][value]", "https://x.example"), part("avatar", PNG, filename="a.png", kind="image/png"), part("locked", "true"),
    )  # fmt: skip
    submission = read(M, request)
    assert [(one.path, one.role) for one in submission.post.segments] == [
        ("/note", "profile"), ("/fields_attributes/0/name", "profile"), ("/fields_attributes/0/value", "profile"), ("/@filename/avatar", "filename"),
        ("/@joined", "joined"),
    ]  # fmt: skip
    assert [one.carried for one in submission.post.attachments] == [True]
    edit = Edit("/note", 3, 12, "cherche")
    out = M.render(submission, [edit, Edit("/@filename/avatar", 0, 1, "x")], request.headers)
    assert b"Je cherche" in out.body


def test_a_token_in_the_body_is_refused() -> None:
    """It would be decided about nobody and published as the token's owner."""
    for name in ("access_token", "bearer_token"):
        for request in (
            as_json(*STATUSES, {"status": "x", name: "abc"}),
            as_form(*STATUSES, [("status", "x"), (name, "abc")]),
            as_form(*STATUSES, [("status", "x"), (f"{name}[a]", "abc")]),
            as_multipart(*STATUSES, part("status", "x"), part(name, "abc")),
            as_json("POST", "/api/v1/statuses/1/favourite", {name: "abc"}),
            as_json(*STATUSES, {"status": "x"}, query=f"{name}=abc"),
        ):
            with pytest.raises(RequestError) as caught:
                read(M, request)
            assert caught.value.status == 400


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/api/v1/apps", {"redirect_uris": "opale:Opale/x"}, "/redirect_uris"), ("/api/v1/apps", {"redirect_uris": ["x:Opale"]}, "/redirect_uris/0"),
        ("/api/v1/apps", {"scopes": "read projet opale"}, "/scopes"), ("/oauth/token", {"client_id": "Opale-77"}, "/client_id"),
        ("/oauth/token", {"redirect_uri": "https://x.example/Opale"}, "/redirect_uri"), ("/oauth/token", {"code": "avec Opale"}, "/code"),
        ("/oauth/revoke", {"token": "avec Opale"}, "/token"), ("/api/v1/emails/confirmations", {"email": "avec Opale"}, "/email"),
        ("/api/v1/accounts", {"invite_code": "Opale"}, "/invite_code"),
    ],
)  # fmt: skip
def test_nothing_hides_in_signing_in(path: str, body: dict[str, object], where: str) -> None:
    assert "opale" in texts(M, as_json("POST", path, body))[where].lower()


def test_nothing_hides_in_the_pages_of_signing_in() -> None:
    form = [
        ("commit", "avec Opale"),
        ("state", "Opale"),
        ("nonce", "Opale"),
        ("code_challenge", "Opale"),
        ("email", "avec Opale"),
    ]
    request = as_form("POST", "/oauth/authorize", form)
    assert set(texts(M, request)) == {"/state", "/nonce", "/code_challenge", "/email"}
    assert b"commit" not in sent(M, request).body


@pytest.mark.parametrize(
    ("body", "together"),
    [
        ({"status": "avec Projet", "spoiler_text": "Opale"}, "avec Projet\nOpale\nOpale\navec Projet"), ({"Projet": {"Opale": 1}}, "Projet\nOpale"),
        ({"status": "?", "poll": {"options": ["Projet", "Opale"]}}, "?\nProjet\nOpale"), ({"status": "Projet\nOpale"}, None), ({"status": "x"}, None),
        ({"status": "a\nb", "spoiler_text": "c"}, "a b\nc\nc\na b"),
    ],
)  # fmt: skip
def test_what_a_reader_sees_together_is_read_together(body: dict[str, object], together: str | None) -> None:
    assert joined(M, as_json(*STATUSES, body)) == together


def test_a_name_in_path_and_body_is_read_together() -> None:
    assert joined(M, as_json("POST", "/api/v1/tags/projet/feature", {"name": "Opale"})).startswith("projet\nOpale")


COVERED = {"status": "x", "visibility": "unlisted", "poll": {"options": ["a", "b"], "expires_in": 300}}


@pytest.mark.parametrize(
    "more",
    [{"visibility": "local"}, {"visibility": "mutuals_only"}, {"local_only": True}, {"quote_id": "5"}, {"group_id": 12345}, {"federated": False},
     {"poll": {"options": ["a", "b"], "expires_in": 301}}, {"poll": {"options": ["a", "b"], "expires_in": 300, "multiple": True}}, {"quote_id": "5", "quoted_status_id": "6"}],
)  # fmt: skip
def test_an_approval_covers_the_whole_status(more: dict[str, object]) -> None:
    assert covered(M, as_json(*STATUSES, {**COVERED, **more})) != covered(M, as_json(*STATUSES, COVERED))


def test_an_approval_does_not_cover_what_clients_renew() -> None:
    plain = covered(M, as_json(*STATUSES, COVERED))
    more = {"media_ids": ["5", "6"], "language": "fr", "lang": "fr"}
    key = ((b"idempotency-key", b"other"),)
    assert covered(M, as_json(*STATUSES, dict(reversed(COVERED.items())) | more, headers=key)) == plain


def test_an_approval_covers_the_path_and_files() -> None:
    def note(account: str) -> str:
        return covered(M, as_json("PUT", f"/api/v1/lists/{account}", {"title": "x"}))

    assert note("1") != note("2")

    def profile(*names: str) -> str:
        files = [
            part(name, data, filename="x", kind="image/png")
            for name, data in zip(names, (PNG, PNG + b"x"), strict=True)
        ]
        return covered(M, as_multipart("PATCH", "/api/v1/profile", *files))

    assert profile("avatar", "header") == profile("avatar", "header") != profile("header", "avatar")


def test_a_password_leaves_no_trace() -> None:
    def signed(password: str) -> str:
        return covered(M, as_json("POST", "/api/v1/accounts", {"username": "a", "password": password, "reason": "x"}))

    assert signed("one") == signed("two")


def test_pictures_in_addresses_are_files() -> None:
    for kind in ("image/png", "IMAGE/PNG", "image/png;name=x", ""):
        address = f"data:{kind};base64," + base64.b64encode(PNG).decode()
        post = read(M, as_json("PATCH", "/api/v1/accounts/update_credentials", {"avatar": address})).post
        assert [(one.media_type, one.size, one.carried) for one in post.attachments] == [("image/png", len(PNG), True)]
        assert post.attachments[0].digest == "sha256:" + hashlib.sha256(PNG).hexdigest()
    hidden = "data:image/png;base64," + base64.b64encode(b"avec Opale").decode()
    request = as_json("PATCH", "/api/v1/profile", {"header": hidden})
    assert texts(M, request)["/@file/header"] == "avec Opale"
    escaped = as_json("PATCH", "/api/v1/profile", {"header": "data:text/plain,avec%20Opale"})
    assert texts(M, escaped)["/@file/header"] == "avec Opale"


def test_a_files_id_is_seen_wherever_it_stands() -> None:
    chat = as_json("POST", "/api/v1/pleroma/chats/5/messages", {"content": "x", "media_id": "77"})
    assert read(M, chat).media_refs == ("77",)
    assert ("into", "5") in read(M, chat).post.extra
    for ids in ("31", ["31"], {"0": "31"}, 31):
        assert read(M, as_json(*STATUSES, {"status": "x", "media_ids": ids})).media_refs == ("31",)
    assert read(M, as_json("PUT", "/api/v1/statuses/1", {"media_attributes": {"0": {"id": "7"}}})).media_refs == ("7",)


@pytest.mark.parametrize("value", [b"Client X", b"avec Opale", b"x" * 50, b"a;b", b"\xc3\xa9"])
def test_a_preflight_names_headers(value: bytes) -> None:
    with pytest.raises(RequestError):
        M.route(ask("OPTIONS", "/api/v1/statuses", headers=((b"access-control-request-headers", value),)))
    good = (
        (b"access-control-request-headers", b"authorization,content-type, idempotency-key"),
        (b"access-control-request-method", b"POST"),
    )
    assert M.route(ask("OPTIONS", "/api/v1/statuses", headers=good)).kind is RouteKind.READ


def test_captions_in_another_encoding() -> None:
    for data in ("WEBVTT\n\nOpale é".encode("latin-1"), "Opale".encode("utf-16")):
        request = as_multipart("POST", "/api/v2/media", part("file", data, filename="a.vtt", kind="text/vtt"))
        with pytest.raises(RequestError) as caught:
            read(M, request)
        assert caught.value.status == 415


# --- render -----------------------------------------------------------------------------------------------------------


def test_edits_are_made_in_place() -> None:
    for request in (
        as_json(*STATUSES, FULL),
        as_form(*STATUSES, [("status", "Bonjour à tous"), ("poll[options][]", "oui"), ("poll[options][]", "non")]),
    ):
        submission = read(M, request)
        edits = [
            Edit("/poll/options/1", 0, 3, "peut-être"),
            Edit("/status", 8, 9, "avec"),
            Edit("/status", 0, 7, "Salut"),
        ]
        out = M.render(submission, edits, request.headers)
        again = texts(M, ask(out.method, out.path, out.body, (out.header(b"content-type") or b"").decode()))
        assert again["/status"] == "Salut avec tous"
        assert again["/poll/options/1"] == "peut-être"
        assert again["/poll/options/0"] == "oui"
    assert read(M, request).post.segments[0].text == "Bonjour à tous"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit("/nowhere", 0, 1, "x")],
        [Edit("/status", 0, 99, "x")],
        [Edit("/status", 5, 2, "x")],
        [Edit("/status", 0, 4, "x"), Edit("/status", 3, 5, "y")],
        [Edit("/note", 0, 1, "x"), Edit("/@key/note", 0, 1, "x")],
    ],
)
def test_an_edit_that_cannot_be_made_stops_the_post(edits: list[Edit]) -> None:
    request = as_json(*STATUSES, {"status": "Bonjour", "note": "abc"})
    with pytest.raises(RequestError):
        M.render(read(M, request), edits, request.headers)


def test_only_listed_headers_of_a_closed_shape_leave() -> None:
    noise = (
        (b"user-agent", b"Opale"), (b"x-note", b"Opale"), (b"x-forwarded-for", b"1.2.3.4"), (b"cookie", b"Opale"), (b"accept", b"Opale"),
        (b"accept-language", b"Opale"), (b"connection", b"authorization"), (b"idempotency-key", b"Opale"), (b"referer", b"Opale"),
    )  # fmt: skip
    out = sent(M, as_json(*STATUSES, {"status": "x"}, headers=noise))
    assert all(b"Opale" not in value for _, value in out.headers)
    assert {name for name, _ in out.headers} == {
        b"user-agent",
        b"authorization",
        b"accept",
        b"content-type",
        b"idempotency-key",
    }
    key = out.header(b"idempotency-key")
    assert key is not None
    assert len(key) == 64
    assert key == sent(M, as_json(*STATUSES, {"status": "y"}, headers=((b"idempotency-key", b"Opale"),))).header(
        b"idempotency-key"
    )


@pytest.mark.parametrize("value", [b"Basic abc", b"Bearer two words", b"Bearer ", b"OAuth x", b"Bearer \xc3\xa9", b""])
def test_odd_credentials(value: bytes) -> None:
    request = as_json(*STATUSES, {"status": "x"})
    headers = tuple(pair for pair in request.headers if pair[0] != b"authorization")
    with pytest.raises(RequestError):
        read(M, replace(request, headers=(*headers, (b"authorization", value))))


def test_two_credentials() -> None:
    with pytest.raises(RequestError):
        read(M, as_json(*STATUSES, {"status": "x"}, headers=((b"authorization", b"Bearer other"),)))


# --- answers ----------------------------------------------------------------------------------------------------------


def test_refusals_in_the_words_of_the_service() -> None:
    for trouble in (Trouble.BLOCKED, Trouble.HELD):
        reply = M.reply(Refusal(trouble, "Non : « client »"))
        assert reply.status == 422
        assert json.loads(reply.body) == {"error": "Non : « client »"}
    assert M.reply(Refusal(Trouble.REFUSED_ROUTE, "x")).status == 403
    assert M.reply(Refusal(Trouble.BAD_REQUEST, "x", status=415)).status == 415
    busy = M.reply(Refusal(Trouble.UNAVAILABLE, "x", retry_after=5))
    assert (busy.status, busy.header(b"retry-after")) == (503, b"5")
    assert M.reply(Refusal(Trouble.UPSTREAM, "x", status=504)).status == 504


def test_who_is_asking() -> None:
    asked = M.identity(((b"authorization", b"Bearer t"),))
    assert asked is not None
    assert (asked.method, asked.path) == ("GET", "/api/v1/accounts/verify_credentials")
    assert M.identity(()) is None
    assert M.identity(((b"authorization", b"Bearer a"), (b"authorization", b"Bearer b"))) is None
    reply = HttpReply(200, (), b'{"id":"7","acct":"alice","username":"alice"}')
    author = M.author(reply, "https://mastodon.example:443")
    assert author is not None
    assert (author.account, author.handle, author.service_id) == ("alice@mastodon.example", "@alice", "7")
    assert M.author(HttpReply(401, (), b"{}"), "https://m.example") is None
    assert M.author(HttpReply(200, (), b"<html>"), "https://m.example") is None
    assert M.author(HttpReply(200, (), b"[]"), "https://m.example") is None


def test_ids_in_answers() -> None:
    assert M.upstream_id(HttpReply(200, (), b'{"id":"11"}')) == "11"
    assert M.upstream_id(HttpReply(422, (), b'{"id":"11"}')) is None
    assert M.upstream_id(HttpReply(200, (), b"x")) is None


def _sent_post(content: dict[str, object]):
    post = read(M, as_json(*STATUSES, content)).post
    return with_media(post, (), Author("mastodon", "alice@m.example", service_id="7"))


def test_a_send_in_doubt_is_looked_up() -> None:
    post = _sent_post(
        {"status": "Salut @bob@far.example,\n\nvoir https://x.example/une/page & fin", "in_reply_to_id": "5"}
    )
    asked = M.lookup(post)
    assert asked is not None
    assert (asked.path, asked.query) == ("/api/v1/accounts/7/statuses", "limit=40&exclude_reblogs=true")
    html = (
        '<p>Salut <span class="h-card"><a href="x">@<span>bob</span></a></span>,</p><p>voir <a href="u"><span class="invisible">https://</span>'
        '<span class="ellipsis">x.example/une</span><span class="invisible">/page</span></a> &amp; fin</p>'
    )
    status = {
        "id": "99",
        "content": html,
        "spoiler_text": "",
        "in_reply_to_id": "5",
        "media_attachments": [],
        "poll": None,
        "created_at": "2026-11-22T10:00:00.000Z",
    }
    reply = HttpReply(200, (), json.dumps([{"id": "1", "content": "<p>autre</p>"}, status]).encode())
    found = M.found(post, reply)
    assert isinstance(found, bytes)
    assert json.loads(found)["id"] == "99"
    assert M.found(post, reply, datetime(2026, 11, 22, 10, 1, tzinfo=UTC)) == found
    assert M.found(post, reply, datetime(2026, 11, 22, 11, 0, tzinfo=UTC)) is LookedUp.ABSENT
    assert M.found(replace(post, reply_to=None), reply) is LookedUp.ABSENT
    assert M.found(with_media(post, (Attachment("sha256:0", "", 0),), post.author), reply) is LookedUp.ABSENT
    assert M.found(post, HttpReply(500, (), reply.body)) is LookedUp.UNSURE
    assert M.found(post, HttpReply(200, (), b'{"error":1}')) is LookedUp.UNSURE
    assert M.found(post, HttpReply(200, (), b"[5]")) is LookedUp.UNSURE


SINCE = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def _statuses(*contents: str, **more: object) -> HttpReply:
    made = [{"id": "1", "content": text, "created_at": "2026-11-22T10:00:00.000Z", **more} for text in contents]
    return HttpReply(200, (), json.dumps(made).encode())


def test_when_the_list_cannot_tell() -> None:
    post = _sent_post({"status": "bonjour *vous*"})
    assert M.found(post, _statuses(), SINCE) is LookedUp.ABSENT
    assert M.found(post, _statuses("<p>autre</p>"), SINCE) is LookedUp.ABSENT
    assert M.found(post, _statuses(*["<p>autre</p>"] * 20), SINCE) is LookedUp.UNSURE
    paged = replace(_statuses("<p>autre</p>"), headers=((b"link", b'<https://x/y?max_id=1>; rel="next"'),))
    assert M.found(post, paged, SINCE) is LookedUp.UNSURE
    older = replace(_statuses(*["x"] * 40, created_at="2026-11-22T09:00:00.000Z"), headers=paged.headers)
    assert M.found(post, older, SINCE) is LookedUp.ABSENT
    undated = replace(_statuses(*["x"] * 40, created_at="hier"), headers=paged.headers)
    assert M.found(post, undated, SINCE) is LookedUp.UNSURE
    # The server's own default may be Markdown
    assert M.found(post, _statuses("<p>bonjour <em>vous</em></p>"), SINCE) is LookedUp.UNSURE


@pytest.mark.parametrize(
    "content",
    [{"status": "x", "content_type": "text/markdown"}, {"status": "x", "content_type": "text/html"}, {"media_ids": ["5"]},
     {"status": "x", "visibility": "direct"}, {"status": "x", "scheduled_at": "2026-12-01T09:00:00Z"}],
)  # fmt: skip
def test_what_no_list_can_tell(content: dict[str, object]) -> None:
    assert M.found(_sent_post(content), _statuses(), SINCE) is LookedUp.UNSURE


def test_a_scheduled_send_in_doubt() -> None:
    post = _sent_post({"status": "demain", "scheduled_at": "2026-12-01T09:00:00Z"})
    asked = M.lookup(post)
    assert asked is not None
    assert asked.path == "/api/v1/scheduled_statuses"
    listed = [
        {"id": "3", "scheduled_at": "2026-12-01T09:00:00Z", "params": {"text": "demain"}, "media_attachments": []}
    ]
    reply = HttpReply(200, (), json.dumps(listed).encode())
    assert isinstance(M.found(post, reply), bytes)
    assert isinstance(M.found(post, reply, SINCE), bytes)  # these carry no time of their making
    listed[0]["scheduled_at"] = "2026-12-01T09:05:00.000Z"
    assert M.found(post, HttpReply(200, (), json.dumps(listed).encode())) is LookedUp.UNSURE


def test_what_cannot_be_looked_up() -> None:
    assert M.lookup(read(M, as_json(*STATUSES, {"status": "x"})).post) is None
    assert M.lookup(replace(_sent_post({"status": "x"}), operation="status.edit")) is None


def _get(path: str):
    return M.route(ask("GET", path))


def test_headers_lead_back_to_the_gate() -> None:
    headers = (
        (
            b"link",
            b'<https://real.host/api/v1/timelines/home?max_id=5>; rel="next", <https://real.host/api/v1/x>; rel="prev"',
        ),
        (b"location", b"https://real.host/oauth/authorize?x=1"),
        (b"set-cookie", b"_session=a; Domain=real.host; Path=/; Secure; HttpOnly; SameSite=None"),
        (b"x-ratelimit-remaining", b"299"),
    )
    out = M.rewrite(
        _get("/api/v1/timelines/home"), HttpReply(200, headers), "http://127.0.0.1:8400", "https://real.host"
    )
    assert (
        out.header(b"link")
        == b'<http://127.0.0.1:8400/api/v1/timelines/home?max_id=5>; rel="next", <http://127.0.0.1:8400/api/v1/x>; rel="prev"'
    )
    assert out.header(b"location") == b"http://127.0.0.1:8400/oauth/authorize?x=1"
    assert out.header(b"set-cookie") == b"_session=a; Path=/; HttpOnly"
    assert out.header(b"x-ratelimit-remaining") == b"299"
    kept = HttpReply(302, ((b"location", b"myapp://callback?code=1"),))
    assert M.rewrite(_get("/oauth/authorize"), kept, "http://g", "https://real.host").headers == kept.headers
    kept = HttpReply(302, ((b"location", b"https://client.example/cb?code=1"),))
    assert M.rewrite(_get("/oauth/authorize"), kept, "http://g", "https://real.host").headers == kept.headers


def test_bodies_lead_back_to_the_gate() -> None:
    body = b'{"uri":"real.host","urls":{"streaming_api":"wss://stream.real.host"}}'
    out = M.rewrite(
        _get("/api/v1/instance"), HttpReply(200, ((b"etag", b"x"),), body), "http://127.0.0.1:8400", "https://real.host"
    )
    assert json.loads(out.body) == {"uri": "real.host", "urls": {"streaming_api": "ws://127.0.0.1:8400"}}
    assert out.header(b"etag") is None
    body = (
        b'{"issuer":"https://real.host/","token_endpoint":"https://real.host/oauth/token","scopes_supported":["read"]}'
    )
    out = M.rewrite(
        _get("/.well-known/oauth-authorization-server"),
        HttpReply(200, (), body),
        "https://gate.example/",
        "https://real.host",
    )
    assert json.loads(out.body)["token_endpoint"] == "https://gate.example/oauth/token"
    out = M.rewrite(
        _get("/.well-known/nodeinfo"),
        HttpReply(200, (), b'{"links":[{"rel":"x","href":"https://real.host/nodeinfo/2.0"}]}'),
        "https://g",
        "https://real.host",
    )
    assert json.loads(out.body)["links"][0]["href"] == "https://g/nodeinfo/2.0"
    page = b'<form class="x" method="post" action="https://real.host/oauth/x-snac-login"><a href="https://real.host/about">'
    out = M.rewrite(_get("/oauth/authorize"), HttpReply(200, (), page), "http://g", "https://real.host")
    assert out.body == b'<form class="x" method="post" action="/oauth/x-snac-login"><a href="https://real.host/about">'
    broken = HttpReply(200, (), b"not json")
    assert M.rewrite(_get("/api/v1/instance"), broken, "http://g", "https://real.host") == broken


@pytest.mark.parametrize(
    ("frame", "allowed"),
    [('{"type":"subscribe","stream":"user"}', True), ('{"type":"unsubscribe","stream":"hashtag","tag":"café"}', True), (b'{"type":"subscribe","stream":"user"}', False), ('{"type":"say","stream":"x"}', False),
     ('{"type":"subscribe","note":"x"}', False), ('{"type":"subscribe","tag":"two words"}', False), ('{"type":"subscribe","list":5}', False), ("[]", False),
     ("text", False), (b"\xff", False), ('{"type":"subscribe","tag":"' + "a" * 200 + '"}', False)],
)  # fmt: skip
def test_frames_of_a_stream(frame: str | bytes, allowed: bool) -> None:
    assert M.allows_frame(frame) is allowed


def test_push_is_refused_with_its_reason() -> None:
    route = M.route(ask("POST", "/api/v1/push/subscription"))
    assert (route.kind, route.operation) == (RouteKind.REFUSE, "push-subscription")
    assert "push" in M.reasons[route.operation]["fr"].lower()
