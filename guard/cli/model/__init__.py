"""`guard model`: the models that read what no pattern tells; a file per verb."""

from __future__ import annotations

from typing import Any

from guard.cli.model import evaluate, listing, train
from guard.cli.parser import examples
from guard.words.texts import Phrase

EPILOG = """\
  guard model list
  guard model evaluate held-out.jsonl
"""


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser(
        "model", help=Phrase("help.model.short"), description=Phrase("help.model.about"), epilog=examples(EPILOG)
    )
    verbs = parser.add_subparsers(title=Phrase("help.verbs"), dest="verb", required=True, metavar="VERB")
    listing.register(verbs)
    evaluate.register(verbs)
    train.register(verbs)
