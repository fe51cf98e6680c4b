"""`guard model`: the models that read what no pattern tells; a file per verb."""

from __future__ import annotations

import argparse
from typing import Any

from guard.cli.model import evaluate, listing, train

EPILOG = """\
examples:
  guard model list
  guard model evaluate held-out.jsonl
"""


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser(
        "model",
        help="the models that read what no pattern tells",
        description="Models of our own, run without a training framework: which are there, and what they are worth.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")
    listing.register(verbs)
    evaluate.register(verbs)
    train.register(verbs)
