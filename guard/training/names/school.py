"""How a net learns from examples: the rate rises, then falls; its weights are averaged towards the end. Needs the extra `train`."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import torch
from torch import nn

from guard.training.names.batches import Batch, Words, batches
from guard.training.names.net import Net
from guard.training.names.sources import Example
from guard.words.texts import Phrase

_WARM: Final = 100
_LAST: Final = 0.03
_AVERAGE: Final = 0.01

Tell = Callable[[str], None]
Rates = Sequence[tuple[Sequence[nn.Parameter], float]]
"""Weights that learn, and how fast."""


def teach(
    net: Net,
    rates: Rates,
    read: Callable[[], list[Example]],
    words: Words,
    epochs: int,
    size: int,
    rng: random.Random,
    tell: Tell,
) -> None:
    """Teaches `net` what `read` gives for each epoch, `size` examples at once; the mean of the second half is kept."""
    school = _School(net, rates)
    for epoch in range(epochs):
        encoded = [words.encode(each) for each in read()]
        school.total = school.total or epochs * len(encoded) // size
        losses = [school.teach(batch, 2 * epoch >= epochs) for batch in batches(encoded, words, size, rng)]
        tell(Phrase("training.epoch", number=epoch + 1, epochs=epochs, loss=float(np.mean(losses))))
    school.leave()


class _School:
    """Steps of learning."""

    def __init__(self, net: Net, rates: Rates) -> None:
        self._net, self._rates = net, [rate for _, rate in rates]
        self._learnt = [each for weights, _ in rates for each in weights]
        self._optimiser = torch.optim.AdamW([{"params": list(weights)} for weights, _ in rates], weight_decay=1e-4)
        self._mean: list[torch.Tensor] = []
        self._step = 0
        self.total = 0
        """Steps there will be."""
        net.train()

    def teach(self, batch: Batch, average: bool) -> float:
        """One step; gives the loss before it."""
        part = min(1, self._step / _WARM) * max(_LAST, 1 - self._step / self.total)
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * part
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
