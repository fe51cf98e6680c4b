"""Writes a model that a company made beside the shipped one: never over it, and whole or not at all for whoever reads meanwhile."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from guard import durable
from guard.errors import Location, ModelError
from guard.models.manifest import MANIFEST, Entry, read_manifest
from guard.words.texts import Phrase

OWN: Final = "-own"
"""How the names of such models end."""
_HEAD: Final = (
    "# Models of this company's own, written by `guard model train --with-decisions`. They stay inside its walls.\n"
)


def write_own(folder: Path, entry: Entry, data: bytes, card: str) -> Entry:
    """Keep a model and its card in `folder`, in place of the one of that kind; returns the entry with file and digest.

    The file is named after its digest, and the manifest changes last: who reads sees the old model or the new one.
    ModelError when the folder has other models, or cannot be written.
    """
    digest = hashlib.sha256(data).hexdigest()
    entry = replace(entry, file=f"{entry.kind}-{digest[:12]}.npz", sha256=digest)
    try:
        there = read_manifest(folder) if (folder / MANIFEST).exists() else ()
        if any(not each.name.endswith(OWN) for each in there):
            raise ModelError(
                Phrase("models.not-learnt"),
                hint=Phrase("models.do.own-folder"),
                location=Location(str(folder)),
            )
        kept = [each for each in there if each.kind != entry.kind]
        folder.mkdir(parents=True, exist_ok=True)
        durable.replace(folder / entry.file, data)
        durable.replace(folder / entry.card, card.encode())
        durable.replace(folder / MANIFEST, (_HEAD + "".join(map(_table, [*kept, entry]))).encode())
        for old in there:
            if old.kind == entry.kind and old.file != entry.file:
                (folder / old.file).unlink(missing_ok=True)
    except OSError as error:
        message = Phrase("models.unwritable", why=error.strerror)
        raise ModelError(message, hint=Phrase("models.do.rights"), location=Location(str(folder))) from None
    return entry


def _table(entry: Entry) -> str:
    values = {
        "kind": entry.kind, "name": entry.name, "file": entry.file, "sha256": entry.sha256, "version": entry.version,
        "licence": entry.licence, "data": list(entry.data), "card": entry.card, "base": entry.base,
    }  # fmt: skip
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join(["\n[[model]]", *lines, ""])
