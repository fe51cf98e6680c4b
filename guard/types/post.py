"""What is to be published: a post, its named text parts, its files and its author."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Visibility(StrEnum):
    """Who will be able to read the post."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    DIRECT = "direct"


class Unit(StrEnum):
    """What a service counts when it limits a text's length."""

    CODE_POINTS = "code_points"
    GRAPHEMES = "graphemes"
    UTF8_BYTES = "utf8_bytes"
    WEIGHTED = "weighted"
    """X: most Latin text counts 1, all else 2, every URL 23."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A service's length limit for one text."""

    size: int
    unit: Unit


FILENAME = "/@filename"
"""Under it stand the names of uploaded files."""


@dataclass(frozen=True, slots=True, repr=False)
class Segment:
    """One text of a request. `repr` shows neither text nor path (an unknown field's name is the sender's text too)."""

    path: str
    """JSON Pointer (RFC 6901) into the request as the client sent it; query and path texts stand under `/@query`, `/@path`."""
    role: str
    """body, spoiler, poll-option, alt, title, link, profile, filename, key (a JSON object's key) or other."""
    text: str
    redactable: bool = True
    """False where another text in its place would break the request: a redaction becomes a hold."""
    limit: Limit | None = None

    @property
    def travels(self) -> bool:
        """False for the name of an uploaded file: it is inspected, and a neutral one is sent in its place."""
        return self.role != "filename" or not self.path.startswith(FILENAME)

    def __repr__(self) -> str:
        return f"Segment({self.role!r}, {len(self.text)} code points)"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes out with the request or was uploaded for it earlier."""

    digest: str
    """`sha256:<hex>` of its bytes, or `unknown:<upstream id>` when it did not come through this gate."""
    media_type: str
    size: int
    """Bytes; 0 when unknown."""
    inspected: bool = False
    """True when a detector has read its content (none does yet)."""
    carried: bool = False
    """True when the request itself brings the file; False when it refers to one."""


@dataclass(frozen=True, slots=True)
class Author:
    """The account a post is sent from, and the person behind it where `authors.toml` knows one."""

    network: str
    """mastodon, bluesky, x, or the name of a declared channel."""
    account: str
    """The service's own stable name: `alice@mastodon.example`, a DID, an X user id."""
    handle: str = ""
    """What people call the account, for display."""
    person: str | None = None
    groups: frozenset[str] = frozenset()
    language: str | None = None
    """`fr` or `en` when known from authors.toml."""
    service_id: str = ""
    """The service's own id of the account where its API asks for that (Mastodon), to look up posts in doubt."""


ANONYMOUS = Author(network="", account="")


@dataclass(frozen=True, slots=True)
class Post:
    """One act of publishing, whatever service it is for. Text stands in the segments only."""

    id: str
    network: str
    operation: str
    """What the request does, as `status.create`, `record.put`, `media.upload`."""
    author: Author
    segments: tuple[Segment, ...]
    attachments: tuple[Attachment, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    reply_to: str | None = None
    quote_of: str | None = None
    language: str | None = None
    target: str | None = None
    """The existing thing that is changed (the status edited, the record put), if any."""
    extra: tuple[tuple[str, str], ...] = field(default=())
    """Other facts an approval is bound to, as (`scheduled_at`, …), (`collection`, …)."""
