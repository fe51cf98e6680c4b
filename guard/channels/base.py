"""The promise of a channel: the adapter between one service's HTTP dialect and our records.

A channel is pure: bytes in, records out. It opens no connection, reads no clock and keeps no state, so one instance
serves all requests at once. It never raises anything but RequestError (which the gateway answers through `reply`).
What it does not recognise it refuses: the list of routes is closed (guard/channels/routes/*.toml).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from guard.types.http import Headers, HttpReply, HttpRequest
from guard.types.inspection import Edit
from guard.types.post import Attachment, Author, Post


class RouteKind(Enum):
    """What becomes of a request before anything is read."""

    READ = "read"
    """GET or HEAD: streamed through untouched (but see `Route.rewrite`)."""
    INSPECT = "inspect"
    """Publishes: read, inspected, decided, recorded, rebuilt, sent."""
    HARMLESS = "harmless"
    """A write that publishes no text of the author's, named in the channel's list. Rebuilt and forwarded; should a field
    hold text after all, it is inspected like the rest."""
    REFUSE = "refuse"
    """Everything else."""
    STREAM = "stream"
    """A WebSocket or an event stream of the service."""


@dataclass(frozen=True, slots=True)
class Route:
    """A recognised request: what it does, and the canonical path to send it to."""

    kind: RouteKind
    operation: str
    """As `status.create`; for a refused one the reason's key (`unknown-route`, `not-inspectable`)."""
    path: str
    """Canonical path built from the matched template; the path as received is never forwarded."""
    params: Mapping[str, str] = field(default_factory=dict)
    """Values of the template's `:names`, decoded."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Known fields of the body: JSON-Pointer pattern (`*` = any index or key) -> kind of field."""
    rewrite: Sequence[str] = ()
    """JSON Pointers in the service's answer whose URLs must lead back to the gate."""
    reason: str = ""
    """For a refused route: why, for the author (`fr`/`en` texts are the channel's)."""

    @property
    def private(self) -> bool:
        """Takes a password or the like: the answer is for nobody but who sent these very ones."""
        return False

    @property
    def authorless(self) -> bool:
        """Sent before there is an account, with the credentials of an app."""
        return False


@dataclass(frozen=True, slots=True, repr=False)
class Submission:
    """A write, parsed strictly once. `body` is the channel's own parsed form; `render` makes new bytes from it."""

    route: Route
    body: Any
    post: Post
    """Without author and upload digests: `author` is ANONYMOUS, attachments named by id stand in `media_refs`."""
    media_refs: tuple[str, ...] = ()
    """Upstream ids of uploads the post refers to, whose digests the gateway knows (Mastodon, X)."""

    def __repr__(self) -> str:
        return f"Submission({self.route.operation}, {self.post.segments!r})"


class Trouble(Enum):
    """Why a request is answered by the gate and not by the service."""

    BLOCKED = "blocked"
    HELD = "held"
    REFUSED_ROUTE = "refused_route"
    BAD_REQUEST = "bad_request"
    UNAVAILABLE = "unavailable"
    """Nothing could be recorded: 503, try again."""
    UPSTREAM = "upstream"
    """The service is down, slow or broke off: 502 or 504."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the gate's own, before the channel puts it into the service's words."""

    trouble: Trouble
    message: str
    """What the author reads, already in the author's language."""
    status: int = 0
    """HTTP status for BAD_REQUEST, UNAVAILABLE and UPSTREAM; decisions always get the service's own."""
    retry_after: int | None = None
    """Seconds."""


class LookedUp(Enum):
    """What the list of an author's latest posts says of one that it does not show."""

    ABSENT = "absent"
    """The list reaches back far enough, and the post is not in it."""
    UNSURE = "unsure"
    """Nobody can tell."""


class Channel(Protocol):
    """See the module's promise. `name` is the channel, `network` what policies and records call the service."""

    name: str
    network: str

    @property
    def reasons(self) -> Mapping[str, Mapping[str, str]]:
        """Why a route is refused, by `Route.operation`: `{"fr": …, "en": …}`."""

    def route(self, request: HttpRequest) -> Route:
        """Match method, canonical path and (for atproto) headers. RequestError 400 when the path is not canonical."""

    def read(self, request: HttpRequest, route: Route, post_id: str) -> Submission:
        """Parse the body strictly (INSPECT and HARMLESS routes). RequestError with status and place of the mistake."""

    def render(self, submission: Submission, edits: Sequence[Edit], headers: Headers) -> HttpRequest:
        """A fresh request for the service: own body, own Content-Type, listed headers only, offsets repaired after edits."""

    def reply(self, refusal: Refusal) -> HttpReply:
        """The refusal in the service's own error words, shown in full by its clients."""

    def identity(self, headers: Headers) -> HttpRequest | None:
        """The request that asks the service who holds these credentials; None when the request carries none."""

    def author(self, reply: HttpReply, upstream: str) -> Author | None:
        """The account in that answer; None when the service did not accept the credentials."""

    def upstream_id(self, reply: HttpReply) -> str | None:
        """Id that the service gave to what was published (status id, at:// URI, tweet id, media id)."""

    def rewrite(self, route: Route, reply: HttpReply, public_url: str, upstream: str) -> HttpReply:
        """The service's answer with every address that would lead the client past the gate replaced."""

    def allows_frame(self, frame: str | bytes) -> bool:
        """Whether a client may send this WebSocket message to the service."""

    def lookup(self, post: Post) -> HttpRequest | None:
        """The request that lists the author's latest posts, to settle a send in doubt; None when it cannot be asked."""

    def found(self, post: Post, reply: HttpReply, since: datetime | None = None) -> bytes | LookedUp:
        """The published post's JSON, as the service would have answered the send, if that list shows it."""


def with_media(post: Post, attachments: Sequence[Attachment], author: Author) -> Post:
    """The post as it is inspected and recorded: with its author and the digests of its uploads."""
    return Post(
        post.id,
        post.network,
        post.operation,
        author,
        post.segments,
        (*post.attachments, *attachments),
        post.visibility,
        post.reply_to,
        post.quote_of,
        post.language,
        post.target,
        post.extra,
    )  # not `replace`, which costs three times as much: every post comes by here
