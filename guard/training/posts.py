"""Labelled posts, as JSON lines: `{"id", "lang", "text" with [[LABEL|surface]] marks, "topics", "severity", "pair"?}`."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from guard.errors import Location, UsageError
from guard.types.topic import TOPICS
from guard.words.texts import Phrase

_MARK: Final = re.compile(r"\[\[[A-Z_]+\|([^\[\]]+?)\]\]")
_PART: Final = re.compile(r"[-_]?\d+$")
_ENDINGS: Final = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True, repr=False)
class Labelled:
    """One post with what it gives away."""

    id: str
    language: str
    text: str
    """Without the marks."""
    topics: frozenset[str]
    severity: int
    """0 harmless, 1 worth a flag, 2 to be reviewed, 3 to be stopped."""
    pair: str | None
    """Shared by the twins of a minimal pair, of which one leaks and one does not."""
    source: str
    """The file without its number: posts of one source are by one hand."""

    @property
    def leaks(self) -> bool:
        return self.severity > 0


def read_posts(places: list[Path]) -> list[Labelled]:
    """The posts of files and of all such files in folders, in order. UsageError with the place of the first mistake."""
    posts = [post for place in places for path in _files(place) for post in _read(path)]
    if not posts:
        raise UsageError(Phrase("training.no-posts"), hint=Phrase("training.do.object"))
    return posts


def read_phrases(path: Path) -> list[Labelled]:
    """The phrases shipped beside the models: `2lost_deal+layoffs the words`, in sections by language."""
    found: list[Labelled] = []
    language = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("["):
            language = line.strip("[]")
        elif line and not line.startswith("#"):
            label, _, text = line.partition(" ")
            topics = frozenset(label[1:].split("+")) - {"-"}
            found.append(Labelled(f"phrase:{number}", language, text, topics, int(label[0]), None, "phrases"))
    return found


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return sorted(path for path in place.iterdir() if path.name.endswith(_ENDINGS))
    return [place]


def _read(path: Path) -> Iterator[Labelled]:
    source = _PART.sub("", path.name.partition(".")[0])
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _post(_decoded(line, path, number), source, Location(str(path), number))
    except (OSError, EOFError) as error:
        raise UsageError(
            Phrase("training.unreadable", why=str(getattr(error, "strerror", None) or error)),
            hint=Phrase("training.do.posts"),
            location=Location(str(path)),
        ) from None


def _decoded(line: bytes, path: Path, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as wrong:
        place = Location(str(path), number, len(line[: wrong.start].decode("utf-8")) + 1)
        raise UsageError(Phrase("training.not-utf8"), hint=Phrase("training.do.utf8"), location=place) from None


def _post(line: str, source: str, place: Location) -> Labelled:
    try:
        value: Any = json.loads(line)
    except ValueError:
        raise UsageError(Phrase("training.not-json"), hint=Phrase("training.do.json"), location=place) from None
    row = value if isinstance(value, dict) else {}
    text, severity, topics = row.get("text"), row.get("severity"), row.get("topics", [])
    if not isinstance(text, str):
        raise UsageError(Phrase("training.no-text"), hint=Phrase("training.do.text"), location=place)
    if isinstance(severity, bool) or severity not in {0, 1, 2, 3}:
        raise UsageError(Phrase("training.no-severity"), hint=Phrase("training.do.severity"), location=place)
    if not isinstance(topics, list) or not set(map(str, topics)) <= set(TOPICS):
        hint = Phrase("training.do.topics", topics=TOPICS)
        raise UsageError(Phrase("training.no-topics"), hint=hint, location=place)
    pair = row.get("pair")
    return Labelled(
        id=str(row.get("id", f"{place.file}:{place.line}")),
        language=str(row.get("lang", "")),
        text=_MARK.sub(r"\1", text),
        topics=frozenset(topics),
        severity=severity,
        pair=None if pair is None else str(pair),
        source=source,
    )
