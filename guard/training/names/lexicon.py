"""Makes the word lists of the names model: INSEE given names and communes, surnames, our own list, counts of words."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np

from guard.models.names.lists import FACTS, KINDS
from guard.models.names.tokens import tokens
from guard.models.names.words import folded, key

_BIT: Final = {name: 1 << place for place, name in enumerate(FACTS)}
_KIND: Final = {name: 1 << place for place, name in enumerate(KINDS)}
_GIVEN: Final = (30, 300, 3000, 30000, 300000)
_SMALL: Final = (1, 10, 100, 1000)
_CAPITAL: Final = (0.05, 0.25, 0.6, 0.9)
_ENOUGH: Final = 3
_RARE: Final = "_PRENOMS_RARES"


def build(data: Path, listed: Path, counts: Mapping[str, tuple[int, int]], part: float = 1.0) -> dict[str, np.ndarray]:
    """Arrays for WordLists; `counts` gives how often a word is written small, and with a capital inside a sentence.

    `part` of the names in `listed` are taken: who learns from posts whose names are all listed trusts lists too much.
    """
    facts: dict[str, int] = defaultdict(int)
    phrases: dict[str, int] = defaultdict(int)
    _given(data / "names", facts)
    _surnames(data / "names", facts)
    for name in communes(data / "places" / "fr_communes.tsv.gz"):
        _add(name, "commune", "commune", facts, phrases)
    for kind, name, _ in known(listed):
        if crc32(name.encode()) % 1000 < 1000 * part:
            _add(name, f"known-{kind}", kind, facts, phrases)
    _counts(counts, facts)
    words = sorted((key(word), bits) for word, bits in facts.items() if bits)
    many = sorted((key(name), bits) for name, bits in phrases.items())
    return {
        "words": np.array([code for code, _ in words], np.uint32),
        "facts": np.array([bits for _, bits in words], np.uint32),
        "phrases": np.array([code for code, _ in many], np.uint32),
        "kinds": np.array([bits for _, bits in many], np.uint8),
        "starts": np.array(sorted({key(name.split()[0]) for name in phrases}), np.uint32),
    }


def _add(name: str, fact: str, kind: str, facts: dict[str, int], phrases: dict[str, int]) -> None:
    parts = [folded(token.text).strip("'") for token in tokens(name) if token.text[0].isalnum()]
    if len(parts) == 1:
        facts[parts[0]] |= _BIT[fact]
    elif parts:
        phrases[" ".join(parts)] |= _KIND[kind]
        for part in parts:
            if len(part) > 3:
                facts[part] |= _BIT[fact + "-part"]


def _given(folder: Path, facts: dict[str, int]) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in _insee(folder):
        sums[folded(row["prenom"])][int(row["sexe"]) - 1] += int(row["nombre"])
    for name, (men, women) in sums.items():
        for part in name.split("-"):
            if len(part) > 1 and (size := sum(men + women >= least for least in _GIVEN)):
                facts[part] |= _BIT[f"given-{size}"] | (_BIT["man"] if men > women else _BIT["woman"])
    for name in lines(folder / "first_names_us.txt.gz"):
        facts[folded(name)] |= _BIT["given-us"]
    for name in by_country(folder / "common_forenames_by_country.csv.gz"):
        for part in folded(name).replace("-", " ").split():
            if len(part) > 1:
                facts[part] |= _BIT["given-world"]


def given_counts(folder: Path) -> dict[str, int]:
    """INSEE's given names and how many bear them."""
    counts: dict[str, int] = defaultdict(int)
    for row in _insee(folder):
        counts[row["prenom"]] += int(row["nombre"])
    return counts


def by_country(path: Path) -> list[str]:
    """Common names of the countries of the world, in Latin letters."""
    names = (row["Romanized Name"].partition("(")[0].strip().title() for row in csv.DictReader(_lines(path)))
    return [name for name in names if name]


def lines(path: Path) -> list[str]:
    """Names of a list, one a line."""
    return [line.strip() for line in _lines(path) if len(line.strip()) > 1]


def _insee(folder: Path) -> Iterator[dict[str, str]]:
    for row in csv.DictReader(_lines(folder / "insee_prenoms_1900_2020.tsv.gz"), delimiter="\t"):
        if row["prenom"] != _RARE:
            yield row


def _surnames(folder: Path, facts: dict[str, int]) -> None:
    for name, fact in (("surnames_fr", "surname-fr"), ("surnames_us", "surname-us")):
        for line in lines(folder / f"{name}.txt.gz"):
            facts[folded(line)] |= _BIT[fact]
    for name in by_country(folder / "common_surnames_by_country.csv.gz"):
        for part in folded(name).replace("-", " ").split():
            if len(part) > 1:
                facts[part] |= _BIT["surname-world"]


def communes(path: Path) -> Iterator[str]:
    """French communes by INSEE."""
    for row in csv.DictReader(_lines(path), delimiter="\t"):
        yield row["libelle"]


def known(path: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, name and language ("" for both) of our own list: a line as `[org]` or `[org fr]`, then names, apart by commas."""
    kind = lang = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind, _, lang = line.strip("[]").partition(" ")
        elif line and not line.startswith("#"):
            for name in line.split(","):
                if name.strip():
                    yield kind, name.strip(), lang


def _counts(counts: Mapping[str, tuple[int, int]], facts: dict[str, int]) -> None:
    for word, (small, capital) in counts.items():
        bits = 0
        if size := sum(small >= least for least in _SMALL):
            bits |= _BIT[f"small-{size}"]
        if small + capital >= _ENOUGH:
            part = capital / (small + capital)
            bits |= _BIT[f"capital-{1 + sum(part > least for least in _CAPITAL)}"]
        facts[word] |= bits


def _lines(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        for line in file:
            yield line.rstrip("\n")
