"""A folder of models: each file is read once, when it is first needed, and never without its digest being checked."""

from __future__ import annotations

import hashlib
from pathlib import Path

from guard.errors import Location, ModelError
from guard.models.manifest import MANIFEST, Entry, read_manifest


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
        there = ", ".join(each.kind for each in self.entries) or "none"
        raise ModelError(
            f"there is no model of {kind}",
            hint=f"add one, or take the folder of the release; there: {there}",
            location=Location(str(self.folder / MANIFEST)),
        )

    def read(self, kind: str) -> bytes:
        """The file of a kind's model, as the manifest's digest says it is. ModelError when it is missing or altered."""
        entry = self.entry(kind)
        path = self.folder / entry.file
        try:
            data = path.read_bytes()
        except OSError as error:
            hint = "bring the file back from the release, or train it again with `guard model train`"
            raise ModelError(
                f"the model of {kind} cannot be read: {error.strerror}", hint=hint, location=Location(str(path))
            ) from None
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise ModelError(
                f"the model of {kind} is not the one that the manifest describes: it was altered or damaged",
                hint=f"bring back the file of version {entry.version}, or its manifest; `guard model list` tells more",
                location=Location(str(path)),
            )
        return data
