"""`guard policy schema`: the policy language for editors."""

from __future__ import annotations

import argparse
import json
from typing import Any

from guard.authoring.schema import policy_schema
from guard.cli.output import result

EPILOG = """\
Editors that read YAML schemas complete keys and underline slips when a policy begins with the line
  # yaml-language-server: $schema=./policy-v1.schema.json

example:
  guard policy schema > policies/policy-v1.schema.json
"""


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "schema",
        help="print the JSON Schema of the policy language, for editors",
        description="Print the JSON Schema (draft 2020-12) of a policy file.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--format", choices=("json",), default="json")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Always exit code 0."""
    result(json.dumps(policy_schema(), ensure_ascii=False, indent=1))
    return 0
