"""What `guard model train --kind senses` does: the vectors of words that the training of topics reads."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from guard.cli.output import result_json, talk
from guard.errors import UsageError
from guard.words.texts import Phrase

KIND: Final = "senses"
FILE: Final = Path("data") / "senses.npz"
"""In the folder of models."""


def train(text: Path | None, folder: Path, seed: int) -> int:
    """Make the vectors from a folder of free text, and write them into `folder`. Exit code 0."""
    from guard.models.weights import pack
    from guard.training.senses import LINES, draw_lines, learn_senses

    if text is None:
        raise UsageError(Phrase("model.missing", name="--text"), hint=Phrase("model.do.text"))
    try:
        from guard.training.teacher import Teacher, teacher_folder
    except ModuleNotFoundError as error:
        raise UsageError(Phrase("model.missing", name=str(error.name)), hint=Phrase("model.do.extra")) from None
    teacher = Teacher(teacher_folder())
    data = pack(learn_senses(draw_lines(text, LINES, seed), teacher.read, talk))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE.name
    path.write_bytes(data)
    result_json({"file": str(path), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    return 0
