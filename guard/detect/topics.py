"""Topics as findings: what a whole text gives away, which no pattern tells. Such a finding can hold a post, never redact it."""

from __future__ import annotations

from typing import Final

from guard.detect.base import Hit
from guard.models.tokens import bare
from guard.text.normalize import NormalizedText
from guard.types.finding import Strength
from guard.types.topic import ENTITY

LEAST: Final = 0.15
"""Probability from which on a topic is told at all: what policies call `low`."""
SUSPECT: Final = 0.36
"""Probability that a text gives away anything at all, from which on its topics are told.

Ordinary posts have the words of a topic more often than the ring of a leak: so few of them are flagged, at little loss.
"""
SURE: Final = 0.8
"""Probability that a text gives something away, from which on its surest topic is told, however unsure it is which."""


class TopicScanner:
    """One model of topics. Threads may share it."""

    def __init__(self, data: bytes) -> None:
        """ModelError when the file is no model of topics of this version."""
        from guard.models.topics import TopicModel  # loads NumPy, which most commands never need
        from guard.models.weights import unpack

        self._model = TopicModel(unpack(data))

    def __call__(self, text: NormalizedText) -> list[Hit]:
        """A hit for each topic that the text gives away, over the whole text."""
        model = self._model
        read = model.read(text.folded, SUSPECT)
        told = [(topic, score) for topic, score in read.topics.items() if score >= LEAST]
        if not told and read.leak >= SURE and bare(text.folded) == text.folded:  # identifiers are others' to tell
            told = [(max(read.topics, key=read.topics.__getitem__), LEAST)]
        if not told:
            return []
        size, hits = len(text.plain), []
        for topic, score in told:
            places = tuple(text.unfold.to_original(*place) for place in model.weighed(text.folded, topic))
            why = f"severity about {read.severity:.1f} of 3"
            hits.append(
                Hit(ENTITY, 0, size, score, Strength.MODEL, topic, exact=False, explanation=why, weighed=places)
            )
        return hits
