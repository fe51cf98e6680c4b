"""`guard policy backtest`: what new policies would have done to last month's posts; nothing sent, nothing recorded."""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path
from typing import Any

from guard.authoring.backtest.page import page
from guard.authoring.backtest.report import Collector
from guard.cli.arguments import (
    add_config,
    as_settings_say,
    pattern_cache,
    processors,
    tell_missing,
)
from guard.cli.output import result, talk, terminal_words, told
from guard.cli.parser import examples
from guard.cli.policy.backtest_text import shown
from guard.cli.reading import Progress, add_reading, check_sources, reading
from guard.errors import GuardError, UsageError
from guard.policy.bundle import Bundle
from guard.scan.sources import STDIN, chunks
from guard.wiring import heart
from guard.wiring.backtest import BuildPair, Pair, over_archive, over_store, stored_json, take
from guard.wiring.ledger import DEFAULT_CONFIG, open_existing
from guard.words.texts import Phrase

EPILOG = """\
  guard policy backtest policies/ policies-new/ october.jsonl.gz
  guard policy backtest policies/ policies-new/ october.jsonl --format html --output october.html
  guard policy backtest policies/ policies-new/ --store
"""
_FORMATS = ("table", "json", "html")


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "backtest",
        help=Phrase("help.backtest.short"),
        description=Phrase("help.backtest.about"),
        epilog=examples(EPILOG, about=Phrase("help.backtest.at")),
    )
    parser.add_argument("old", type=Path, metavar="OLD", help=Phrase("help.backtest.old"))
    parser.add_argument("new", type=Path, metavar="NEW", help=Phrase("help.backtest.new"))
    parser.add_argument("sources", nargs="*", default=[], metavar="ARCHIVE", help=Phrase("help.archive"))
    parser.add_argument("--store", action="store_true", help=Phrase("help.backtest.store"))
    parser.add_argument("--samples", type=_samples, default=20, metavar="N", help=Phrase("help.backtest.samples"))
    parser.add_argument(
        "--minutes-per-case", type=_minutes, default=3.0, metavar="M", help=Phrase("help.backtest.minutes")
    )
    parser.add_argument("--format", choices=_FORMATS, default="table", help=Phrase("help.backtest.format"))
    add_reading(parser)
    add_config(parser)
    parser.set_defaults(run=run)


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
        raise UsageError(Phrase("backtest.archive-or-store"), hint="guard policy backtest --help")
    check_sources(arguments)


def _built(build: Any, side: str) -> Any:
    """The inspector, which also fills the cache that workers read. Mistakes in a policy file are told with the side."""
    try:
        return build(warn=tell_missing)
    except GuardError:
        talk(Phrase("backtest.side-broken", side=side))
        raise


def _sides(arguments: argparse.Namespace, pair: Pair) -> dict[str, Any]:
    sides: list[tuple[str, Path, Bundle]] = [
        ("old", arguments.old, pair.old.bundle),
        ("new", arguments.new, pair.new.bundle),
    ]
    return {name: {"folder": str(folder), "digest": bundle.digest} for name, folder, bundle in sides}


def _replay(arguments: argparse.Namespace, pair: Pair, collector: Collector) -> dict[str, Any]:
    opened = open_existing(arguments.config or DEFAULT_CONFIG)
    progress = Progress(asked=arguments.progress, decisions=True)
    try:
        found = over_store(opened.store, opened.keys, pair, collector, progress.show)
    finally:
        opened.store.close()
    progress.end()
    return stored_json(found, pair.new.bundle)


def _read(arguments: argparse.Namespace, build: BuildPair, pair: Pair, collector: Collector) -> None:
    options, earlier = reading(arguments, pair.new.bundle)
    progress = Progress(asked=arguments.progress, size=_size(arguments.sources))
    whole = earlier.chunks(progress.watched(chunks(arguments.sources)))
    done = 0
    for output in over_archive(whole, build, pair, options, arguments.workers or processors()):
        done += take(output, collector)
        progress.chunk(done)
    progress.end()


def _write(arguments: argparse.Namespace, report: dict[str, Any]) -> None:
    if arguments.format == "json":
        text = json.dumps(report, ensure_ascii=False)
    else:
        text = page(report, terminal_words()).rstrip("\n") if arguments.format == "html" else "\n".join(shown(report))
    if arguments.output is None:
        result(text)
        return
    arguments.output.write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    talk(Phrase("backtest.written", file=str(arguments.output)))


def _size(sources: list[str]) -> int:
    """Bytes to read; 0 where that is not known before."""
    plain = [Path(source) for source in sources if source != STDIN and not source.endswith(".gz")]
    return sum(path.stat().st_size for path in plain) if len(plain) == len(sources) else 0


def _samples(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 1000:
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.between", least=0, most=1000)))
    return number


def _minutes(text: str) -> float:
    number = float(text)
    if not 0 < number <= 1440:
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.minutes")))
    return number
