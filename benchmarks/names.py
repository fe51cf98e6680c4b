"""Invented confidential names for dictionaries of any size: code words, companies, projects, persons."""

from __future__ import annotations

import random

from benchmarks import words
from benchmarks.words import listed

_OPENING = listed("b br c ch cl cr d dr f fl g gr h j k l m n p pl pr qu r s st t tr v z")
_VOWELS = listed("a e i o u é ai au ou ia")
_CLOSING = ["", "", "", "l", "n", "r", "s", "x", "nd", "rt", "lm"]
_KINDS = ("Projet", "Project", "Groupe", "Client", "Opération", "Programme")
_FORMS = ("SA", "SARL", "Ltd", "Group", "Industries", "Conseil", "& Fils", "GmbH")


def names(count: int, seed: int = 7) -> list[str]:
    """`count` different names: in four equal parts single words, projects, companies, first and last names."""
    dice = random.Random(seed)
    plain = sorted({stem.capitalize() for stem in (*words.FRENCH_STEMS, *words.ENGLISH_STEMS) if len(stem) > 3})
    made: dict[str, None] = {}
    while len(made) < count:
        word = coined(dice)
        made[
            (
                word,
                f"{dice.choice(_KINDS)} {word}",
                f"{dice.choice((word, dice.choice(plain) + coined(dice).lower()))} {dice.choice(_FORMS)}",
                f"{coined(dice, 2)} {word}",
            )[len(made) % 4]
        ] = None
    return list(made)


def coined(dice: random.Random, syllables: int = 3) -> str:
    """A word that no language has, most likely."""
    parts = [dice.choice(_OPENING) + dice.choice(_VOWELS) for _ in range(syllables)]
    return ("".join(parts) + dice.choice(_CLOSING)).capitalize()
