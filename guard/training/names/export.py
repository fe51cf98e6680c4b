"""From a net that has learnt to the arrays of a model's file."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from guard.models.names.lists import WordLists
from guard.models.names.reader import person_features
from guard.models.names.words import PIECES, key
from guard.models.weights import Weights
from guard.training.names import lexicon
from guard.training.names.augment import Augmenter
from guard.training.names.batches import Words, batches
from guard.training.names.ground import Ground
from guard.training.names.material import KNOWN, Material
from guard.training.names.net import WINDOW, Net
from guard.training.names.sources import Example

Array = np.ndarray[Any, Any]
_CLIP = 5.0
_TIMES = 6
"""How often each post is read, with other names, to learn who is public."""


def export(net: Net, ground: Ground, public: tuple[Array, float]) -> Weights:
    """The file's contents; `calibration` says nothing yet."""
    state = {name: value.detach().numpy() for name, value in net.state_dict().items()}
    width = state["first.weight"].shape[0]
    rows, table = ground.rows(), ground.vectors
    codes = {key(word): row - 1 for word, row in reversed(list(rows.items()))}
    words, word_scale = _small(np.clip(table, -_CLIP, _CLIP))
    pieces, piece_scale = _small(state["pieces.weight"][:PIECES])
    known, subword_scale = ground.subwords, _small(ground.subwords.vectors)[1]
    order = sorted(codes)
    arrays: dict[str, Array] = {
        "keys": np.array(order, np.uint32),
        "rows": np.array([codes[code] for code in order], np.uint16),
        "words": words,
        "pieces": pieces,
        "scales": np.array([word_scale, piece_scale, subword_scale], np.float32),
        "subword-keys": known.keys,
        "subwords": _small(known.vectors)[0],
        "inner": state["inner.weight"].T.astype(np.float16),
        "inner-bias": state["inner.bias"],
        "first": _by_slot(state["first.weight"], WINDOW).astype(np.float16),
        "marks": _by_slot(state["marks.weight"], 3).astype(np.float16),
        "bias": state["first.bias"] + state["domains.weight"][0],
        "out": state["out.weight"].T.astype(np.float16),
        "out-bias": state["out.bias"],
        "moves": net.moves().detach().numpy(),
        "public": public[0].astype(np.float32),
        **{f"list-{name}": value for name, value in ground.all_lists.items()},
    }
    layers = len(net.layers)
    for at in range(layers):
        arrays[f"layer-{at}"] = state[f"layers.{at}.weight"].T.astype(np.float16)
        arrays[f"layer-{at}-bias"] = state[f"layers.{at}.bias"]
    about = {
        "kind": "names",
        "width": width,
        "embedding": table.shape[1],
        "pieces": pieces.shape[1],
        "subwords": known.vectors.shape[1],
        "inner": len(state["inner.bias"]),
        "rows": len(table),
        "layers": layers,
        "public-bias": public[1],
        "calibration": [1.0, 0.0],
    }
    return Weights(about, {name: np.ascontiguousarray(value) for name, value in arrays.items()})


def _by_slot(weight: Array, slots: int) -> Array:
    """(width, slots * inputs) as (inputs, slots * width): what one input adds to each slot."""
    width, both = weight.shape
    turned: Array = weight.reshape(width, slots, both // slots).transpose(2, 1, 0).reshape(-1, slots * width)
    return turned


def _small(array: Array) -> tuple[Array, float]:
    scale = float(np.abs(array).max() / 127)
    return np.round(array / scale).astype(np.int8), scale


def fit_public(net: Net, ground: Ground, known: Material, data: Path, seed: int) -> tuple[Array, float]:
    """What tells public persons from private ones: logistic regression over `person_features`. Weights and bias.

    Names are exchanged for others half of the time, listed ones being public: so it looks at more than the names it has met.
    """
    from sklearn.linear_model import LogisticRegression

    lists = WordLists(**ground.lists)
    augment = Augmenter(random.Random(seed), data, KNOWN)
    words = Words(ground.rows(), lists, ground.subwords.numbers())
    listed = {name.casefold() for kind, name, _ in lexicon.known(KNOWN) if kind == "person"}
    listed |= {name.split()[-1] for name in listed}
    examples: list[Example] = []
    for original in [each for each in known.posts if each.known for _ in range(_TIMES)] + list(known.staff):
        annotated = {surface.casefold() for surface in original.public}
        before = {original.text[start:end].casefold() for start, end, _ in original.names}
        example = augment(original, 0.5)
        surfaces = {example.text[start:end].casefold() for start, end, label in example.names if label == "PERSON"}
        examples.append(replace(example, public=frozenset((annotated & before) | (surfaces - before) & listed)))
    encoded = [words.encode(each) for each in examples]
    features: list[Array] = []
    public: list[bool] = []
    with torch.no_grad():
        for batch in batches(encoded, words):
            _, found = net(batch)
            for row, place in zip(found.numpy(), batch.places, strict=True):
                example, cut, bits = examples[place], encoded[place].tokens, encoded[place].marks
                for start, end, label in example.names:
                    inside = [at for at, token in enumerate(cut) if start <= token.start < end]
                    if label == "PERSON" and inside:
                        texts = [cut[at].text for at in inside]
                        features.append(person_features(row[inside], texts, [bits[at] for at in inside], lists))
                        public.append(example.text[start:end].casefold() in example.public)
    told = np.array(features)
    middle, spread = told.mean(axis=0), told.std(axis=0) + 1e-6  # else the states, which vary most, outvote the lists
    fitted = LogisticRegression(C=0.013, max_iter=500, class_weight="balanced").fit(
        (told - middle) / spread, np.array(public)
    )
    weights = fitted.coef_[0] / spread
    return weights, float(fitted.intercept_[0] - weights @ middle)
