"""`guard policy schema`: the policy language for editors."""

from __future__ import annotations

import argparse
import json
from typing import Any

from guard.authoring.schema import policy_schema
from guard.cli.output import result
from guard.cli.parser import examples
from guard.words.texts import Phrase

EPILOG = """\
  guard policy schema > policies/policy-v1.schema.json
"""


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "schema",
        help=Phrase("help.schema.short"),
        description=Phrase("help.schema.about"),
        epilog=examples(EPILOG, about=Phrase("help.schema.line")),
    )
    parser.add_argument("--format", choices=("json",), default="json")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Always exit code 0."""
    result(json.dumps(policy_schema(), ensure_ascii=False, indent=1))
    return 0
