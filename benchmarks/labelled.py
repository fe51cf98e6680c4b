"""Labelled data that is not part of the project: read where it is, told plainly where it is not.

The folder is `--data DIR`, else the environment's GUARD_DATA, else `shared/data` beside the checkout. Nothing is copied.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = "GUARD_DATA"


class AbsentError(Exception):
    """The data set is not on this machine."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and the `(entity, start, end)` in it."""

    text: str
    spans: tuple[tuple[str, int, int], ...]


def folder(name: str) -> Path:
    """The data set's folder. AbsentError when it is not here."""
    given = os.environ.get(VARIABLE)
    path = (Path(given) if given else ROOT.parent / "shared" / "data") / name
    if not path.is_dir():
        raise AbsentError(f"data set {name} is not on this machine (name its folder with --data)")
    return path


def presidio_research() -> list[Labelled]:
    """English texts of presidio-research with their labelled spans."""
    return [
        Labelled(
            row["full_text"],
            tuple((span["entity_type"], span["start_position"], span["end_position"]) for span in row["spans"]),
        )
        for row in json.loads(_read(folder("pii-presidio-research") / "generated_large.json.gz"))
    ]


def secrets() -> list[tuple[str, bool, str]]:
    """Rule, whether it is a secret, text."""
    rows = _rows(folder("secrets-gitleaks") / "gitleaks_samples.jsonl.gz")
    return [(row["rule"], row["label"] == "tp", row["text"]) for row in rows]


def tweets(language: str) -> list[str]:
    """Ordinary public posts."""
    return [row["text"] for row in _rows(folder(f"tweets-{language}") / f"tweets.{language}.jsonl.gz")]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in _read(path).splitlines() if line.strip())


def _read(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode("utf-8")
