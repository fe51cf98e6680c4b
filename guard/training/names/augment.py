"""More examples out of the ones at hand: other names in the same post, other ways to write it."""

from __future__ import annotations

import random
import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Final

from guard.training.names import lexicon
from guard.training.names.sources import Example

_BARE: Final = {each: unicodedata.normalize("NFD", each)[0] for each in "àâäéèêëîïôöùûüçÀÂÄÉÈÊËÎÏÔÖÙÛÜÇñáíóú"}
_VOWELS: Final = frozenset("aeiouyéèêhâîô")
_GLUED: Final = frozenset({",", ".", "!", "?", ":", ";", "…", ")", "%", "'s", "n't", "'re", "'ve", "'ll", "'m", "'d"})
_OPENING: Final = frozenset("(#@$£€")
_LONG: Final = 3


class Augmenter:
    """Rewrites examples by chance; the same `rng` and lists give the same."""

    def __init__(self, rng: random.Random, data: Path, known: Path) -> None:
        self._rng = rng
        given = sorted(lexicon.given_counts(data / "names").items())
        self._given = [name.title() for name, count in given if count > 100]
        self._weights = list(accumulate(count**0.4 for _, count in given if count > 100))
        self._given_us = lexicon.lines(data / "names" / "first_names_us.txt.gz")
        self._surnames = {
            "fr": lexicon.lines(data / "names" / "surnames_fr.txt.gz"),
            "en": lexicon.lines(data / "names" / "surnames_us.txt.gz"),
        }
        self._given_world = lexicon.by_country(data / "names" / "common_forenames_by_country.csv.gz")
        self._surnames_world = lexicon.by_country(data / "names" / "common_surnames_by_country.csv.gz")
        self._communes = list(lexicon.communes(data / "places" / "fr_communes.tsv.gz"))
        self._known: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, name, where in lexicon.known(known):
            for lang in (where,) if where else ("fr", "en"):
                self._known[kind, lang].append(name)

    def __call__(self, example: Example, swap: float = 0.35) -> Example:
        """Another way to write an example, its names exchanged with the probability `swap` each."""
        if example.spaced and example.lang == "en" and self._rng.random() < 0.35:
            example = unspaced(example)
        if swap and example.names and self._rng.random() < 0.6:
            example = self.swapped(example, swap)
        if swap and self._rng.random() < 0.04:
            example = self._checked_in(example)
        return self._rewritten(example)

    def swapped(self, example: Example, chance: float) -> Example:
        """Its names exchanged with that probability each."""
        text = example.text
        parts: list[str] = []
        names: list[tuple[int, int, str]] = []
        last = size = 0
        for start, end, label in example.names:
            old = text[start:end]
            new = self._instead(text[max(0, start - 2) : start], old, label, example.lang)
            if not old[0].isalpha() or self._rng.random() >= chance:
                new = old
            parts += [text[last:start], new]
            size += start - last
            names.append((size, size + len(new), label))
            size += len(new)
            last = end
        return replace(example, text="".join(parts) + text[last:], names=tuple(names))

    def _checked_in(self, example: Example) -> Example:
        """With a place behind a lone @, as services that share where one is write it."""
        text = example.text.rstrip(" .") + " @ "
        place = self.name("LOCATION", many=False, lang=example.lang)
        return replace(
            example, text=text + place, names=(*example.names, (len(text), len(text) + len(place), "LOCATION"))
        )

    def _instead(self, before: str, old: str, label: str, lang: str) -> str:
        new = self.name(label, " " in old, lang)
        if before and not before[-1].isspace() and before[-1] not in "'’\"(«-":
            new = re.sub(r"[\W_]+", "", new) or old  # within a hashtag
        if before[-1:] in {"'", "’"} and new[0].lower() not in _VOWELS:
            return old
        if old.islower():
            return new.lower()
        return new.upper() if old.isupper() and len(old) > _LONG else new

    def name(self, label: str, many: bool, lang: str) -> str:
        """Some name of that kind, of several words perhaps if `many`."""
        chance = self._rng.random()
        spoken = "en" if lang == "en" else "fr"
        if label == "ORGANIZATION":
            return self._rng.choice(self._known["org", spoken])
        if label == "LOCATION":
            return self._rng.choice(self._known["place", spoken] if chance < 0.6 else self._communes)
        if chance < 0.25:
            name = self._rng.choice(self._known["person", spoken])
            return name if many else name.split()[-1]
        if many:
            return f"{self._given_name(lang)} {self._surname(lang)}"
        return self._given_name(lang) if chance < 0.8 else self._surname(lang)

    def _given_name(self, lang: str) -> str:
        if self._rng.random() < 0.15:
            return self._rng.choice(self._given_world)
        if lang == "en":
            return self._rng.choice(self._given_us)
        return self._given[bisect(self._weights, self._rng.random() * self._weights[-1])]

    def _surname(self, lang: str) -> str:
        if self._rng.random() < 0.25:
            return self._rng.choice(self._surnames_world)
        return self._rng.choice(self._surnames["en" if lang == "en" else "fr"])

    def _rewritten(self, example: Example) -> Example:
        chance = self._rng.random()
        text = new = example.text
        if chance < 0.12:
            new = text.lower()
        elif chance < 0.16:
            new = text.upper()
        elif chance < 0.22:
            for start, end, _ in example.names:
                new = new[:start] + new[start:end].lower() + new[end:]
        elif chance < 0.30:
            new = "".join(_BARE.get(char, char) for char in text)
        elif chance < 0.34:
            new = "".join(_BARE.get(char, char) for char in text).lower()
        return replace(example, text=new) if len(new) == len(text) else example


def unspaced(example: Example) -> Example:
    """A text of spaced tokens as people write it: signs close to their words, handles whole (those are no names then)."""
    words = example.text.split(" ")
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    handles: set[int] = set()
    parts: list[str] = []
    place = size = 0
    before = ""
    for at, word in enumerate(words):
        if at and word not in _GLUED and before not in _OPENING:
            parts.append(" ")
            size += 1
        if before == "@":
            handles |= {place, place - 2}
        begins[place] = size
        parts.append(word)
        size += len(word)
        ends[place + len(word)] = size
        place += len(word) + 1
        before = word
    names = tuple(
        (begins[start], ends[end], label)
        for start, end, label in example.names
        if start in begins and end in ends and start not in handles
    )
    return replace(example, text="".join(parts), names=names)
