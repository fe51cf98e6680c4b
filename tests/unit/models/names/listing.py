"""Small word lists and a small model for tests, made by hand."""

import numpy as np

from guard.models.names.decode import TAGS, allowed
from guard.models.names.lists import FACTS, KINDS, WordLists
from guard.models.names.reader import PERSON_FACTS
from guard.models.names.reading import MARKS
from guard.models.names.words import FORMS, PIECES, key
from guard.models.weights import Weights

WORDS = {
    "sophie": "given-5", "lyon": "known-place", "lens": "known-org", "le": "small-4", "binet": "surname-fr", "saint": "commune-part",
}  # fmt: skip
PHRASES = {
    "sophie binet": "person",
    "saint donat": "commune",
    "vaulx en velin": "commune",
    "france": "place",
    "france travail": "org",
}
WIDTH = 8
INPUTS, INNER = 4 + 3 + len(FORMS) + len(FACTS) + 2, 6


def arrays() -> dict[str, np.ndarray]:
    words = sorted((key(word), 1 << FACTS.index(fact)) for word, fact in WORDS.items())
    phrases = sorted((key(name), 1 << KINDS.index(kind)) for name, kind in PHRASES.items())
    return {
        "words": np.array([code for code, _ in words], np.uint32),
        "facts": np.array([bits for _, bits in words], np.uint32),
        "phrases": np.array([code for code, _ in phrases], np.uint32),
        "kinds": np.array([bits for _, bits in phrases], np.uint8),
        "starts": np.array(sorted({key(name.split()[0]) for name in PHRASES}), np.uint32),
    }


SUBWORDS = ("so", "##phie", "##p", "bi", "##net", "l", "##e", "##o")


def lists() -> WordLists:
    return WordLists(**arrays())


def weights(seed: int = 3) -> Weights:
    """A model of the right shapes that has learnt nothing."""
    chance = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.5, shape).astype(np.float16)

    names = sorted({"le", "sophie", "<url>", ","})
    moves = [[0.1 * (a - b) if allowed(a, b) else -1e4 for b in range(len(TAGS))] for a in range(len(TAGS))]
    codes = sorted((key(name), row) for row, name in enumerate(names))
    return Weights(
        {
            "kind": "names", "width": WIDTH, "embedding": 4, "pieces": 3, "subwords": 2, "inner": INNER, "rows": len(names), "layers": 1,
            "public-bias": 0.0, "calibration": [1.0, 0.0],
        },
        {
            "keys": np.array([code for code, _ in codes], np.uint32),
            "rows": np.array([row for _, row in codes], np.uint16),
            "words": chance.integers(-100, 100, (len(names), 4)).astype(np.int8),
            "pieces": chance.integers(-100, 100, (PIECES, 3)).astype(np.int8),
            "scales": np.array([0.02, 0.01, 0.03], np.float32),
            "subword-keys": np.array(sorted(map(key, SUBWORDS)), np.uint32),
            "subwords": chance.integers(-100, 100, (len(SUBWORDS), 2)).astype(np.int8),
            "inner": some(INPUTS, INNER),
            "inner-bias": some(INNER),
            "first": some(INPUTS + INNER, 5 * WIDTH),
            "marks": some(len(MARKS), 3 * WIDTH),
            "bias": some(WIDTH),
            "layer-0": some(3 * WIDTH, WIDTH),
            "layer-0-bias": some(WIDTH),
            "out": some(WIDTH, len(TAGS)),
            "out-bias": some(len(TAGS)),
            "moves": np.array(moves, np.float32),
            "public": some(WIDTH + len(PERSON_FACTS) + 1),
            **{f"list-{name}": value for name, value in arrays().items()},
        },
    )  # fmt: skip
