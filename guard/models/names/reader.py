"""Finds the persons, organisations and places that a text names. The only file here that a detector needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np

from guard.models.names.decode import AHEAD, TAGS, TYPES, best, spans
from guard.models.names.encoder import Encoder, Floats
from guard.models.names.lists import WordLists
from guard.models.names.reading import marks
from guard.models.names.tokens import Token, tokens
from guard.models.weights import Weights

_AT_ONCE: Final = 400
"""Tokens read together; a longer text is read in parts, each with some of its neighbours."""
_AROUND: Final = 20
_SURE: Final = 0.75
"""How sure it must be that a person is a public one, or a private one, to say so."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text: range of code points, type as in TYPES, how likely it is right, public or private for a person."""

    start: int
    end: int
    label: str
    score: float
    subtype: str | None


class NameReader:
    """Made from a model's file; ModelError when it is another. Threads may share it."""

    def __init__(self, weights: Weights) -> None:
        self._lists = WordLists(
            weights.array("list-words", None),
            weights.array("list-facts", None),
            weights.array("list-phrases", None),
            weights.array("list-kinds", None),
            weights.array("list-starts", None),
        )
        self._encoder = Encoder(weights, self._lists)
        self._moves: list[list[float]] = weights.array("moves", len(TAGS), len(TAGS)).tolist()
        self._public = weights.array("public", int(weights.about["width"])).astype(np.float32)
        self._public_bias = float(weights.about["public-bias"])
        self._slope, self._shift = (float(number) for number in weights.about["calibration"])

    def __call__(self, text: str) -> list[Name]:
        """Names in order; linear in the text's length."""
        found = tokens(text)
        if not found:
            return []
        bits = marks(found, self._lists)
        names: list[Name] = []
        for start in range(0, len(found), _AT_ONCE):
            first, last = max(0, start - _AROUND), min(len(found), start + _AT_ONCE + _AROUND)
            names += (
                name
                for at, name in self._part(found[first:last], bits[first:last])
                if start <= first + at < start + _AT_ONCE
            )
        return names

    def _part(self, found: Sequence[Token], bits: Sequence[int]) -> Iterator[tuple[int, Name]]:
        scores, states = self._encoder([token.text for token in found], bits)
        rows = scores.tolist()
        tags = best(rows, self._moves, (scores[:, 0] - scores[:, 1:].max(axis=1) > AHEAD).tolist())
        _take_handles(found, rows, tags)
        if not any(tags):
            return
        for first, behind, kind in spans(tags):
            label = TYPES[kind]
            likely = self._calibrated(
                min(self._margin(rows, tags, at) for at in range(first, min(behind + 1, len(tags))))
            )
            subtype = (
                self._known(states[first:behind]) if label == "PERSON" else "place" if label == "LOCATION" else None
            )
            yield first, Name(found[first].start, found[behind - 1].end, label, likely, subtype)

    def _margin(self, rows: Sequence[Sequence[float]], tags: Sequence[int], at: int) -> float:
        """Log-odds of a tag against all others, its neighbours being what they are."""
        before = self._moves[tags[at - 1] if at else 0]
        after = tags[at + 1] if at + 1 < len(tags) else 0
        all_of = [score + before[tag] + self._moves[tag][after] for tag, score in enumerate(rows[at])]
        taken = all_of.pop(tags[at])
        top = max(all_of)
        return taken - top - log(sum(exp(each - top) for each in all_of))

    def _calibrated(self, margin: float) -> float:
        return round(1 / (1 + exp(-max(-30.0, min(30.0, self._slope * margin + self._shift)))), 3)

    def _known(self, states: Floats) -> str | None:
        odds = float(states.mean(axis=0) @ self._public) + self._public_bias
        likely = 1 / (1 + exp(-max(-30.0, min(30.0, odds))))
        return "public" if likely > _SURE else "private" if likely < 1 - _SURE else None


def _take_handles(found: Sequence[Token], rows: Sequence[Sequence[float]], tags: list[int]) -> None:
    """In text whose tokens stand apart, `@ name` is a handle: the sign and all of the word behind it are of one type.

    Handles as people write them (`@name`) are one token, and no name: whoever they are, they chose to be read by it.
    """
    at = 0
    while at < len(found) - 1:
        sign, behind = found[at], found[at + 1]
        if sign.text != "@" or not sign.spaced or not behind.spaced or not _of_handle(behind):
            at += 1
            continue
        end = at + 2
        while end < len(found) and not found[end].spaced and _of_handle(found[end]):
            end += 1
        sums = [sum(max(row[2 * kind + 1 : 2 * kind + 3]) for row in rows[at:end]) for kind in range(len(TYPES))]
        kind = sums.index(max(sums))
        tags[at:end] = [2 * kind + 1] * 2 + [2 * kind + 2] * (end - at - 2)
        at = end


def _of_handle(token: Token) -> bool:
    return token.text == "_" or token.text[0].isalnum()
