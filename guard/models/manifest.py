"""`models/manifest.toml`: which models a folder holds, with the digest that each file must have."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from guard.errors import Location, ModelError

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
            f"there are no models here: {error.strerror}",
            hint="name the folder of models as `folder` in [models] of guard.toml",
            location=Location(str(path)),
        ) from None
    except ValueError as error:
        hint = "take the manifest of the release, or write it again with `guard model train`"
        raise ModelError(f"the manifest cannot be read: {error}", hint=hint, location=Location(str(path))) from None
    models = data.get("model", [])
    entries = tuple(
        _entry(path, number, each) for number, each in enumerate(models if isinstance(models, list) else [])
    )
    kinds = [entry.kind for entry in entries]
    for number, kind in enumerate(kinds):
        if kind in kinds[:number]:
            raise _problem(path, number, "kind", f"a second model of the kind {kind}", "keep one of them")
    return entries


def _entry(path: Path, number: int, value: Any) -> Entry:
    table = value if isinstance(value, dict) else {}
    for name in _TEXTS:
        if not isinstance(table.get(name), str) or not table[name]:
            raise _problem(path, number, name, "is missing", "every [[model]] needs " + ", ".join(_TEXTS))
    for name in ("file", "card"):
        if Path(table[name]).name != table[name]:
            raise _problem(path, number, name, "must lie beside the manifest", "write its bare name")
    if not _DIGEST.fullmatch(table["sha256"]):
        raise _problem(path, number, "sha256", "is no SHA-256", "write 64 hexadecimal digits, in small letters")
    data = table.get("data", [])
    if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
        raise _problem(path, number, "data", "must be a list of texts", 'as ["posts", "text"]')
    base = table.get("base", "")
    if not isinstance(base, str) or (base and not _DIGEST.fullmatch(base)):
        raise _problem(path, number, "base", "is no SHA-256", "write 64 hexadecimal digits, in small letters")
    return Entry(**{name: table[name] for name in _TEXTS}, data=tuple(data), base=base)


def _problem(path: Path, number: int, name: str, message: str, hint: str) -> ModelError:
    return ModelError(message, hint=hint, location=Location(str(path), field=f"model[{number}].{name}"))
