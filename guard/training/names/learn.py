"""Learns the names model from data and a seed, and makes its file. Needs the extra `train`.

A first model is taught by labelled text, and adds the names that French staff posts leave unlabelled. A tutor, which is too slow
to read posts, reads English tweets that nobody has labelled. A second model learns from all of it, and is the one that is kept.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import torch

from guard.models.names.decode import AHEAD, TYPES, best, spans
from guard.models.names.lists import WordLists
from guard.models.weights import Weights
from guard.training.names.augment import Augmenter
from guard.training.names.batches import Words, batches
from guard.training.names.calibrate import calibrated
from guard.training.names.export import export, fit_public
from guard.training.names.ground import Ground, lay_ground
from guard.training.names.material import KNOWN, Material, material
from guard.training.names.net import Net
from guard.training.names.school import Tell, teach
from guard.training.names.sources import Example
from guard.training.names.tutor import EPOCHS as TUTOR_EPOCHS
from guard.training.names.tutor import drawn, tutored
from guard.training.names.tweets import tweets
from guard.words.texts import Phrase

WIDTH: Final = 128
LAYERS: Final = 2
_POSTS, _ENCYCLOPAEDIC, _NEWS, _TUTORED = 3, 2500, 1500, 10_000
"""What an epoch reads of: each French post, that often; this many of the others."""
_BATCH: Final = 48
_RATE: Final = 2e-3
_DRAWN: Final = 3
"""How often the tutor reads each tweet."""


def learn(
    data: Path, seed: int = 1, epochs: tuple[int, int, int] = (6, TUTOR_EPOCHS, 10), tell: Tell = lambda _: None
) -> Weights:
    """The model, from the folder of data sets. `epochs` of the first, of the tutor, and of the second."""
    torch.set_num_threads(1)
    known = material(data)
    tell(Phrase("training.vectors"))
    ground = lay_ground(data, known, seed)
    tell(Phrase("training.first"))
    first = fit(ground, known, Added(), data, seed, epochs[0], tell)
    added = complete(first, ground, [each for each in known.staff if each.lang != "en"])
    tell(Phrase("training.tutor"))
    tutor = tutored(ground, known, data, seed, epochs[1], tell)
    tell(Phrase("training.unlabelled"))
    rng = random.Random(seed)
    pool = tweets(known, Augmenter(rng, data, KNOWN), rng)
    readings = drawn(tutor, ground, pool, _DRAWN, seed)
    tell(Phrase("training.second"))
    second = fit(ground, known, Added(added, readings), data, seed, epochs[2], tell)
    public = fit_public(second, ground, known, data, seed)
    return calibrated(export(second, ground, public), known.apart)


@dataclass(frozen=True, slots=True)
class Added:
    """What a model has labelled for another to learn from."""

    posts: Sequence[Example] = ()
    readings: Sequence[Sequence[Example]] = ()
    """Of each tweet, how the tutor may read it."""


def fit(ground: Ground, known: Material, added: Added, data: Path, seed: int, epochs: int, tell: Tell) -> Net:
    """A net that has learnt."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    words = Words(ground.rows(), WordLists(**ground.lists), ground.subwords.numbers())
    net = Net(ground.table(), ground.subwords.table(), WIDTH, LAYERS)
    augment = Augmenter(rng, data, KNOWN)
    learnt = [each for each in net.parameters() if each.requires_grad]
    teach(net, [(learnt, _RATE)], lambda: _epoch(known, added, augment, rng), words, epochs, _BATCH, rng, tell)
    return net


def _epoch(known: Material, added: Added, augment: Augmenter, rng: random.Random) -> list[Example]:
    return [
        *(augment(each, 0.5) for each in known.posts for _ in range(_POSTS)),
        *(augment(each) for each in known.tweets),
        *(augment(each, 0) for each in rng.sample(known.encyclopaedic, _ENCYCLOPAEDIC)),
        *(augment(each, 0) for each in rng.sample(known.news, _NEWS)),
        *(augment(each, 0.3) for each in added.posts),
        *(augment(rng.choice(each), 0) for each in rng.sample(added.readings, min(_TUTORED, len(added.readings)))),
    ]


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
