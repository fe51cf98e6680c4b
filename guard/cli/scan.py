"""`guard scan`: many posts at once, JSON Lines in, a record for each out, in input order; nothing sent, nothing recorded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from guard.cli.arguments import (
    add_config,
    as_settings_say,
    pattern_cache,
    processors,
    tell_missing,
)
from guard.cli.output import talk, told
from guard.cli.parser import examples
from guard.cli.reading import Progress, add_reading, check_sources, reading
from guard.errors import UsageError
from guard.inspector import Inspector
from guard.scan import sarif
from guard.scan.earlier import Earlier
from guard.scan.pool import Pool, ScanError
from guard.scan.records import Options
from guard.scan.sources import chunks
from guard.scan.work import FORMATS, TABLE_HEAD, Build, Outcome, Work
from guard.types.decision import Action
from guard.wiring import heart
from guard.words.texts import Phrase

LINE = '{"id", "text" | "thread": ["…", "…"], "author"?, "lang"?, "network"?, "visibility"?, "groups"?, "at"?}'
EPILOG = """\
  guard scan posts.jsonl --output found.jsonl
  zcat archive.jsonl.gz | guard scan - --workers 4 --format table
  guard scan posts.jsonl.gz --text-field status.content --lang fr --format sarif
"""


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "scan",
        help=Phrase("help.scan.short"),
        description=Phrase("help.scan.about"),
        epilog=examples(EPILOG, about=Phrase("help.scan.lines", shape=LINE)),
    )
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=Phrase("help.archive"))
    parser.add_argument("--policies", type=Path, help=Phrase("help.policies"))
    parser.add_argument("--format", choices=FORMATS, default="jsonl")
    add_reading(parser)
    parser.add_argument("--engine", choices=("local", "spark"), default="local", help=Phrase("help.scan.engine"))
    add_config(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 3 when some line could not be inspected, else 1 when a rule acts on some post, else 0."""
    if arguments.engine == "spark":
        raise UsageError(Phrase("reading.no-spark"), hint=Phrase("reading.do.local"))
    check_sources(arguments)
    folder = heart.policies_folder(arguments.policies)
    cache = pattern_cache()
    build = partial(heart.build_inspector, folder, examples=False, cache=cache, **as_settings_say(arguments.config))
    inspector = build(warn=tell_missing)  # tells what is wrong with the policies, and fills the cache that workers read
    options, earlier = reading(arguments, inspector.bundle)
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
    progress = Progress(asked=arguments.progress)
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
    progress.end()


@contextmanager
def _opened(path: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its name when the scan is complete."""
    if path is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    path = path.resolve()  # what a link names is written, the link stays
    draft = path.with_name(f"{path.name}.part") if path.is_file() or not path.exists() else path  # a pipe has no draft
    hint = Phrase("reading.do.other-output")
    try:
        file = draft.open("wb")
    except OSError as error:
        message = Phrase("reading.unwritable", file=str(draft), why=error.strerror)
        raise UsageError(message, hint=hint) from None
    try:
        with file:
            yield file
        if draft != path:
            draft.replace(path)
    except BaseException as error:
        if draft != path:
            talk(Phrase("terminal.incomplete", file=str(draft)))
        if isinstance(error, OSError):
            message = Phrase("reading.unwritable", file=str(draft), why=error.strerror)
            raise ScanError(message, hint=hint) from None
        raise


def _summary(total: Outcome) -> None:
    """One line of talk: how many posts, and what would become of them."""
    line = Phrase("terminal.scanned", count=total.posts)
    if actions := tuple(f"{action.word} {total.actions[action]}" for action in Action if total.actions[action]):
        line = Phrase("terminal.acted", posts=line, actions=actions)
    parts = [line]
    if total.failures:
        parts.append(Phrase("terminal.scanned-partly", count=total.failures))
    if total.errors:
        parts.append(Phrase("terminal.not-scanned", count=total.errors))
    talk(told(Phrase("terminal.between")).join(map(told, parts)))
