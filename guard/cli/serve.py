"""`guard serve`: the gate and its console from guard.toml, or (`--sandbox`) in front of the built-in sandbox service."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from guard.cli.arguments import pattern_cache
from guard.cli.output import result, talk, told
from guard.cli.parser import examples
from guard.errors import UsageError
from guard.settings.load import Settings, load_settings, try_settings
from guard.wiring import heart, ledger, lifetime
from guard.wiring.tried import try_all
from guard.words.texts import Phrase

EPILOG = """\
  guard serve --config guard.toml
  guard serve --check              # whether it would start
  guard serve --sandbox            # no account anywhere is needed
  guard serve --sandbox --port 8500  # where 8400, 8401 or 8402 is taken
"""


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "serve", help=Phrase("help.serve.short"), description=Phrase("help.serve.about"), epilog=examples(EPILOG)
    )
    parser.add_argument("--config", type=Path, help=Phrase("help.config"))
    parser.add_argument("--sandbox", action="store_true", help=Phrase("help.serve.sandbox"))
    parser.add_argument(
        "--port",
        type=_port,
        metavar="N",
        help=Phrase("help.serve.port", port=str(ledger.SANDBOX_PORT)),
    )
    parser.add_argument("--check", action="store_true", help=Phrase("help.serve.check"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; exit code 0 after a clean stop."""
    from guard.wiring import gate  # the web framework is loaded for this command only

    if arguments.sandbox and (arguments.config is not None or arguments.check):
        raise UsageError(Phrase("usage.sandbox-alone"), hint=Phrase("usage.do.one-of-both"))
    if arguments.check:
        return _check(arguments)
    if arguments.port is not None and not arguments.sandbox:
        raise UsageError(Phrase("usage.port-sandbox"), hint=Phrase("usage.do.listen"))
    with lifetime.told(plain=arguments.sandbox):
        settings = _settings(arguments)
        pattern_cache(settings.cache_folder)
        gate.run(settings, sandbox=arguments.sandbox, say=talk)
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    if arguments.sandbox:
        base = ledger.sandbox_settings(arguments.port or ledger.SANDBOX_PORT)
        return replace(base, policies_folder=heart.policies_folder(None))
    return load_settings(arguments.config or ledger.DEFAULT_CONFIG)


def _check(arguments: argparse.Namespace) -> int:
    """Exit code 0 when a gate would start, 2 with all that keeps it from that; nothing is started."""
    settings, problems = try_settings(arguments.config or ledger.DEFAULT_CONFIG)
    pattern_cache(settings.cache_folder)
    try_all(settings, problems, lambda problem: talk(Phrase("terminal.warning", told=problem)))
    result(Phrase("terminal.would-start", count=len(settings.listeners)))
    return 0


def _port(text: str) -> int:
    """The first of three, for argparse."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= 65533):
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.between", least=1, most="65533")))
    return int(text)
