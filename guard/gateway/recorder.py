"""The recording process's side: what worker processes decide is claimed, recorded and settled here, in one order for all.

So several processes share one port while an idempotency key, an approval and a send in doubt still exist once.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from guard import observe
from guard.errors import GuardError, RequestError
from guard.gateway.base import Recorded
from guard.gateway.duplicates import Duplicates, Key
from guard.gateway.entry import Entry, Outcome
from guard.gateway.ledger import Ledger
from guard.gateway.link import Failure, Link, Message
from guard.types.decision import Action
from guard.types.held import Delivery
from guard.types.http import HttpReply
from guard.types.inspection import Inspection
from guard.types.post import Attachment, Author

RECORDED, REUSED, AGAIN = True, False, None
"""Answers to a decision beside a Recorded and an HttpReply: it is durable, its key was another post's, it is in doubt."""

Claim = tuple[str, Key, bytes]
"""Listener, account and key, binding."""


class Recorder:
    """All workers' links. `lost` is called when a worker has gone, `ready` when one serves."""

    def __init__(self, ledger: Ledger, lost: Callable[[], None], ready: Callable[[], None]) -> None:
        self._ledger, self._lost, self._ready = ledger, lost, ready
        self._links: list[Link] = []
        self._seen: dict[str, Duplicates] = {}
        self._owners: dict[tuple[str, Key], Link] = {}
        self._open: dict[str, Delivery | Entry] = {}
        self._locks: dict[tuple[Link, bytes], asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        ledger.on_doubt = self._doubt

    async def serve(self, sock: socket.socket) -> None:
        """Take on the worker at the other end; it begins once it knows what is in doubt."""
        link = await Link.over(sock, self._take, self._gone)
        self._links.append(link)
        link.tell("begin", self._ledger.doubts())

    def stop(self) -> None:
        """Tell the workers to finish what is in flight and end."""
        self.tell_all("stop")

    def tell_all(self, kind: str, value: Any = None) -> None:
        """Say something to every worker."""
        for link in self._links:
            link.tell(kind, value)

    async def close(self) -> None:
        """Forget the links; the workers have gone."""
        for link in self._links:
            link.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # What workers say

    def _take(self, link: Link, said: Sequence[Message]) -> None:
        together: list[tuple[int, Entry]] = []
        for message in said:
            number, kind, value = message
            if kind == "decide":
                made, claim = value
                entry = Entry(*made)
                if self._may(link, message, entry.sends, entry.binding, claim):
                    together.append((number, entry))
            elif kind == "settle":
                self._settle(*value)
            elif kind == "done":
                self._done(link, *value)
            else:
                self._other(link, message)
        if together:
            self._record(link, together)

    def _other(self, link: Link, message: Message) -> None:
        number, kind, value = message
        if kind in _CALLS:
            self._answer(link, number, _CALLS[kind](self, link, value))
        elif kind == "held":
            _, inspection, bound, claim = value
            if self._may(link, message, inspection.decision.action < Action.BLOCK, bound, claim):
                self._answer(link, number, self._held(*value))
        elif kind == "share":
            for other in self._links:
                if other is not link:
                    other.tell("share", value)
        else:
            _NOTES[kind](self, link, value)

    def _may(self, link: Link, message: Message, sends: bool, bound: bytes, claim: Claim | None) -> bool:
        """Whether a decision may be recorded now; otherwise it is answered, at once or when its twin is done."""
        if sends and self._ledger.doubt(bound) is not None:
            link.answer(message[0], AGAIN)
            return False
        if claim is None:
            return True
        listener, key, binding = claim
        try:
            under_way = self._duplicates(listener).begin(key, binding)
        except RequestError:
            link.answer(message[0], REUSED)
            return False
        if under_way is None:
            self._owners[listener, key] = link
            return True
        self._spawn(self._wait(link, message, under_way))
        return False

    async def _wait(self, link: Link, message: Message, under_way: asyncio.Future[HttpReply | None]) -> None:
        reply = await asyncio.shield(under_way)
        if reply is None:
            self._take(link, (message,))
        else:
            link.answer(message[0], (reply.status, reply.headers, reply.body, reply.reason))

    def _done(self, link: Link, listener: str, key: Key, reply: tuple[Any, ...] | None, keep: bool) -> None:
        if self._owners.get((listener, key)) is link:
            del self._owners[listener, key]
            self._duplicates(listener).done(key, None if reply is None else HttpReply(*reply), keep=keep)

    def _duplicates(self, listener: str) -> Duplicates:
        found = self._seen.get(listener)
        if found is None:
            found = self._seen[listener] = Duplicates()
        return found

    # Recording

    def _record(self, link: Link, together: Sequence[tuple[int, Entry]]) -> None:
        writing = self._ledger.write(partial(self._ledger.put, [entry for _, entry in together]))
        writing.add_done_callback(partial(self._recorded, link, together))

    def _recorded(self, link: Link, together: Sequence[tuple[int, Entry]], writing: asyncio.Future[None]) -> None:
        error = writing.exception()
        if error is not None and len(together) > 1:
            for one in together:  # one of them may have spoilt it for the others
                self._record(link, (one,))
            return
        for number, entry in together:
            if error is not None:
                link.answer(number, _failure(error))
                continue
            if entry.sends:
                self._open[entry.event] = entry
            link.answer(number, RECORDED)

    async def _held(self, listener: str, inspection: Inspection, bound: bytes, claim: Claim | None) -> Recorded:
        recorded = await self._ledger.decide(listener, inspection, bound, None if claim is None else claim[1])
        if recorded.delivery is not None:
            self._open[recorded.delivery.id] = recorded.delivery
        return recorded

    def _settle(self, made: tuple[Any, ...], author: Author | None, uploaded: Attachment | None) -> None:
        outcome = Outcome(*made)
        sent = self._open.pop(outcome.delivery, None)
        if sent is not None:
            self._ledger.settle_made(sent, outcome, author, uploaded)

    async def _lock(self, link: Link, bound: bytes) -> None:
        lock = self._ledger.settling(bound)
        await lock.acquire()
        self._locks[link, bound] = lock

    # Answers

    def _answer(self, link: Link, number: int, work: Awaitable[Any]) -> None:
        self._spawn(self._answering(link, number, work))

    async def _answering(self, link: Link, number: int, work: Awaitable[Any]) -> None:
        try:
            value = await work
        except Exception as error:  # noqa: BLE001 -- it goes to the worker that asked, whatever it is
            value = _failure(error)
        link.answer(number, value)

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _doubt(self, bound: bytes, delivery: Delivery | None) -> None:
        for link in self._links:
            link.tell("doubt", (bound, delivery))

    def _gone(self, link: Link) -> None:
        self._links.remove(link)
        self._lost()


_CALLS: dict[str, Callable[[Recorder, Link, Any], Awaitable[None]]] = {
    "settled": lambda self, _link, _value: self._ledger.settled(),
    "settle-doubt": lambda self, _link, value: self._ledger.settle_doubt(value[0], arrived=value[1], how=value[2]),
    "lock": lambda self, link, value: self._lock(link, value),
}
_NOTES: dict[str, Callable[[Recorder, Link, Any], None]] = {
    "unlock": lambda self, link, value: self._locks.pop((link, value)).release(),
    "let-go": lambda self, _link, value: self._ledger.let_go(value),
    "count": lambda _self, _link, value: observe.counted(value),
    "ready": lambda self, _link, _value: self._ready(),
}


def _failure(error: BaseException) -> Failure:
    if isinstance(error, GuardError):
        return Failure(error.message, error.hint)
    return Failure(f"the recording process failed ({type(error).__name__})")
