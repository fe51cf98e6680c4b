"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guard.cli.output import talk, told
from guard.cli.parser import examples
from guard.errors import DetectorError, GuardError, UsageError
from guard.inspector import Inspector
from guard.policy.bundle import Bundle, day_begins
from guard.policy.moments import FIRST_YEAR, LAST_YEAR
from guard.wiring import heart
from guard.words.texts import Phrase

if TYPE_CHECKING:
    from guard.settings.load import Settings

CONFIG = Path("guard.toml")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def moment(text: str) -> date:
    """A time with a zone, or a day, for argparse; `moment_of` tells when a day begins."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    day = found.date() if found is not None and _DAY.fullmatch(text) else None
    if found is None or (found.tzinfo is None and day is None):
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.moment")))
    if not FIRST_YEAR <= found.year <= LAST_YEAR:  # reviews and trials are counted from it
        raise argparse.ArgumentTypeError(told(Phrase("loader.year", first=FIRST_YEAR, last=LAST_YEAR)))
    return day or found


def moment_of(arguments: argparse.Namespace, bundle: Bundle | None = None) -> datetime:
    """What `--at` says, else now. A day begins when it does for the policies, whose own dates end with a day of their zones."""
    at: date | None = arguments.at
    if at is None or isinstance(at, datetime):
        return at or heart.now()
    return datetime.combine(at, time(0), tzinfo=UTC) if bundle is None else day_begins(bundle, at)


def add_folder(parser: argparse.ArgumentParser) -> None:
    """The policies to work on, for `heart.policies_folder`; and `--config`."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        help=Phrase("help.folder"),
    )
    add_config(parser)


def add_config(parser: argparse.ArgumentParser) -> None:
    """`--config`, of which the commands that inspect use what `as_settings_say` gives."""
    parser.add_argument("--config", type=Path, help=Phrase("help.config-detectors"))


def workers(text: str) -> int:
    """A number of processes, for argparse."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= 256):
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.between", least=1, most=256)))
    return int(text)


def expect_input() -> None:
    """Tell somebody at a terminal that the command waits for them."""
    if sys.stdin.isatty():
        talk(Phrase("terminal.reading-input"))


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def settings_of(config: Path | None) -> Settings:
    """The settings named; else those of ./guard.toml; else the defaults. ProblemsError with mistakes in what inspecting needs."""
    from guard.settings.load import DEFAULTS, INSPECTING, load_settings

    return load_settings(config or CONFIG, INSPECTING) if _configured(config) else DEFAULTS


def _configured(config: Path | None) -> bool:
    return config is not None or CONFIG.exists()


def as_settings_say(config: Path | None) -> dict[str, Any]:
    """Keywords for `build_inspector`: what the settings name beside policies, so that a command inspects as the gate would.

    Without settings none: what they say by default is what it does by itself.
    """
    return heart.as_settings_say(settings_of(config)) if _configured(config) else {}


def pattern_cache(cache: Path | None = None) -> Path:
    """Where compiled patterns are kept; whoever sits there is told when they must be made, which takes a while."""
    cache = cache or heart.user_cache()
    if sys.stderr.isatty() and not any(cache.glob("patterns-*")):
        talk(Phrase("terminal.compiling"))
    return cache


def as_the_gate(folder: Path, config: Path | None, **more: Any) -> Inspector:
    """The inspector that the gate would build of these policies and settings. Their examples are not run."""
    return heart.build_inspector(
        folder, examples=False, cache=pattern_cache(), warn=tell_missing, **as_settings_say(config), **more
    )


def tell_missing(problem: GuardError) -> None:
    """A third-party detector that cannot be loaded is left out, as the gate does, but not silently."""
    if isinstance(problem, DetectorError):
        talk(Phrase("terminal.warning", told=problem))


def acting(name: str | None, option: str) -> str:
    """Who does it, for the log: the name given, else the login name. UsageError when nobody is, with the option to write."""
    if name is None:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):  # no such user: containers run under bare numbers
            name = ""
    if not name.strip():
        raise UsageError(Phrase("usage.nobody"), hint=option)
    return name.strip()


def add_verb(verbs: Any, name: str, help_text: str, example: str, run: Any) -> argparse.ArgumentParser:
    """One verb of a command group, with its settings and the form of its answer."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=help_text, description=help_text, epilog=examples(example)
    )
    parser.add_argument("--config", type=Path, default=Path("guard.toml"), help=Phrase("help.config"))
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.set_defaults(run=run)
    return parser
