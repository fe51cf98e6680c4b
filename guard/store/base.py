"""The promise of a store: what a driver must keep so that nothing is ever sent that was not recorded first.

Durability. When `write` returns, the unit of work is on disk and survives a power cut; before that nothing may be acted on.
Atomicity. A unit of work is kept whole or not at all. Units that wait together share one sync, but a unit that raises
takes only itself back; the caller gets that same exception.
Order. Units run one after another, across all processes that share the store; a unit sees everything earlier units wrote.
A unit must be a function of its transaction and may be run a second time should the first run be rolled back, so it acts
on nothing but the transaction and does not block.
Threads. All methods may be called from any thread; `write` and `read` from any asyncio loop. Cancelling the wait for a
write does not take it back.
Errors. The driver's own errors arrive as StoreError. After one nothing of that unit is kept, and the store goes on by
itself once the cause (full disk, lock) is gone. No message holds text of a post.
Time is passed in, always with a time zone, and is kept to the microsecond.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from guard.store.accounts import Accounts
from guard.store.catalogue import Catalogue
from guard.store.motions import Motions
from guard.store.notices import Notices
from guard.store.questions import Questions
from guard.store.queue import Queue
from guard.types.audit import Frontier, Record
from guard.types.held import CaseState, Delivery, DeliveryState, HeldPost
from guard.types.post import Attachment, Author

T = TypeVar("T")

FIRST_CASE = 1001
"""Case numbers count up from here: a number that people say aloud and that is not mistaken for a row index."""


@dataclass(frozen=True, slots=True)
class LeafQuery:
    """Which leaves a search wants; None means any. Newest first."""

    kind: str | None = None
    case: int | None = None
    authors: Sequence[str] | None = None
    """Pseudonyms, any of them."""
    since: str | None = None
    """Entry time in the log's own form (guard.audit.encode.timestamp), inclusive."""
    limit: int = 100


class Send(Protocol):
    """What `add_sends` reads: a decision's record and delivery in one, for that is on every post's way."""

    @property
    def event(self) -> str: ...
    @property
    def salt(self) -> bytes: ...
    @property
    def pseudonym(self) -> str: ...
    @property
    def binding(self) -> bytes: ...
    @property
    def network(self) -> str: ...
    @property
    def time(self) -> int:
        """Microseconds since 1970 in UTC."""

    @property
    def sends(self) -> bool: ...
    @property
    def case(self) -> int | None: ...


class Transaction(Protocol):
    """What a unit of work may do. Valid only inside the call it is handed to. In `read`, methods that write raise StoreError."""

    frontier: Frontier
    """Of the tree, as of this moment in the transaction; whoever appends a leaf assigns the new one."""

    @property
    def catalogue(self) -> Catalogue:
        """What the log's entries are, for searches and plots."""

    @property
    def motions(self) -> Motions:
        """Requests that need two people."""

    @property
    def accounts(self) -> Accounts:
        """People of the console."""

    @property
    def queue(self) -> Queue:
        """The reviewers' side of cases."""

    @property
    def notices(self) -> Notices:
        """What people are told."""

    @property
    def questions(self) -> Questions:
        """What authors ask."""

    def add_leaf(self, index: int, event: str, entry: bytes) -> None:
        """Keep a leaf's canonical bytes at `index`, which is the frontier's size before it is appended."""

    def leaves(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Bytes of leaves `[start, end)` in tree order, streamed."""

    def leaf_index(self, event: str) -> int | None:
        """Index of the first leaf of that event id."""

    def search(self, query: LeafQuery) -> list[tuple[int, bytes]]:
        """Index and bytes of leaves that fit."""

    def checkpoint(self) -> str | None:
        """The newest signed checkpoint; None in an empty log."""

    def put_checkpoint(self, note: str) -> None: ...

    def add_record(self, record: Record) -> None: ...

    def record(self, event: str) -> Record | None: ...

    def due_erasures(self, now: datetime, limit: int) -> list[str]:
        """Event ids whose record or case text is to be erased by now; not those whose case still waits or may be used."""

    def erase(self, event: str) -> None:
        """Delete salt, sealed text and wrapped keys of the event's record and case."""

    def next_case_number(self) -> int:
        """The number `open_case` will be given in this transaction."""

    def open_case(self, case: HeldPost) -> None: ...

    def update_case(self, case: HeldPost) -> None:
        """Keep state, review, expiry, erasure date and sealed text of an existing case. StoreError when there is none."""

    def case(self, number: int) -> HeldPost | None: ...

    def newest_case(self, binding: bytes) -> HeldPost | None: ...

    def cases(self, state: CaseState | None = None, limit: int = 1000) -> list[HeldPost]:
        """Oldest first."""

    def add_delivery(self, delivery: Delivery) -> None: ...

    def add_sends(self, sends: Iterable[Send], *, erase_after: int) -> None:
        """For each its record, and a delivery where it opens one; `erase_after` microseconds after its time."""

    def settle_delivery(self, delivery: str, state: str, upstream_id: str | None = None) -> None:
        """Move a `sending` or `in_doubt` delivery on; one already `sent` or `refused` keeps its first verdict."""

    def deliveries(self, state: DeliveryState, limit: int = 1000, since: datetime | None = None) -> list[Delivery]:
        """The newest `limit` of them, oldest first."""

    def delivery(self, delivery: str) -> Delivery | None: ...

    def sent_of_case(self, network: str, upstream_id: str, before: datetime) -> Delivery | None:
        """The last send by which a case became, or changed, the service's post of that id."""

    def put_media(self, network: str, account: str, upstream_id: str, media: Attachment) -> None: ...

    def media(self, network: str, account: str, upstream_id: str) -> Attachment | None: ...

    def knows_file(self, network: str, account: str, digest: str) -> bool:
        """Whether this account uploaded a file of that digest through the gate."""

    def probe(self) -> None:
        """Write something that changes nothing: shows whether the store can be written."""

    def put_author(self, pseudonym: str, author: Author) -> None:
        """Remember who a pseudonym is. Costs nothing when nothing changed."""

    def author(self, pseudonym: str) -> Author | None:
        """Network, account, handle and person; groups and language are not kept."""

    def authors(self) -> list[tuple[str, Author]]:
        """All of them with their pseudonyms, as `author` has them."""

    def find_authors(self, who: str) -> list[str]:
        """Pseudonyms whose account, handle or person is `who`, whatever its case, or that pseudonym itself."""


class Reader(Protocol):
    """The part of a store that asks only."""

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a query on one unchanging view of the store, in another thread."""

    def read_now(self, work: Callable[[Transaction], T]) -> T:
        """The same in the caller's thread: for look-ups of microseconds, and for callers without a loop."""


class Store(Reader, Protocol):
    """See the module's promise."""

    def write(self, work: Callable[[Transaction], T]) -> asyncio.Future[T]:
        """Queue a unit of work, at once and in order; the future is done once it is durable."""

    def write_now(self, work: Callable[[Transaction], T]) -> T:
        """The same for callers without a loop; blocks."""

    def scrub(self) -> None:
        """Make what was erased unreadable also in the driver's own journals."""

    def close(self) -> None:
        """Finish what is queued, then let go of all files."""


BeforeCommit = Callable[[Transaction], None]
"""Called once per commit, after all units: signs the new tree head."""
