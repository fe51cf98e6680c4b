"""A folder of policies changed as a whole: by all files or by none, also when the machine stops in between.

No file system replaces several files at once, and users keep the folder where they like, so that it cannot be swapped
for another. What the files were is therefore written down first, in a hidden file beside them that goes when the change
is in force; whoever finds it afterwards (`recover`) puts back what was.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from guard import durable
from guard.errors import PolicyError
from guard.words.texts import Phrase

JOURNAL = ".postguard-change"
"""Hidden, so that no reader of policies takes it for one; readable by its owner alone, as it may hold confidential terms."""
_PRIVATE = 0o600
_RIGHTS = 0o777

Files = Mapping[str, bytes | None]
"""Bytes by file name; None: no such file."""


@contextmanager
def changed(folder: Path, changes: Files) -> Iterator[None]:
    """The folder with these files (None: removed), for good only if the block ends well.

    PolicyError when it cannot be written; the folder is then as it was.
    """
    with _told():
        _note(folder, changes)
    try:
        with _told():
            _write(folder, changes, _rights(folder, changes))
        yield
    except BaseException:
        recover(folder)
        raise
    with _told():
        (folder / JOURNAL).unlink()
        durable.sync(folder)


def recover(folder: Path) -> tuple[str, ...]:
    """Take back a change that was broken off; returns the files that are again as they were before it.

    A file that somebody has edited meanwhile stays as they left it. PolicyError when the folder cannot be written.
    """
    with _told():
        if (begun := folder / _beside(JOURNAL)).exists():
            begun.unlink()
        try:
            noted = json.loads((folder / JOURNAL).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return ()
        before, after = (
            {_plain(name): _decoded(text) for name, text in noted[side].items()} for side in ("before", "after")
        )
        for name in after:
            (folder / _beside(name)).unlink(missing_ok=True)
        ours = {name: old for name, old in before.items() if old != after[name] == _bytes(folder / name)}
        _write(folder, ours, noted["rights"])
        (folder / JOURNAL).unlink()
        durable.sync(folder)
    return tuple(sorted(ours))


def _note(folder: Path, changes: Files) -> None:
    """Durable before any file changes."""
    before = {name: _encoded(_bytes(folder / name)) for name in changes}
    after = {name: _encoded(content) for name, content in changes.items()}
    noted = {"before": before, "after": after, "rights": _rights(folder, changes)}
    _put(folder, JOURNAL, json.dumps(noted).encode(), _PRIVATE)


def _write(folder: Path, files: Files, rights: Mapping[str, int]) -> None:
    """Each whole or not at all; a new one gets the rights that files get."""
    for name, content in files.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            _put(folder, name, content, rights.get(name))
    durable.sync(folder)


def _put(folder: Path, name: str, content: bytes, rights: int | None) -> None:
    durable.replace(folder / name, content, rights=rights, draft=folder / _beside(name))


def _beside(name: str) -> str:
    return f".{name.lstrip('.')}.new"


def _plain(name: str) -> str:
    """ValueError for what lies elsewhere."""
    if Path(name).name != name:
        raise ValueError(name)
    return name


def _rights(folder: Path, names: Iterable[str]) -> dict[str, int]:
    """Of those that are there."""
    paths = {name: folder / name for name in names}
    return {name: path.stat().st_mode & _RIGHTS for name, path in paths.items() if path.exists()}


def _bytes(path: Path) -> bytes | None:
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return None


def _encoded(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def _decoded(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = Phrase("change.unwritable", why=error.strerror or "")
        raise PolicyError(message, hint=Phrase("change.do.rights")) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        message = Phrase("change.journal", file=JOURNAL)
        raise PolicyError(message, hint=Phrase("change.do.put-back", file=JOURNAL)) from None
