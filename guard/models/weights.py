"""The file of a model: named arrays and a description, as NumPy's own `.npz`, which holds no code.

The description is JSON under the name `about`. Equal contents give equal bytes, so that a digest can be reproduced.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from guard.errors import ModelError
from guard.words.texts import Phrase

if TYPE_CHECKING:  # only when a model is needed: importing NumPy takes longer than checking a post
    import numpy as np

    Array = np.ndarray[Any, Any]

ABOUT: Final = "about"


@dataclass(frozen=True, slots=True)
class Weights:
    """What a model file holds."""

    about: Mapping[str, Any]
    arrays: Mapping[str, Array]

    def array(self, name: str, *shape: int | None) -> Array:
        """An array of this shape; None stands for any size. ModelError otherwise."""
        found = self.arrays.get(name)
        if found is None or len(found.shape) != len(shape):
            raise _unreadable(Phrase("models.array-missing", name=name))
        if any(wanted not in {None, size} for wanted, size in zip(shape, found.shape, strict=True)):
            raise _unreadable(Phrase("models.array-shape", name=name, shape=str(found.shape)))
        return found


def pack(weights: Weights) -> bytes:
    """The file's bytes."""
    import numpy as np

    about = json.dumps(weights.about, sort_keys=True, ensure_ascii=False).encode()
    file = io.BytesIO()
    arrays = {ABOUT: np.frombuffer(about, np.uint8), **dict(sorted(weights.arrays.items()))}
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(data: bytes) -> Weights:
    """What the bytes hold. ModelError when they are no model file."""
    import numpy as np

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop(ABOUT).tobytes())
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise _unreadable(type(error).__name__) from None
    if not isinstance(about, dict):
        raise _unreadable(Phrase("models.no-table"))
    return Weights(about, arrays)


def _unreadable(why: str) -> ModelError:
    return ModelError(Phrase("models.no-model", why=why), hint=Phrase("models.do.release"))
