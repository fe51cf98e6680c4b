"""`guard model list`: which models are there, and whether each is the one that its manifest describes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

from guard.cli.arguments import settings_of
from guard.cli.output import result, result_json, table, talk
from guard.cli.parser import examples
from guard.errors import ModelError
from guard.models.manifest import Entry
from guard.models.shelf import Shelf
from guard.wiring import heart
from guard.words.texts import Phrase

_COLUMNS = ("kind", "name", "version", "size", "licence", "file")


def register(verbs: Any) -> None:
    """Add the verb to the parser."""
    parser = verbs.add_parser(
        "list",
        help=Phrase("help.model.list"),
        description=Phrase("help.model.list-about"),
        epilog=examples("guard model list --format json"),
    )
    add_models(parser)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.set_defaults(run=run)


def headings(columns: Sequence[str]) -> list[str]:
    """Of a table's columns, by their names on the page `model` of guard/words."""
    return [Phrase(f"model.column.{name}") for name in columns]


def share(value: float) -> str:
    """Of one, in thousandths; what could not be measured is no number."""
    return "-" if isnan(value) else Phrase("model.thousandths", value=value)


def add_models(parser: argparse.ArgumentParser) -> None:
    """Which folder of models."""
    parser.add_argument("--models", type=Path, metavar="DIR", help=Phrase("help.model.folder"))
    parser.add_argument("--config", type=Path, help=Phrase("help.config-if-any"))


def shelves_of(arguments: argparse.Namespace) -> list[Shelf]:
    """The folders of models asked for, what is taken first on top. ModelError when one holds none."""
    if arguments.models:
        return [Shelf(arguments.models)]
    settings = settings_of(arguments.config)
    own = [] if settings.models_own is None else [Shelf(settings.models_own)]
    return [*own, Shelf(heart.models_folder(settings.models_folder))]


def shelf_of(arguments: argparse.Namespace, kind: str) -> Shelf:
    """The one that the gate takes the model of a kind from."""
    shelves = shelves_of(arguments)
    return next((shelf for shelf in shelves if any(entry.kind == kind for entry in shelf.entries)), shelves[-1])


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when every file is the one described, 1 when one is not."""
    shelves = shelves_of(arguments)
    states = [(entry, *_state(shelf, entry)) for shelf in shelves for entry in shelf.entries]
    if arguments.format == "json":
        result_json([_shown(*each) for each in states])
    elif states:
        rows = [
            [
                entry.kind,
                entry.name,
                entry.version,
                Phrase("model.megabytes", size=size / 1e6) if size else "-",
                entry.licence,
                state or Phrase("model.as-described"),
            ]
            for entry, size, state in states
        ]
        result(table(rows, headings(_COLUMNS)))
    else:
        talk(Phrase("model.none-listed", folder=str(shelves[-1].folder)))
    return 1 if any(state for _, _, state in states) else 0


def _state(shelf: Shelf, entry: Entry) -> tuple[int, str]:
    """Size of the file, and what is wrong with it."""
    try:
        return len(shelf.read(entry.kind)), ""
    except ModelError as problem:
        return 0, problem.message


def _shown(entry: Entry, size: int, state: str) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "name": entry.name,
        "version": entry.version,
        "file": entry.file,
        "bytes": size,
        "sha256": entry.sha256,
        "licence": entry.licence,
        "data": list(entry.data),
        "problem": state or None,
    }
