"""Names of persons, organisations and places, found by the names model."""

from __future__ import annotations

from typing import Final

from guard.detect.base import Hit
from guard.errors import ModelError
from guard.text.normalize import NormalizedText
from guard.types.finding import Strength
from guard.words.texts import Phrase

ENTITIES: Final = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
SUBTYPES: Final = frozenset({"PERSON/public", "PERSON/private", "LOCATION/place"})
"""A person known to all, or not; a town or the like: addresses and coordinates are found by patterns."""


def load(data: bytes) -> NameScanner:
    """The search, from a model's file; ModelError when it is no model of names."""
    return NameScanner(data)


class NameScanner:
    """Looks for names in the plain view."""

    def __init__(self, data: bytes) -> None:
        # NumPy takes longer to import than most posts to check, so it comes with the model and not before.
        from guard.models.names.reader import NameReader
        from guard.models.weights import unpack

        try:
            self._read = NameReader(unpack(data))
        except (KeyError, TypeError, ValueError) as error:  # of what describes it
            message = Phrase("models.no-names", why=type(error).__name__)
            raise ModelError(message, hint=Phrase("models.do.release")) from None

    def __call__(self, text: NormalizedText) -> list[Hit]:
        return [
            Hit(name.label, name.start, name.end, name.score, Strength.MODEL, name.subtype, explanation="names model")
            for name in self._read(text.plain)
        ]
