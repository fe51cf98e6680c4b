"""`guard backup`: a copy of the store of a gate that may be running."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from guard.cli.arguments import add_verb
from guard.cli.output import result, result_json, talk
from guard.wiring.backup import Copied, back_up
from guard.wiring.ledger import read_settings
from guard.words.texts import Phrase


def register(commands: Any) -> None:
    """Add the command to the parser."""
    parser = add_verb(
        commands, "backup", Phrase("help.backup.short"), "guard backup /srv/backup/postguard-2026-11-23", run
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help=Phrase("help.backup.folder"))


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the copy is on disk and verified, 1 when it is not as it was signed, 3 when it cannot be made."""
    copied = back_up(read_settings(arguments.config), arguments.config, arguments.folder)
    if arguments.format == "json":
        places = {name: [str(place) for place in getattr(copied, name)] for name in ("beside", "apart")}
        result_json({"entries": copied.entries, "file": str(copied.file), **places})
    else:
        result(Phrase("backup.done", count=copied.entries, file=str(copied.file)))
        _advise(copied)
    return 0


def _advise(copied: Copied) -> None:
    talk(Phrase("backup.beside"))
    for place in copied.beside:
        talk(f"  {place}")
    talk(Phrase("backup.apart"))
    for place in copied.apart:
        talk(f"  {place}")
    talk(Phrase("backup.read-on"))
