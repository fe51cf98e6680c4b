"""`guard scan`: many posts at once, JSON Lines in, a record for each out, in input order; nothing sent, nothing recorded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from time import monotonic
from typing import IO, Any

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
from guard.cli.output import talk
from guard.errors import UsageError
from guard.inspector import Inspector
from guard.scan import sarif
from guard.scan.earlier import Earlier
from guard.scan.pool import Pool, ScanError
from guard.scan.records import Options
from guard.scan.sources import STDIN, check, chunks
from guard.scan.work import FORMATS, TABLE_HEAD, Build, Outcome, Work
from guard.types.decision import Action
from guard.types.post import Visibility
from guard.wiring import heart

EPILOG = """\
each line is {"id", "text" or "thread": ["…", "…"], "author"?, "lang"?, "network"?, "visibility"?, "groups"?, "at"?}

examples:
  guard scan posts.jsonl --output found.jsonl
  zcat archive.jsonl.gz | guard scan - --workers 4 --format table
  guard scan posts.jsonl.gz --text-field status.content --lang fr --format sarif
"""


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "scan",
        help="inspect many posts",
        description="Inspect many posts as the gate would: JSON Lines in, a record for each out, in input order.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="JSON Lines file, gzip or not; - for standard input"
    )
    parser.add_argument(
        "--policies", type=Path, help="folder of policy files (default: ./policies, else the shipped ones)"
    )
    parser.add_argument("--workers", type=workers, metavar="N", help="processes (default: one for each processor)")
    parser.add_argument("--format", choices=FORMATS, default="jsonl")
    parser.add_argument("--output", type=Path, metavar="FILE", help="(default: standard output)")
    parser.add_argument("--text-field", metavar="NAME", help="where the text stands, if not in `text`; as data.content")
    parser.add_argument(
        "--author-field", metavar="NAME", default="author",
        help="where the author's account stands, if not in `author`; an author's lines are read together",
    )  # fmt: skip
    parser.add_argument("--lang", metavar="CODE", help="language of lines that name none, as fr or en")
    networks = sorted(heart.NETWORKS)
    parser.add_argument("--network", choices=networks, default="mastodon", help="of lines that name none")
    words = [word.value for word in Visibility]
    parser.add_argument("--visibility", choices=words, default="public", help="of lines that name none")
    parser.add_argument(
        "--at", type=moment, metavar="TIME", help="the moment to decide for (default: now, for all lines)"
    )
    parser.add_argument("--progress", action="store_true", help="tell how far it is even when not on a terminal")
    parser.add_argument("--engine", choices=("local", "spark"), default="local", help="spark: not in this version yet")
    add_config(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 3 when some line could not be inspected, else 1 when a rule acts on some post, else 0."""
    if arguments.engine == "spark":
        raise UsageError("--engine spark is not in this version yet", hint="use --engine local --workers N")
    check(arguments.sources, arguments.output)
    folder = heart.policies_folder(arguments.policies)
    cache = pattern_cache()
    build = partial(heart.build_inspector, folder, examples=False, cache=cache, **as_settings_say(arguments.config))
    inspector = build(warn=tell_missing)  # tells what is wrong with the policies, and fills the cache that workers read
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
    earlier = Earlier(options, settings.thread_posts, settings.thread_hours)
    if STDIN in arguments.sources and sys.stdin.isatty():
        talk("reading standard input; end it with Ctrl-D")
    total = Outcome()
    with _opened(arguments.output) as out:
        _write(out, arguments, _outcomes(arguments, inspector, build, options, earlier), total)
    _summary(total)
    if total.errors or total.failures:
        return 3
    return 1 if any(total.actions[action] for action in Action if action > Action.ALLOW) else 0


def _outcomes(
    arguments: argparse.Namespace, inspector: Inspector, build: Build, options: Options, earlier: Earlier
) -> Iterator[Outcome]:
    """Outcomes in order. What fits into one chunk is done here, unless workers are asked for."""
    size = arguments.workers or processors()
    read = earlier.chunks(chunks(arguments.sources))
    first = list(islice(read, 2 if arguments.workers is None else 0))
    if size == 1 or (arguments.workers is None and len(first) < 2):
        yield from map(Work(inspector, options, arguments.format), chain(first, read))
        return
    with Pool(build, options, arguments.format, size, inspector.versions) as pool:
        yield from pool.run(chain(first, read))


def _write(out: IO[bytes], arguments: argparse.Namespace, outcomes: Iterator[Outcome], total: Outcome) -> None:
    form = arguments.format
    progress = _Progress(on=arguments.progress or sys.stderr.isatty())
    out.write({"jsonl": "", "table": TABLE_HEAD + "\n", "sarif": sarif.OPENING}[form].encode())
    begun = False
    for outcome in outcomes:
        output = outcome.output
        if form == "sarif" and not begun:
            output = output.removeprefix(b",")
            begun = bool(output)
        out.write(output)
        out.flush()
        total.add(outcome)
        progress.show(total.posts + total.errors)
    if form == "sarif":
        rules = total.rules | ({sarif.NOT_INSPECTED} if total.errors else set())
        out.write((sarif.closing(rules, complete=not total.errors and not total.failures) + "\n").encode())
    out.flush()
    progress.end(total.posts + total.errors)


@contextmanager
def _opened(path: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its name when the scan is complete."""
    if path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    path = path.resolve()  # what a link names is written, the link stays
    draft = path.with_name(f"{path.name}.part") if path.is_file() or not path.exists() else path  # a pipe has no draft
    hint = "name another --output, or make room"
    try:
        file = draft.open("wb")
    except OSError as error:
        raise UsageError(f"{draft} cannot be written: {error.strerror}", hint=hint) from None
    try:
        with file:
            yield file
        if draft != path:
            draft.replace(path)
    except BaseException as error:
        if draft != path:
            talk(f"not complete: what was done is in {draft}")
        if isinstance(error, OSError):
            raise ScanError(f"{draft} cannot be written: {error.strerror}", hint=hint) from None
        raise


class _Progress:
    """A line on stderr, once a second, that writes over itself."""

    def __init__(self, *, on: bool) -> None:
        self._on = on
        self._began = self._shown = monotonic()

    def show(self, done: int) -> None:
        now = monotonic()
        if self._on and now - self._shown >= 1:
            self._shown = now
            self._tell(done, now, "\r" if sys.stderr.isatty() else "\n")

    def end(self, done: int) -> None:
        if self._on:
            self._tell(done, monotonic(), "\n")

    def _tell(self, done: int, now: float, end: str) -> None:
        rate = done / max(now - self._began, 1e-3)
        sys.stderr.write(f"{done:,} posts, {rate:,.0f} posts/s{end}")
        sys.stderr.flush()


def _summary(total: Outcome) -> None:
    """One line of talk: how many posts, and what would become of them."""
    actions = ", ".join(f"{action.word} {total.actions[action]}" for action in Action if total.actions[action])
    failed = f"; {total.failures} only partly inspected" if total.failures else ""
    wrong = f"; {_so_many(total.errors, 'line')} could not be inspected: the output says why" if total.errors else ""
    talk(f"{_so_many(total.posts, 'post')}{': ' if actions else ''}{actions}{failed}{wrong}")


def _so_many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
