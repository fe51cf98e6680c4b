"""What commands share that read posts from archives: their options, and how far they are."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

from guard.cli.arguments import expect_input, moment, moment_of, settings_of, workers
from guard.cli.output import terminal_words, told
from guard.policy.bundle import Bundle
from guard.scan.earlier import Earlier
from guard.scan.records import Options
from guard.scan.sources import STDIN, Chunk, check
from guard.types.post import Visibility
from guard.wiring import heart
from guard.words.texts import Phrase


def add_reading(parser: argparse.ArgumentParser) -> None:
    """How lines are read and by how many processes, where the answer goes, and `--progress`."""
    parser.add_argument("--workers", type=workers, metavar="N", help=Phrase("help.reading.workers"))
    parser.add_argument("--output", type=Path, metavar="FILE", help=Phrase("help.reading.output"))
    parser.add_argument("--text-field", metavar="NAME", help=Phrase("help.reading.text-field"))
    parser.add_argument(
        "--author-field", metavar="NAME", default="author",
        help=Phrase("help.reading.author-field"),
    )  # fmt: skip
    parser.add_argument("--lang", metavar="CODE", help=Phrase("help.reading.lang"))
    networks = sorted(heart.NETWORKS)
    parser.add_argument("--network", choices=networks, default="mastodon", help=Phrase("help.reading.network"))
    words = [word.value for word in Visibility]
    parser.add_argument("--visibility", choices=words, default="public", help=Phrase("help.reading.network"))
    parser.add_argument("--at", type=moment, metavar="TIME", help=Phrase("help.reading.at"))
    parser.add_argument("--progress", action="store_true", help=Phrase("help.reading.progress"))


def reading(arguments: argparse.Namespace, bundle: Bundle) -> tuple[Options, Earlier]:
    """What these options say of lines that these policies decide on, and what puts an author's lines together."""
    options = Options(
        now=moment_of(arguments, bundle),
        networks=heart.NETWORKS,
        network=arguments.network,
        visibility=Visibility(arguments.visibility),
        language=arguments.lang,
        text_field=arguments.text_field,
        author_field=arguments.author_field,
        told_in=terminal_words().language,
    )
    settings = settings_of(arguments.config)
    return options, Earlier(options, settings.thread_posts, settings.thread_hours)


def check_sources(arguments: argparse.Namespace) -> None:
    """UsageError as of `check`; whoever is to type the posts is told so."""
    check(arguments.sources, arguments.output)
    if STDIN in arguments.sources:
        expect_input()


class Progress:
    """A line on stderr, once a second, that writes over itself; with a bar where the end is known."""

    def __init__(self, *, asked: bool, decisions: bool = False, size: int = 0) -> None:
        """Counts posts, or decisions. `size` in bytes, 0 where that is not known before."""
        self._on = asked or sys.stderr.isatty()
        self._decisions, self._size = decisions, size
        self._began = self._shown = monotonic()
        self._read: list[int] = []
        """Bytes read by the end of each chunk."""
        self._chunks = self._done = 0

    def watched(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The chunks, whose sizes it keeps."""
        size = 0
        for chunk in chunks:
            size += sum(len(line.raw) for line in chunk)
            self._read.append(size)
            yield chunk

    def chunk(self, done: int) -> None:
        """One more chunk is done, so many posts in all."""
        self._chunks += 1
        self.show(done)

    def show(self, done: int) -> None:
        self._done = done
        now = monotonic()
        if self._on and now - self._shown >= 1:
            self._shown = now
            self._tell(now, "\r" if sys.stderr.isatty() else "\n")

    def end(self) -> None:
        if self._on:
            self._tell(monotonic(), "\n")

    def _tell(self, now: float, end: str) -> None:
        rate = self._done / max(now - self._began, 1e-3)
        bar = ""
        if self._size and self._chunks:
            part = min(1.0, self._read[self._chunks - 1] / self._size)
            full = round(part * 24)
            bar = f"[{'#' * full}{'.' * (24 - full)}] {part:4.0%}  "
        line = Phrase(
            "terminal.progress-decisions" if self._decisions else "terminal.progress-posts",
            bar=bar, count=self._done, rate=rate,
        )  # fmt: skip
        sys.stderr.write(told(line) + end)
        sys.stderr.flush()
