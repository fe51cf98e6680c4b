"""What the console works on, and what it needs of whoever knows sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from starlette.requests import Request

from guard.audit.keys import Keys
from guard.audit.log import AuditLog
from guard.console.live import Hub
from guard.console.policy_room import PolicyRoom
from guard.console.trials import Trials
from guard.console.windows import Windows
from guard.inspector import Inspector
from guard.outbox.deciding import usual_answer
from guard.outbox.review import Terms
from guard.settings.load import Authors
from guard.store.base import Store
from guard.types.principal import Principal


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in."""

    principal: Principal
    csrf: str
    """Random, of this session alone: its forms carry it."""
    authenticated: datetime
    """When a password or an identity provider last said so; some acts ask for a recent one."""
    language: str | None = None
    """`fr` or `en`; None: as the browser asks."""
    theme: str = "auto"
    """`auto`, `light` or `dark`."""
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    """Keys this person changed, by action; with `off` in it there are none."""


class Sessions(Protocol):
    """Who sends a request. Kept by guard.auth; the console knows no cookie and no password."""

    async def signed_in(self, request: Request, *, idle: bool = False) -> Session | None:
        """The session of this request while it lasts, None for anybody else.

        Its idle time is counted anew, but not for a request that the page sent by itself (`idle`): a page left open must
        not keep a session alive.
        """

    async def colleagues(self) -> Sequence[Principal]:
        """Everybody who may sign in, by name: whom a case can be given to."""

    async def prefer(self, session: Session, language: str | None, theme: str, shortcuts: Mapping[str, str]) -> None:
        """Keep what this person likes, for all their sessions."""


@dataclass(slots=True)
class Desk:
    """What all pages work on. One for the process; `request.app.state.desk`."""

    store: Store
    log: AuditLog
    keys: Keys
    sessions: Sessions
    inspector: Callable[[], Inspector]
    """The one in force now."""
    now: Callable[[], datetime]
    terms: Terms = field(default_factory=Terms)
    claim_for: timedelta = timedelta(minutes=10)
    """A reviewer who does nothing for so long gives the case back."""
    undo_for: timedelta = timedelta(seconds=10)
    """How long a decision waits before it takes effect."""
    hub: Hub = field(default_factory=Hub)
    answer_by: Callable[[datetime], datetime] = usual_answer
    """What authors are promised of what is held at a moment."""
    cache: Path | None = None
    """Where compiled patterns are kept."""
    authors: Authors = field(default_factory=Authors)
    """Who is behind an account: the pre-check judges as the gate would."""
    policies: PolicyRoom | None = None
    """None where the folder of policies is not this process's to change."""
    internal: bool = False
    """Whether posts can go to an internal server."""
    windows: Windows = field(default_factory=Windows)
    """Until when decisions can be undone."""
    trials: Trials = field(default_factory=Trials)
