"""`guard policy new`: a first draft that passes its examples and lint as it stands."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from guard.authoring.templates import KINDS, MAX_NAME, NAME, new_policy
from guard.cli.arguments import moment, moment_of
from guard.cli.output import result, result_json, talk, terminal_words, told
from guard.cli.parser import examples
from guard.errors import UsageError
from guard.policy.load import MAX_BYTES
from guard.words.texts import Phrase

SCHEMA = "policy-v1.schema.json"
_OWNER = "dpo@exemple.fr"
_HERE = Path("policies")
"""Read by commands that are told of no folder, in place of the shipped one."""


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    kinds = "\n".join(f"  {name:<14}{told(kind.purpose)}" for name, kind in KINDS.items())
    parser = verbs.add_parser(
        "new",
        help=Phrase("help.new.short"),
        description=Phrase("help.new.about"),
        epilog=examples(
            "guard policy new project-7 --kind confidential --owner juridique@exemple.fr",
            about=Phrase("help.kinds", lines=kinds),
        ),
    )
    parser.add_argument("name", help=Phrase("help.new.name"))
    parser.add_argument("--kind", choices=tuple(KINDS), default="confidential", help=Phrase("help.new.kind"))
    parser.add_argument("--folder", type=Path, default=_HERE, help=Phrase("help.new.folder"))
    parser.add_argument("--owner", default=_OWNER, help=Phrase("help.new.owner"))
    parser.add_argument("--at", type=moment, metavar="TIME", help=Phrase("help.new.at"))
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the file is written, 2 when the name cannot be used."""
    name, folder = arguments.name, arguments.folder
    if not NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise UsageError(Phrase("draft.name"), hint=Phrase("draft.do.as-name"))
    if not re.fullmatch(r"[\w.+-]+(?:@[\w.-]+)?", arguments.owner):
        raise UsageError(Phrase("draft.owner"), hint=Phrase("draft.do.as-owner"))
    if taken := _taken(folder, name):
        raise UsageError(Phrase("draft.taken", file=str(taken)), hint=Phrase("draft.do.other-name"))
    first = folder.resolve() == _HERE.resolve() and not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    at, schema = moment_of(arguments), (folder / SCHEMA).exists()
    text = new_policy(name, arguments.kind, at, terminal_words(), owner=arguments.owner, schema=schema)
    with path.open("x", encoding="utf-8", newline="\n") as file:  # never over a file that came into being meanwhile
        file.write(text)
    if arguments.format == "json":
        result_json({"file": str(path), "policy": name, "kind": arguments.kind})
    else:
        result(Phrase("draft.written", file=str(path)))
        result(Phrase("draft.next", folder=str(folder)))
    if first:
        talk(Phrase("terminal.warning", told=Phrase("draft.hides", folder=str(folder))))
    return 0


def _taken(folder: Path, name: str) -> Path | None:
    """A file with this name, or a policy in the folder with this id."""
    said = re.compile(rf"""^policy: *["']?{re.escape(name)}["']?\s*(#.*)?$""", re.MULTILINE)
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.stem.lower() == name and path.suffix.lower() in {".yaml", ".yml"}:
            return path
        if path.suffix.lower() in {".yaml", ".yml"} and path.is_file():
            with path.open("rb") as file:
                if said.search(file.read(MAX_BYTES).decode("utf-8", "replace")):
                    return path
    return None
