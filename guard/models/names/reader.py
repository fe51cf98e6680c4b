"""Finds the persons, organisations and places that a text names. The only file here that a detector needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np

from guard.models.names.decode import AHEAD, TAGS, TYPES, begins, best, spans
from guard.models.names.encoder import Encoder, Floats
from guard.models.names.lists import FACTS, WordLists
from guard.models.names.reading import LISTED_PERSON, marks
from guard.models.names.tokens import Token, tokens
from guard.models.weights import Weights

_AT_ONCE: Final = 400
"""Tokens read together; a longer text is read in parts, each with some of its neighbours."""
_AROUND: Final = 20
_SURE: Final = 0.75
"""How sure it must be that a person is a public one, or a private one, to say so."""


_CLOSE: Final = frozenset(",.!?:;…")
"""Signs that people write close to the word before."""
_APART: Final = frozenset(",.")
"""Those of them that no language has a space before."""
_BEFORE_HANDLES: Final = frozenset({"<at>", "RT", "rt", ".", ":", "“", '"', "via", "by", "cc", "and", "&", "with"})
_PERSON: Final = frozenset({1, 2})
"""Tags of a person."""
_NEVER: Final = -12.0
"""What a step that is ruled out counts for where it was taken all the same."""
PERSON_FACTS: Final = ("known-person", "known-person-part", "given-4", "given-5")
"""Facts of words that help to tell who is public; a listed name of several words helps, too."""


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
        width = int(weights.about["width"]) + len(PERSON_FACTS) + 1
        self._public = weights.array("public", width).astype(np.float32)
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
        words = [token.text for token in found]
        scores, states = self._encoder(words, bits)
        rows = scores.tolist()
        tags = best(rows, self._moves, (scores[:, 0] - scores[:, 1:].max(axis=1) > AHEAD).tolist())
        if "@" in words:
            _at_signs(found, rows, tags)
        if not any(tags):
            return
        for first, behind, kind in spans(tags):
            label = TYPES[kind]
            likely = self._calibrated(
                min(self._margin(rows, tags, at) for at in range(first, min(behind + 1, len(tags))))
            )
            subtype = "place" if label == "LOCATION" else None
            if label == "PERSON":
                inside = slice(first, behind)
                subtype = self._known(person_features(states[inside], words[inside], bits[inside], self._lists))
            yield first, Name(found[first].start, found[behind - 1].end, label, likely, subtype)

    def _margin(self, rows: Sequence[Sequence[float]], tags: Sequence[int], at: int) -> float:
        """Log-odds of a tag against all others, its neighbours being what they are."""
        before = self._moves[tags[at - 1] if at else 0]
        after = tags[at + 1] if at + 1 < len(tags) else 0
        all_of = [
            score + max(before[tag], _NEVER) + max(self._moves[tag][after], _NEVER)
            for tag, score in enumerate(rows[at])
        ]
        taken = all_of.pop(tags[at])
        top = max(all_of)
        return taken - top - log(sum(exp(each - top) for each in all_of))

    def _calibrated(self, margin: float) -> float:
        return round(1 / (1 + exp(-max(-30.0, min(30.0, self._slope * margin + self._shift)))), 3)

    def _known(self, features: Floats) -> str | None:
        odds = float(features @ self._public) + self._public_bias
        likely = 1 / (1 + exp(-max(-30.0, min(30.0, odds))))
        return "public" if likely > _SURE else "private" if likely < 1 - _SURE else None


def person_features(states: Floats, words: Sequence[str], bits: Sequence[int], lists: WordLists) -> Floats:
    """What public or private is told from: the mean state of a name's words, and what lists say of them."""
    facts = [lists.facts(word) for word in words if word[0].isalpha()] or [0]
    listed = [sum(each >> FACTS.index(fact) & 1 for each in facts) / len(facts) for fact in PERSON_FACTS]
    listed.append(float(any(each & LISTED_PERSON for each in bits)))
    features: Floats = np.concatenate([states.mean(axis=0), np.array(listed, np.float32)])
    return features


def _at_signs(found: Sequence[Token], rows: Sequence[Sequence[float]], tags: list[int]) -> None:
    """A lone `@` is no name, but in text whose tokens stand apart: there `@ name` is a handle, sign and word of one type.

    Such is the text of corpora. Elsewhere what stands behind a lone `@` is a place, and handles (`@name`) are one token and
    no name: whoever they are, they chose to be read by it.
    """
    signs = [token for token in found[1:] if token.text in _CLOSE]
    natural = not all(token.spaced for token in signs)
    apart = not natural and any(token.text in _APART for token in signs)
    at = 0
    handle = True  # what stands before is the start of the text, RT or another handle
    while at < len(found):
        if found[at].text != "@":
            handle = apart or found[at].text in _BEFORE_HANDLES
            at += 1
            continue
        end = at if natural else _handle_end(found, at)
        person = bool(signs) and end > at and all(tag in _PERSON for tag in tags[at + 1 : end])  # no place, then
        if end == at or not (handle or person or end > at + 2):  # of several parts, as Harry_Styles or RoundTeam
            tags[at] = 0
            end = at + 1
        else:
            handle = True
            sums = [sum(max(row[2 * kind + 1 : 2 * kind + 3]) for row in rows[at:end]) for kind in range(len(TYPES))]
            kind = sums.index(max(sums))
            tags[at:end] = [2 * kind + 1] * 2 + [2 * kind + 2] * (end - at - 2)
        if end < len(tags) and tags[end] and not begins(tags[end]):
            tags[end] -= 1
        at = end


def _handle_end(found: Sequence[Token], at: int) -> int:
    """The token behind the handle whose `@` stands at `at`; `at` when there is none."""
    end = at + 1
    while end < len(found) and found[end].spaced == (end == at + 1) and _of_handle(found[end]):
        end += 1
    return end if end > at + 1 else at


def _of_handle(token: Token) -> bool:
    return token.text == "_" or token.text[0].isalnum()
