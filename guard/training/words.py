"""Texts as words to learn from, and the same again in the other language, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from guard.models.topics import words_read
from guard.text.normalize import normalize

_LEXICON: Final = "lexicon.txt"


def words_of(text: str) -> tuple[list[str], list[str]]:
    """What the model reads of a text, with identifiers and without: it is normalised as the gate does it."""
    return words_read(normalize(text).folded)


class Lexicon:
    """French and English words that mean the same, for texts of which every known word is put into the other language."""

    def __init__(self) -> None:
        self._french: dict[str, list[str]] = {}
        self._english: dict[str, list[str]] = {}
        for line in files("guard.training").joinpath(_LEXICON).read_text("utf-8").splitlines():
            for entry in () if line.startswith("#") else line.split():
                french, _, english = entry.partition("=")
                self._french.setdefault(french, english.split("_"))
                if "_" not in english:
                    self._english.setdefault(english, [french])

    def other(self, words: Sequence[str], language: str) -> list[str]:
        """The words of a text of this language, those that are known in the other one."""
        known = self._french if language == "fr" else self._english
        return [each for word in words for each in known.get(word, (word,))]
