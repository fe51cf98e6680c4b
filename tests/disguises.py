"""The disguises of guard/authoring/disguises.py on the four values of our evasion table.

Tests and benchmarks share them, so that what is promised is what is measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from guard.authoring.disguises import DISGUISES as PRODUCT
from guard.authoring.disguises import POST_BREAK, Disguise
from guard.authoring.disguises_words import french_number, roman

__all__ = [
    "DISGUISES",
    "POST_BREAK",
    "SENTENCES",
    "VALUES",
    "Case",
    "Disguise",
    "cases",
    "french_number",
    "posts",
    "roman",
]

VALUES = {
    "phone": "06 39 98 47 61",
    "email": "jean.dupont@exemple.fr",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "codename": "Bluebird",
}
SENTENCES = {
    "phone": "Appelez-moi au {} demain matin.",
    "email": "Vous pouvez écrire à {} avant lundi.",
    "iban": "Le virement part sur le compte {} ce soir.",
    "codename": "On reparle du projet {} en réunion.",
}


def _translated(disguise: Disguise) -> Disguise:
    """The code name's translation is known to nobody but its author, so the product has none."""
    return replace(disguise, apply=lambda v: "l'Oiseau Bleu" if v == VALUES["codename"] else disguise.apply(v))


DISGUISES = [_translated(each) if each.name == "translated" else each for each in PRODUCT]


@dataclass(frozen=True)
class Case:
    disguise: Disguise
    kind: str
    posts: tuple[str, ...]
    """The posts of the thread in order; one for all but the class `split`."""


def posts(disguise: Disguise, kind: str, value: str) -> tuple[str, ...]:
    """The posts that carry `value` in this disguise, within the sentence of its kind."""
    return tuple(SENTENCES[kind].format(disguise.apply(value)).split(POST_BREAK))


def cases(values: dict[str, str] | None = None) -> Iterator[Case]:
    """All cases of the table: each disguise on each value that it changes."""
    for disguise in DISGUISES:
        for kind, value in (values or VALUES).items():
            if disguise.apply(value) != value:
                yield Case(disguise, kind, posts(disguise, kind, value))
