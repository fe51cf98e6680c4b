"""Small models for tests: a few words weigh for a few topics."""

import hashlib
from pathlib import Path

import numpy as np

from guard.models.hashed import RUN_ROWS, WORD_ROWS, word_rows
from guard.models.topics import FORMAT, LEAKS, SHORTEST
from guard.models.weights import Weights, pack
from guard.types.topic import TOPICS

HEADS = len(TOPICS) + LEAKS


def topic_weights(words=(("fired", "layoffs"), ("virés", "layoffs"), ("tender", "lost_deal")), strength=6.0):
    """A model in which each of the (folded) words makes its topic, and a leak of severity 2, all but sure."""
    table = np.zeros((WORD_ROWS, HEADS), np.int8)
    rarity = np.zeros(WORD_ROWS, np.float16)
    for word, topic in words:
        row = word_rows([word.replace("é", "e")])
        table[row, TOPICS.index(topic)] = table[row, -LEAKS] = table[row, -LEAKS + 1] = 127
        rarity[row] = 1
    arrays = {
        "words": table,
        "runs": np.zeros((RUN_ROWS, HEADS), np.int8),
        "words_rarity": rarity,
        "runs_rarity": np.zeros(RUN_ROWS, np.float16),
        "sense_codes": np.zeros(0, np.uint32),
        "sense": np.zeros((0, LEAKS), np.int8),
        "sense_rarity": np.zeros(0, np.float16),
        "sense_scale": np.ones(LEAKS, np.float32),
        "scales": np.full((2, HEADS), SHORTEST[0] / 127, np.float32),
        "bias": np.full(HEADS, -0.5, np.float32),
        "calibration": np.stack([np.full(HEADS, strength), np.zeros(HEADS)]).astype(np.float32),
    }
    return Weights({"format": FORMAT, "kind": "topics", "topics": list(TOPICS)}, arrays)


def shelf(folder: Path, weights: Weights | None = None, **changed: str) -> Path:
    """A folder with one model of topics and its manifest; `changed` puts other values into the manifest."""
    data = pack(weights or topic_weights())
    (folder / "topics.npz").write_bytes(data)
    entry = {
        "kind": "topics", "name": "small", "file": "topics.npz", "sha256": hashlib.sha256(data).hexdigest(),
        "version": "1", "licence": "MIT", "card": "topics.md",
    } | changed  # fmt: skip
    lines = [f'{name} = "{value}"' for name, value in entry.items() if value]
    (folder / "manifest.toml").write_text("\n".join(["[[model]]", *lines, 'data = ["tests"]', ""]))
    return folder
