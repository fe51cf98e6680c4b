"""Learns the names model from data and a seed, and makes its file. Needs the extra `train`.

A first model is taught by labelled text. It adds the names that staff posts leave unlabelled and labels plain tweets;
a second one learns from all of it, and is the one that is kept.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn

from guard.models.names.decode import AHEAD, TYPES, best, spans
from guard.models.names.lists import WordLists
from guard.models.weights import Weights
from guard.training.names.augment import Augmenter
from guard.training.names.batches import Batch, Words, batches
from guard.training.names.calibrate import calibrated
from guard.training.names.export import export, fit_public
from guard.training.names.ground import Ground, lay_ground
from guard.training.names.material import KNOWN, Material, material
from guard.training.names.net import Net
from guard.training.names.sources import Example
from guard.words.texts import Phrase

WIDTH: Final = 128
LAYERS: Final = 2
_POSTS, _ENCYCLOPAEDIC, _NEWS = 6, 2500, 1500
"""What an epoch reads of: each French post, that often; this many of the others."""
_BATCH: Final = 48
_RATE: Final = 2e-3
_FINISH: Final = 6e-4
_WARM: Final = 100
_LAST: Final = 0.03
_AVERAGE: Final = 0.01

Tell = Callable[[str], None]


def learn(data: Path, seed: int = 1, epochs: tuple[int, int, int] = (6, 10, 3), tell: Tell = lambda _: None) -> Weights:
    """The model, from the folder of data sets. `epochs` of the first, of the second, and of its finish."""
    torch.set_num_threads(1)
    known = material(data)
    tell(Phrase("training.vectors"))
    ground = lay_ground(data, known, seed)
    tell(Phrase("training.first"))
    first = fit(ground, known, [], data, seed, epochs[0], tell)
    tell(Phrase("training.unlabelled"))
    added = complete(first, ground, [*known.staff, *known.unlabelled])
    tell(Phrase("training.second"))
    second = fit(ground, known, added, data, seed, epochs[1], tell)
    tell(Phrase("training.finish"))
    added = complete(second, ground, [*known.staff, *known.unlabelled])
    fit(ground, known, added, data, seed + 1, epochs[2], tell, start=second)
    public = fit_public(second, ground, known, data, seed)
    return calibrated(export(second, ground, public), known.apart)


def fit(
    ground: Ground,
    known: Material,
    added: Sequence[Example],
    data: Path,
    seed: int,
    epochs: int,
    tell: Tell,
    start: Net | None = None,
) -> Net:
    """A net that has learnt, `start` itself when given; the mean of its weights over the second half of the epochs."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    words = Words(ground.rows(), WordLists(**ground.lists), ground.subwords.numbers())
    net = start or Net(ground.table(), ground.subwords.table(), WIDTH, LAYERS)
    school = _School(net, _FINISH if start else _RATE)
    augment = Augmenter(rng, data, KNOWN)
    for epoch in range(epochs):
        encoded = [words.encode(each) for each in _epoch(known, added, augment, rng)]
        school.total = school.total or epochs * len(encoded) // _BATCH
        losses = [school.teach(batch, 2 * epoch >= epochs) for batch in batches(encoded, words, _BATCH, rng)]
        tell(Phrase("training.epoch", number=epoch + 1, epochs=epochs, loss=float(np.mean(losses))))
    school.leave()
    return net


def _epoch(known: Material, added: Sequence[Example], augment: Augmenter, rng: random.Random) -> list[Example]:
    return [
        *(augment(each, 0.5) for each in known.posts for _ in range(_POSTS)),
        *(augment(each) for each in known.tweets),
        *(augment(each, 0) for each in rng.sample(known.encyclopaedic, _ENCYCLOPAEDIC)),
        *(augment(each, 0) for each in rng.sample(known.news, _NEWS)),
        *(augment(each, 0.3) for each in added),
    ]


class _School:
    """Steps of learning: the rate rises, then falls; the weights are averaged towards the end."""

    def __init__(self, net: Net, rate: float) -> None:
        self._net, self._rate = net, rate
        self._learnt = [each for each in net.parameters() if each.requires_grad]
        self._optimiser = torch.optim.AdamW(self._learnt, lr=rate, weight_decay=1e-4)
        self._mean: list[torch.Tensor] = []
        self._step = 0
        self.total = 0
        """Steps there will be."""
        net.train()

    def teach(self, batch: Batch, average: bool) -> float:
        """One step; gives the loss before it."""
        rate = self._rate * min(1, self._step / _WARM) * max(_LAST, 1 - self._step / self.total)
        self._optimiser.param_groups[0]["lr"] = rate
        loss = self._net.loss(self._net(batch)[0], batch.tags, batch.there).mean()
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._learnt, 2.0)
        self._optimiser.step()
        self._step += 1
        if average:
            with torch.no_grad():
                self._mean = self._mean or [each.clone() for each in self._learnt]
                for old, new in zip(self._mean, self._learnt, strict=True):
                    old.lerp_(new, _AVERAGE)
        return float(loss.item())

    def leave(self) -> None:
        """Keep the mean."""
        with torch.no_grad():
            for each, value in zip(self._learnt, self._mean, strict=True):
                each.copy_(value)
        self._net.eval()


def complete(net: Net, ground: Ground, examples: Sequence[Example]) -> list[Example]:
    """The examples with the names that the net finds beside those they have."""
    words = Words(ground.rows(), WordLists(**ground.lists), ground.subwords.numbers())
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
