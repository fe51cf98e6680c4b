"""`guard policy VERB`: the author's loop, one module beside this one for each verb."""

from __future__ import annotations

from importlib import import_module
from typing import Any

VERBS = ("test", "seal")
"""In the order in which an author meets them."""


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser("policy", help="work on policy files")
    verbs = parser.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")
    for name in VERBS:
        import_module(f"guard.cli.policy.{name}").register(verbs)
