"""`guard policy seal`: a list of confidential terms to a file of keyed hashes that may stand in a repository."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from guard.cli.arguments import settings_of
from guard.cli.output import talk
from guard.cli.parser import examples
from guard.detect.fingerprint.key import load_key
from guard.detect.sealed import seal
from guard.errors import DetectorError, ProblemsError, UsageError
from guard.policy.cursor import Notes
from guard.policy.parse_terms import Terms, special
from guard.policy.sealed import write_sealed
from guard.policy.terms_file import read_terms
from guard.types.matcher import TermsMatcher
from guard.wiring import heart
from guard.words.texts import Phrase


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "seal",
        help=Phrase("help.seal.short"),
        description=Phrase("help.seal.about"),
        epilog=examples("guard policy seal clients.txt --output policies/clients.sealed"),
    )
    parser.add_argument("terms", type=Path, metavar="TERMS", help=Phrase("help.seal.terms"))
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help=Phrase("help.seal.output"))
    parser.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help=Phrase("help.seal.key"),
    )
    parser.add_argument("--config", type=Path, help=Phrase("help.config-if-any"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 2 when a term cannot be sealed; then nothing is written."""
    terms = _terms(arguments.terms)
    place = arguments.key or heart.terms_key(settings_of(arguments.config))
    new = not place.exists()
    wanted = TermsMatcher("sealed", tuple(terms), options=special(terms), confidential=True)
    try:
        text = write_sealed(seal(wanted, load_key(place, create=True)))
    except DetectorError as error:
        raise UsageError(error.message, hint=error.hint) from None
    draft = arguments.output.with_name(f"{arguments.output.name}.part")
    try:
        draft.write_text(text, "ascii")
        draft.replace(arguments.output)
    except OSError as error:
        told = Phrase("seal.unwritable", file=str(arguments.output), why=error.strerror)
        raise UsageError(told, hint=Phrase("seal.do.other-output")) from None
    if new:
        talk(Phrase("seal.key-made", file=str(place)))
    talk(Phrase("seal.done", count=len(terms), sealed=str(arguments.output), file=str(arguments.terms)))
    return 0


def _terms(path: Path) -> Terms:
    try:
        data = path.read_bytes()
    except OSError as error:
        told = Phrase("seal.unreadable", file=str(path), why=error.strerror)
        raise UsageError(told, hint=Phrase("seal.do.name-file")) from None
    notes = Notes()
    terms = read_terms(str(path), data, notes)
    if notes.problems:
        raise ProblemsError((*notes.problems,))
    for doubt in notes.warnings:
        talk(Phrase("terminal.warning", told=doubt))
    if not terms:
        raise UsageError(Phrase("seal.empty", file=str(path)), hint=Phrase("seal.do.one-a-line"))
    return terms
