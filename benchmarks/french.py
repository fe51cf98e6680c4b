"""Generated posts with French identifiers, half of them look-alikes: the same sentences with a value that fails its key.

The other look-alikes are what numbers in posts mostly are: orders, parcels, prices, dates, books, counts. Weak identifiers
(no key) always stand with a word that tells them; their look-alikes have the same shape and another word.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks import corpus
from benchmarks import french_values as values
from benchmarks.french_sentences import NUMBERS, SAME_SHAPE, SENTENCES

KINDS: Final[dict[str, frozenset[str]]] = {
    "nir": frozenset({"FR_NIR", "FR_SSN"}),
    "siren": frozenset({"FR_SIREN"}),
    "siret": frozenset({"FR_SIRET"}),
    "vat": frozenset({"FR_VAT", "EU_VAT", "FR_TVA"}),
    "phone": frozenset({"PHONE_NUMBER"}),
    "plate": frozenset({"FR_LICENSE_PLATE"}),
    "passport": frozenset({"FR_PASSPORT"}),
    "id-card": frozenset({"FR_ID_CARD"}),
    "driving-licence": frozenset({"FR_DRIVER_LICENSE", "FR_DRIVING_LICENSE", "FR_DRIVING_LICENCE", "FR_DRIVER_LICENCE"}),
    "rib": frozenset({"FR_RIB", "FR_BANK_ACCOUNT", "FR_BANK_NUMBER"}),
    "iban": frozenset({"IBAN_CODE"}),
}  # fmt: skip
"""What is looked for, and the names under which a detector may report it."""
_PLAIN_LOOK_ALIKES: Final = 0.4
"""Share of look-alikes that are ordinary numbers of posts."""


@dataclass(frozen=True, slots=True)
class FrenchPost:
    """A post, the kind it is about, and where the value stands; None for a look-alike."""

    text: str
    kind: str
    span: tuple[int, int] | None


def posts(count: int, seed: int = corpus.SEED) -> list[FrenchPost]:
    """`count` posts, kinds in turn, every second one a look-alike."""
    dice = random.Random(seed)
    fillers = [post.text for post in corpus.posts(400, seed=seed + 1, pii_share=0.0) if post.language == "fr"]
    kinds = list(KINDS)
    made = []
    for number in range(count):
        kind = kinds[(number // 2) % len(kinds)]
        made.append(_post(dice, kind, fillers, real=number % 2 == 0))
    return made


def _post(dice: random.Random, kind: str, fillers: list[str], *, real: bool) -> FrenchPost:
    if real:
        sentence, value = dice.choice(SENTENCES[kind]), values.VALID[kind](dice)
    elif dice.random() < _PLAIN_LOOK_ALIKES:
        sentence, make = dice.choice(NUMBERS)
        value = make(dice)
    else:
        sentence, value = _look_alike(dice, kind)
    before = _piece(dice, fillers) + " " if dice.random() < 0.5 else ""
    after = " " + _piece(dice, fillers) if dice.random() < 0.5 else ""
    start = len(before) + sentence.index("{}")
    text = before + sentence.replace("{}", value) + after
    return FrenchPost(text, kind, (start, start + len(value)) if real else None)


def _look_alike(dice: random.Random, kind: str) -> tuple[str, str]:
    broken: Callable[[random.Random], str] | None = values.BROKEN.get(kind)
    if broken is not None:
        return dice.choice(SENTENCES[kind]), broken(dice)
    return dice.choice(SAME_SHAPE[kind]), values.VALID[kind](dice)


def _piece(dice: random.Random, fillers: list[str]) -> str:
    """Some words of an ordinary post, as a sentence."""
    words = dice.choice(fillers).split()
    size = dice.randint(3, 12)
    at = dice.randint(0, max(0, len(words) - size))
    return " ".join(words[at : at + size]).rstrip(",.!?…") + "."
