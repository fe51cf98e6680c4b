"""AT Protocol, as Bluesky speaks it: records of any collection, blobs, chat, sessions.

A record is any JSON at all, so every string of it is read, known or not. Clients would leave by the DID document of their
session and by tokens for other hosts; both lead back here. Spec: atproto.com/specs, lexicons of August 2026.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from guard.channels.answers import json_of, json_reply, status_of
from guard.channels.base import LookedUp, Refusal, Route, Submission, Trouble
from guard.channels.body import Body
from guard.channels.edits import edited_texts
from guard.channels.facets import repaired
from guard.channels.fields import compile_fields, escape, segments
from guard.channels.listed import NO_FACTS, ListedChannel, PostFacts, bearer
from guard.channels.media import EXTENSIONS
from guard.channels.paths import folded
from guard.channels.plain import older_than, published_since
from guard.channels.rewriting import without_validators
from guard.channels.table import ListedRoute, RouteSpec, expand
from guard.errors import Location, RequestError
from guard.types.http import Headers, HttpReply, HttpRequest
from guard.types.inspection import Edit
from guard.types.post import Attachment, Author, Post, Segment, Visibility
from guard.words.texts import Phrase

_XRPC = "/xrpc/"
_METHOD = re.compile(r"/xrpc/[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+)+").fullmatch
_OWN_METHODS = ("/xrpc/com.atproto.repo.", "/xrpc/com.atproto.server.", "/xrpc/com.atproto.identity.")
_PAGE = 50
_FACETS = {"text": "facets", "description": "descriptionFacets"}
_ERRORS = {
    Trouble.BLOCKED: "PolicyBlocked",
    Trouble.HELD: "PolicyHeld",
    Trouble.REFUSED_ROUTE: "NotAllowedByGate",
    Trouble.BAD_REQUEST: "InvalidRequest",
    Trouble.UNAVAILABLE: "GateUnavailable",
    Trouble.UPSTREAM: "UpstreamFailure",
}


class Atproto(ListedChannel):
    """Channel `atproto`; see guard.channels.base.Channel."""

    name = "atproto"
    network = "bluesky"

    def __init__(self) -> None:
        super().__init__()
        data = self.table.data
        self._proxies = tuple((entry["prefix"], entry["service"].encode()) for entry in data["proxy"])
        self._service_auth = frozenset((entry["lxm"], entry["aud"]) for entry in data["service_auth"])
        self._record = compile_fields(expand(data, data["fields"]["record"]))

    # --- route ----------------------------------------------------------------------------------------------------

    def admit(self, request: HttpRequest, route: ListedRoute) -> Route:
        authorization = request.header(b"authorization")
        if (authorization is not None and authorization.lower().startswith(b"dpop")) or request.header(b"dpop"):
            return self.refused("oauth", route.path)
        return route if self._may_proxy(request) else self.refused("service-proxy", route.path)

    def admit_read(self, request: HttpRequest, route: Route) -> Route:
        if not self._may_proxy(request):
            return self.refused("service-proxy", route.path)
        named = route.spec.template if isinstance(route, ListedRoute) and route.spec else request.path
        if named != request.path or (folded(request.path).startswith("/xrpc/") and not _METHOD(request.path)):
            raise RequestError(
                Phrase("request.lexicon"),
                hint=Phrase("request.do.exact-name"),
                location=Location(Phrase("request.at.path")),
            )
        if not isinstance(route, ListedRoute) or route.spec is None:
            return route
        if route.spec.note == "service-auth":
            pairs = parse_qsl(request.query, keep_blank_values=True)
            asked = dict(pairs)
            once = len(asked) == len(pairs) and asked.keys() <= {"aud", "lxm", "exp"}
            if not once or (asked.get("lxm"), asked.get("aud")) not in self._service_auth:
                return self.refused("service-auth", route.path)
        return route

    def _may_proxy(self, request: HttpRequest) -> bool:
        services = [value for name, value in request.headers if name == b"atproto-proxy"]
        if not services:
            return True
        method = request.path.removeprefix(_XRPC)
        return len(services) == 1 and any(
            method.startswith(prefix) and services[0] == service for prefix, service in self._proxies
        )

    def headers(self, spec: RouteSpec, headers: Headers) -> list[tuple[bytes, bytes]]:
        out = super().headers(spec, headers)
        # Only a listed service gets here (see admit); what the PDS does itself needs none
        if not spec.template.startswith(_OWN_METHODS):
            out += [(name, value) for name, value in headers if name == b"atproto-proxy"]
        return out

    # --- read -----------------------------------------------------------------------------------------------------

    def facts(self, body: Body, spec: RouteSpec) -> PostFacts:
        if body.form != "json":
            return NO_FACTS
        tree = body.tree
        files = tuple(_blobs(tree))
        if spec.note == "message":
            items = tree.get("items")
            batch = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
            named = [(f"convoId/{place}", str(item.get("convoId"))) for place, item in enumerate(batch)]
            extra = (*_named(tree, "convoId"), *named)
            return PostFacts(visibility=Visibility.DIRECT, extra=extra, attachments=files)
        if spec.note == "record":
            put = spec.operation == "record.put"
            return replace(
                _record_facts(tree.get("record")),
                target=f"{tree.get('collection')}/{tree.get('rkey')}" if put else None,
                extra=_named(tree, "collection"),
                attachments=files,
            )
        if spec.note == "writes":
            return replace(_writes_facts(by_place(tree.get("writes"))), attachments=files)
        return PostFacts(attachments=files)

    def covered_body(self, body: Body, spec: RouteSpec) -> Any:
        tree = body.tree
        if isinstance(tree, dict) and tree.get("validate") in (
            True,
            None,
        ):  # what a PDS does unasked; some SDKs ask for it
            tree = {name: value for name, value in tree.items() if name != "validate"}
        return {**tree, "writes": by_place(tree.get("writes"))} if spec.note == "writes" else tree

    # --- render ---------------------------------------------------------------------------------------------------

    def edited(self, submission: Submission, body: Body, edits: Sequence[Edit]) -> Body:
        parts = submission.post.segments
        texts = edited_texts(parts, edits)
        changed = body.with_texts(texts)
        if body.form != "json":
            return changed
        # All places are looked up before the first repair: that drops facets, and moves those behind them
        holders = [(path, _at(changed.tree, path.rpartition("/")[0])) for path in texts]
        originals = {part.path: part.text for part in parts}
        for path, holder in holders:
            facets = _FACETS.get(path.rpartition("/")[2], "")
            if not facets or not isinstance(holder, dict):
                continue
            # The old way to mark links and mentions; nothing needs it any more
            holder.pop("entities", None)
            if facets in holder:
                own = [edit for edit in edits if edit.path == path]
                holder[facets] = repaired(holder[facets], originals[path], own)
        return changed

    # --- answers of the gate --------------------------------------------------------------------------------------

    def reply(self, refusal: Refusal) -> HttpReply:
        # Never 401 nor ExpiredToken: clients would refresh their session and send again
        decided = refusal.trouble in {Trouble.BLOCKED, Trouble.HELD, Trouble.REFUSED_ROUTE}
        status = 400 if decided else status_of(refusal)
        error = "PolicyBlocked" if refusal.trouble is Trouble.HELD else _ERRORS[refusal.trouble]
        return json_reply(status, {"error": error, "message": refusal.message}, refusal)

    # --- who, and what was published ------------------------------------------------------------------------------

    def identity(self, headers: Headers) -> HttpRequest | None:
        token = bearer(headers)
        if token is None:
            return None
        out = ((b"authorization", token), (b"accept", b"application/json"))
        return HttpRequest("GET", "/xrpc/com.atproto.server.getSession", "", out)

    def author(self, reply: HttpReply, upstream: str) -> Author | None:  # noqa: ARG002
        session = json_of(reply) if reply.status == 200 else None
        if not isinstance(session, dict):
            return None
        did = session.get("did")
        if not isinstance(did, str) or not did:
            return None
        return Author(self.network, did, handle=str(session.get("handle", "")))

    def upstream_id(self, reply: HttpReply) -> str | None:
        answer = json_of(reply) if reply.status == 200 else None
        if not isinstance(answer, dict):
            return None
        if isinstance(answer.get("uri"), str):
            return str(answer["uri"])
        blob = answer.get("blob")
        if isinstance(blob, dict):
            return digest_of(blob)
        results = answer.get("results")
        if isinstance(results, list):
            uris = [item["uri"] for item in results if isinstance(item, dict) and isinstance(item.get("uri"), str)]
            return " ".join(uris) or None
        return None

    def lookup(self, post: Post) -> HttpRequest | None:
        collection = dict(post.extra).get("collection")
        if post.operation not in {"record.create", "record.put"} or not collection or not post.author.account:
            return None
        query = urlencode({"repo": post.author.account, "collection": collection, "limit": str(_PAGE)})
        return HttpRequest("GET", "/xrpc/com.atproto.repo.listRecords", query, ((b"accept", b"application/json"),))

    def found(self, post: Post, reply: HttpReply, since: datetime | None = None) -> bytes | LookedUp:
        answer = json_of(reply) if reply.status == 200 else None
        records = answer.get("records") if isinstance(answer, dict) else None
        if not isinstance(records, list) or not all(_is_listed(item) for item in records):
            return LookedUp.UNSURE
        if not post.attachments and not any(part.path.startswith("/record/") for part in post.segments):
            return LookedUp.UNSURE  # a like, a follow: whom of, the post does not say
        for item in records:
            record = item["value"]
            if not self._same(post, record):
                continue
            # createdAt is the client's word, and its clock may be behind; the key that the PDS gave says when
            if published_since(record.get("createdAt"), since) or published_since(_tid_time(item.get("uri")), since):
                return json.dumps({"uri": item.get("uri"), "cid": item.get("cid")}).encode()
        # Newest first, by key
        if len(records) < _PAGE or older_than(_tid_time(records[-1].get("uri")), since):
            return LookedUp.ABSENT
        return LookedUp.UNSURE

    def _same(self, post: Post, record: dict[str, Any]) -> bool:
        """All texts, references and files equal; a facet less is allowed, for a redaction drops some."""
        wanted = {_place(part) for part in post.segments if part.path.startswith("/record/")}
        parts = segments(record, self._record, "/record")
        there = {_place(part) for part in parts if not part.path.startswith("/@key")}
        facts = _record_facts(record)
        return (
            there <= wanted
            and all("acets/" in path for path, _ in wanted - there)
            and facts.reply_to == post.reply_to
            and facts.quote_of == post.quote_of
            and {one.digest for one in _blobs(record)} == {one.digest for one in post.attachments}
        )

    # --- answers of the service -----------------------------------------------------------------------------------

    def rewrite(self, route: Route, reply: HttpReply, public_url: str, upstream: str) -> HttpReply:  # noqa: ARG002
        if "did-document" not in route.rewrite:
            return reply
        tree = json_of(reply)
        document = tree.get("didDoc") if isinstance(tree, dict) else None
        services = document.get("service") if isinstance(document, dict) else None
        if not isinstance(services, list):
            return reply
        for service in services:
            if isinstance(service, dict) and (
                str(service.get("id", "")).endswith("#atproto_pds")
                or service.get("type") == "AtprotoPersonalDataServer"
            ):
                service["serviceEndpoint"] = public_url.rstrip("/")
        body = json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return replace(reply, headers=without_validators(reply.headers), body=body)


def _named(tree: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    value = tree.get(name)
    return ((name, value),) if isinstance(value, str) else ()


def _at(tree: Any, pointer: str) -> Any:
    node = tree
    for token in pointer.split("/")[1:]:
        if isinstance(node, list):
            node = node[int(token)]
        elif isinstance(node, dict):
            node = next((item for key, item in node.items() if escape(key) == token), None)
    return node


def _place(part: Segment) -> tuple[str, str]:
    """Where a text stands and what it says; of facets not which, for one that is dropped moves those behind it."""
    return _FACET.sub("acets/*", part.path), part.text


_FACET = re.compile(r"acets/\d+")
_TID = re.compile(r"[2-7a-j][2-7a-z]{12}")
_TID_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def _tid_time(uri: Any) -> str | None:
    """When a record key was made, if it is a TID: microseconds since 1970 in the top 53 of 63 bits, in sortable base 32."""
    key = uri.rpartition("/")[2] if isinstance(uri, str) else ""
    if _TID.fullmatch(key) is None:
        return None
    number = 0
    for digit in key:
        number = number * 32 + _TID_DIGITS.index(digit)
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number >> 10)).isoformat()


def _record_facts(record: Any) -> PostFacts:
    if not isinstance(record, dict):
        return NO_FACTS
    langs = record.get("langs")
    language = langs[0] if isinstance(langs, list) and langs and isinstance(langs[0], str) else None
    return PostFacts(
        reply_to=_uri(record, "reply", "parent"),
        quote_of=_uri(record, "embed", "record") or _uri(record, "embed", "record", "record"),
        language=language,
    )


def _writes_facts(writes: Any) -> PostFacts:
    """Facts of a batch: what is bound is all of it."""
    elements = [item for item in writes if isinstance(item, dict)] if isinstance(writes, list) else []
    each = [_record_facts(item.get("value")) for item in elements]
    extra = [(f"collection/{place}", str(item.get("collection"))) for place, item in enumerate(elements)]
    extra += [
        (f"target/{place}", str(item.get("rkey")))
        for place, item in enumerate(elements)
        if not str(item.get("$type", "")).endswith("#create")
    ]
    return PostFacts(
        reply_to=" ".join(one.reply_to for one in each if one.reply_to) or None,
        quote_of=" ".join(one.quote_of for one in each if one.quote_of) or None,
        language=next((one.language for one in each if one.language), None),
        extra=tuple(extra),
    )


def by_place(writes: Any) -> Any:
    """A batch with the references between its own writes by place: a client gives new keys when it sends a thread again."""
    if not isinstance(writes, list):
        return writes
    places = {
        f"/{item.get('collection')}/{item['rkey']}": f"#{place}"
        for place, item in enumerate(writes)
        if isinstance(item, dict) and isinstance(item.get("rkey"), str) and str(item.get("$type")).endswith("#create")
    }
    return _renamed(writes, places) if places else writes


def _renamed(node: Any, places: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_renamed(item, places) for item in node]
    if isinstance(node, dict):
        own = isinstance(node.get("uri"), str) and _renamed(node["uri"], places) != node["uri"]
        # The CID of a record that is not written yet has its createdAt in it
        return {key: _renamed(item, places) for key, item in node.items() if not (own and key == "cid")}
    if isinstance(node, str) and node.startswith("at://"):
        authority, slash, key = node[5:].partition("/")
        if (place := places.get(slash + key)) is not None:
            return f"at://{authority}/{place}"
    return node


def _is_listed(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("value"), dict)


def _uri(tree: Any, *names: str) -> str | None:
    node = tree
    for name in (*names, "uri"):
        node = node.get(name) if isinstance(node, dict) else None
    return node if isinstance(node, str) else None


def _blobs(tree: Any) -> Iterator[Attachment]:
    """Every file that a record refers to, wherever it stands."""
    if isinstance(tree, dict):
        if tree.get("$type") == "blob" or ("mimeType" in tree and ("cid" in tree or "ref" in tree)):
            # Type and size are the sender's words here, and any word goes into the log: only a listed type does
            kind = tree.get("mimeType")
            yield Attachment(digest_of(tree), kind if isinstance(kind, str) and kind in EXTENSIONS else "other", 0)
        for item in tree.values():
            yield from _blobs(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from _blobs(item)


def digest_of(blob: Mapping[str, Any]) -> str:
    """`sha256:…` of a blob, which its CID (version 1, raw, sha2-256) says; `unknown:…` for another kind of CID."""
    ref = blob.get("ref")
    cid = str(ref.get("$link", "") if isinstance(ref, dict) else blob.get("cid", ""))
    try:
        raw = base64.b32decode(cid[1:].upper() + "=" * (-(len(cid) - 1) % 8)) if cid.startswith("b") else b""
    except ValueError:
        raw = b""
    if len(raw) == 36 and raw.startswith(b"\x01\x55\x12\x20"):
        return f"sha256:{raw[4:].hex()}"
    return f"unknown:{cid[:80]}"
