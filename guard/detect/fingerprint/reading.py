"""What all readers of protected documents share: their bounds, what they give, and how they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from guard.errors import Location, UsageError
from guard.words.texts import Phrase

MOST_BYTES: Final = 128 << 20
"""Of a file, and of what one unpacks to."""
MOST_PARTS: Final = 10_000
"""Pages, slides, sheets."""

Content = tuple[list[str], list[list[str]]]
"""Texts, and the rows of tables."""


def problem(path: Path, what: Phrase, hint: Phrase, line: int | None = None, column: int | None = None) -> UsageError:
    """The file `what`, at that place; never with words of it."""
    return UsageError(Phrase("protected.file", what=what), hint=hint, location=Location(str(path), line, column))
