"""Texts again as hurried people type them: slips of the keyboard, apostrophes left out, the short spellings of messages.

Capitals, accents and look-alike letters need no copies: the gate takes them off before a model reads (`guard.text.normalize`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

_TABLE: Final = "short.txt"
_KEYS: Final = {"fr": ("azertyuiop", "qsdfghjklm", "wxcvbn"), "en": ("qwertyuiop", "asdfghjkl", "zxcvbnm")}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SHORTENED: Final = 0.5
"""Share of the words with a short spelling that get it."""
_SLIPS: Final = 0.12
"""Share of the words of four letters or more that get a slip."""
_BARE: Final = 0.5
"""Share of the words with an apostrophe that lose it."""


def misspelt(text: str, language: str, seed: int) -> str:
    """The text again; the same seed gives the same. No language stands for either."""
    chance = random.Random(f"{seed} {text}")
    return _WORD.sub(lambda found: _again(found[0], language, chance), text)


def _again(word: str, language: str, chance: random.Random) -> str:
    short = _short(language).get(word.lower().replace("’", "'"))
    if short and chance.random() < _SHORTENED:
        return chance.choice(short)
    if not word.isalpha():
        return re.sub("['’]", "", word) if chance.random() < _BARE else word
    return _slip(word, language, chance) if len(word) > 3 and chance.random() < _SLIPS else word


def _slip(word: str, language: str, chance: random.Random) -> str:
    """One letter left out, typed twice, exchanged with the next or with its neighbour on the keyboard."""
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        (
            before + after,
            before + letter + letter + after,
            before + after[0] + letter + after[1:],
            before + chance.choice(_beside(language).get(letter, letter)) + after,
        )
    )


@cache
def _beside(language: str) -> Mapping[str, str]:
    rows = _KEYS.get(language, _KEYS["en"])
    return {row[at]: row[max(at - 1, 0) : at] + row[at + 1 : at + 2] for row in rows for at in range(len(row))}


@cache
def _short(language: str) -> Mapping[str, Sequence[str]]:
    """Short spellings of the words of a language, or of both for none, from a file of lines `fr word=short,shorter`, `_` for a blank."""
    found: dict[str, Sequence[str]] = {}
    for line in files("guard.training").joinpath(_TABLE).read_text("utf-8").splitlines():
        spoken, _, entries = line.partition(" ")
        for entry in entries.split() if language in {spoken, ""} else ():
            word, _, short = entry.partition("=")
            found[word] = short.replace("_", " ").split(",")
    return found
