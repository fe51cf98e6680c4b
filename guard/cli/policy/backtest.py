"""`guard policy backtest`: what new policies would have done to last month's posts; nothing sent, nothing recorded."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from guard.authoring.backtest.page import page
from guard.authoring.backtest.report import Collector
from guard.cli.arguments import (
    add_config,
    as_settings_say,
    moment,
    pattern_cache,
    processors,
    settings_of,
    tell_missing,
    workers,
)
from guard.cli.output import result, talk
from guard.cli.policy.backtest_text import shown
from guard.errors import GuardError, UsageError
from guard.policy.bundle import Bundle
from guard.scan.earlier import Earlier
from guard.scan.records import Options
from guard.scan.sources import STDIN, Chunk, check, chunks
from guard.types.post import Visibility
from guard.wiring import heart
from guard.wiring.backtest import BuildPair, Pair, over_archive, over_store, stored_json, take
from guard.wiring.ledger import DEFAULT_CONFIG, open_existing

EPILOG = """\
an archive has the lines that `guard scan` reads; a line with "at" is decided on at that moment, so that embargoes fit

examples:
  guard policy backtest policies/ policies-new/ october.jsonl.gz
  guard policy backtest policies/ policies-new/ october.jsonl --format html --output october.html
  guard policy backtest policies/ policies-new/ --store
"""
_FORMATS = ("table", "json", "html")


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "backtest",
        help="what new policies would have done to old posts",
        description="Inspect old posts under two folders of policies and tell what would come out differently.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", type=Path, metavar="OLD", help="folder of policy files, as they are")
    parser.add_argument("new", type=Path, metavar="NEW", help="folder of policy files, as they might be")
    parser.add_argument(
        "sources", nargs="*", metavar="ARCHIVE", help="JSON Lines file, gzip or not; - for standard input"
    )
    parser.add_argument("--store", action="store_true", help="instead: the posts that the gate of guard.toml held")
    parser.add_argument(
        "--samples", type=_samples, default=20, metavar="N", help="of each kind of change (default: 20)"
    )
    parser.add_argument(
        "--minutes-per-case", type=_minutes, default=3.0, metavar="M", help="of one reviewer (default: 3)"
    )
    parser.add_argument("--workers", type=workers, metavar="N", help="processes (default: one for each processor)")
    parser.add_argument("--format", choices=_FORMATS, default="table", help="html: one page, to be read in a browser")
    parser.add_argument("--output", type=Path, metavar="FILE", help="(default: standard output)")
    parser.add_argument("--at", type=moment, metavar="TIME", help="the moment for lines that name none (default: now)")
    parser.add_argument("--progress", action="store_true", help="tell how far it is even when not on a terminal")
    _add_reading(parser)
    add_config(parser)
    parser.set_defaults(run=run)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    """What `guard scan` asks about lines, too."""
    parser.add_argument("--text-field", metavar="NAME", help="where the text stands, if not in `text`; as data.content")
    parser.add_argument("--author-field", metavar="NAME", default="author", help="where the account stands, likewise")
    parser.add_argument("--lang", metavar="CODE", help="language of lines that name none, as fr or en")
    networks = sorted(heart.NETWORKS)
    parser.add_argument("--network", choices=networks, default="mastodon", help="of lines that name none")
    words = [word.value for word in Visibility]
    parser.add_argument("--visibility", choices=words, default="public", help="of lines that name none")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 3 when a post could not be inspected, else 1 when one comes out differently, else 0."""
    _check(arguments)
    cache = pattern_cache()
    settings = as_settings_say(arguments.config)
    old, new = (
        partial(heart.build_inspector, folder, examples=False, cache=cache, **settings)
        for folder in (arguments.old, arguments.new)
    )
    pair = Pair(_built(old, "OLD"), _built(new, "NEW"))
    collector = Collector(samples=arguments.samples, titles=pair.titles())
    found = None
    if arguments.store:
        found = _replay(arguments, pair, collector)
    else:
        _read(arguments, BuildPair(old, new), pair, collector)
    report = _sides(arguments, pair) | collector.report(arguments.minutes_per_case)
    if found is not None:
        report["store"] = found
    _write(arguments, report)
    if not collector.complete:
        return 3
    return 1 if collector.changed else 0


def _check(arguments: argparse.Namespace) -> None:
    if arguments.store == bool(arguments.sources):
        raise UsageError("name an archive of posts, or --store, and not both", hint="guard policy backtest --help")
    check(arguments.sources, arguments.output)
    if STDIN in arguments.sources and sys.stdin.isatty():
        talk("reading standard input; end it with Ctrl-D")


def _built(build: Any, side: str) -> Any:
    """The inspector, which also fills the cache that workers read. Mistakes in a policy file are told with the side."""
    try:
        return build(warn=tell_missing)
    except GuardError:
        talk(f"the {side} policies cannot be loaded:")
        raise


def _sides(arguments: argparse.Namespace, pair: Pair) -> dict[str, Any]:
    sides: list[tuple[str, Path, Bundle]] = [
        ("old", arguments.old, pair.old.bundle),
        ("new", arguments.new, pair.new.bundle),
    ]
    return {name: {"folder": str(folder), "digest": bundle.digest} for name, folder, bundle in sides}


def _replay(arguments: argparse.Namespace, pair: Pair, collector: Collector) -> dict[str, Any]:
    opened = open_existing(arguments.config or DEFAULT_CONFIG)
    progress = _Progress(on=arguments.progress or sys.stderr.isatty(), noun="decisions")
    try:
        found = over_store(opened.store, opened.keys, pair, collector, progress.show)
    finally:
        opened.store.close()
    progress.end()
    return stored_json(found, pair.new.bundle)


def _read(arguments: argparse.Namespace, build: BuildPair, pair: Pair, collector: Collector) -> None:
    options = Options(
        now=arguments.at or heart.now(),
        networks=heart.NETWORKS,
        network=arguments.network,
        visibility=Visibility(arguments.visibility),
        language=arguments.lang,
        text_field=arguments.text_field,
        author_field=arguments.author_field,
    )
    settings = settings_of(arguments.config)
    progress = _Progress(on=arguments.progress or sys.stderr.isatty(), noun="posts", size=_size(arguments.sources))
    read = progress.watched(chunks(arguments.sources))
    whole = Earlier(options, settings.thread_posts, settings.thread_hours).chunks(read)
    done = 0
    for output in over_archive(whole, build, pair, options, arguments.workers or processors()):
        done += take(output, collector)
        progress.chunk(done)
    progress.end()


def _write(arguments: argparse.Namespace, report: dict[str, Any]) -> None:
    if arguments.format == "json":
        text = json.dumps(report, ensure_ascii=False)
    else:
        text = page(report).rstrip("\n") if arguments.format == "html" else "\n".join(shown(report))
    if arguments.output is None:
        result(text)
        return
    arguments.output.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    talk(f"written to {arguments.output}")


def _size(sources: list[str]) -> int:
    """Bytes to read; 0 where that is not known before."""
    plain = [Path(source) for source in sources if source != STDIN and not source.endswith(".gz")]
    return sum(path.stat().st_size for path in plain) if len(plain) == len(sources) else 0


class _Progress:
    """A line on stderr, once a second, that writes over itself; with a bar where the end is known."""

    def __init__(self, *, on: bool, noun: str, size: int = 0) -> None:
        self._on, self._noun, self._size = on, noun, size
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
        sys.stderr.write(f"{bar}{self._done:,} {self._noun}, {rate:,.0f}/s{end}")
        sys.stderr.flush()


def _samples(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 1000:
        raise argparse.ArgumentTypeError("write a number from 0 to 1000")
    return number


def _minutes(text: str) -> float:
    number = float(text)
    if not 0 < number <= 1440:
        raise argparse.ArgumentTypeError("write a number of minutes above 0")
    return number
