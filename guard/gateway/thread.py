"""What an author lately published, in memory only: a name split over several posts is found by reading them together.

Texts are never logged, nor written to disk but for the ends of those without which a post would not have been held: they
are sealed with its case, and erased with it. Worker processes tell each other, as sealed lines that only they open.
"""

from __future__ import annotations

import marshal
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from guard.channels.joined import PATH as JOINED
from guard.outbox.payload import edited_post
from guard.types.inspection import Edit
from guard.types.post import Author, Post, Segment, Visibility

TOTAL = 32 * 1024 * 1024
"""Bytes of text remembered over all authors; those who wrote longest ago are forgotten first."""
LONGEST = 4_000
"""Code points kept of one text: its end, which the next post goes on from."""
_ENTRY = 200
"""Bytes that a remembered post takes beside its texts, about."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Key = tuple[str, str]
"""Network and account."""


class _Kept:
    """One post: packed as it came, unpacked once somebody asks for it."""

    __slots__ = ("_packed", "made", "size", "time")

    def __init__(self, time: float, packed: bytes) -> None:
        self.time, self.size = time, len(packed) + _ENTRY
        self._packed, self.made = packed, None

    _packed: bytes
    made: Post | None

    def post(self, author: Author) -> Post:
        if self.made is None:
            ident, operation, visibility, texts = marshal.loads(self._packed)  # noqa: S302 -- packed below, by this very program
            segments = tuple([Segment(path, role, text, redactable=False) for path, role, text in texts])
            self.made = Post(ident, author.network, operation, author, segments, visibility=Visibility(visibility))
            self._packed = b""
        return self.made


class ThreadMemory:
    """The last `posts` that each author published within `hours`; nothing when either is 0."""

    def __init__(self, posts: int = 10, hours: float = 24, total: int = TOTAL) -> None:
        self._posts, self._seconds, self._total = posts, hours * 3600, total
        self._kept: OrderedDict[Key, deque[_Kept]] = OrderedDict()
        self._size = 0
        self.tell: Callable[[tuple[str, str, float, bytes]], None] | None = None
        """Passes what was published on to the gate's other processes, for their `learn`."""

    def earlier(self, author: Author, now: datetime) -> tuple[Post, ...]:
        """The author's latest posts, oldest first."""
        key = (author.network, author.account)
        kept = self._kept.get(key)
        if kept is None:
            return ()
        self._expire(key, kept, _seconds(now))
        return tuple([one.made or one.post(author) for one in kept])

    def remember(self, post: Post, edits: Sequence[Edit], now: datetime) -> None:
        """A post that went out, or may have, with these edits made. Nobody's posts are not remembered."""
        author = post.author
        if not self._posts or not self._seconds or not author.account:
            return
        sent = edited_post(post, edits) if edits else post
        texts = [
            (part.path, part.role, part.text[-LONGEST:])
            for part in sent.segments
            if part.path != JOINED and not part.path.startswith("/@file") and part.role != "filename"
        ]
        if texts:
            packed = marshal.dumps((post.id, post.operation, post.visibility.value, texts))
            told = (author.network, author.account, _seconds(now), packed)
            self.learn(told)
            if self.tell is not None:
                self.tell(told)

    def learn(self, told: tuple[str, str, float, bytes]) -> None:
        """A post that another process of this gate remembered."""
        network, account, time, packed = told
        key = (network, account)
        kept = self._kept.setdefault(key, deque())
        one = _Kept(time, packed)
        kept.append(one)
        self._size += one.size
        self._kept.move_to_end(key)
        while len(kept) > self._posts:
            self._size -= kept.popleft().size
        while self._size > self._total:
            oldest = next(iter(self._kept))
            self._size -= self._kept[oldest].popleft().size
            if not self._kept[oldest]:
                del self._kept[oldest]

    def forget_expired(self, now: datetime) -> None:
        """Let go of the texts of those who do not write any more; called now and then."""
        at = _seconds(now)
        for key, kept in list(self._kept.items()):
            self._expire(key, kept, at)

    def _expire(self, key: Key, kept: deque[_Kept], now: float) -> None:
        while kept and kept[0].time < now - self._seconds:
            self._size -= kept.popleft().size
        if not kept:
            self._kept.pop(key, None)


def _seconds(now: datetime) -> float:
    return (now - _EPOCH).total_seconds()
