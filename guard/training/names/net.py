"""The names model while it learns, in PyTorch: the same sums as guard/models/names/encoder.py. Needs the extra `train`."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from guard.models.names.decode import FORBIDDEN, TAGS, allowed
from guard.models.names.lists import FACTS
from guard.models.names.reading import MARKS
from guard.models.names.words import FORMS, PIECES
from guard.training.names.batches import Batch

WINDOW = 5
DOMAINS = 4
INNER = 128
"""Width of the layer for each word alone: what its facts and parts say together, before its neighbours are looked at."""
_PIECES_WIDTH = 32
_DROP, _INNER_DROP = 0.35, 0.3
_WORD_DROP, _PIECES_DROP, _FACTS_DROP, _SUBWORDS_DROP = 0.2, 0.6, 0.15, 0.3
"""How often a word's vector, its pieces or its facts are hidden, so that none is relied on alone; the pieces most often, since they
tell every word from all others: a net learns its few French posts by heart with them."""


class Net(nn.Module):  # type: ignore[misc]
    """Scores of tags, and the steps between them."""

    def __init__(self, vectors: np.ndarray, subwords: np.ndarray, width: int, layers: int) -> None:
        super().__init__()
        self.words = nn.Embedding.from_pretrained(torch.from_numpy(vectors), freeze=True)
        self.pieces = nn.EmbeddingBag(PIECES + 1, _PIECES_WIDTH, mode="sum", padding_idx=PIECES)
        nn.init.normal_(self.pieces.weight, std=0.1)
        self.pieces.weight.data[PIECES] = 0
        self.subwords = nn.EmbeddingBag.from_pretrained(
            torch.from_numpy(subwords), freeze=True, mode="mean", padding_idx=0
        )
        inputs = vectors.shape[1] + _PIECES_WIDTH + len(FORMS) + len(FACTS) + subwords.shape[1]
        self.inner = nn.Linear(inputs, INNER)
        self.first = nn.Linear(WINDOW * (inputs + INNER), width)
        self.marks = nn.Linear(3 * len(MARKS), width, bias=False)
        self.domains = nn.Embedding(DOMAINS, width)
        nn.init.zeros_(self.domains.weight)
        self.layers = nn.ModuleList(nn.Linear(3 * width, width) for _ in range(layers))
        self.out = nn.Linear(width, len(TAGS))
        self.steps = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        table = [[0.0 if allowed(a, b) else FORBIDDEN for b in range(len(TAGS))] for a in range(len(TAGS))]
        self.register_buffer("ruled_out", torch.tensor(table))
        self.drop = nn.Dropout(_DROP)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Scores (posts, tokens, tags) and states (posts, tokens, width)."""
        words = self.words(batch.rows)
        pieces = self.pieces(batch.pieces.flatten(0, 1)).view(*batch.rows.shape, -1)
        subwords = self.subwords(batch.subwords.flatten(0, 1)).view(*batch.rows.shape, -1)
        facts = batch.facts
        there = batch.there.unsqueeze(-1)
        if self.training:
            words, pieces, facts, subwords = (
                each * (torch.rand_like(there) > rate)
                for each, rate in (
                    (words, _WORD_DROP),
                    (pieces, _PIECES_DROP),
                    (facts, _FACTS_DROP),
                    (subwords, _SUBWORDS_DROP),
                )
            )
        inputs = fn.dropout(torch.cat([words, pieces, batch.forms, facts, subwords], -1) * there, 0.1, self.training)
        inner = fn.dropout(fn.relu(self.inner(inputs)), _INNER_DROP, self.training) * there
        inputs = torch.cat([inputs, inner], -1)
        state = self.first(_around(inputs, WINDOW)) + self.marks(_around(batch.marks * there, 3)) + self.beside(batch)
        state = self.drop(fn.relu(state + self.domains(batch.domains)[:, None])) * there
        for layer in self.layers:
            state = (state + self.drop(fn.relu(layer(_around(state, 3))))) * there
        return self.out(state), state

    def beside(self, batch: Batch) -> Tensor:
        """What is added to the first layer: nothing in the net that is kept."""
        return batch.there.new_zeros(1)

    def moves(self) -> Tensor:
        """What a step from tag to tag adds."""
        return self.steps + self.ruled_out

    def loss(self, scores: Tensor, tags: Tensor, there: Tensor) -> Tensor:
        """How unlikely the right tags are, for each post."""
        moves = self.moves()
        reach = scores[:, 0] + moves[0]
        right = reach.gather(1, tags[:, :1]).squeeze(1)
        for at in range(1, scores.shape[1]):
            here = there[:, at]
            new = torch.logsumexp(reach.unsqueeze(2) + moves, 1) + scores[:, at]
            reach = torch.where(here.unsqueeze(1) > 0, new, reach)
            step = moves[tags[:, at - 1], tags[:, at]] + scores[:, at].gather(1, tags[:, at : at + 1]).squeeze(1)
            right = right + here * step
        return torch.logsumexp(reach, 1) - right


def _around(rows: Tensor, size: int) -> Tensor:
    """Each row with its neighbours beside it, `size` in all."""
    count = rows.shape[1]
    padded = fn.pad(rows, (0, 0, size // 2, size // 2))
    return torch.cat([padded[:, at : at + count] for at in range(size)], -1)
