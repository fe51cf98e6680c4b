"""What lies in a folder of policies and is not read: whoever put it there believes that it holds."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from guard.errors import Location, PolicyError
from guard.words.texts import Phrase

SUFFIXES: Final = (".yaml", ".yml")
_MOST: Final = 50
"""Remarks on one folder; as many files are looked at in each folder within."""
_HEAD: Final = 4096
_MEANT: Final = re.compile(r".*\.(?:ya?ml|yam|yalm|ymal|yaaml|yamll)\b.*", re.DOTALL)
# The first line of a policy, but for remarks.
_POLICY: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#[^\n]*)?\r?\n|---[ \t]*\r?\n)*(?:guard|policy)[ \t]*:")


def is_policy(name: str) -> bool:
    """Whether a file of this name is read: `*.yaml` and `*.yml`, in capitals or not, but no `*_test.yaml` and no hidden one."""
    path = Path(name.lower())
    return path.suffix in SUFFIXES and not path.stem.endswith("_test") and not path.name.startswith(".")


def unread(folder: Path, but: tuple[str, ...]) -> tuple[PolicyError, ...]:
    """A remark for all in a folder that was meant as a policy, by its name or first line, and is not read; but for some endings."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return ()
    others = (path for path in paths if not is_policy(path.name) and not path.name.lower().endswith(but))
    found = ((path, why) for path in others if (why := _why(path)))
    return tuple(
        PolicyError(
            Phrase(f"loader.unread-{why}"), hint=Phrase(f"loader.do.unread-{why}"), location=Location(path.name)
        )
        for path, why in islice(found, _MOST)
    )


def _why(path: Path) -> str:
    """The last part of a key of its text; empty for what nobody takes for a policy."""
    name = path.name.lower()
    if path.is_dir():
        return "folder" if not name.startswith(".") and any(_within(path)) else ""
    if not path.is_file():
        return ""
    if name.startswith("."):
        return "hidden" if _begins_like_one(path) else ""
    if name.endswith(tuple(f"_test{suffix}" for suffix in SUFFIXES)):
        return "test"
    return "name" if _MEANT.fullmatch(name) or _begins_like_one(path) else ""


def _within(folder: Path) -> Iterator[str]:
    """Names of policies in it and in the folders within."""
    files = (name for _, _, names in os.walk(folder) for name in names)
    return (name for name in islice(files, _MOST) if name.lower().endswith(SUFFIXES))


def _begins_like_one(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _POLICY.match(file.read(_HEAD)) is not None
    except OSError:
        return False
