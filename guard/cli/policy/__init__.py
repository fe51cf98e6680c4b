"""`guard policy VERB`: the author's loop, one module beside this one for each verb."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from guard.words.texts import Phrase

VERBS = ("new", "test", "coverage", "lint", "explain", "evade", "bench", "backtest", "schema", "seal")
"""In the order in which an author meets them."""


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser("policy", help=Phrase("help.policy.short"))
    verbs = parser.add_subparsers(title=Phrase("help.verbs"), dest="verb", required=True, metavar="VERB")
    for name in VERBS:
        import_module(f"guard.cli.policy.{name}").register(verbs)
