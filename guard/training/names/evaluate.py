"""How well names are found: exact spans, by type and set, beside what people marked."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from guard.errors import UsageError
from guard.models.names.reader import Name
from guard.training.names.sources import LABELS, Example, conll, inline
from guard.words.texts import Phrase

Read = Callable[[str], Sequence[Name]]


@dataclass(frozen=True, slots=True)
class Score:
    """Names of one type: how many were found rightly, how many were found, how many there are."""

    label: str
    right: int
    found: int
    there: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.there) if self.found + self.there else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """Scores of a set, for each type and for all; how persons marked public or private were told."""

    posts: int
    scores: tuple[Score, ...]
    told: Counter[tuple[str, str]]
    """How often (what a person is, what was said of it), of those found."""


def read(path: Path) -> list[Example]:
    """Labelled posts: JSON Lines with marks in the text, else columns as in CoNLL; plain or gzip. UsageError for others."""
    lines = ".jsonl" in path.suffixes
    try:
        examples = list(inline(path) if lines else conll(path))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise _unreadable(path, getattr(error, "strerror", None) or type(error).__name__) from None
    if not examples:
        raise _unreadable(path, Phrase("training.nothing"))
    return examples


def _unreadable(path: Path, why: str) -> UsageError:
    message = Phrase("training.no-names", path=str(path), why=why)
    return UsageError(message, hint=Phrase("training.do.names"))


def evaluate(find: Read, examples: Iterable[Example]) -> Report:
    """Reads every post and compares."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    there: Counter[str] = Counter()
    told: Counter[tuple[str, str]] = Counter()
    posts = 0
    for example in examples:
        posts += 1
        names = {(name.start, name.end, name.label): name for name in find(example.text)}
        marked = set(example.names)
        there.update(label for _, _, label in marked)
        found.update(label for _, _, label in names)
        right.update(label for _, _, label in marked & names.keys())
        if example.known:
            public = {surface.casefold() for surface in example.public}
            told.update(
                ("public" if example.text[start:end].casefold() in public else "private", str(name.subtype))
                for (start, end, label), name in names.items()
                if label == "PERSON" and (start, end, label) in marked
            )
    scores = [Score(label, right[label], found[label], there[label]) for label in LABELS]
    scores.append(Score("all", right.total(), found.total(), there.total()))
    return Report(posts, tuple(scores), told)
