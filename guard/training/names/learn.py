"""Learns the names model from data and a seed, and makes its file. Needs the extra `train`.

A first model is taught by labelled text. It adds the names that staff posts leave unlabelled and labels plain tweets;
a second one learns from all of it, and is the one that is kept.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from guard.models.names.decode import AHEAD, TYPES, best, spans
from guard.models.names.lists import WordLists
from guard.models.weights import Weights
from guard.training.names import lexicon, vectors
from guard.training.names.augment import Augmenter
from guard.training.names.batches import Words, batches
from guard.training.names.export import export, fit_public
from guard.training.names.material import KNOWN, Material, material, texts
from guard.training.names.net import Net
from guard.training.names.sources import Example

WIDTH: Final = 128
LAYERS: Final = 2
_EMBEDDING: Final = 96
_POSTS, _ENCYCLOPAEDIC, _NEWS = 6, 2500, 1500
"""What an epoch reads of: each French post, that often; this many of the others."""
_BATCH: Final = 48
_RATE: Final = 2e-3
_WARM: Final = 100
_LAST: Final = 0.03
_AVERAGE: Final = 0.01

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What every model of a run stands on: word vectors and lists."""

    words: list[str]
    vectors: np.ndarray
    lists: dict[str, np.ndarray]

    def rows(self) -> dict[str, int]:
        """Row of a word's vector; 0 is for unknown words. A word without accents leads to the most usual with them."""
        rows = {word: at + 1 for at, word in enumerate(self.words)}
        for word in self.words:
            rows.setdefault(lexicon.folded(word), rows[word])
        return rows

    def table(self) -> np.ndarray:
        """The vectors, with a row of zeros first."""
        return np.vstack([np.zeros((1, self.vectors.shape[1]), np.float32), self.vectors])


def learn(data: Path, seed: int = 1, epochs: tuple[int, int] = (6, 10), tell: Tell = lambda _: None) -> Weights:
    """The model, from the folder of data sets. `epochs` of the first and of the second."""
    torch.set_num_threads(1)
    known = material(data)
    tell("word vectors")
    ground = lay_ground(data, known, seed)
    tell("first model")
    first = fit(ground, known, [], data, seed, epochs[0], tell)
    tell("names that are not labelled")
    added = complete(first, ground, [*known.staff, *known.unlabelled])
    tell("second model")
    second = fit(ground, known, added, data, seed, epochs[1], tell)
    return export(second, ground.rows(), ground.vectors, ground.lists, fit_public(second, ground, known, data, seed))


def lay_ground(data: Path, known: Material, seed: int) -> Ground:
    """Word vectors and lists, from text and lists of names."""
    words, stream, case = vectors.read(texts(data, known))
    counts = {word: both for word, both in case.items() if sum(both) > 1}
    return Ground(
        words, vectors.vectors(stream, len(words), _EMBEDDING, seed), lexicon.build(data, KNOWN, counts)
    )


def fit(
    ground: Ground, known: Material, added: Sequence[Example], data: Path, seed: int, epochs: int, tell: Tell
) -> Net:
    """A net that has learnt; the mean of its weights over the second half of the epochs."""
    rng = random.Random(seed)  # noqa: S311 - the same for the same seed
    torch.manual_seed(seed)
    words = Words(ground.rows(), WordLists(**ground.lists))
    net = Net(ground.table(), WIDTH, LAYERS)
    learnt = [each for each in net.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=_RATE, weight_decay=1e-4)
    augment = Augmenter(rng, data, KNOWN)
    mean: list[torch.Tensor] = []
    step = total = 0
    for epoch in range(epochs):
        examples = [augment(each, 0.5) for each in known.posts for _ in range(_POSTS)]
        examples += [augment(each) for each in known.tweets]
        examples += [augment(each, 0) for each in rng.sample(known.encyclopaedic, _ENCYCLOPAEDIC)]
        examples += [augment(each, 0) for each in rng.sample(known.news, _NEWS)]
        examples += [augment(each, 0.3) for each in added]
        encoded = [words.encode(each) for each in examples]
        total = total or epochs * len(encoded) // _BATCH
        net.train()
        losses: list[float] = []
        for batch in batches(encoded, words, _BATCH, rng):
            optimiser.param_groups[0]["lr"] = _RATE * min(1, step / _WARM) * max(_LAST, 1 - step / total)
            loss = net.loss(net(batch)[0], batch.tags, batch.there).mean()
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learnt, 2.0)
            optimiser.step()
            step += 1
            losses.append(loss.item())
            if 2 * epoch >= epochs:
                with torch.no_grad():
                    mean = [old.lerp_(new, _AVERAGE) for old, new in zip(mean, learnt, strict=True)] if mean else [
                        each.clone() for each in learnt
                    ]
        tell(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}")
    with torch.no_grad():
        for each, value in zip(learnt, mean, strict=True):
            each.copy_(value)
    net.eval()
    return net


def complete(net: Net, ground: Ground, examples: Sequence[Example]) -> list[Example]:
    """The examples with the names that the net finds beside those they have."""
    words = Words(ground.rows(), WordLists(**ground.lists))
    encoded = [words.encode(replace(each, names=())) for each in examples]
    moves = net.moves().tolist()
    found: list[Example] = list(examples)
    with torch.no_grad():
        for batch in batches(encoded, words):
            scores, _ = net(batch)
            for row, place in zip(scores, batch.places, strict=True):
                example, cut = examples[place], encoded[place].tokens
                mine = row[: len(cut)]
                ahead = (mine[:, 0] - mine[:, 1:].max(1).values > AHEAD).tolist()
                names = list(example.names)
                for first, behind, kind in spans(best(mine.tolist(), moves, ahead)):
                    start, end = cut[first].start, cut[behind - 1].end
                    if not any(start < right and left < end for left, right, _ in example.names):
                        names.append((start, end, TYPES[kind]))
                found[place] = replace(example, names=tuple(sorted(names)))
    return found
