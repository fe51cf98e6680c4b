"""What the same author wrote on the lines before, so that a name split over several posts is found as at the gate.

The reading process adds it to each line that names an author. So it does not matter which worker inspects which line, and
a worker that died is replaced by one that knows as much.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from guard.scan.records import Options, Said, said
from guard.scan.sources import Chunk, Line

_TAIL: Final = 400
"""Code points kept of one text: its end, which the next post goes on from."""
_TOTAL: Final = 16 << 20
"""Code points kept over all authors, about; those who wrote longest ago are forgotten first."""
_ENTRY: Final = 100

_Kept = tuple[datetime, str]


class Earlier:
    """The last `posts` texts of each author within `hours` before the line's own moment."""

    def __init__(self, options: Options, posts: int, hours: float) -> None:
        self._options = options
        self._posts, self._time = posts, timedelta(hours=hours)
        self._named = f'"{options.author_field.rpartition(".")[2]}"'.encode()
        self._kept: OrderedDict[tuple[str, str], deque[_Kept]] = OrderedDict()
        self._size = 0

    def chunks(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """The chunks, with what came before each line."""
        if not self._posts or not self._time:
            yield from chunks
            return
        for chunk in chunks:
            yield tuple(self._line(line) if self._named in line.raw else line for line in chunk)

    def _line(self, line: Line) -> Line:
        post = said(line.raw, self._options)
        if post is None:
            return line
        texts = self._before(post)
        self._keep(post)
        return replace(line, earlier=texts) if texts else line

    def _before(self, post: Said) -> tuple[str, ...]:
        kept = self._kept.get(post.author, ())
        return tuple(text for at, text in kept if at <= post.at and post.at - at <= self._time)

    def _keep(self, post: Said) -> None:
        kept = self._kept.setdefault(post.author, deque())
        self._kept.move_to_end(post.author)
        for text in post.texts:
            if text:
                kept.append((post.at, text[-_TAIL:]))
                self._size += len(kept[-1][1]) + _ENTRY
        while len(kept) > self._posts:
            self._forget(kept)
        while self._size > _TOTAL:
            author, oldest = next(iter(self._kept.items()))
            if oldest:
                self._forget(oldest)
            if not oldest:
                del self._kept[author]

    def _forget(self, kept: deque[_Kept]) -> None:
        self._size -= len(kept.popleft()[1]) + _ENTRY
