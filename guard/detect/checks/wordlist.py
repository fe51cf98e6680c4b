"""Lists of words in files beside this one: words apart by spaces, lines that begin with `#` are about them."""

from __future__ import annotations

from pathlib import Path


def listed(name: str) -> list[str]:
    """The words of a file, in its order."""
    lines = (Path(__file__).parent / name).read_text(encoding="ascii").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
