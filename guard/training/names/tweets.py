"""Tweets without labels for the tutor to read: those at hand, with other names and other handles, which no one has labelled."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from guard.training.names.augment import Augmenter
from guard.training.names.material import NOISY, Material
from guard.training.names.sources import Example

_GLUED: Final = re.compile(r"(?<!\S)@(\w+)(?!\S)")
_APART: Final = re.compile(r"(?<!\S)@ (\w+)(?!\S)")
_COPIES: Final = 2
_OTHER_NAMES, _OTHER_HANDLES = 0.7, 0.6
_REAL: Final = 0.6
"""Part of the handles that somebody has; the others are made of names."""
_BEFORE: Final = ("The", "Real", "iam", "Mr", "Miss", "its")
_YEARS: Final = (1950, 2012)
_LONGEST: Final = 20


def tweets(known: Material, augment: Augmenter, rng: random.Random) -> list[Example]:
    """English tweets and posts, unlabelled; handles stand apart from their sign, as in BTC."""
    handles = _Handles(known, augment, rng)

    def written(text: str, chance: float) -> str:
        apart = _GLUED.sub(r"@ \1", text)
        return _APART.sub(lambda match: f"@ {handles()}" if rng.random() < chance else match[0], apart)

    found: list[Example] = []
    for tweet in known.tweets:
        noisy = tweet.domain == NOISY
        if noisy:
            found.append(_bare(written(tweet.text, 0)))
        others = (_renamed(tweet, augment, rng) for _ in range(1 if noisy else _COPIES))
        found += [_bare(written(other.text, _OTHER_HANDLES)) for other in others]
    found += [replace(post, names=()) for post in known.staff if post.lang == "en"]
    return [*found, *known.unlabelled]


def _bare(text: str) -> Example:
    return Example(text, (), lang="en", spaced=True)


def _renamed(tweet: Example, augment: Augmenter, rng: random.Random) -> Example:
    """With other names, those of handles aside."""
    names = tuple(each for each in tweet.names if "@" not in tweet.text[max(0, each[0] - 2) : each[0] + 1])
    return augment.swapped(replace(tweet, names=names), 0.5) if names and rng.random() < _OTHER_NAMES else tweet


class _Handles:
    """Handles by chance."""

    def __init__(self, known: Material, augment: Augmenter, rng: random.Random) -> None:
        self._rng = rng
        self._name: Callable[[str, bool, str], str] = augment.name
        self._real: list[str] = [
            handle for tweet in known.tweets for form in (_APART, _GLUED) for handle in form.findall(tweet.text)
        ]

    def __call__(self) -> str:
        rng = self._rng
        if rng.random() < _REAL:
            return rng.choice(self._real)
        chance = rng.random()
        kind = "PERSON" if chance < 0.65 else "ORGANIZATION" if chance < 0.9 else "LOCATION"
        words = re.findall(r"\w+", self._name(kind, rng.random() < 0.7, "en")) or ["x"]
        if kind == "PERSON" and len(words) > 1 and rng.random() < 0.15:
            words[0] = words[0][0]
        if kind == "PERSON" and rng.random() < 0.12:
            words = [rng.choice(_BEFORE), *words]
        handle = ("_" if rng.random() < 0.15 else "").join(words)
        if rng.random() < 0.45:
            handle = handle.lower()
        if rng.random() < 0.2:
            handle += str(rng.choice([rng.randrange(100), rng.randrange(*_YEARS), "_"]))
        return handle[:_LONGEST]
