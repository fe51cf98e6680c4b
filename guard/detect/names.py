"""Names of persons, organisations and places, found by the names model."""

from __future__ import annotations

from typing import Final

from guard.detect.base import Hit
from guard.types.finding import Strength
from guard.text.normalize import NormalizedText

ENTITIES: Final = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})


def load(data: bytes) -> NameScanner:
    """The search, from a model's file; ModelError when it is no model of names."""
    return NameScanner(data)


class NameScanner:
    """Looks for names in the plain view."""

    def __init__(self, data: bytes) -> None:
        # NumPy takes longer to import than most posts to check, so it comes with the model and not before.
        from guard.models.names.reader import NameReader
        from guard.models.weights import unpack

        self._read = NameReader(unpack(data))

    def __call__(self, text: NormalizedText) -> list[Hit]:
        return [
            Hit(name.label, name.start, name.end, name.score, Strength.MODEL, name.subtype, explanation="names model")
            for name in self._read(text.plain)
        ]
