"""Live updates: who listens, who looks at what, and a look at the store while anybody does.

Cases are opened by other processes and decided at a terminal too, so that the store is asked for what changed; a page
without script simply shows what was true when it was loaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

QUEUE = "queue"
PING_S = 20
"""A comment is sent so often: proxies close connections that say nothing."""
SEEN_FOR = timedelta(seconds=45)
STREAM_S = 300
"""A stream ends then, and the browser asks for a new one: whose session is over gets none."""
MANY = 1000
"""Cases remembered as looked at before those that nobody looks at any more are forgotten."""


@dataclass(slots=True)
class Hub:
    """Hands topics to all listeners. A listener who is slow gets each topic once, not once for every change."""

    _listeners: set[_Listener] = field(default_factory=set)
    _looking: dict[int, dict[str, tuple[str, datetime]]] = field(default_factory=dict)
    queue_changes: int = 0
    """So often the queue was said to have changed."""

    def publish(self, topic: str) -> None:
        """Tell everybody that `topic` changed; call it from the loop of the console."""
        self.queue_changes += topic == QUEUE
        for listener in self._listeners:
            listener.topics[topic] = None
            listener.woken.set()

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    async def events(
        self, still: Callable[[], Awaitable[bool]], missed: Callable[[], Iterable[str]] = tuple
    ) -> AsyncIterator[str]:
        """Server-sent events for a while: one of each topic that changed. `still` is asked at each turn whether to go on.

        `missed` is asked once, when nothing more can be missed: topics that changed before this listener came, since its
        page was made or while it was not shown (a browser hears nothing then).
        """
        listener = _Listener()
        self._listeners.add(listener)
        try:
            yield ": here\n\n"
            for topic in missed():
                yield _event(topic)
            ends = asyncio.get_running_loop().time() + STREAM_S
            while asyncio.get_running_loop().time() < ends and await still():
                try:
                    async with asyncio.timeout(PING_S):
                        await listener.woken.wait()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if not await still():
                    return
                listener.woken.clear()
                topics, listener.topics = list(listener.topics), {}
                for topic in topics:
                    yield _event(topic)
        finally:
            self._listeners.discard(listener)

    # Who else is looking

    def look(self, case: int, who: str, name: str, now: datetime) -> None:
        """Somebody has this case open."""
        if len(self._looking) > MANY:
            for each in list(self._looking):
                self.lookers(each, now)
        known = self._looking.setdefault(case, {})
        if who not in known:
            self.publish(f"case-{case}")
        known[who] = (name, now)

    def lookers(self, case: int, now: datetime, but: str = "") -> list[str]:
        """Names of the others who have it open."""
        known = self._looking.get(case, {})
        for who in [who for who, (_, seen) in known.items() if now - seen > SEEN_FOR]:
            del known[who]
        if not known:
            self._looking.pop(case, None)
        return sorted(name for who, (name, _) in known.items() if who != but)


@dataclass(slots=True, eq=False)
class _Listener:
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    topics: dict[str, None] = field(default_factory=dict)


def _event(topic: str) -> str:
    return f"event: {topic}\ndata: {topic}\n\n"
