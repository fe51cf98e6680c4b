"""The company's own internal names: every link to one of them, or host under it, is an internal address wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from guard.detect.patterns.catalogue import Pattern

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
OWN: Final = "own"
"""Subtype of them."""
_SCHEME: Final = "[a-z][a-z0-9+.-]{1,11}://"


def own_hosts(names: Sequence[str]) -> tuple[Pattern, ...]:
    """A pattern for the names in use: `intra.example.fr` is found itself and with all below it; `*.prod.example.fr`, and a name
    without a dot such as `acme`, only with a host before it.
    """  # fmt: skip
    itself: list[str] = []
    below: list[str] = []
    for name in names:
        bare = name.lower().lstrip("*").lstrip(".")
        (below if name.startswith(("*", ".")) or "." not in bare else itself).append(re.escape(bare))
    if not names:
        return ()
    host = "|".join(
        rf"(?:{_LABEL}\.){{{least},8}}(?:{'|'.join(each)})" for least, each in ((0, itself), (1, below)) if each
    )
    return (
        Pattern(
            "own/internal-host",
            "INTERNAL_URL",
            rf"(?i)(?<![\w@./:#-])(?:{_SCHEME}[^\s/@\"'<>]{{1,128}}@)?(?P<value>(?:{_SCHEME})?(?:{host})(?::\d{{2,5}})?"
            r"(?![\w-]|\.[a-z0-9]|@)(?:[/?#][^\s<>\"']{0,300}(?<![.,;:!?)\]]))?/?)",
            subtype=OWN,
            prefilter=f"(?i){'|'.join((*itself, *below))}",
            keywords=tuple(re.sub(r"\\(.)", r"\1", each) for each in (*itself, *below)),
            score=1.0,
        ),
    )
