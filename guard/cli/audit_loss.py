"""`guard audit accept-loss`: go on with a log that lacks entries it had."""

from __future__ import annotations

import argparse
from typing import Any

from guard.cli.arguments import acting, add_verb
from guard.cli.output import result, result_json
from guard.wiring import heart
from guard.wiring.ledger import read_settings
from guard.wiring.loss import accept_loss
from guard.words.texts import Phrase

EXAMPLE = 'guard audit accept-loss --reason "disk failed, restored the backup of 2026-11-22"'


def register(verbs: Any) -> None:
    """Add the verb to `guard audit`."""
    parser = add_verb(verbs, "accept-loss", Phrase("help.audit.accept-loss"), EXAMPLE, run)
    parser.add_argument("--reason", required=True, metavar="TEXT", help=Phrase("help.audit.reason"))
    parser.add_argument("--by", metavar="NAME", help=Phrase("help.audit.by"))


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when it is recorded and the gate can start."""
    who = acting(arguments.by, "--by NAME")
    accepted = accept_loss(read_settings(arguments.config), who, arguments.reason, heart.now())
    noted = accepted.noted
    if arguments.format == "json":
        result_json({"entry": accepted.entry, "noted": {"entries": noted.size, "root": noted.root.hex()}})
    else:
        result(Phrase("noted.accepted", entry=accepted.entry, noted=noted.size))
    return 0
