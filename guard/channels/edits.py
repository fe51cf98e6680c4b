"""Edits of texts: all of them made, or none, for a text half redacted must never leave."""

from __future__ import annotations

from collections.abc import Sequence

from guard.errors import Location, RequestError
from guard.types.inspection import Edit
from guard.types.post import Segment
from guard.words.texts import Phrase


def edited_texts(parts: Sequence[Segment], edits: Sequence[Edit]) -> dict[str, str]:
    """New texts by pointer; RequestError 400 when an edit cannot be made, for a text half redacted must never leave."""
    by_path = {part.path: part for part in parts}
    grouped: dict[str, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(edit.path, []).append(edit)
    texts: dict[str, str] = {}
    for path, group in grouped.items():
        part = by_path.get(path)
        if part is None or not part.redactable:
            raise _edit_error()
        texts[path] = apply_edits(part.text, group)
    return texts


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    out: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        if not position <= edit.start <= edit.end <= len(text):
            raise _edit_error()
        out += [text[position : edit.start], edit.replacement]
        position = edit.end
    out.append(text[position:])
    return "".join(out)


def _edit_error() -> RequestError:
    return RequestError(
        Phrase("request.not-in-place"),
        hint=Phrase("request.do.send-again"),
        location=Location(Phrase("request.at.body")),
    )
