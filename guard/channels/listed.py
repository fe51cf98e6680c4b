"""What all channels with a closed list of routes share: matching, strict reading, rebuilding.

A service's own file adds what is its own: which fields say who may read the post, how it refuses, what it answers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from guard.channels.base import Route, RouteKind, Submission
from guard.channels.body import MAX_TEXT_BODY, Body, parse
from guard.channels.carried import file_texts, inside, parts_of
from guard.channels.covered import covered
from guard.channels.edits import edited_texts
from guard.channels.fields import FilePart, segments
from guard.channels.joined import with_joined
from guard.channels.paths import check_method, check_path, check_preflight, check_read_path, path_segments
from guard.channels.table import READS, ListedRoute, RouteSpec, build_path, load_table
from guard.errors import Location, RequestError
from guard.types.http import Headers, HttpRequest
from guard.types.inspection import Edit
from guard.types.post import ANONYMOUS, Attachment, Post, Visibility
from guard.words.texts import Phrase

USER_AGENT = b"postguard"
MAX_BASE64_BODY = 23 * 1024 * 1024
"""Bytes of a JSON body that carries a file of up to 16 MiB."""
MAX_TEXTS = 2000
"""Texts and unknown names in one request; a batch of 200 records has fewer."""

_TOKEN = re.compile(rb"(?i:bearer) [A-Za-z0-9._~+/:=-]{1,8192}").fullmatch
_BASIC = re.compile(rb"(?i:basic) [A-Za-z0-9+/=]{1,4096}").fullmatch
_LANGUAGES = re.compile(
    rb"[a-z]{2,3}(-[A-Z]{2})?(;q=[01](\.[0-9])?)?(, ?[a-z]{2,3}(-[A-Z]{2})?(;q=[01](\.[0-9])?)?){0,9}"
)


@dataclass(frozen=True, slots=True, repr=False)
class ReadBody:
    """A parsed write: what `Submission.body` holds."""

    body: Body
    query: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What a service's own fields say about a post, beside its texts."""

    visibility: Visibility = Visibility.PUBLIC
    reply_to: str | None = None
    quote_of: str | None = None
    language: str | None = None
    target: str | None = None
    extra: tuple[tuple[str, str], ...] = ()
    media_refs: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


NO_FACTS = PostFacts()


class ListedChannel:
    """Base of the channels; see guard.channels.base.Channel for the promise of each method."""

    name: str
    network: str
    basic_auth_operations: frozenset[str] = frozenset()
    """Operations that may carry a client's own credentials (HTTP Basic)."""

    def __init__(self) -> None:
        self.table = load_table(self.name)
        self._exact: dict[tuple[str, str], ListedRoute] = {}
        """Routes without names in their path, ready made; all of them canonical."""
        for spec in self.table.specs:
            if ":" not in spec.template and spec.kind is not RouteKind.REFUSE and spec.method not in READS:
                self._exact[spec.method, spec.template] = self._listed(spec, {})

    @property
    def reasons(self) -> Mapping[str, Mapping[str, str]]:
        """Why a route is refused, by `Route.operation`: `{"fr": …, "en": …}`."""
        return self.table.reasons

    # --- route ----------------------------------------------------------------------------------------------------

    def route(self, request: HttpRequest) -> Route:
        if request.method in READS:
            return self._read_route(request)
        if request.method == "OPTIONS":
            return self._preflight(request)
        path = request.path
        check_method(request)
        if (known := self._exact.get((request.method, path))) is not None:
            return self.admit(request, known)
        check_path(path)
        found = self.table.match(request.method, path)
        if found is None:
            return self.refused("unknown-route", path)
        spec, params = found
        if spec.kind is RouteKind.REFUSE:
            return self.refused(spec.operation, path)
        return self.admit(request, self._listed(spec, params))

    def _listed(self, spec: RouteSpec, params: Mapping[str, str]) -> ListedRoute:
        path = _plain(build_path(spec.template, params))
        return ListedRoute(spec.kind, spec.operation, path, params, spec.patterns, spec.rewrite, "", spec)

    def _read_route(self, request: HttpRequest) -> Route:
        path = request.path
        check_read_path(path)
        spec = self.table.read(path)
        if spec is None:
            return self.admit_read(request, Route(RouteKind.READ, "read", path))
        if spec.kind is RouteKind.REFUSE:
            return self.refused(spec.operation, path)
        route = ListedRoute(spec.kind, spec.operation, _plain(path), {}, {}, spec.rewrite, "", spec)
        return self.admit_read(request, route)

    def _preflight(self, request: HttpRequest) -> Route:
        """What a browser asks before it sends; judged as a read is, for some servers treat it as one."""
        check_preflight(request.headers)
        route = self._read_route(request)
        return route if route.kind is RouteKind.REFUSE else Route(RouteKind.READ, "preflight", route.path)

    def refused(self, reason: str, path: str) -> Route:
        return Route(RouteKind.REFUSE, reason, path, reason=self.table.reasons[reason]["en"])

    def admit(self, request: HttpRequest, route: ListedRoute) -> Route:  # noqa: ARG002
        """A service's own last word on a listed write, by its headers."""
        return route

    def admit_read(self, request: HttpRequest, route: Route) -> Route:  # noqa: ARG002
        """A service's own last word on a read."""
        return route

    # --- read -----------------------------------------------------------------------------------------------------

    def read(self, request: HttpRequest, route: Route, post_id: str) -> Submission:
        spec = _spec(route)
        self._check_credentials(spec, request.headers)
        query = self._query(request.query, spec)
        chunks = spec.note == "chunk"
        limit = MAX_BASE64_BODY if chunks or spec.note == "base64" else MAX_TEXT_BODY
        body = parse(request, spec.bodies, limit, chunks=chunks, drop=spec.drop)
        self.check(body, spec)
        files = parts_of(body, spec.fields, chunks=chunks)
        texts = path_segments(route.params, spec.params)
        if body.form != "raw":
            texts += segments(body.tree, spec.fields)
            files += inside(texts)
        if files:
            texts += file_texts(files, raw=body.form == "raw")
        if len(texts) > MAX_TEXTS:
            raise RequestError(
                Phrase("request.texts"), status=413, hint=Phrase("request.do.at-most-texts", number=MAX_TEXTS)
            )
        facts = self.facts(body, spec)
        attachments = {id(part): attachment(part) for _, part in files}
        extra = facts.extra
        if spec.into in route.params:
            extra = (*extra, ("into", route.params[spec.into]))
        if texts or attachments or spec.kind is RouteKind.INSPECT:
            digests = {key: file.digest for key, file in attachments.items()}
            target = [route.path, request.query, *(value.decode("latin-1") for value in _services(request.headers))]
            extra = (*extra, ("body", covered(target, self.covered_body(body, spec), spec.unbound, digests)))
        post = Post(
            id=post_id,
            network=self.network,
            operation=spec.operation,
            author=ANONYMOUS,
            segments=with_joined(texts),
            attachments=(*attachments.values(), *facts.attachments),
            visibility=facts.visibility,
            reply_to=facts.reply_to,
            quote_of=facts.quote_of,
            language=facts.language,
            target=facts.target or (route.params.get(spec.target) if spec.target else None),
            extra=extra,
        )
        return Submission(route, ReadBody(body, query), post, facts.media_refs)

    def check(self, body: Body, spec: RouteSpec) -> None:
        """Refuse what a service would read in a way that the gate cannot follow; RequestError."""

    def facts(self, body: Body, spec: RouteSpec) -> PostFacts:  # noqa: ARG002
        """What the service's own fields say about the post."""
        return NO_FACTS

    def covered_body(self, body: Body, spec: RouteSpec) -> Any:  # noqa: ARG002
        """The parsed body for the digest of what an approval covers."""
        return body.tree

    def _check_credentials(self, spec: RouteSpec, headers: Headers) -> None:
        """One set of credentials at most, of a kind that can be forwarded: checked before anything is recorded."""
        found = [value for name, value in headers if name == b"authorization"]
        if found:
            self.authorization(spec, found[0] if len(found) == 1 else b"")

    def _query(self, query: str, spec: RouteSpec) -> tuple[tuple[str, str], ...]:
        """Only listed parameters, each once, each of its shape: on some servers a query wins over the body."""
        if not query:
            return ()
        try:
            pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=20)
            unquote_to_bytes(query).decode()
        except ValueError as error:
            raise _query_error(Phrase("request.query-malformed")) from error
        seen: set[str] = set()
        for name, value in pairs:
            kind = spec.query.get(name)
            twice = name in seen and not name.endswith("[]")
            if kind is None or twice or kind.fits is None or not kind.fits(value):
                raise _query_error(Phrase("request.query-in-body"))
            seen.add(name)
        return tuple(pairs)

    # --- render ---------------------------------------------------------------------------------------------------

    def render(self, submission: Submission, edits: Sequence[Edit], headers: Headers) -> HttpRequest:
        spec = _spec(submission.route)
        parsed: ReadBody = submission.body
        body = parsed.body
        if edits:
            body = self.edited(submission, body, edits)
        content_type, data = body.encode()
        out = self.headers(spec, headers)
        if content_type:
            out.append((b"content-type", content_type.encode("ascii")))
        query = "&".join(f"{quote(name)}={quote(value)}" for name, value in parsed.query)
        return HttpRequest(spec.method, submission.route.path, query, tuple(out), data)

    def edited(self, submission: Submission, body: Body, edits: Sequence[Edit]) -> Body:
        """The body with the edits made; a service with offsets into its texts repairs them here."""
        return body.with_texts(edited_texts(submission.post.segments, edits))

    def headers(self, spec: RouteSpec, headers: Headers) -> list[tuple[bytes, bytes]]:
        """Headers for the service, each of a closed shape: a header is a place for text like any other."""
        out = [(b"user-agent", USER_AGENT)]
        html = keyed = False
        for name, value in headers:
            if name == b"authorization":
                out.append((name, self.authorization(spec, value)))
            elif name == b"accept":
                html = b"text/html" in value.lower()
            elif (name == b"accept-language" and _LANGUAGES.fullmatch(value)) or (
                name == b"cookie" and "cookie" in spec.headers
            ):
                out.append((name, value))
            elif name == b"idempotency-key" and "idempotency-key" in spec.headers and not keyed:
                # The key is free text; its digest serves the same purpose and says nothing
                keyed = True
                out.append((name, hashlib.sha256(value).hexdigest().encode()))
        out.append((b"accept", b"text/html,application/xhtml+xml" if html else b"application/json"))
        return out

    def authorization(self, spec: RouteSpec, value: bytes) -> bytes:
        """The credentials as sent, if they are of a kind this gate can forward; RequestError 400."""
        if _TOKEN(value) or (spec.operation in self.basic_auth_operations and _BASIC(value)):
            return value
        raise RequestError(
            Phrase("request.credentials"),
            hint=Phrase("request.do.bearer"),
            location=Location(Phrase("request.at.headers"), field="authorization"),
        )

    # --- answers --------------------------------------------------------------------------------------------------

    def rewrite_headers(self, headers: Headers, public_url: str, upstream: str) -> Headers:  # noqa: ARG002
        """Headers of any answer of the service, with addresses that lead back to the gate."""
        return headers

    def allows_frame(self, frame: str | bytes) -> bool:  # noqa: ARG002
        """Whether a client may send this WebSocket message to the service."""
        return False


def _plain(path: str) -> str:
    """Without the slash that Mastodon.py puts after some API paths, and that some servers do not take."""
    return path.rstrip("/") if path.startswith("/api/") else path


def _spec(route: Route) -> RouteSpec:
    if isinstance(route, ListedRoute) and route.spec is not None:
        return route.spec
    raise RequestError(Phrase("request.unreadable"), hint=Phrase("request.do.listed"))


def _query_error(message: Phrase) -> RequestError:
    return RequestError(message, hint=Phrase("request.do.in-body"), location=Location(Phrase("request.at.query")))


def attachment(part: FilePart) -> Attachment:
    return Attachment(digest(part.data), part.media_type, len(part.data), carried=True)


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _services(headers: Headers) -> list[bytes]:
    """The service that an AT Protocol request is to be passed on to."""
    return [value for name, value in headers if name == b"atproto-proxy"]


def media_refs(tree: Any, names: frozenset[str]) -> tuple[str, ...]:
    """Ids of earlier uploads under these names, wherever they stand: one, a list of them, or an object of them."""
    found: dict[str, None] = {}
    _collect(tree, names, found)
    return tuple(found)


def _collect(node: Any, names: frozenset[str], found: dict[str, None]) -> None:
    if type(node) is dict:
        for key, item in node.items():
            if key in names:
                ids = item if type(item) is list else item.values() if type(item) is dict else (item,)
                found.update((str(one), None) for one in ids if type(one) in {str, int} and one != "")
            elif type(item) in {dict, list}:
                _collect(item, names, found)
    elif type(node) is list:
        for item in node:
            if type(item) in {dict, list}:
                _collect(item, names, found)


def bearer(headers: Headers) -> bytes | None:
    """The one Authorization header, if it is a bearer token."""
    values = [value for name, value in headers if name == b"authorization"]
    return values[0] if len(values) == 1 and _TOKEN(values[0]) else None
