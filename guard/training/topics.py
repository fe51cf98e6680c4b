"""Makes the model of topics from labelled posts and a seed.

Each post is judged by a model that has seen no post by the same hand: so the model is calibrated, and so its worth is
told. Ordinary lines, in which nothing is given away, are learnt from too: else every line would be suspect.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from guard.errors import UsageError
from guard.models.hashed import word_code
from guard.models.topics import FORMAT, LEAKS
from guard.models.weights import Weights
from guard.training.calibrate import calibrate
from guard.training.linear import Features, Linear, features_of, joined, linear_logits, some, train_linear
from guard.training.misspelt import misspelt
from guard.training.posts import Labelled
from guard.training.sensed import Sensed, sensed_logits, train_sensed
from guard.training.senses import Senses
from guard.training.words import Lexicon, words_of
from guard.types.topic import TOPICS
from guard.words.texts import Phrase

Array = np.ndarray[Any, Any]
Tell = Callable[[str], None]

SPOKEN: Final = (
    "common-voice.fr",
    "common-voice.en",
    "clinc-oos.en",
    "ubuntu-irc.en",
    "meetings.en",
    "nouvelles-cc0.fr",
)
"""Files of ordinary lines, nearest to what people post."""
_OF_EACH: Final = 500
"""Lines of each such file, drawn at random."""
_ORDINARY: Final = 0.25
"""How much an ordinary line counts beside a post."""
_OTHER: Final = 0.3
"""How much a post in the other language, word by word, counts."""
_MISSPELT: Final = 0.3
"""How much a post counts again as a hurried person types it."""
_SUREST: Final = 0.3
"""How much the calibrated logit of the surest topic counts in that of a leak."""
_FOLDS: Final = 5
"""Where all posts are by one hand."""
_MOST_FOLDS: Final = 4
"""Of more hands than these, some are left out together: time must not grow with every hand."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and what models of the same kind said of posts by hands that they had not seen."""

    weights: Weights
    judged: Array
    """Calibrated probabilities, `[posts, heads]`."""


def labels_of(posts: Sequence[Labelled]) -> Array:
    """`[posts, heads]` of 0 and 1: the topics, then severity 1, 2 and 3 or more."""
    rows = [
        [topic in post.topics for topic in TOPICS] + [post.severity >= least for least in (1, 2, 3)] for post in posts
    ]
    return np.array(rows, np.float64).reshape(len(rows), len(TOPICS) + LEAKS)


def ordinary_lines(folder: Path, seed: int) -> list[str]:
    """Lines of ordinary speech from a folder of `*.txt.gz`. UsageError when it has none."""
    draw = np.random.default_rng(seed)
    lines: list[str] = []
    for name in SPOKEN:
        path = folder / f"{name}.txt.gz"
        if path.exists():
            read = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
            lines += [read[place] for place in sorted(draw.choice(len(read), min(_OF_EACH, len(read)), replace=False))]
    if not lines:
        raise UsageError(Phrase("training.no-ordinary", folder=str(folder)), hint=Phrase("training.do.files"))
    return lines


def train(
    posts: Sequence[Labelled],
    phrases: Sequence[Labelled],
    ordinary: Sequence[str],
    senses: Senses,
    seed: int,
    tell: Tell,
) -> Trained:
    """The model, and its honest worth on `posts`. Takes minutes on one processor.

    `phrases` are learnt from in every fold: nothing is judged by them.
    """
    words = [words_of(post.text) for post in posts]
    lexicon = Lexicon()
    said_so = [words_of(phrase.text) for phrase in phrases]
    lines = [words_of(line) for line in ordinary]
    lessons = _Lessons(
        posts=features_of(words),
        other=_other(lexicon, words, posts),
        misspelt=features_of([words_of(misspelt(post.text, post.language, seed)) for post in posts]),
        phrases=joined(features_of(said_so), _other(lexicon, said_so, phrases)),
        ordinary=features_of(lines),
        ordinary_misspelt=features_of([words_of(misspelt(line, "", seed)) for line in ordinary]),
        senses=senses.of_texts([whole for whole, _ in words]),
        line_senses=senses.of_texts([whole for whole, _ in lines]),
        labels=labels_of(posts),
        phrase_labels=labels_of(phrases),
        seed=seed,
    )
    folds, ordinary_folds = _folds(posts), np.arange(len(ordinary)) % _FOLDS
    judged = np.zeros_like(lessons.labels)
    said = np.zeros((len(ordinary), lessons.labels.shape[1]))
    names = sorted(set(folds))
    for number, name in enumerate(names):
        held, out = folds == name, ordinary_folds == number % _FOLDS
        model, sensed = lessons.learn(~held, ~out)
        judged[held] = linear_logits(model, some(lessons.posts, held))
        judged[held, -LEAKS:] += sensed_logits(sensed, lessons.senses[held])
        said[out] = linear_logits(model, some(lessons.ordinary, out))
        said[out, -LEAKS:] += sensed_logits(sensed, lessons.line_senses[out])
        tell(Phrase("training.part", number=number + 1, parts=len(names), posts=int(held.sum())))
    heard = ordinary_folds < len(names)
    calibration, judged = _calibrated(judged, lessons.labels, said[heard])
    model, sensed = lessons.learn(np.full(len(posts), fill_value=True), np.full(len(ordinary), fill_value=True))
    tell(Phrase("training.learnt"))
    probable = 1 / (1 + np.exp(-(judged * calibration[0] + calibration[1])))
    return Trained(_weights(model, sensed, senses, calibration, seed, len(posts)), probable)


@dataclass(frozen=True, slots=True)
class _Lessons:
    posts: Features
    other: Features
    misspelt: Features
    phrases: Features
    """As they are, and again in the other language."""
    ordinary: Features
    ordinary_misspelt: Features
    """Else short spellings would seem to be those of leaks."""
    senses: Array
    """Of the posts, `[posts, directions]`."""
    line_senses: Array
    """Of the ordinary lines."""
    labels: Array
    phrase_labels: Array
    seed: int

    def learn(self, posts: Array, ordinary: Array) -> tuple[Linear, Sensed]:
        """Both readers, from some of the posts and of the ordinary lines."""
        labels, phrases = self.labels[posts], self.phrase_labels
        none = np.zeros((int(ordinary.sum()), labels.shape[1]))
        again = (some(each, posts) for each in (self.posts, self.other, self.misspelt))
        lines = (some(each, ordinary) for each in (self.ordinary, self.ordinary_misspelt))
        parts = (*again, self.phrases, *lines)
        weight = [
            *([1.0] * len(labels) + [_OTHER] * len(labels) + [_MISSPELT] * len(labels)),
            *([1.0] * len(phrases) + [_OTHER] * len(phrases)),
            *([_ORDINARY] * len(none) + [_ORDINARY] * len(none)),
        ]
        truth = np.concatenate([labels, labels, labels, phrases, phrases, none, none])
        linear = train_linear(joined(*parts), truth, np.array(weight), self.seed)
        return linear, train_sensed(self.senses[posts], labels[:, -LEAKS:], self.line_senses[ordinary])


def _calibrated(judged: Array, labels: Array, ordinary: Array) -> tuple[Array, Array]:
    """The calibration, and `judged` with what the surest topic adds to a leak: it is calibrated first."""
    topics = calibrate(judged, labels, ordinary)
    told = []
    for said in (judged, ordinary):
        surest = (said * topics[0] + topics[1])[:, :-LEAKS].max(axis=1)
        told.append(np.column_stack([said[:, :-LEAKS], said[:, -LEAKS] + _SUREST * surest, said[:, 1 - LEAKS :]]))
    return calibrate(told[0], labels, told[1]), told[0]


def _other(lexicon: Lexicon, texts: Sequence[tuple[list[str], list[str]]], posts: Sequence[Labelled]) -> Features:
    """The texts again, in the other language."""
    return features_of([
        (lexicon.other(words, post.language), lexicon.other(kept, post.language))
        for (words, kept), post in zip(texts, posts, strict=True)
    ])  # fmt: skip


def _folds(posts: Sequence[Labelled]) -> Array:
    """Which posts are left out together: those by one hand, in both languages (`fr-a` and `en-a`); twins stay together."""
    hands = [post.source.removeprefix("fr-").removeprefix("en-") for post in posts]
    if len(set(hands)) > 1:
        groups = {hand: str(number % _MOST_FOLDS) for number, hand in enumerate(sorted(set(hands)))}
        return np.array([groups[hand] for hand in hands])
    keys = {key: number % _FOLDS for number, key in enumerate(dict.fromkeys(post.pair or post.id for post in posts))}
    return np.array([str(keys[post.pair or post.id]) for post in posts])


def _weights(model: Linear, sensed: Sensed, senses: Senses, calibration: Array, seed: int, posts: int) -> Weights:
    # A weight comes with its row's rarity, so that reading a text is one sum.
    tables, scales = zip(
        *(_small(each * rare[:, None]) for each, rare in zip(model.weights, model.rarity, strict=True)), strict=True
    )
    # And so does what a word's sense adds to each head: the vectors themselves are needed no more.
    codes, order = np.unique([word_code(word) for word in senses.rows], return_index=True)
    kept = np.fromiter(senses.rows.values(), np.int64)[order]
    sense, sense_scale = _small(senses.rarity[kept, None] * (senses.vectors[kept] @ sensed.weights))
    bias = model.bias.copy()
    bias[-LEAKS:] += sensed.bias
    arrays = {
        "sense_codes": codes.astype(np.uint32),
        "sense": sense,
        "sense_rarity": senses.rarity[kept].astype(np.float16),
        "sense_scale": sense_scale.astype(np.float32),
        "words": tables[0],
        "runs": tables[1],
        "words_rarity": model.rarity[0].astype(np.float16),
        "runs_rarity": model.rarity[1].astype(np.float16),
        "scales": np.stack(scales).astype(np.float32),
        "bias": bias.astype(np.float32),
        "calibration": calibration.astype(np.float32),
    }
    about = {"format": FORMAT, "kind": "topics", "topics": list(TOPICS), "seed": seed, "posts": posts}
    return Weights({**about, "surest": _SUREST * float(calibration[0, -LEAKS])}, arrays)


def _small(table: Array) -> tuple[Array, Array]:
    """The table in whole numbers from -127 to 127, and what one is worth in each head."""
    scale = np.maximum(np.abs(table).max(axis=0), 1e-6) / 127
    return np.rint(table / scale).astype(np.int8), scale
