"""What words mean, as vectors: for each word the mean of what a sentence encoder makes of it, wherever it stands in free text.

So the model of topics knows something of words that stand in no labelled post. The encoder knows English; French it reads
word by word in English. The vectors are needed to train a model, never to read a post: there they are part of its weights.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from guard.errors import UsageError
from guard.models.tokens import tokens
from guard.models.topics import SENSE_SHORTEST
from guard.models.weights import Weights, unpack
from guard.text.fold import fold
from guard.training.words import Lexicon
from guard.words.texts import Phrase

Array = np.ndarray[Any, Any]
Tell = Callable[[str], None]
Read = Callable[[Sequence[Sequence[str]]], list[Array]]
"""Of lines of words: a vector for each word (`guard.training.teacher.Teacher.read`)."""

SIZE: Final = 64
"""Directions that are kept: those in which words differ most."""
LINES: Final = 100_000
OF_EACH: Final = {
    "common-voice.en": 30_000, "clinc-oos.en": 15_000, "ubuntu-irc.en": 45_000, "meetings.en": 35_000, "handbooks.en": 25_000,
    "uk-gov-digital.en": 6_000, "canada-digital.en": 4_000, "us-gov-digital.en": 12_000, "standardebooks.en": 8_000,
    "rust-blog.en": 5_000, "common-voice.fr": 40_000, "travail-et-quotidien.fr": 20_000, "nouvelles-cc0.fr": 12_000,
    "libretheatre.fr": 25_000, "etat-numerique.fr": 20_000, "canada-numerique.fr": 4_000, "logiciels-entreprise.fr": 15_000,
    "tech-docs.fr": 8_000, "wikinews.fr": 3_000, "assemblee-nationale.fr": 15_000, "gutenberg-fr.fr": 6_000,
}  # fmt: skip
"""Lines of each file that take part in the draw, at most."""
_SHORTEST, _LONGEST = 25, 300
"""Letters of a line; of a longer one a piece is taken."""
_WORDS: Final = 64
"""Words of a line that are read."""
_MOST: Final = 100_000
"""Words that are kept, at most: those of most lines. The rare ones are worth it: no labelled post has them."""
_AT_ONCE, _SORTED = 32, 512


@dataclass(frozen=True, slots=True)
class Senses:
    """Vectors of words, and how rare each word is."""

    rows: dict[str, int]
    vectors: Array
    """`[words, SIZE]`."""
    rarity: Array
    """Logarithm of how few lines have the word."""

    def of_texts(self, texts: Sequence[Sequence[str]]) -> Array:
        """The mean of the vectors of each text's words, rare ones counting more, `[texts, SIZE]`; of a short text, less."""
        found = np.zeros((len(texts), self.vectors.shape[1]))
        for number, words in enumerate(texts):
            rows = [self.rows[word] for word in dict.fromkeys(words) if word in self.rows]
            weight = self.rarity[rows]
            found[number] = weight @ self.vectors[rows] / max(float(weight.sum()), SENSE_SHORTEST)
        return found


@dataclass(frozen=True, slots=True)
class Line:
    """The words of a line, and what the encoder reads for each."""

    words: tuple[str, ...]
    read: tuple[str, ...]


def draw_lines(folder: Path, count: int, seed: int) -> list[Line]:
    """Lines from a folder of `*.txt.gz`, in an order by chance. UsageError when it has none."""
    draw = np.random.default_rng(seed)
    drawn: list[tuple[str, str]] = []
    for name, most in OF_EACH.items():
        path = folder / f"{name}.txt.gz"
        if path.exists():
            read = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
            fit = [line for line in read if len(line) >= _SHORTEST]
            drawn += [(name[-2:], _piece(fit[place], draw)) for place in draw.permutation(len(fit))[:most]]
    if not drawn:
        raise UsageError(Phrase("training.no-free", folder=str(folder)), hint=Phrase("training.do.files"))
    lexicon = Lexicon()
    some = [drawn[place] for place in draw.permutation(len(drawn))[:count]]
    return [_line(language, line, lexicon) for language, line in some]


def _piece(line: str, draw: np.random.Generator) -> str:
    if len(line) <= _LONGEST:
        return line
    start = line.find(" ", int(draw.integers(0, len(line) - _LONGEST + 1))) + 1
    return line[start : start + _LONGEST]


def _line(language: str, line: str, lexicon: Lexicon) -> Line:
    folded = fold(line)
    found = tokens(folded)[:_WORDS]
    plain = [folded[start:end] for _, start, end in found]
    if language == "fr":
        plain = [" ".join(lexicon.other([each], language)) for each in plain]
    return Line(tuple(word for word, _, _ in found), tuple(plain))


def learn_senses(lines: Sequence[Line], read: Read, tell: Tell) -> Weights:
    """The vectors of the words of these lines. A quarter of an hour for 100,000 lines on one processor."""
    numbers: dict[str, int] = {}
    sums, texts = np.zeros((0, 0), np.float32), np.zeros(0, np.int64)
    for start in range(0, len(lines), _SORTED):
        some = sorted((line for line in lines[start : start + _SORTED] if line.words), key=lambda line: len(line.read))
        for at in range(0, len(some), _AT_ONCE):
            batch = some[at : at + _AT_ONCE]
            for line, vectors in zip(batch, read([line.read for line in batch]), strict=True):
                rows = np.array([numbers.setdefault(word, len(numbers)) for word in line.words])
                if len(numbers) > len(sums):
                    more = 1024 + len(sums) // 2 + len(line.words)
                    sums = np.concatenate(
                        [sums.reshape(-1, vectors.shape[1]), np.zeros((more, vectors.shape[1]), np.float32)]
                    )
                    texts = np.concatenate([texts, np.zeros(more, np.int64)])
                # A word counts once a line: one that a line says again and again is no more telling
                each, place, often = np.unique(rows, return_inverse=True, return_counts=True)
                np.add.at(sums, rows, vectors / often[place][:, None])
                texts[each] += 1
        if start // _SORTED % 20 == 19:
            tell(Phrase("training.lines", read=start + _SORTED, lines=len(lines)))
    return _kept(list(numbers), sums[: len(numbers)], texts[: len(numbers)], len(lines))


def _kept(words: Sequence[str], sums: Array, texts: Array, lines: int) -> Weights:
    if not words:
        raise UsageError(Phrase("training.no-words"), hint=Phrase("training.do.lines"))
    order = sorted(range(len(words)), key=lambda row: (-texts[row], words[row]))[:_MOST]
    count = texts[order]
    means = sums[order] / count[:, None]
    means -= (means * count[:, None]).sum(0) / count.sum()
    rarity = np.log(lines / count)
    # Directions in which words differ most, where each word counts as it does in a text
    weighed = means * np.sqrt(count * rarity**2)[:, None]
    vectors = means @ np.linalg.eigh(weighed.T @ weighed)[1][:, ::-1][:, :SIZE]
    scale = float(np.quantile(np.abs(vectors), 0.9999)) / 127
    arrays = {
        "words": np.frombuffer("\n".join(words[row] for row in order).encode("utf-8", "replace"), np.uint8),
        "vectors": np.rint(np.clip(vectors / scale, -127, 127)).astype(np.int8),
        "rarity": rarity.astype(np.float16),
    }
    return Weights({"kind": "senses", "lines": lines}, arrays)


def read_senses(path: Path) -> Senses:
    """The vectors that a file holds. UsageError when it cannot be read; ModelError when it holds something else."""
    try:
        weights = unpack(path.read_bytes())
    except OSError as error:
        message = Phrase("training.no-senses", path=str(path), why=str(error.strerror))
        raise UsageError(message, hint=Phrase("training.do.senses")) from None
    words = weights.array("words", None).tobytes().decode("utf-8", "replace").split("\n")
    vectors = weights.array("vectors", len(words), None).astype(np.float32)
    return Senses(
        {word: row for row, word in enumerate(words)}, vectors, weights.array("rarity", len(words)).astype(np.float32)
    )
