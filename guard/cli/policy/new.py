"""`guard policy new`: a first draft that passes its examples and lint as it stands."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from guard.authoring.templates import KINDS, MAX_NAME, NAME, new_policy
from guard.cli.arguments import moment
from guard.cli.output import result, result_json
from guard.errors import UsageError
from guard.policy.load import MAX_BYTES
from guard.wiring import heart

SCHEMA = "policy-v1.schema.json"
_OWNER = "dpo@exemple.fr"
_NEXT = "next: guard policy test {folder}; guard policy lint {folder}"


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    kinds = "\n".join(f"  {name:<14}{kind.purpose}" for name, kind in KINDS.items())
    parser = verbs.add_parser(
        "new",
        help="write a first draft of a policy",
        description="Write a first draft with remarks that say what to change. It begins in shadow: it stops nothing.",
        epilog=f"kinds:\n{kinds}\n\nexample:\n  guard policy new project-7 --kind confidential --owner juridique@exemple.fr",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", help="name of the policy and its file: small letters, digits, hyphens; no secret name")
    parser.add_argument(
        "--kind", choices=tuple(KINDS), default="confidential", help="what it is about (default: confidential)"
    )
    parser.add_argument("--folder", type=Path, default=Path("policies"), help="where to write it (default: ./policies)")
    parser.add_argument("--owner", default=_OWNER, help="who answers for it")
    parser.add_argument("--at", type=moment, metavar="TIME", help="the day to count its dates from (default: today)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the file is written, 2 when the name cannot be used."""
    name, folder = arguments.name, arguments.folder
    if not NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise UsageError("a name has small letters, digits and hyphens only, 64 at most", hint="as client-x")
    if not re.fullmatch(r"[\w.+-]+(?:@[\w.-]+)?", arguments.owner):
        raise UsageError("the owner is no address and no name", hint="as juridique@exemple.fr")
    if taken := _taken(folder, name):
        raise UsageError(f"there is a policy of that name already: {taken}", hint="choose another name")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    text = new_policy(
        name, arguments.kind, arguments.at or heart.now(), owner=arguments.owner, schema=(folder / SCHEMA).exists()
    )
    with path.open("x", encoding="utf-8", newline="\n") as file:  # never over a file that came into being meanwhile
        file.write(text)
    if arguments.format == "json":
        result_json({"file": str(path), "policy": name, "kind": arguments.kind})
    else:
        result(f"{path} is written; it is in shadow, so it stops nothing yet")
        result(_NEXT.format(folder=folder))
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
