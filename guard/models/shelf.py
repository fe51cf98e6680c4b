"""A folder of models: each file is read once, when it is first needed, and never without its digest being checked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from guard.errors import Location, ModelError
from guard.models.manifest import MANIFEST, Entry, read_manifest
from guard.words.texts import Phrase


class Shelf:
    """The models of one folder."""

    def __init__(self, folder: Path) -> None:
        """Raises ModelError as of `read_manifest`."""
        self.folder = folder
        self.entries = read_manifest(folder)

    def entry(self, kind: str) -> Entry:
        """The model of a kind. ModelError when the folder has none."""
        for entry in self.entries:
            if entry.kind == kind:
                return entry
        there = tuple(each.kind for each in self.entries) or Phrase("models.none")
        raise ModelError(
            Phrase("models.no-kind", kind=kind),
            hint=Phrase("models.do.add", kinds=there),
            location=Location(str(self.folder / MANIFEST)),
        )

    def read(self, kind: str) -> bytes:
        """The file of a kind's model, as the manifest's digest says it is. ModelError when it is missing or altered."""
        entry = self.entry(kind)
        path = self.folder / entry.file
        try:
            data = path.read_bytes()
        except OSError as error:
            message, hint = Phrase("models.unreadable", kind=kind, why=error.strerror), Phrase("models.do.bring-back")
            raise ModelError(message, hint=hint, location=Location(str(path))) from None
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise ModelError(
                Phrase("models.altered", kind=kind),
                hint=Phrase("models.do.version", version=entry.version),
                location=Location(str(path)),
            )
        return data
