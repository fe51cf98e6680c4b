"""The parts of one listener, put together by guard.wiring and handed through a post's trip."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from guard.channels.base import Channel
from guard.gateway.base import Recording
from guard.gateway.duplicates import Duplicates
from guard.gateway.identify import Identities
from guard.gateway.media import Uploads
from guard.gateway.reroute import Internal
from guard.gateway.thread import ThreadMemory
from guard.inspector import Inspector
from guard.types.post import Author
from guard.upstream.client import Upstream


@dataclass(slots=True)
class Gate:
    """See the module."""

    name: str
    channel: Channel
    upstream: Upstream
    public_url: str
    inspector: Callable[[], Inspector]
    ledger: Recording
    identities: Identities
    uploads: Uploads
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    threads: ThreadPoolExecutor
    deadline_s: float = 1.0
    language: str = "fr"
    hold_unread_media: bool = False
    duplicates: Duplicates = field(default_factory=Duplicates)
    memory: ThreadMemory = field(default_factory=ThreadMemory)
    ask_at: Callable[[Author], str] = lambda _: ""
    """The page where this author sees why a post was stopped and can ask a person; empty where there is none for them."""
    internal: Internal | None = None
    """Where posts go that a rule keeps inside; None: they are held."""
