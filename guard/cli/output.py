"""The one place that prints: results on stdout, talk on stderr, in the language of the terminal, control characters never raw."""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

from guard import loglines
from guard.words.texts import Phrase, Tellable, Words, words_of

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Which of them counts, in this order, as POSIX has it."""


def number(word: str) -> int:
    """A case number or a count as an argument, within what the store can hold."""
    if not (word.isascii() and word.isdecimal() and len(word) < 19):
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.whole-number", word=repr(word))))
    return int(word)


def terminal_words() -> Words:
    """The texts in French where the environment asks for French, else in English."""
    asked = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    return words_of("fr" if asked.lower().startswith("fr") else "en")


def told(text: str | Tellable) -> str:
    """A phrase or an error in the language of the terminal; other text as it is."""
    return terminal_words().told(text)


def result(text: str) -> None:
    """Part of the command's answer."""
    sys.stdout.write(told(text) + "\n")


def result_json(value: Any) -> None:
    """The command's answer as JSON, and nothing else on stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def talk(text: str, *, warning: bool = False) -> None:
    """Anything that is not the answer; where a gate runs, a line of its log."""
    if not loglines.say(told(text), warning=warning):
        sys.stderr.write(told(text) + "\n")


def visible(text: str) -> str:
    """Text for a terminal: control, format and unassigned characters as `<U+202E>`, so that none can play tricks."""
    return "".join(
        f"<U+{ord(char):04X}>"
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char != "\n"
        else char
        for char in text
    )


def table(rows: Sequence[Sequence[str]], header: Sequence[str]) -> str:
    """Left-aligned columns, two spaces apart, in the language of the terminal."""
    lines = [[told(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in lines
    )
