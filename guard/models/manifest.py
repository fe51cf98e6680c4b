"""`models/manifest.toml`: which models a folder holds, with the digest that each file must have."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from guard.errors import Location, ModelError
from guard.words.texts import Phrase

MANIFEST: Final = "manifest.toml"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_TEXTS: Final = ("kind", "name", "file", "sha256", "version", "licence", "card")


@dataclass(frozen=True, slots=True)
class Entry:
    """One model as the manifest describes it."""

    kind: str
    """What it does, as code asks for it: `topics`. A folder holds one model of a kind."""
    name: str
    file: str
    """Beside the manifest."""
    sha256: str
    """Of the file, in hexadecimal."""
    version: str
    licence: str
    data: tuple[str, ...]
    """What it was trained on; the card tells more."""
    card: str
    """Beside the manifest."""
    base: str = ""
    """SHA-256 of the file of the model that it was made from; empty: it was made from data alone."""


def read_manifest(folder: Path) -> tuple[Entry, ...]:
    """What the folder holds. ModelError when there is no manifest, or when it cannot be read."""
    path = folder / MANIFEST
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ModelError(
            Phrase("models.none-here", why=error.strerror),
            hint=Phrase("models.do.folder"),
            location=Location(str(path)),
        ) from None
    except ValueError as error:
        message, hint = Phrase("models.manifest", why=str(error)), Phrase("models.do.manifest")
        raise ModelError(message, hint=hint, location=Location(str(path))) from None
    models = data.get("model", [])
    entries = tuple(
        _entry(path, number, each) for number, each in enumerate(models if isinstance(models, list) else [])
    )
    kinds = [entry.kind for entry in entries]
    for number, kind in enumerate(kinds):
        if kind in kinds[:number]:
            message = Phrase("models.second", kind=kind)
            raise _problem(path, number, "kind", message, Phrase("models.do.keep-one"))
    return entries


def _entry(path: Path, number: int, value: Any) -> Entry:
    table = value if isinstance(value, dict) else {}
    for name in _TEXTS:
        if not isinstance(table.get(name), str) or not table[name]:
            hint = Phrase("models.do.needs", names=_TEXTS)
            raise _problem(path, number, name, Phrase("models.missing"), hint)
    for name in ("file", "card"):
        if Path(table[name]).name != table[name]:
            raise _problem(path, number, name, Phrase("models.beside"), Phrase("models.do.bare"))
    if not _DIGEST.fullmatch(table["sha256"]):
        raise _problem(path, number, "sha256", Phrase("models.digest"), Phrase("models.do.digest"))
    data = table.get("data", [])
    if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
        raise _problem(path, number, "data", Phrase("models.texts"), Phrase("models.do.texts"))
    base = table.get("base", "")
    if not isinstance(base, str) or (base and not _DIGEST.fullmatch(base)):
        raise _problem(path, number, "base", Phrase("models.digest"), Phrase("models.do.digest"))
    return Entry(**{name: table[name] for name in _TEXTS}, data=tuple(data), base=base)


def _problem(path: Path, number: int, name: str, message: Phrase, hint: Phrase) -> ModelError:
    return ModelError(message, hint=hint, location=Location(str(path), field=f"model[{number}].{name}"))
