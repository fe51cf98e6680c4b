"""Runs the model of topics on NumPy: what a text gives away, how likely, how severe, and which words weighed most.

A linear model over hashed features, and over what the words mean (guard.training.senses): `guard model train` makes it,
models/README.md tells how it was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from guard.errors import ModelError
from guard.models.hashed import RUN_ROWS, WORD_ROWS, codes_of, once, rows_of, run_rows
from guard.models.tokens import bare, tokens, words_of
from guard.models.weights import Weights
from guard.words.texts import Phrase

Array = np.ndarray[Any, np.dtype[Any]]

FORMAT: Final = 4
LEAKS: Final = 3
"""The last heads: severity 1 or more, 2 or more, 3."""
SHORTEST: Final = (24.0, 50.0)
"""Least length of the two feature vectors, that of about six words: a shorter text says less."""
SENSE_SHORTEST: Final = 25.0
"""The same for the sense of a text: least sum of the rarities of its words."""
MOST: Final = 240
"""Words that are read together; a longer text is read in parts, and the surest part counts."""
_TOLD: Final = 5
"""Words that are told to have weighed most."""
_TRIED: Final = 120
"""Words that are left out one by one to see what they weigh."""
_WORTH: Final = 0.05
"""How much of the logit's distance from an empty text's must go with a word for it to be told."""
_SMALL: Final = frozenset({
    "the", "and", "for", "are", "was", "were", "with", "that", "this", "from", "our", "you", "your", "they", "their",
    "has", "have", "had", "but", "not", "all", "his", "her", "him", "she", "its", "les", "des", "une", "est", "pas",
    "sur", "par", "pour", "dans", "avec", "que", "qui", "nous", "vous", "ils", "elle", "elles", "son", "ses", "mon",
    "mes", "nos", "vos", "leur", "leurs", "aux", "ont", "sont", "plus", "tout", "tous", "deux", "encore", "donc",
    "mais", "cette", "ces",
})  # fmt: skip
"""Words that tell a reader nothing."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the model makes of one text."""

    topics: Mapping[str, float]
    """Probability of each topic."""
    leak: float
    """Probability that it gives away anything at all."""
    severity: float
    """What to expect, from 0, harmless, to 3, to be stopped."""


def words_read(folded: str) -> tuple[list[str], list[str]]:
    """The words by which it is told whether a text leaks, and those by which its topics are told: without identifiers.

    The same list twice where there are none.
    """
    words = words_of(folded)
    return words, words_kept(folded, words)


def words_kept(folded: str, words: list[str]) -> list[str]:
    """Those of its `words` that are no identifiers; the same list where there are none."""
    kept = bare(folded)
    return words if kept == folded else words_of(kept)


class TopicModel:
    """One model. The time of a reading grows with the text only; threads may share it."""

    def __init__(self, weights: Weights) -> None:
        """ModelError when these are no weights of topics of this version."""
        about = weights.about
        if about.get("format") != FORMAT or about.get("kind") != "topics" or not about.get("topics"):
            raise ModelError(Phrase("models.no-topics"), hint=Phrase("models.do.release"))
        self.topics: tuple[str, ...] = tuple(about["topics"])
        heads = len(self.topics) + LEAKS
        self._tables = weights.array("words", WORD_ROWS, heads), weights.array("runs", RUN_ROWS, heads)
        rarity = weights.array("words_rarity", WORD_ROWS), weights.array("runs_rarity", RUN_ROWS)
        self._squares = tuple(each.astype(np.float32) ** 2 for each in rarity)
        self._scales = weights.array("scales", 2, heads).astype(np.float32)
        self._codes = weights.array("sense_codes", None)
        self._sense = weights.array("sense", len(self._codes), LEAKS)
        self._sense_rarity = weights.array("sense_rarity", len(self._codes)).astype(np.float32)
        self._sense_scale = weights.array("sense_scale", LEAKS).astype(np.float32)
        self._bias = weights.array("bias", heads).astype(np.float32)
        self._calibration = weights.array("calibration", 2, heads).astype(np.float32)
        self._surest = float(about.get("surest", 0.0))

    def read(self, folded: str, least: float = 0.0) -> Read:
        """What a text gives away; `folded` is the folded view of guard.text.normalize. Never raises for any text.

        Where it hardly leaks, with less than `least`, no topic is looked for.
        """
        words = words_of(folded)
        if not words:
            return Read(dict.fromkeys(self.topics, 0.0), 0.0, 0.0)
        whole = self.logits(words)
        leaks = _probable(whole[-LEAKS:])
        if leaks[0] < least:
            return Read(dict.fromkeys(self.topics, 0.0), float(leaks[0]), float(leaks.sum()))
        kept = words_kept(folded, words)
        part = whole if kept is words else self.logits(kept)
        topics = _probable(part[:-LEAKS]) if kept else np.zeros(len(self.topics))
        return Read(dict(zip(self.topics, topics.tolist(), strict=True)), float(leaks[0]), float(leaks.sum()))

    def weighed(self, folded: str, topic: str) -> list[tuple[int, int]]:
        """Places of the words without which the topic would be less likely, the heaviest first."""
        parsed = tokens(bare(folded))[:_TRIED]
        words = [word for word, _, _ in parsed]
        codes = codes_of(words)
        head = self.topics.index(topic)
        whole = self._logit(words, codes, head)
        least = _WORTH * (whole - float(self._calibration[1][head]))
        lost = []
        for number, (word, start, end) in enumerate(parsed):
            if len(word.rstrip("'")) > 2 and word[0].isalpha() and word not in _SMALL:
                rest = [*words[:number], *words[number + 1 :]]
                without = self._logit(rest, np.delete(codes, number), head) if rest else 0.0
                lost.append((whole - without, start, end))
        lost.sort(key=lambda each: (-each[0], each[1]))
        return [(start, end) for share, start, end in lost[:_TOLD] if share > max(least, 0.0)]

    def _logit(self, words: Sequence[str], codes: Array, head: int) -> float:
        """The calibrated logit of one topic, of no more words than are read together."""
        raw = self._linear(words, codes)[head]
        return float((self._calibration[0][head] * raw + self._calibration[1][head]).clip(-30, 30))

    def logits(self, words: Sequence[str]) -> Array:
        """The calibrated logit of each head: topics, then severity 1, 2 and 3 or more."""
        codes = codes_of(words)
        if len(words) > MOST:
            step = MOST // 2
            parts = [slice(at, at + MOST) for at in range(0, len(words) - step, step)]
            raw: Array = np.max([self.raw(words[part], codes[part]) for part in parts], axis=0)
        else:
            raw = self.raw(words, codes)
        calibrated: Array = self._calibration[0] * raw + self._calibration[1]
        # A text that is surely about one topic leaks, whatever its other words say.
        calibrated[-LEAKS] += self._surest * calibrated[:-LEAKS].max()
        return calibrated.clip(-30, 30)

    def raw(self, words: Sequence[str], codes: Array) -> Array:
        """What the model says of words with these codes, before it is calibrated."""
        told = self._linear(words, codes)
        told[-LEAKS:] += self._sensed(codes)
        return told

    def _linear(self, words: Sequence[str], codes: Array) -> Array:
        """The same without the sense of the words, which is about severity only."""
        told = self._bias
        for table, squares, scale, rows, shortest in zip(
            self._tables, self._squares, self._scales, (rows_of(codes), run_rows(words)), SHORTEST, strict=True
        ):
            length = float(squares.take(rows).sum()) ** 0.5
            # A product with ones is the sum, exact for small integers, in half the time.
            summed = np.ones(len(rows), np.float32) @ table.take(rows, axis=0).astype(np.float32)
            told = told + summed * (scale / max(length, shortest))
        return told

    def _sensed(self, codes: Array) -> Array:
        """What the meanings of the words say of severity, whether or not they stood in a post that was learnt from."""
        codes = once(codes)
        rows = self._codes.searchsorted(codes)
        rows = rows[self._codes.take(rows, mode="clip") == codes] if len(self._codes) else rows[:0]
        least = max(float(self._sense_rarity.take(rows).sum()), SENSE_SHORTEST)
        summed = np.ones(len(rows), np.float32) @ self._sense.take(rows, axis=0).astype(np.float32)
        added: Array = summed * (self._sense_scale / least)
        return added


def _probable(logits: Array) -> Array:
    likely: Array = 1 / (1 + np.exp(-logits))
    return likely
