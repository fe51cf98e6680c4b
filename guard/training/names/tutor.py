"""The tutor: the names model with a sentence encoder beside its own inputs, both learning together. Needs the extra `train`.

It is some fifty times too slow to read a post, and finds more names in English tweets; the model that is kept learns from
what it finds. The encoder (all-MiniLM-L6-v2, see guard.training.teacher) knows English only and no capitals: those
come from the inputs that it stands beside.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from guard.models.names.decode import TYPES, spans
from guard.models.names.lists import WordLists
from guard.models.names.tokens import Token
from guard.training.names.augment import Augmenter
from guard.training.names.batches import Batch, Words, batches
from guard.training.names.ground import Ground
from guard.training.names.material import KNOWN, Material
from guard.training.names.net import Net
from guard.training.names.school import Tell, teach
from guard.training.names.sources import Example
from guard.training.teacher import BEGIN, END, SIZE, Teacher, encode, teacher_folder

EPOCHS: Final = 3
_WIDTH, _LAYERS = 192, 2
_RATE, _ENCODER_RATE = 1.5e-3, 1e-4
_BATCH: Final = 24
_POSTS: Final = 2
"""How often an epoch reads each French post."""
_MOST, _OF_WORD = 160, 8
"""Word pieces of a post that are read, and of one word."""
_DROP, _STATES_DROP = 0.1, 0.2


class Tutor(Net):
    """Scores of tags, as its parent gives them, from a sentence encoder, too."""

    def __init__(self, ground: Ground, teacher: Teacher) -> None:
        super().__init__(ground.table(), ground.subwords.table(), _WIDTH, _LAYERS)
        self._pieces_of = teacher.pieces
        self.encoder = nn.ParameterDict(
            {name.replace(".", "/"): nn.Parameter(value.clone()) for name, value in teacher.weights.items()}
        )
        for name, value in self.encoder.items():  # those tables are too large to learn from some thousand tweets
            value.requires_grad = not name.startswith(("embeddings/word", "embeddings/position", "pooler"))
        self.join = nn.Linear(SIZE, _WIDTH)

    def beside(self, batch: Batch) -> Tensor:
        ids, shares = self._pieced(batch)
        weights = {name.replace("/", "."): value for name, value in self.encoder.items()}
        states = torch.bmm(shares, encode(weights, ids, _DROP if self.training else 0.0))
        told: Tensor = self.join(nn.functional.dropout(states, _STATES_DROP, self.training))
        return told

    def rates(self) -> list[tuple[list[nn.Parameter], float]]:
        """Its weights that learn; the encoder's slowly."""
        encoder = [each for each in self.encoder.values() if each.requires_grad]
        theirs = set(map(id, encoder))
        own = [each for each in self.parameters() if each.requires_grad and id(each) not in theirs]
        return [(own, _RATE), (encoder, _ENCODER_RATE)]

    def _pieced(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Numbers of word pieces, and the share each has in each token."""
        lines: list[list[int]] = []
        ranges: list[list[tuple[int, int]]] = []
        for texts in batch.texts:
            line, within = [BEGIN], []
            for text in texts:
                pieces = self._pieces_of(text)[:_OF_WORD]
                pieces = pieces if len(line) + len(pieces) < _MOST else ()
                within.append((len(line), len(line) + len(pieces)))
                line += pieces
            lines.append([*line, END])
            ranges.append(within)
        ids = torch.zeros(len(lines), max(map(len, lines)), dtype=torch.long)
        shares = torch.zeros(len(lines), batch.rows.shape[1], ids.shape[1])
        for row, (line, within) in enumerate(zip(lines, ranges, strict=True)):
            ids[row, : len(line)] = torch.tensor(line)
            for token, (start, end) in enumerate(within):
                shares[row, token, start:end] = 1 / max(1, end - start)
        return ids, shares


def tutored(ground: Ground, known: Material, data: Path, seed: int, epochs: int, tell: Tell) -> Tutor:
    """A tutor that has learnt from the labelled tweets and posts."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    tutor = Tutor(ground, Teacher(teacher_folder()))
    augment = Augmenter(rng, data, KNOWN)

    def read() -> list[Example]:
        posts = (augment(each, 0.5) for each in known.posts for _ in range(_POSTS))
        return [*posts, *(augment(each) for each in known.tweets)]

    words = Words(ground.rows(), WordLists(**ground.lists), ground.subwords.numbers())
    teach(tutor, tutor.rates(), read, words, epochs, _BATCH, rng, tell)
    return tutor


def drawn(net: Net, ground: Ground, examples: Sequence[Example], times: int, seed: int) -> list[list[Example]]:
    """Each example read `times` times over, its names drawn by how likely `net` finds them: what is doubtful stays so."""
    words = Words(ground.rows(), WordLists(**ground.all_lists), ground.subwords.numbers())
    encoded = [words.encode(each) for each in examples]
    chance = torch.Generator().manual_seed(seed)
    found: list[list[Example]] = [[] for _ in examples]
    with torch.no_grad():
        moves = net.moves()
        for batch in batches(encoded, words):
            scores, _ = net(batch)
            sizes = batch.there.sum(1).long()
            for _ in range(times):
                rows = draw(scores, moves, sizes, chance).tolist()
                for row, place in zip(rows, batch.places, strict=True):
                    names = _named(row, encoded[place].tokens)
                    found[place].append(replace(examples[place], names=tuple(names)))
    return [each for each in found if each]


def draw(scores: Tensor, moves: Tensor, sizes: Tensor, chance: torch.Generator) -> Tensor:
    """Sequences of tags, each drawn as often as it is likely, for scores `[posts, tokens, tags]`."""
    reach = [scores[:, 0] + moves[0]]
    for at in range(1, scores.shape[1]):
        reach.append(torch.logsumexp(reach[-1].unsqueeze(2) + moves, 1) + scores[:, at])
    tags = torch.zeros(scores.shape[:2], dtype=torch.long)
    behind = torch.zeros(len(scores), dtype=torch.long)
    for at in range(scores.shape[1] - 1, -1, -1):
        goes_on = (at < sizes - 1).unsqueeze(1)
        odds = reach[at] + moves[:, behind].T * goes_on
        drawn_here = torch.multinomial(torch.softmax(odds, 1), 1, generator=chance).squeeze(1)
        behind = tags[:, at] = torch.where(at < sizes, drawn_here, 0)
    return tags


def _named(tags: Sequence[int], tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    for first, behind, kind in spans(tags[: len(tokens)]):
        yield tokens[first].start, tokens[behind - 1].end, TYPES[kind]
