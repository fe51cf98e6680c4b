"""The promise of what records for a post's trip: the ledger itself, or a worker's line to the process that holds it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from guard.gateway.disposition import Disposition
from guard.gateway.duplicates import Key
from guard.outbox.alike import Alike
from guard.types.held import Delivery, DeliveryState
from guard.types.http import HttpReply
from guard.types.inspection import Edit, Inspection
from guard.types.post import Attachment, Author, Post


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was made durable: the disposition, and the delivery or the case that it opened."""

    disposition: Disposition
    delivery: Delivery | None = None
    case: int | None = None
    edits: tuple[Edit, ...] = ()
    """What the form that goes out changes in the author's text."""
    due: datetime | None = None
    """By when the author of a held post is promised an answer."""
    alike: Alike | None = None
    """The approval that a held post just misses."""


class Recording(Protocol):
    """See the module. Nothing may be sent before `decide` has returned a Recorded that delivers."""

    async def decide(
        self, listener: str, inspection: Inspection, bound: bytes, claim: Key | None
    ) -> Recorded | HttpReply | None:
        """Choose the disposition and make it durable. StoreError: nothing was recorded.

        An HttpReply is the answer that the same post (`claim`) got meanwhile from another process of this gate; None:
        the post came to be in doubt just now, see `doubt`. RequestError 422 where the key was used for another post.
        """

    def settle(
        self,
        delivery: Delivery | None,
        state: DeliveryState,
        author: Author | None,
        upstream_id: str | None = None,
        uploaded: Attachment | None = None,
    ) -> None:
        """Record what became of a send. Not waited for: a crash before it is durable leaves the delivery in doubt, as it is."""

    async def settled(self) -> None:
        """All outcomes so far are recorded, or known to be in doubt."""

    def doubt(self, bound: bytes) -> Delivery | None:
        """The earlier send of this very post of which it is not known whether it arrived."""

    def settling(self, bound: bytes) -> AbstractAsyncContextManager[object]:
        """Held while a doubt is looked up: two look-ups at once could give one approval back twice."""

    def let_go(self, delivery: Delivery) -> None:
        """It cannot be looked up and the author was told: the next send is the author's own choice."""

    async def settle_doubt(self, delivery: Delivery, *, arrived: bool, how: str = "looked-up") -> None:
        """Record what a look-up at the service showed, or (`sent-again`) that none is needed."""

    def sent_forms(self, delivery: Delivery, inspection: Inspection) -> tuple[Post, ...]:
        """In which forms the post of a doubtful send may stand at the service; none where it went to the internal server.

        ReviewError when its text was erased.
        """
