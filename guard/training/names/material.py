"""What the names model is trained on: which sets, how each is read, and what is kept apart to measure with."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from guard.training.names.sources import Example, conll, inline, own

KEPT_APART: Final = 330
"""Posts of ner-posts-fr from this one on are not trained on, nor read by eye, but to measure with."""
SOCIAL, ENCYCLOPAEDIC, NEWS, NOISY = range(4)
"""Domains: each has its own habits of annotation, of which the model learns to take the first's."""
_OURS: Final = Path(__file__).with_name("posts.txt")
KNOWN: Final = Path(__file__).with_name("known.txt")
_STRANGERS: Final = Path(__file__).resolve().parents[3] / "models" / "data" / "names"
"""French posts by other hands; the third hand's are kept to measure with."""
_STAFF: Final = {"PERSON": "PERSON", "ORG_CLIENT": "ORGANIZATION", "LOCATION": "LOCATION"}
_TITLE: Final = re.compile(
    r"(?i)(?:m\.|mme|mlle|mrs?\.?|ms\.?|miss|sir|dr\.?|prof\.?|me|ma[iî]tre|docteur|doctor|monsieur|madame|sgt|lt\.?|cllr"
    r"|oncle|tata|tonton|mamie|papi|aunt|uncle) (?=.)"
)
_SHARE_ALIKE: Final = "-SA."
_OFTEN: Final = 5
"""Posts are read so many times for word vectors, since most of the text is of other kinds."""


@dataclass(frozen=True, slots=True)
class Material:
    """Labelled examples by how often an epoch reads them, and those to measure with."""

    posts: list[Example]
    tweets: list[Example]
    encyclopaedic: list[Example]
    news: list[Example]
    staff: list[Example]
    """Only some of their names are labelled: a first model adds the others."""
    unlabelled: list[Example]
    apart: dict[str, list[Example]]


def material(data: Path) -> Material:
    """Everything, from the folder of data sets."""
    french = list(inline(data / "ner-posts-fr" / "train.jsonl.gz"))
    wnut = data / "wnut17"
    raw = data / "btc" / "btc.raw-text.abe.jsonl.gz"
    return Material(
        posts=[
            *french[:KEPT_APART],
            *own(_OURS),
            *(each for path in sorted(_STRANGERS.glob("fr-[12].jsonl.gz")) for each in inline(path)),
        ],
        tweets=[
            *filter(None, map(_handles, conll(data / "btc" / "btc.train.conll.gz"))),
            *conll(wnut / "wnut17.train.conll.gz", NOISY),
        ],
        encyclopaedic=[
            example
            for lang in ("fr", "en")
            for example in conll(data / "wikiann" / f"wikiann.{lang}.train.conll.gz", ENCYCLOPAEDIC, lang)
        ],
        news=[
            *conll(data / "europeana-fr" / "enp_fr.bnf.bio.gz", NEWS, "fr"),
            *conll(data / "echr-fr" / "echr-fr.rev.train.tsv.gz", NEWS, "fr"),
        ],
        staff=[
            _untitled(post) for path in sorted((data / "posts").glob("*.jsonl.gz")) for post in inline(path, _STAFF)
        ],
        unlabelled=[Example(row["text"], (), lang="en") for row in _rows(raw) if row.get("lang", "en") == "en"],
        apart={
            "ner-posts-fr": french[KEPT_APART:],
            "btc": list(conll(data / "btc" / "btc.dev.conll.gz")),
            "wnut17": list(conll(wnut / "wnut17.dev.conll.gz")),
        },
    )


def texts(data: Path, known: Material) -> Iterator[str]:
    """Plain text for word vectors."""
    for path in sorted((data / "text").glob("*.txt.gz")):
        if _SHARE_ALIKE not in path.name:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                for line in file:
                    yield line.rstrip("\n")
    for _ in range(_OFTEN):
        for group in (known.posts, known.tweets, known.staff, known.unlabelled):
            yield from (example.text for example in group)
    for group in (known.encyclopaedic, known.news):
        yield from (example.text for example in group)


def _handles(example: Example) -> Example | None:
    """A lone @ labelled as the handle behind it, a hashtag without its sign; None when a handle has no label: a slip."""
    labels = {start: (end, label) for start, end, label in example.names}
    place = 0
    for word in example.text.split(" "):
        if word == "@" and place + 2 < len(example.text):
            if behind := labels.get(place + 2):
                labels[place] = (place + 1, behind[1])
            elif not any(start <= place + 2 < end for start, (end, _) in labels.items()):
                return None
        place += len(word) + 1
    names = (
        (start + (example.text[start] == "#" and end - start > 1), end, label)
        for start, (end, label) in sorted(labels.items())
    )
    return replace(example, names=tuple(names))


def _untitled(post: Example) -> Example:
    """Titles belong to no name."""
    names = (
        (start + len(title[0]), end, label)
        if label == "PERSON" and (title := _TITLE.match(post.text[start:end]))
        else (start, end, label)
        for start, end, label in post.names
    )
    return replace(post, names=tuple(names))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)
