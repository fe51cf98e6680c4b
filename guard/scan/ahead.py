"""Input, read in a thread of its own: a line that has not come yet keeps no finished one from being told."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from multiprocessing import Pipe
from queue import Full, Queue
from threading import Event, Thread
from typing import Final, Self

from guard.scan.sources import Chunk

_LOOK_S: Final = 0.5
"""How often a full queue's reader looks whether anybody still wants its chunks."""


class Ahead:
    """Chunks as they come, at most `most` of them read ahead; use as a context manager."""

    def __init__(self, chunks: Iterable[Chunk], most: int) -> None:
        self._chunks = chunks
        self._queue: Queue[Chunk | BaseException | None] = Queue(most)
        self._closed = Event()
        self.pipe, self._bell = Pipe(duplex=False)
        """Readable when `take` would not wait: for `multiprocessing.connection.wait`."""

    def __enter__(self) -> Self:
        Thread(target=self._read, name="scan input", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self.pipe.close()

    def take(self) -> Chunk | None:
        """The next chunk, None after the last; raises what reading raised."""
        self.pipe.recv_bytes()
        found = self._queue.get()
        if isinstance(found, BaseException):
            raise found
        return found

    def _read(self) -> None:
        try:
            for chunk in self._chunks:
                self._give(chunk)
                if self._closed.is_set():
                    return
            self._give(None)
        except BaseException as error:  # noqa: BLE001 - raised again where it can be told
            self._give(error)

    def _give(self, found: Chunk | BaseException | None) -> None:
        while not self._closed.is_set():
            with suppress(Full):
                self._queue.put(found, timeout=_LOOK_S)
                with suppress(OSError):  # closed meanwhile
                    self._bell.send_bytes(b".")
                return
