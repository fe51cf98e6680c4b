"""The AT Protocol channel: every string of every record, facets, sessions, and the ways out that it closes."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from guard.channels.base import LookedUp, Refusal, RouteKind, Trouble, with_media
from guard.channels.registry import channel
from guard.errors import RequestError
from guard.types.http import HttpReply
from guard.types.inspection import Edit
from guard.types.post import Attachment, Author, Visibility
from tests.unit.channels.asking import PNG, as_json, ask, covered, read, sent, texts

A = channel("atproto")
CREATE, PUT = ("POST", "/xrpc/com.atproto.repo.createRecord"), ("POST", "/xrpc/com.atproto.repo.putRecord")
APPLY = ("POST", "/xrpc/com.atproto.repo.applyWrites")
DID = "did:plc:" + "a2" * 12
CID = "bafyrei" + "a" * 52
URI = f"at://{DID}/app.bsky.feed.post/3kabcdefghijk"


def raw_cid(data: bytes) -> str:
    return "b" + base64.b32encode(b"\x01\x55\x12\x20" + hashlib.sha256(data).digest()).decode().lower().rstrip("=")


def record(**more: object) -> dict[str, object]:
    return {
        "$type": "app.bsky.feed.post",
        "text": "Bonjour",
        "createdAt": "2026-11-22T10:00:00.123Z",
        "langs": ["fr"],
        **more,
    }


def create(content: object, **more: object) -> dict[str, object]:
    return {"repo": DID, "collection": "app.bsky.feed.post", "record": content, **more}


def test_a_post() -> None:
    blob = {"$type": "blob", "ref": {"$link": raw_cid(PNG)}, "mimeType": "image/png", "size": len(PNG)}
    content = record(
        reply={"root": {"uri": URI, "cid": CID}, "parent": {"uri": URI, "cid": CID}},
        embed={
            "$type": "app.bsky.embed.images",
            "images": [{"alt": "un chat", "image": blob, "aspectRatio": {"width": 4000, "height": 3000}}],
        },
    )
    post = read(A, as_json(*CREATE, create(content, validate=True, swapCommit=CID))).post
    assert [(one.path, one.role, one.text) for one in post.segments] == [
        ("/record/text", "body", "Bonjour"), ("/record/embed/images/0/alt", "alt", "un chat"),
        ("/@joined", "joined", "Bonjour\nun chat"),
    ]  # fmt: skip
    assert (post.network, post.operation, post.visibility, post.reply_to, post.language) == (
        "bluesky",
        "record.create",
        Visibility.PUBLIC,
        URI,
        "fr",
    )
    assert post.extra[0] == ("collection", "app.bsky.feed.post")
    assert post.attachments == (Attachment("sha256:" + hashlib.sha256(PNG).hexdigest(), "image/png", 0),)


@pytest.mark.parametrize(
    "collection", ["app.bsky.feed.like", "app.bsky.feed.repost", "app.bsky.graph.follow", "app.bsky.graph.block"]
)
def test_records_without_text(collection: str) -> None:
    subject: object = DID if "graph" in collection else {"uri": URI, "cid": CID}
    content = {"$type": collection, "subject": subject, "createdAt": "2026-11-22T10:00:00.000Z"}
    assert texts(A, as_json(*CREATE, {"repo": DID, "collection": collection, "record": content})) == {}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (record(secretNote="Opale"), "/record/secretNote"),
        (record(Opale=1), "/@key/record/Opale"),
        (
            record(
                embed={"$type": "app.bsky.embed.external", "external": {"uri": "Opale", "title": "", "description": ""}}
            ),
            "/record/embed/external/uri",
        ),
        (record(embed={"$type": "x.y#Opale"}), "/record/embed/$type"),
        (record(embed={"media": {"images": [{"alt": "Opale"}]}}), "/record/embed/media/images/0/alt"),
        (record(embed={"record": {"record": {"uri": "Opale"}}}), "/record/embed/record/record/uri"),
        (
            record(facets=[{"index": {"byteStart": 0, "byteEnd": 1}, "features": [{"uri": "Opale"}]}]),
            "/record/facets/0/features/0/uri",
        ),
        (
            record(facets=[{"index": {"byteStart": 0, "byteEnd": 1}, "features": [{"tag": "Opale"}]}]),
            "/record/facets/0/features/0/tag",
        ),
        (record(tags=["Opale"]), "/record/tags/0"),
        (record(langs=["Opale"]), "/record/langs/0"),
        (record(createdAt="Opale"), "/record/createdAt"),
        (record(labels={"values": [{"val": "Opale"}]}), "/record/labels/values/0/val"),
        (record(entities=[{"type": "link", "value": "Opale"}]), "/record/entities/0/value"),
        (record(reply={"parent": {"uri": f"at://{DID}/app.bsky.feed.post/Opale"}}), "/record/reply/parent/uri"),
        ({"$type": "com.example.leak", "anything": [[{"deep": "Opale"}]]}, "/record/anything/0/0/deep"),
        ("Opale", "/record"),
        (["Opale"], "/record/0"),
    ],
)
def test_nothing_hides_in_a_record(content: object, where: str) -> None:
    found = texts(A, as_json(*CREATE, create(content)))
    assert "Opale" in found[where]
    assert "Opale" in texts(A, as_json(*PUT, create(content, rkey="self")))[where]
    batch = {
        "repo": DID,
        "writes": [
            {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.post", "value": content}
        ],
    }
    assert "Opale" in texts(A, as_json(*APPLY, batch))[where.replace("/record", "/writes/0/value", 1)]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"rkey": "SX-Opale"}, "/rkey"),
        ({"collection": "com.example.Opale"}, "/collection"),
        ({"repo": "Opale"}, "/repo"),
        ({"swapCommit": "Opale"}, "/swapCommit"),
        ({"x": "Opale"}, "/x"),
    ],
)
def test_nothing_hides_beside_a_record(more: dict[str, str], where: str) -> None:
    assert "Opale" in texts(A, as_json(*CREATE, {**create(record()), **more}))[where]


def test_each_write_of_a_batch_is_read() -> None:
    writes = [
        {"$type": "com.atproto.repo.applyWrites#delete", "collection": "app.bsky.feed.post", "rkey": "3kabcdefghijk"},
        {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.post", "value": record()},
        {
            "$type": "com.atproto.repo.applyWrites#update",
            "collection": "app.bsky.actor.profile",
            "rkey": "self",
            "value": {"displayName": "Alice"},
        },
    ]
    post = read(A, as_json(*APPLY, {"repo": DID, "writes": writes})).post
    assert [one.path for one in post.segments][:-1] == ["/writes/1/value/text", "/writes/2/value/displayName"]
    assert ("target/2", "self") in post.extra
    assert ("target/1", "None") not in post.extra


def test_a_put_names_its_target() -> None:
    post = read(
        A,
        as_json(
            *PUT, {"repo": DID, "collection": "app.bsky.actor.profile", "rkey": "self", "record": {"description": "x"}}
        ),
    ).post
    assert post.target == "app.bsky.actor.profile/self"


def test_an_upload() -> None:
    request = ask("POST", "/xrpc/com.atproto.repo.uploadBlob", PNG, "*/*")
    submission = read(A, request)
    (file,) = submission.post.attachments
    assert (file.digest, file.media_type) == ("sha256:" + hashlib.sha256(PNG).hexdigest(), "image/png")
    out = A.render(submission, (), request.headers)
    assert (out.body, out.header(b"content-type")) == (PNG, b"image/png")


def test_captions_are_text() -> None:
    request = ask("POST", "/xrpc/com.atproto.repo.uploadBlob", b"WEBVTT\n\nprojet Opale", "text/vtt")
    submission = read(A, request)
    (part,) = submission.post.segments
    assert part.text.endswith("projet Opale")
    out = A.render(submission, [Edit("", 15, 20, "[…]")], request.headers)
    assert out.body == b"WEBVTT\n\nprojet ["[:15] + "[…]".encode()


@pytest.mark.parametrize("kind", ["application/vnd.ipld.car", "application/zip", "text/html", ""])
def test_blobs_of_unknown_kind(kind: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(A, ask("POST", "/xrpc/com.atproto.repo.uploadBlob", b"\x00\x01\x02", kind))
    assert caught.value.status == 415


def test_text_under_an_image_type_cannot_be_redacted() -> None:
    (part,) = read(A, ask("POST", "/xrpc/com.atproto.repo.uploadBlob", b"Opale", "image/png")).post.segments
    assert not part.redactable


def test_chat_is_direct() -> None:
    body = {"convoId": "3kabcdefghijk", "message": {"text": "Salut", "facets": []}}
    headers = ((b"atproto-proxy", b"did:web:api.bsky.chat#bsky_chat"),)
    request = as_json("POST", "/xrpc/chat.bsky.convo.sendMessage", body, headers=headers)
    post = read(A, request).post
    assert (post.visibility, [one.text for one in post.segments]) == (Visibility.DIRECT, ["Salut"])
    assert sent(A, request).header(b"atproto-proxy") == headers[0][1]
    batch = {
        "items": [
            {"convoId": "3kabcdefghijk", "message": {"text": "un"}},
            {"convoId": "3kabddefghijk", "message": {"text": "deux"}},
        ]
    }
    both = as_json("POST", "/xrpc/chat.bsky.convo.sendMessageBatch", batch)
    assert list(texts(A, both).values()) == ["un", "deux"]
    assert read(A, both).post.extra[:2] == (("convoId/0", "3kabcdefghijk"), ("convoId/1", "3kabddefghijk"))


@pytest.mark.parametrize(
    ("method", "path", "service"),
    [("POST", "/xrpc/chat.bsky.convo.sendMessage", b"did:web:evil.example#bsky_chat"), ("POST", "/xrpc/com.atproto.repo.createRecord", b"did:web:api.bsky.chat#bsky_chat"),
     ("GET", "/xrpc/app.bsky.feed.searchPosts", b"did:web:evil.example#x"), ("POST", "/xrpc/chat.bsky.convo.sendMessage", b"")],
)  # fmt: skip
def test_other_services_are_refused(method: str, path: str, service: bytes) -> None:
    route = A.route(ask(method, path, headers=((b"atproto-proxy", service),)))
    assert (route.kind, route.operation) == (RouteKind.REFUSE, "service-proxy")


def test_two_services_are_refused() -> None:
    header = (b"atproto-proxy", b"did:web:api.bsky.chat#bsky_chat")
    assert A.route(ask("POST", "/xrpc/chat.bsky.convo.sendMessage", headers=(header, header))).kind is RouteKind.REFUSE


@pytest.mark.parametrize(
    ("query", "kind"),
    [("aud=did:web:video.bsky.app&lxm=app.bsky.video.getUploadLimits", RouteKind.READ), ("aud=did:web:evil.example&lxm=app.bsky.video.getUploadLimits", RouteKind.REFUSE),
     ("aud=did:web:video.bsky.app&lxm=com.atproto.repo.uploadBlob", RouteKind.REFUSE), ("aud=did:web:video.bsky.app", RouteKind.REFUSE), ("", RouteKind.REFUSE),
     ("aud=did:web:evil.example&aud=did:web:video.bsky.app&lxm=app.bsky.video.getUploadLimits", RouteKind.REFUSE)],
)  # fmt: skip
def test_tokens_for_other_hosts(query: str, kind: RouteKind) -> None:
    assert A.route(ask("GET", "/xrpc/com.atproto.server.getServiceAuth", query=query)).kind is kind


@pytest.mark.parametrize(
    "path",
    [
        "/xrpc/com.atproto.server.getserviceauth",
        "/XRPC/com.atproto.server.getServiceAuth",
        "/xrpc/com.atproto.server.getServiceAuth/",
        "/xrpc/com.atproto.server.%67etServiceAuth",
        "/xrpc/com.atproto.server.getServiceAuth%20",
        "/xrpc/com.atproto.server.getServiceAuth.",
        "/xrpc/com.atproto.server.getServiceAuth*",
        "/xrpc/com.atproto.server.getServiceAuth%E2%80%8B",
        "/xrpc/com.atproto.server.get%C5%BFerviceAuth",
    ],
)
def test_tokens_under_another_spelling(path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        with pytest.raises(RequestError):
            A.route(ask(method, path, query="aud=did:web:video.bsky.app&lxm=app.bsky.video.getUploadLimits"))


def test_oauth_is_refused_with_its_reason() -> None:
    for path in (
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-authorization-server",
        "/oauth/authorize",
    ):
        assert A.route(ask("GET", path)).operation == "oauth"
    request = as_json(*CREATE, create(record()))
    proof = replace(
        request, headers=((b"authorization", b"DPoP abc"), (b"dpop", b"x.y.z"), (b"content-type", b"application/json"))
    )
    assert A.route(proof).operation == "oauth"


# --- facets -----------------------------------------------------------------------------------------------------------


def facet(start: int, end: int, **feature: str) -> dict[str, object]:
    return {
        "index": {"byteStart": start, "byteEnd": end},
        "features": [{"$type": "app.bsky.richtext.facet#link", **feature}],
    }


def test_facets_after_a_redaction() -> None:
    text = "Été : appelez 06 39 98 00 12 ou voyez le site ici"
    link = len(text[: text.index("le site")].encode())
    number = len(text[: text.index("06")].encode())
    facets = [
        facet(0, 5, uri="https://a.example"),
        facet(number, number + 5, uri="https://b.example"),
        facet(link, link + 7, uri="https://c.example"),
        facet(0, 999, uri="https://d.example"),
    ]
    request = as_json(*CREATE, create(record(text=text, facets=facets, entities=[])))
    out = A.render(read(A, request), [Edit("/record/text", 14, 28, "[téléphone]")], request.headers)
    done = json.loads(out.body)["record"]
    assert done["text"] == "Été : appelez [téléphone] ou voyez le site ici"
    assert "entities" not in done
    covered = [
        done["text"].encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in done["facets"]
    ]
    assert covered == ["Été", "le site"]
    assert [one["features"][0]["uri"] for one in done["facets"]] == ["https://a.example", "https://c.example"]


def test_facets_of_a_description_and_of_a_batch() -> None:
    value = {
        "$type": "app.bsky.graph.list",
        "name": "x",
        "description": "abc def",
        "descriptionFacets": [facet(4, 7, uri="https://a.example")],
    }
    request = as_json(
        *APPLY,
        {
            "repo": DID,
            "writes": [
                {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.graph.list", "value": value}
            ],
        },
    )
    out = A.render(read(A, request), [Edit("/writes/0/value/description", 0, 3, "é")], request.headers)
    assert json.loads(out.body)["writes"][0]["value"]["descriptionFacets"][0]["index"] == {"byteStart": 3, "byteEnd": 6}


# --- answers ----------------------------------------------------------------------------------------------------------


def test_refusals_in_the_words_of_the_service() -> None:
    reply = A.reply(Refusal(Trouble.BLOCKED, "Non"))
    assert (reply.status, json.loads(reply.body)) == (400, {"error": "PolicyBlocked", "message": "Non"})
    for trouble in Trouble:
        reply = A.reply(Refusal(trouble, "Non"))
        assert reply.status not in {401, 202, 429}
        assert json.loads(reply.body)["error"] not in {"ExpiredToken", "InvalidToken"}
    assert json.loads(A.reply(Refusal(Trouble.BAD_REQUEST, "x", status=413)).body)["error"] == "InvalidRequest"
    assert A.reply(Refusal(Trouble.UNAVAILABLE, "x")).status == 503


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/xrpc/com.atproto.server.createSession"), ("POST", "/xrpc/com.atproto.server.createAccount"), ("POST", "/xrpc/com.atproto.server.refreshSession"),
     ("GET", "/xrpc/com.atproto.server.getSession"), ("GET", "/xrpc/com.atproto.repo.describeRepo"), ("GET", "/xrpc/com.atproto.identity.resolveDid"),
     ("GET", "/xrpc/com.atproto.identity.resolveIdentity"), ("POST", "/xrpc/com.atproto.identity.refreshIdentity")],
)  # fmt: skip
def test_the_did_document_leads_back_to_the_gate(method: str, path: str) -> None:
    services = [
        {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": "https://pds.real"},
        {"id": "#atproto_labeler", "type": "AtprotoLabeler", "serviceEndpoint": "https://l.real"},
    ]
    body = json.dumps({"did": DID, "accessJwt": "a.b.c", "didDoc": {"id": DID, "service": services}}).encode()
    out = A.rewrite(
        A.route(ask(method, path)),
        HttpReply(200, ((b"content-length", b"9"),), body),
        "http://127.0.0.1:8500/",
        "https://pds.real",
    )
    done = json.loads(out.body)
    assert [one["serviceEndpoint"] for one in done["didDoc"]["service"]] == ["http://127.0.0.1:8500", "https://l.real"]
    assert done["accessJwt"] == "a.b.c"
    assert out.header(b"content-length") is None


def test_who_is_asking() -> None:
    asked = A.identity(((b"authorization", b"Bearer a.b.c"),))
    assert asked is not None
    assert asked.path == "/xrpc/com.atproto.server.getSession"
    author = A.author(HttpReply(200, (), json.dumps({"did": DID, "handle": "alice.test"}).encode()), "x")
    assert author is not None
    assert (author.network, author.account, author.handle) == ("bluesky", DID, "alice.test")
    assert A.author(HttpReply(400, (), b'{"error":"ExpiredToken"}'), "x") is None
    assert A.author(HttpReply(200, (), b"null"), "x") is None


def test_ids_in_answers() -> None:
    assert A.upstream_id(HttpReply(200, (), json.dumps({"uri": URI, "cid": CID}).encode())) == URI
    assert (
        A.upstream_id(HttpReply(200, (), json.dumps({"blob": {"ref": {"$link": raw_cid(PNG)}}}).encode()))
        == "sha256:" + hashlib.sha256(PNG).hexdigest()
    )
    assert A.upstream_id(HttpReply(200, (), json.dumps({"results": [{"uri": URI}, {}]}).encode())) == URI
    assert A.upstream_id(HttpReply(500, (), b"")) is None


def test_a_send_in_doubt_is_looked_up() -> None:
    content = record(facets=[facet(0, 3, uri="https://a.example")])
    post = with_media(read(A, as_json(*CREATE, create(content))).post, (), Author("bluesky", DID))
    asked = A.lookup(post)
    assert asked is not None
    assert asked.query == f"repo={DID.replace(':', '%3A')}&collection=app.bsky.feed.post&limit=50"
    there = {**content, "createdAt": "2026-11-22T10:05:00.000Z"}
    reply = HttpReply(
        200,
        (),
        json.dumps(
            {"records": [{"uri": "u0", "value": record(text="autre")}, {"uri": URI, "cid": CID, "value": there}]}
        ).encode(),
    )
    found = A.found(post, reply)
    assert isinstance(found, bytes)
    assert json.loads(found) == {"uri": URI, "cid": CID}
    assert A.found(post, reply, datetime(2026, 11, 22, 10, 6, tzinfo=UTC)) == found
    assert A.found(post, reply, datetime(2026, 11, 22, 10, 30, tzinfo=UTC)) is LookedUp.ABSENT
    assert A.found(replace(post, reply_to=URI), reply) is LookedUp.ABSENT
    unlike = {"records": [{"uri": URI, "value": {**there, "note": "x"}}]}
    assert A.found(post, listing(unlike)) is LookedUp.ABSENT


def listing(answer: object) -> HttpReply:
    return HttpReply(200, (), json.dumps(answer).encode())


def test_when_the_list_cannot_tell() -> None:
    post = with_media(read(A, as_json(*CREATE, create(record()))).post, (), Author("bluesky", DID))
    since = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    for answer in ([], {}, {"records": 5}, {"records": [5]}, {"records": [{"uri": URI, "value": "x"}]}):
        assert A.found(post, listing(answer), since) is LookedUp.UNSURE
    assert A.found(post, HttpReply(500, (), b'{"records":[]}'), since) is LookedUp.UNSURE
    assert A.found(post, listing({"records": []}), since) is LookedUp.ABSENT
    full = [{"uri": f"at://{DID}/app.bsky.feed.post/key-{place}", "value": record(text="x")} for place in range(50)]
    assert A.found(post, listing({"records": full}), since) is LookedUp.UNSURE
    older = [*full[1:], {"uri": URI, "value": record(text="x")}]  # its key was made in 2024
    assert A.found(post, listing({"records": older}), since) is LookedUp.ABSENT
    like = read(A, as_json(*CREATE, create({"$type": "app.bsky.feed.like", "subject": {"uri": URI, "cid": CID}}))).post
    assert A.found(like, listing({"records": []}), since) is LookedUp.UNSURE


def test_a_picture_alone_is_found_by_its_digest() -> None:
    blob = {"$type": "blob", "ref": {"$link": raw_cid(PNG)}, "mimeType": "image/png", "size": len(PNG)}
    content = record(text="", embed={"images": [{"alt": "", "image": blob}]})
    post = with_media(read(A, as_json(*CREATE, create(content))).post, (), Author("bluesky", DID))
    there = listing({"records": [{"uri": URI, "cid": CID, "value": content}]})
    assert isinstance(A.found(post, there), bytes)
    other = json.loads(json.dumps(content).replace(raw_cid(PNG), raw_cid(b"x")))
    assert A.found(post, listing({"records": [{"uri": URI, "cid": CID, "value": other}]})) is LookedUp.ABSENT


# --- what is recorded, covered and carried ----------------------------------------------------------------------------


def test_a_blobs_own_words_are_not_recorded() -> None:
    said = {"$type": "blob", "ref": {"$link": raw_cid(PNG)}, "mimeType": "avec Opale, galère", "size": 255081416802538}
    post = read(A, as_json(*CREATE, create(record(x=said)))).post
    assert [(one.media_type, one.size, one.carried) for one in post.attachments] == [("other", 0, False)]
    untyped = read(A, as_json(*CREATE, create(record(x={**said, "$type": "x"})))).post
    assert untyped.attachments == post.attachments


def test_edits_of_a_text_and_of_its_facets_tag() -> None:
    tag = {
        "index": {"byteStart": 0, "byteEnd": 6},
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "Opale"}],
    }
    kept = facet(7, 10, uri="https://a.example")
    request = as_json(*CREATE, create(record(text="#Opale ici", facets=[tag, kept])))
    edits = [Edit("/record/text", 1, 6, "[…]"), Edit("/record/facets/0/features/0/tag", 0, 5, "[…]")]
    done = json.loads(A.render(read(A, request), edits, request.headers).body)["record"]
    assert done["text"] == "#[…] ici"
    assert [one["features"][0].get("uri") for one in done["facets"]] == ["https://a.example"]
    covered_text = done["text"].encode()[
        done["facets"][0]["index"]["byteStart"] : done["facets"][0]["index"]["byteEnd"]
    ]
    assert covered_text == b"ici"


def test_an_edit_of_a_tag_alone() -> None:
    tag = {"index": {"byteStart": 0, "byteEnd": 3}, "features": [{"tag": "Opale"}]}
    request = as_json(*CREATE, create(record(text="ici", facets=[tag])))
    out = A.render(read(A, request), [Edit("/record/facets/0/features/0/tag", 0, 5, "x")], request.headers)
    assert json.loads(out.body)["record"]["facets"][0]["features"] == [{"tag": "x"}]


@pytest.mark.parametrize(
    "encode", [base64.b64encode, lambda data: base64.b64encode(data).rstrip(b"="), base64.urlsafe_b64encode]
)
def test_bytes_in_a_record_are_read(encode: Callable[[bytes], bytes]) -> None:
    request = as_json(*CREATE, create(record(x={"$bytes": encode("avec Opale perdu ÿ".encode()).decode()})))
    assert texts(A, request)["/@file/record/x/$bytes"] == "avec Opale perdu ÿ"
    assert [one.carried for one in read(A, request).post.attachments] == [True]
    with pytest.raises(RequestError):
        A.render(read(A, request), [Edit("/@file/record/x/$bytes", 0, 1, "x")], request.headers)


@pytest.mark.parametrize(
    "more",
    [
        {"reply": {"root": {"uri": URI, "cid": CID}}}, {"facets": [facet(0, 3, did=DID)]}, {"labels": {"values": [{"val": "porn"}]}},
        {"n": 12345}, {"via": {"uri": URI, "cid": CID}}, {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": URI, "cid": CID}}},
    ],
)  # fmt: skip
def test_an_approval_covers_the_whole_record(more: dict[str, object]) -> None:
    plain = covered(A, as_json(*CREATE, create(record())))
    assert covered(A, as_json(*CREATE, create(record(**more)))) != plain
    assert covered(A, as_json(*CREATE, create(record(), validate=False))) != plain
    assert (
        covered(A, as_json(*CREATE, create(record(), validate=True))) == plain
    )  # the Python SDK asks for it, npm's does not
    again = create(record(createdAt="2026-12-01T00:00:00Z", langs=["en"]), rkey="3kabcdefghijk", swapCommit=CID)
    assert covered(A, as_json(*CREATE, again)) == plain


def test_an_approval_covers_whom_a_chat_message_shows() -> None:
    def message(key: str) -> str:
        embed = {"$type": "app.bsky.embed.record", "record": {"uri": URI[:-13] + key, "cid": CID}}
        body = {"convoId": "3kabcdefghijk", "message": {"text": "Salut", "embed": embed}}
        return covered(A, as_json("POST", "/xrpc/chat.bsky.convo.sendMessage", body))

    assert message("3kabcdefghijk") == message("3kabcdefghijk") != message("3kabcdefghijl")


def thread(first: str, second: str, *, root: str = "", text: str = "deux") -> dict[str, object]:
    """Two posts and a gate on the first, as the official app sends them."""
    uri = f"at://{DID}/app.bsky.feed.post/{first}"
    ref = {"uri": root or uri, "cid": raw_cid(first.encode())}
    kinds = {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.post"}
    return {
        "repo": DID,
        "writes": [
            {**kinds, "rkey": first, "value": record(text="un")},
            {**kinds, "rkey": second, "value": record(text=text, reply={"root": ref, "parent": ref})},
            {**kinds, "rkey": first, "collection": "app.bsky.feed.threadgate", "value": {"post": uri, "allow": []}},
        ],
    }


def test_an_approval_covers_a_thread_that_is_sent_again() -> None:
    asked, again = thread("3kaaaaaaaaaaa", "3kbbbbbbbbbbb"), thread("3kccccccccccc", "3kddddddddddd")
    first, second = (read(A, as_json(*APPLY, one)).post for one in (asked, again))
    assert (first.extra, first.reply_to, first.segments) == (second.extra, second.reply_to, second.segments)
    elsewhere = thread("3kaaaaaaaaaaa", "3kbbbbbbbbbbb", root=URI)
    foreign = thread(
        "3kaaaaaaaaaaa", "3kbbbbbbbbbbb", root="at://did:plc:" + "b" * 24 + "/app.bsky.feed.post/3kaaaaaaaaaaa"
    )
    assert len({covered(A, as_json(*APPLY, one)) for one in (asked, elsewhere, foreign)}) == 3
    assert json.loads(sent(A, as_json(*APPLY, asked)).body) == asked


def test_birth_dates_are_dates() -> None:
    def preferences(born: str) -> dict[str, str]:
        item = {"$type": "app.bsky.actor.defs#personalDetailsPref", "birthDate": born}
        return texts(A, as_json("POST", "/xrpc/app.bsky.actor.putPreferences", {"preferences": [item]}))

    assert preferences("1990-01-01T23:00:00.000Z") == {}
    assert preferences("avec Opale")["/preferences/0/birthDate"] == "avec Opale"


def test_a_push_token_is_read() -> None:
    body = {"token": "Opale-77:x", "appId": "opale.app", "serviceDid": "did:web:opale", "platform": "ios"}
    found = texts(A, as_json("POST", "/xrpc/app.bsky.notification.unregisterPush", body))
    assert found == {"/token": "Opale-77:x", "/appId": "opale.app", "/serviceDid": "did:web:opale"}


@pytest.mark.parametrize(
    ("service", "kind"),
    [(b"did:web:evil.example#x", RouteKind.REFUSE), (b"did:web:api.bsky.app#bsky_appview", RouteKind.READ)],
)
def test_a_preflight_is_judged_as_a_read(service: bytes, kind: RouteKind) -> None:
    header = ((b"atproto-proxy", service),)
    assert A.route(ask("OPTIONS", "/xrpc/app.bsky.feed.getTimeline", headers=header)).kind is kind
    evil = ask("OPTIONS", "/xrpc/com.atproto.server.getServiceAuth", query="aud=did:web:evil.example&lxm=x")
    assert A.route(evil).kind is RouteKind.REFUSE
    assert A.route(ask("OPTIONS", "/xrpc/com.atproto.repo.createRecord")).operation == "preflight"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("avec Opale é".encode("latin-1"), "text/plain"), ("avec Opale é".encode("latin-1"), "image/png"), ("WEBVTT\n\nOpale é".encode("latin-1"), "text/vtt"),
        ("WEBVTT\n\nOpale".encode("utf-16"), "text/vtt"), ("avec Opale".encode("utf-16"), "image/png"), ("avec Opale".encode("utf-16-le"), "text/plain"),
        ("avec Opale".encode("utf-16-be"), "image/jpeg"), (b"avec Opale \xff", "text/plain"), (b"\xef\xbb\xbfWEBVTT\n\n\xff", "image/png"),
    ],
)  # fmt: skip
def test_text_that_is_not_utf_8_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(A, ask("POST", "/xrpc/com.atproto.repo.uploadBlob", data, kind))
    assert caught.value.status == 415
    assert "Opale" not in str(caught.value)


@pytest.mark.parametrize(
    "nsid",
    [
        "com.atproto.repo.importRepo",
        "com.atproto.identity.signPlcOperation",
        "com.atproto.identity.submitPlcOperation",
        "com.atproto.server.createAppPassword",
        "app.bsky.video.uploadVideo",
        "app.bsky.notification.registerPush",
    ],
)
def test_ways_around_the_gate_are_refused(nsid: str) -> None:
    route = A.route(ask("POST", f"/xrpc/{nsid}"))
    assert route.kind is RouteKind.REFUSE
    assert route.operation != "unknown-route"


def test_signing_in_is_not_read() -> None:
    assert (
        texts(
            A,
            as_json(
                "POST", "/xrpc/com.atproto.server.createSession", {"identifier": "alice.test", "password": "ab cd"}
            ),
        )
        == {}
    )
    assert texts(
        A,
        as_json(
            "POST",
            "/xrpc/com.atproto.server.createAccount",
            {"handle": "alice.test", "email": "a@b.example", "password": "x y"},
        ),
    ) == {"/handle": "alice.test"}
    assert A.allows_frame("{}") is False


def test_the_app_view_may_be_named_but_is_not_told_what_the_pds_does() -> None:
    header = (b"atproto-proxy", b"did:web:api.bsky.app#bsky_appview")
    assert sent(A, as_json(*CREATE, create(record()), headers=(header,))).header(b"atproto-proxy") is None
    mute = as_json("POST", "/xrpc/app.bsky.graph.muteActor", {"actor": DID}, headers=(header,))
    assert sent(A, mute).header(b"atproto-proxy") == header[1]
