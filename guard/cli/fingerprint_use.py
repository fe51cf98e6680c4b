"""Whether what is indexed protects anything: the gate looks for it only where the settings and a rule say so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from guard.cli.arguments import settings_of
from guard.cli.output import talk
from guard.errors import GuardError
from guard.policy.bundle import load_bundle
from guard.settings.load import Settings
from guard.wiring import heart
from guard.words.texts import Phrase

_ENTITY = "FINGERPRINT"


def tell_unused(config: Path | None, index: Path, sets: Collection[str]) -> None:
    """Say what must still be written before these sets of the index are protected."""
    settings = settings_of(config)
    for missing in (*_index_unnamed(settings, index), *_unasked(settings, sorted(set(sets)))):
        talk(Phrase("terminal.unprotected", told=missing))


def _index_unnamed(settings: Settings, index: Path) -> Iterator[Phrase]:
    named = settings.fingerprint_index
    if named is None:
        yield Phrase("terminal.index-unnamed", file=str(index))
    elif named.resolve() != index.resolve():
        yield Phrase("terminal.index-other", named=str(named), file=str(index))


def _unasked(settings: Settings, sets: Collection[str]) -> Iterator[Phrase]:
    """Sets that no rule asks for; none where the policies cannot be read, which is told by whoever uses them."""
    try:
        folder = settings.policies_folder
        asked = load_bundle(folder if folder.is_dir() else heart.policies_folder(None)).asked
    except GuardError:
        return
    for name in sets if _ENTITY not in asked else ():
        if f"{_ENTITY}/{name}" not in asked:
            yield Phrase("terminal.set-unasked", name=name)
