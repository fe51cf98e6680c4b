"""Examples as numbers: what the net reads of each token, and the tags to learn. Needs the extra `train`."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from guard.models.names.decode import TYPES
from guard.models.names.lists import FACTS, WordLists
from guard.models.names.reading import MARKS, marks
from guard.models.names.tokens import Token, tokens
from guard.models.names.words import FORMS, MOST_PIECES, MOST_SUBWORDS, PIECES, folded, form, norm, pieces, subwords
from guard.training.names.sources import Example

LONGEST = 120
_POOL = 40
"""Batches out of which posts of like length are put together."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts by tokens, filled up with nothing; `places` says which examples they are."""

    rows: Tensor
    pieces: Tensor
    subwords: Tensor
    forms: Tensor
    facts: Tensor
    marks: Tensor
    domains: Tensor
    there: Tensor
    tags: Tensor
    texts: list[list[str]]
    places: list[int]


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example as numbers."""

    words: list[int]
    marks: list[int]
    tags: list[int]
    domain: int
    tokens: list[Token]


class Words:
    """Every word met so far, described once."""

    def __init__(self, rows: Mapping[str, int], lists: WordLists, known_subwords: Mapping[int, int]) -> None:
        self._rows, self.lists, self._known_subwords = rows, lists, known_subwords
        self._known: dict[str, int] = {}
        self._described: tuple[list[int], list[list[int]], list[list[int]], list[int], list[int]] = ([], [], [], [], [])

    def __call__(self, word: str) -> int:
        """The word's number."""
        if (known := self._known.get(word)) is not None:
            return known
        rows, parts, subs, forms, facts = self._described
        plain = norm(word)
        letters = word[0].isalnum()
        cut = pieces(plain) if letters else []
        rows.append(self._rows.get(plain) or self._rows.get(folded(word), 0))
        parts.append(cut + [PIECES] * (MOST_PIECES - len(cut)))
        within = [row + 1 for row in subwords(folded(word), self._known_subwords)] if letters else []
        subs.append(within + [0] * (MOST_SUBWORDS - len(within)))
        forms.append(form(word))
        facts.append(self.lists.facts(word) if letters else 0)
        self._known[word] = len(rows) - 1
        return len(rows) - 1

    def tables(self) -> tuple[Tensor, ...]:
        """Row of its vector, pieces, subwords, form and facts of every word."""
        rows, parts, subs, forms, facts = self._described
        small = (torch.tensor(each, dtype=torch.int32) for each in (parts, subs))
        return torch.tensor(rows), *small, torch.tensor(forms), torch.tensor(facts)

    def encode(self, example: Example) -> Encoded:
        """An example as numbers; a name that begins within a token begins with it."""
        found = tokens(example.text)[:LONGEST]
        tags = [0] * len(found)
        starts = [token.start for token in found]
        for start, end, label in example.names:
            kind = TYPES.index(label)
            at = bisect_left(starts, start)
            if at and found[at - 1].end > start:
                at -= 1
            first = at
            while at < len(found) and found[at].start < end:
                tags[at] = 2 * kind + (1 if at == first else 2)
                at += 1
        numbers = [self(token.text) for token in found]
        return Encoded(numbers, marks(found, self.lists), tags, example.domain, found)


def batches(
    encoded: Sequence[Encoded], words: Words, size: int = 48, shuffle: random.Random | None = None
) -> Iterator[Batch]:
    """All of `encoded` but those without a token, in groups of like length."""
    tables = words.tables()
    order = [at for at, each in enumerate(encoded) if each.tokens]
    if shuffle:
        shuffle.shuffle(order)
    groups: list[list[int]] = []
    pools = iter(order)
    while pool := sorted(islice(pools, size * _POOL), key=lambda at: len(encoded[at].tokens)):
        groups += [pool[start : start + size] for start in range(0, len(pool), size)]
    if shuffle:
        shuffle.shuffle(groups)
    for group in groups:
        yield _batch([encoded[at] for at in group], group, tables)


def _batch(posts: Sequence[Encoded], places: list[int], tables: tuple[Tensor, ...]) -> Batch:
    longest = max(len(post.tokens) for post in posts)

    def filled(rows: list[list[int]]) -> Tensor:
        return torch.tensor([row + [0] * (longest - len(row)) for row in rows])

    numbers = filled([post.words for post in posts])
    rows, parts, subs, forms, facts = (table[numbers] for table in tables)
    bits = filled([post.marks for post in posts])
    return Batch(
        rows=rows,
        pieces=parts,
        subwords=subs,
        forms=one_hot(forms, len(FORMS)).float(),
        facts=(facts.unsqueeze(-1) >> torch.arange(len(FACTS)) & 1).float(),
        marks=(bits.unsqueeze(-1) >> torch.arange(len(MARKS)) & 1).float(),
        domains=torch.tensor([post.domain for post in posts]),
        there=filled([[1] * len(post.tokens) for post in posts]).float(),
        tags=filled([post.tags for post in posts]),
        texts=[[token.text for token in post.tokens] for post in posts],
        places=places,
    )
