"""The command line's own parser: `--help` and what is wrong with a command are told in the language of the terminal.

Texts come as phrases and are told when they are printed. What argparse says by itself is recognised by its English words.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from guard.cli.output import terminal_words, told
from guard.words.texts import DEFAULT, Phrase

_REFUSALS = {
    r"argument (?P<name>.+?): (?P<told>.+)": "argument",
    r"the following arguments are required: (?P<names>.+)": "missing",
    r"one of the arguments (?P<names>.+) is required": "one-of",
    r"unrecognized arguments: (?P<words>.+)": "unknown",
    r"invalid choice: (?P<word>.+) \(choose from (?P<known>.+)\)": "choice",
    r"expected one argument": "one",
    r"expected at least one argument": "some",
    r"not allowed with argument (?P<other>.+)": "not-with",
    r"invalid (?P<kind>\w+) value: (?P<word>.+)": "value",
    r"ambiguous option: (?P<word>.+?) could match (?P<known>.+)": "ambiguous",
    r"ignored explicit argument (?P<word>.+)": "surplus",
}
"""What argparse says, and the text that says the same."""


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Tells phrases; what is no phrase is printed as it is."""

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, told(Phrase("help.usage")) if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        super().start_section(heading and told(Phrase("help.heading", told=heading)))

    def add_text(self, text: str | None) -> None:
        super().add_text(text and told(text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help and told(action.help)


class Parser(argparse.ArgumentParser):
    """One that speaks French where the terminal does; its subcommands are of its kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": Formatter, **options, "add_help": False})
        self._positionals.title = Phrase("help.positional")
        self._optionals.title = Phrase("help.options")
        self.add_argument("-h", "--help", action="help", help=Phrase("help.help"))

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, told(Phrase("help.refused", prog=self.prog, told=_refusal(message))))


def _refusal(message: str) -> str:
    """What argparse says, in the language of the terminal as far as it is known."""
    if terminal_words().language == DEFAULT:
        return message
    for pattern, name in _REFUSALS.items():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            values = found.groupdict()
            if "told" in values:
                values["told"] = _refusal(values["told"])
            return told(Phrase(f"help.wrong.{name}", **values))
    return message


def examples(commands: str, about: Phrase | None = None) -> Phrase:
    """The end of a help page: commands to copy, one a line, the same in both languages, below what is said of them."""
    lines = [f"  {line.strip()}" for line in commands.strip().splitlines()]
    listed = Phrase("help.example" if len(lines) == 1 else "help.examples", lines="\n".join(lines))
    return listed if about is None else Phrase("help.parts", first=about, then=listed)
