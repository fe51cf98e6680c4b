"""What all channels with a closed list of routes share: matching, strict reading, rebuilding.

A service's own file adds what is its own: which fields say who may read the post, how it refuses, what it answers.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from guard.channels import media
from guard.channels.base import Route, RouteKind, Submission
from guard.channels.body import MAX_TEXT_BODY, Body, parse
from guard.channels.edits import edited_texts
from guard.channels.fields import FieldTree, FilePart, files, segments, text_in
from guard.channels.paths import check_method, check_path, check_read_path, path_segments
from guard.channels.table import READS, ListedRoute, RouteSpec, build_path, load_table
from guard.errors import Location, RequestError
from guard.types.http import Headers, HttpRequest
from guard.types.inspection import Edit
from guard.types.post import ANONYMOUS, Attachment, Post, Segment, Visibility

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
    files: tuple[tuple[str, FilePart], ...] = ()


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

    @property
    def reasons(self) -> Mapping[str, Mapping[str, str]]:
        """Why a route is refused, by `Route.operation`: `{"fr": …, "en": …}`."""
        return self.table.reasons

    # --- route ----------------------------------------------------------------------------------------------------

    def route(self, request: HttpRequest) -> Route:
        if request.method in READS:
            return self._read_route(request)
        if request.method == "OPTIONS":
            check_read_path(request.path)
            return Route(RouteKind.READ, "preflight", request.path)
        path = request.path
        check_path(path)
        check_method(request)
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
        heavy = spec.note in {"base64", "chunk"}
        limit = MAX_BASE64_BODY if heavy else MAX_TEXT_BODY
        body = parse(request, spec.bodies, limit, chunks=spec.note == "chunk", drop=spec.drop)
        parts: tuple[tuple[str, FilePart], ...] = ()
        if body.form in {"raw", "multipart"}:
            parts = tuple(files(body.tree))
            _check_files(parts, spec.fields, raw=body.form == "raw")
        texts = path_segments(route.params, spec.params)
        texts += self.texts(body, spec)
        if len(texts) > MAX_TEXTS:
            raise RequestError("the request has too many texts", status=413, hint=f"at most {MAX_TEXTS} fields of text")
        facts = self.facts(body, spec)
        uploads = tuple(attachment(part) for _, part in parts)
        uploads += tuple(_of_unnamed_type(data) for _, data in _base64_files(body, spec.fields))
        post = Post(
            id=post_id,
            network=self.network,
            operation=spec.operation,
            author=ANONYMOUS,
            segments=tuple(texts),
            attachments=uploads + facts.attachments,
            visibility=facts.visibility,
            reply_to=facts.reply_to,
            quote_of=facts.quote_of,
            language=facts.language,
            target=facts.target or (route.params.get(spec.target) if spec.target else None),
            extra=facts.extra,
        )
        return Submission(route, ReadBody(body, query, parts), post, facts.media_refs)

    def texts(self, body: Body, spec: RouteSpec) -> list[Segment]:
        """Every text of the body; a service may know its fields better than by one list."""
        if body.form == "raw":
            return _raw_text(body.tree)
        found = segments(body.tree, spec.fields)
        for name, data in _base64_files(body, spec.fields):
            if text := text_in(data):
                found.append(Segment(f"/@file/{name}", "body", text, redactable=False))
        return found

    def facts(self, body: Body, spec: RouteSpec) -> PostFacts:  # noqa: ARG002
        """What the service's own fields say about the post."""
        return NO_FACTS

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
            raise _query_error("the query is malformed") from error
        seen: set[str] = set()
        for name, value in pairs:
            kind = spec.query.get(name)
            twice = name in seen and not name.endswith("[]")
            if kind is None or twice or kind.fits is None or not kind.fits(value):
                raise _query_error("the query holds a parameter that must stand in the body")
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
            "these credentials cannot be used through the gate",
            hint="sign in with a bearer token",
            location=Location("request headers", field="authorization"),
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
    raise RequestError("this request is not one the gate can read", hint="only listed writes are read")


def _query_error(message: str) -> RequestError:
    return RequestError(message, hint="send fields in the body", location=Location("request query"))


def _check_files(parts: Sequence[tuple[str, FilePart]], fields: FieldTree, *, raw: bool) -> None:
    for pointer, _ in parts:
        node: FieldTree | None = fields
        for token in pointer.split("/")[1:]:
            node = node.child(token) if node is not None else None
        if not raw and (node is None or node.kind is None or not node.kind.file):
            raise RequestError(
                "the request holds a file where the service takes none",
                hint="send this field as text",
                location=Location("request body", field=pointer if node is not None else None),
            )


def _raw_text(part: FilePart) -> list[Segment]:
    """A file that is text (captions) is read like any other text; in place only where it says that it is text."""
    text = text_in(part.data)
    return [Segment("", "body", text, redactable=part.media_type.startswith("text/"))] if text else []


def attachment(part: FilePart) -> Attachment:
    return Attachment(digest(part.data), part.media_type, len(part.data))


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _of_unnamed_type(data: bytes) -> Attachment:
    return attachment(FilePart("", media.recognise("", "", data) or media.CHUNK, data))


def _base64_files(body: Body, fields: FieldTree) -> Iterator[tuple[str, bytes]]:
    """Files inside JSON (X sends uploads so); only at the top level, where such fields are listed."""
    if body.form == "raw":
        return
    for name in fields.encoded_files:
        value = body.tree.get(name)
        if value is None or isinstance(value, FilePart):
            continue
        try:
            yield name, base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError, TypeError) as error:
            raise RequestError(
                "the file is not base64", hint="send base64", location=Location("request body", field=f"/{name}")
            ) from error


def bearer(headers: Headers) -> bytes | None:
    """The one Authorization header, if it is a bearer token."""
    values = [value for name, value in headers if name == b"authorization"]
    return values[0] if len(values) == 1 and _TOKEN(values[0]) else None
