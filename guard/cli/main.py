"""Entry point of `guard <noun> <verb>`: parses, runs one command, turns errors into advice and exit codes."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from guard import __version__
from guard.cli.output import talk
from guard.cli.parser import Parser, examples
from guard.errors import GuardError, ProblemsError
from guard.words.texts import Phrase

EXAMPLE = 'guard check "Appelez Marie au 06 39 98 12 34"'


COMMANDS = ("check", "scan", "serve", "policy", "review", "audit", "backup", "fingerprint", "model", "user")
"""Each a module beside this one."""


def build_parser(commands_wanted: Sequence[str] = COMMANDS) -> argparse.ArgumentParser:
    """These commands and their options. What a command needs is loaded with it, so fewer start faster."""
    parser = Parser(
        prog="guard", description=Phrase("help.about"), epilog=examples(EXAMPLE, about=Phrase("help.exit-codes"))
    )
    parser.add_argument("--version", action="version", version=f"postguard {__version__}", help=Phrase("help.version"))
    commands = parser.add_subparsers(title=Phrase("help.commands"), dest="command", required=True, metavar="COMMAND")
    for name in commands_wanted:
        import_module(f"guard.cli.{name}").register(commands)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    code = int(arguments.run(arguments))
    sys.stdout.flush()
    return code


def _of_system(error: OSError) -> str | Phrase:
    """What the system said, with the file it is about and what to do where it is a matter of rights."""
    why = error.strerror or type(error).__name__
    if error.filename is None:
        return why
    if isinstance(error, PermissionError):
        return Phrase("terminal.no-right", file=str(error.filename), why=why)
    return f"{error.filename}: {why}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter is no reason to fail
    words = sys.argv[1:] if argv is None else argv
    arguments = build_parser(words[:1] if words[:1] and words[0] in COMMANDS else COMMANDS).parse_args(words)
    try:
        return _run(arguments)
    except ProblemsError as problems:
        for problem in problems.problems:
            talk(Phrase("terminal.error", told=problem), warning=True)
        return problems.exit_code
    except GuardError as error:
        talk(Phrase("terminal.error", told=error), warning=True)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read has read enough
        return 0
    except OSError as error:
        talk(Phrase("terminal.error", told=_of_system(error)), warning=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    except Exception:  # noqa: BLE001 -- Python's own exit code would be 1, which says that something was found
        traceback.print_exc()
        return 3


if __name__ == "__main__":
    sys.exit(main())
