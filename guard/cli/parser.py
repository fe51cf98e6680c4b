"""The command line's own parser: `--help` and what is wrong with a command are told in the language of the terminal.

Texts come as phrases and are told when they are printed. What argparse says by itself is recognised by its English words.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
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

    def parse_known_args(  # type: ignore[override]  # argparse has overloads
        self, args: Sequence[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """As argparse, but an option that is none is told of by the command it was given to, and before all that follows from it."""
        words = sys.argv[1:] if args is None else list(args)
        own = list(self._own_options(words))
        if not {"-h", "--help"} & {*own} and (strange := [word for word in own if not self._knows(word)]):
            self.error(f"unrecognized arguments: {' '.join(strange)}")
        return super().parse_known_args(words, namespace)

    def _own_options(self, words: Iterable[str]) -> Iterator[str]:
        """Words that can only be options of this command: not those of a command below it, nor what follows `--`."""
        before = takewhile(lambda word: word != "--", words)
        if self._subparsers is not None:
            before = takewhile(lambda word: word.startswith("-"), before)
        ahead = ""
        for word in before:
            if re.match(r"-[^\d.]", word) and " " not in word and not self._wants_value(ahead):
                yield word
            ahead = word

    def _wants_value(self, word: str) -> bool:
        """Whether argparse will ask for what this option is to be given, rather than read a next option."""
        return any(option == word and action.nargs != 0 for option, action in self._option_string_actions.items())

    def _knows(self, word: str) -> bool:
        """Whether argparse does: an option may be cut short, and `-h` have letters behind it."""
        name = word.partition("=")[0] if word.startswith("--") else word[:2]
        return any(option.startswith(name) for option in self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        because = _refusal(message)
        if meant := _meant(message, self._option_string_actions):
            because = told(Phrase("help.wrong.meant", told=because, words=tuple(meant)))
        self.exit(2, told(Phrase("help.refused", prog=self.prog, told=because)))


def _meant(message: str, options: Iterable[str]) -> list[str]:
    """The options, commands or words that were probably meant by what argparse refuses; none where none is close."""
    known = {option.lstrip("-"): option for option in options if option.startswith("--")}
    if found := re.fullmatch(r"unrecognized arguments: (?P<words>.+)", message, re.DOTALL):
        words = [word.partition("=")[0].lstrip("-") for word in found["words"].split() if word.startswith("-")]
    elif found := re.search(r"invalid choice: (?P<word>.+) \(choose from (?P<known>.+)\)$", message, re.DOTALL):
        known = {word: word for word in (each.strip("'") for each in found["known"].split(", "))}
        words = [found["word"].strip("'")]
    else:
        return []
    close = (difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6) for word in words)
    return list(dict.fromkeys(known[one] for each in close for one in each))


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
