"""`guard audit`: export, verify, search and prove what was decided; erase what is due."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from guard.audit.checkpoint import VerifierKey
from guard.audit.encode import timestamp
from guard.audit.export import export as export_log
from guard.audit.export import prove as prove_entry
from guard.audit.keys import Keys
from guard.audit.log import erase_due
from guard.audit.verify import Verified, read_key, verify_export, verify_leaves, verify_proof
from guard.cli import audit_loss
from guard.cli.output import number, result, result_json, table, talk, visible
from guard.cli.parser import examples
from guard.errors import UsageError, VerificationError
from guard.outbox.review import TERMINAL, expire_due
from guard.settings.accounts import key_of
from guard.store.base import LeafQuery, Transaction
from guard.types.audit import KINDS
from guard.types.post import Author
from guard.wiring import heart
from guard.wiring.ledger import open_existing
from guard.wiring.loss import KIND, reason_of
from guard.words.texts import Phrase

EPILOG = """\
  guard audit export --output audit-2026-11
  guard audit verify audit-2026-11 --key company.vkey
  guard audit search --case 1001
"""
KEY_HELP = Phrase("help.audit.key")
ERASE_BATCH = 200


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser(
        "audit", help=Phrase("help.audit.short"), description=Phrase("help.audit.about"), epilog=examples(EPILOG)
    )
    verbs = parser.add_subparsers(title=Phrase("help.verbs"), dest="verb", required=True, metavar="VERB")
    exporting = _verb(verbs, "export", Phrase("help.audit.export"), "guard audit export --output DIR", export)
    exporting.add_argument("--output", type=Path, required=True, metavar="DIR", help=Phrase("help.audit.output"))

    verifying = _verb(verbs, "verify", Phrase("help.audit.verify"), "guard audit verify DIR --key K", verify)
    verifying.add_argument("place", nargs="?", type=Path, metavar="DIR", help=Phrase("help.audit.place"))
    verifying.add_argument("--key", metavar="VKEY|FILE", help=KEY_HELP)
    verifying.add_argument("--since", type=Path, metavar="CHECKPOINT", help=Phrase("help.audit.older"))

    searching = _verb(verbs, "search", Phrase("help.audit.search"), "guard audit search --author alice", search)
    searching.add_argument("--case", type=number, metavar="N")
    searching.add_argument("--kind", choices=KINDS)
    searching.add_argument("--author", metavar="A", help=Phrase("help.audit.author"))
    searching.add_argument("--since", metavar="T", help=Phrase("help.audit.since"))
    searching.add_argument("--limit", type=number, default=50, metavar="N", help=Phrase("help.audit.limit"))

    proving = _verb(verbs, "prove", Phrase("help.audit.prove"), "guard audit prove 17 --output p.tlog-proof", prove)
    proving.add_argument("entry", metavar="INDEX|EVENT")
    proving.add_argument("--output", type=Path, required=True, metavar="FILE")
    _verb(verbs, "erase", Phrase("help.audit.erase"), "guard audit erase", erase)
    audit_loss.register(verbs)


def export(arguments: argparse.Namespace) -> int:
    """Write C2SP tlog-tiles files and the verifier key."""
    opened = open_existing(arguments.config, _warn)
    try:
        key = opened.keys.verifier
        head = opened.store.read_now(lambda tx: export_log(tx, key, arguments.output))
    finally:
        opened.store.close()
    if arguments.format == "json":
        result_json({"entries": head.size, "root": head.root.hex(), "key": str(key), "folder": str(arguments.output)})
    else:
        result(Phrase("ledger.exported", count=head.size, folder=str(arguments.output)))
        talk(Phrase("ledger.key", vkey=str(key)))
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Exit code 0 when all is as it was signed; a VerificationError (exit code 1) says what is not."""
    if arguments.place is not None and not arguments.place.exists():
        raise UsageError(
            Phrase("ledger.no-place", place=str(arguments.place)),
            hint=Phrase("ledger.do.export"),
        )
    if arguments.place is not None and arguments.place.is_dir() and not _is_export(arguments.place):
        raise VerificationError(
            Phrase("ledger.no-export", place=str(arguments.place)), hint=Phrase("ledger.do.name-export")
        )
    since = None if arguments.since is None else _read(arguments.since)
    key = None if arguments.key is None else _key(arguments.key)
    if arguments.place is not None and arguments.place.is_file():
        if key is None or since is not None:
            raise UsageError(Phrase("ledger.proof-key"), hint="--key VKEY|FILE")
        index, entry = verify_proof(_read(arguments.place), key)
        result_json({"index": index, "entry": json.loads(entry)})
        return 0
    doubts: list[VerificationError] = []
    if arguments.place is not None:
        verified = verify_export(arguments.place, key, since)
    else:
        opened = open_existing(arguments.config, doubts.append)
        try:
            used = key or opened.keys.verifier
            verified = opened.store.read_now(lambda tx: verify_leaves(tx.leaves(), tx.checkpoint(), used, since))
        finally:
            opened.store.close()
    _print_verified(arguments, verified)
    for doubt in doubts:
        raise doubt
    return 0


def search(arguments: argparse.Namespace) -> int:
    """List entries with the account and person behind each."""
    if arguments.limit < 1:
        raise UsageError(Phrase("ledger.limit"), hint=Phrase("ledger.do.limit"))
    since = None if arguments.since is None else _since(arguments.since)
    opened = open_existing(arguments.config, _warn)
    try:

        def work(tx: Transaction) -> list[dict[str, Any]]:
            authors = None if arguments.author is None else tx.find_authors(arguments.author)
            query = LeafQuery(arguments.kind, arguments.case, authors, since, arguments.limit)
            return [_entry(tx, opened.keys, index, leaf) for index, leaf in tx.search(query)]

        entries = opened.store.read_now(work)
    finally:
        opened.store.close()
    if arguments.format == "json":
        result_json(entries)
        return 0
    columns = ("index", "time", "kind", "person", "account", "what", "case", "id")
    rows = [[visible(str(cell if cell is not None else "")) for cell in _row(entry)] for entry in entries]
    if rows:
        result(table(rows, [Phrase(f"ledger.column.{column}") for column in columns]))
    else:
        talk(Phrase("ledger.no-entry-fits"))
    return 0


def prove(arguments: argparse.Namespace) -> int:
    """Write a C2SP tlog-proof, checkable by `guard audit verify FILE --key K` and by other tools."""
    opened = open_existing(arguments.config, _warn)
    try:

        def work(tx: Transaction) -> str:
            name = arguments.entry
            # Event ids are 28 hexadecimal digits; an index is shorter.
            index = int(name) if name.isdecimal() and len(name) < 19 else tx.leaf_index(name)
            if index is None:
                raise UsageError(Phrase("ledger.no-entry", name=str(name)), hint="guard audit search")
            return prove_entry(tx, opened.keys.verifier, index)

        proof = opened.store.read_now(work)
    finally:
        opened.store.close()
    try:
        arguments.output.write_text(proof, encoding="utf-8")
    except OSError as error:
        message = Phrase("ledger.unwritable", file=str(arguments.output), why=error.strerror)
        raise UsageError(message, hint=Phrase("ledger.do.place")) from None
    talk(Phrase("ledger.written", file=str(arguments.output)))
    return 0


def erase(arguments: argparse.Namespace) -> int:
    """End unused approvals, erase texts that are due, empty the journal."""
    opened = open_existing(arguments.config)
    try:
        now = heart.now()
        ended = opened.store.write_now(lambda tx: expire_due(tx, opened.log, now))
        erased: list[str] = []
        while True:
            batch = opened.store.write_now(lambda tx: erase_due(tx, opened.log, now, ERASE_BATCH))
            erased += batch
            if len(batch) < ERASE_BATCH:
                break
        opened.store.scrub()
    finally:
        opened.store.close()
    if arguments.format == "json":
        result_json({"erased": erased, "expired_cases": list(ended)})
    else:
        records, approvals = Phrase("ledger.records", count=len(erased)), Phrase("ledger.approvals", count=len(ended))
        result(Phrase("ledger.erased", records=records, approvals=approvals))
    return 0


def _verb(verbs: Any, name: str, help_text: str, example: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=help_text, description=help_text, epilog=examples(example)
    )
    parser.add_argument("--config", type=Path, default=Path("guard.toml"), help=Phrase("help.config"))
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.set_defaults(run=run)
    return parser


def _is_export(folder: Path) -> bool:
    return any((folder / name).exists() for name in ("checkpoint", "key", "tile"))


def _print_verified(arguments: argparse.Namespace, verified: Verified) -> None:
    head, old = verified.head, verified.grown_from
    if arguments.format == "json":
        grown = None if old is None else old.size
        result_json({"entries": head.size, "root": head.root.hex(), "key": str(verified.key), "grown_from": grown})
        return
    result(Phrase("ledger.verified", count=head.size, root=head.root.hex()))
    if old is not None:
        result(Phrase("ledger.continues", count=old.size))
    if arguments.place is not None and arguments.key is None:
        talk(Phrase("ledger.inside-key", vkey=str(verified.key)))


def _warn(doubt: VerificationError) -> None:
    """Whoever looks into a loss may read what is left."""
    talk(Phrase("terminal.warning", told=doubt))


def _entry(tx: Transaction, keys: Keys, index: int, leaf: bytes) -> dict[str, Any]:
    """A leaf, with who is behind its pseudonym, and the reason where it was given at a terminal."""
    entry: dict[str, Any] = json.loads(leaf)
    if entry["kind"] == KIND:
        entry["reason"] = reason_of(tx, keys, entry["id"])
    author = tx.author(str(entry["data"].get("author", ""))) or Author("", "")
    account = author.handle or author.account or None
    if user := tx.author(str(entry["data"].get(TERMINAL, ""))):
        entry["terminal_user"] = user.account
    return {"index": index, **entry, "account": account, "key": key_of(author) or None, "person": author.person}


def _row(entry: dict[str, Any]) -> list[Any]:
    data = entry["data"]
    words = (data.get(name) for name in ("action", "disposition", "verdict", "state", "form", "what"))
    what = entry.get("reason") or " ".join(str(word) for word in words if word)
    if "terminal_user" in entry:
        what += f" ({TERMINAL}: {entry['terminal_user']})"
    place = [entry["index"], entry["time"][:19] + "Z", entry["kind"]]
    return [*place, entry["person"], entry["account"], what, data.get("case"), entry["id"]]


def _since(text: str) -> str:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(Phrase("ledger.not-a-time", text=repr(text)), hint=Phrase("ledger.do.time")) from None
    return timestamp(time if time.tzinfo else time.replace(tzinfo=UTC))


def _key(source: str) -> VerifierKey:
    """UsageError, for a key that cannot be read says nothing about the log."""
    try:
        return read_key(source)
    except VerificationError:
        raise UsageError(Phrase("ledger.key-unreadable", source=source), hint=Phrase("ledger.do.key")) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(Phrase("ledger.unreadable", file=str(path)), hint=Phrase("ledger.do.proof-file")) from None
