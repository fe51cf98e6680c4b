"""The readings of an example's text, each with the way back: for whoever asks which term or alternative was found where."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from guard.text.normalize import NormalizedText, normalize
from guard.text.readings import Reading, TangledError, readings

Back = Callable[[int, int], tuple[int, int]]
"""From a range of the plain view to one of the text."""


def views(text: str) -> Iterator[tuple[NormalizedText, Back]]:
    """The text, and each other reading of it."""
    own = normalize(text)
    yield own, own.origin.to_original
    try:
        for reading in readings(own):
            yield reading.text, way_back(reading)
    except TangledError:
        return


def way_back(reading: Reading) -> Back:
    """From a range of a reading's plain view to one of the text."""
    return lambda start, end: reading.to_original(*reading.text.origin.to_original(start, end))
