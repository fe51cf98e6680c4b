"""`guard fingerprint`: which documents and lists are protected; add, list, remove."""

from __future__ import annotations

import argparse
import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guard.cli.arguments import settings_of
from guard.cli.output import result, result_json, table, talk, visible
from guard.detect.fingerprint_build import BOILERPLATE, COMMON_ROWS, Editor, counted
from guard.detect.fingerprint_files import read
from guard.detect.fingerprint_index import Index, Indexed, read_index, write_index
from guard.detect.fingerprint_key import load_key
from guard.detect.fingerprint_words import SHINGLE
from guard.errors import DetectorError, UsageError

EPILOG = """\
examples:
  guard fingerprint add board/*.docx --set board
  guard fingerprint add customers.csv --set customers --columns name,phone,account
  guard fingerprint list
"""
DEFAULT_INDEX = Path("var/fingerprints.idx")


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = commands.add_parser(
        "fingerprint",
        help="documents and lists that must not be quoted",
        description="Documents and lists that posts must not quote. Only keyed hashes of them are stored.",
        epilog=EPILOG,
        formatter_class=raw,
    )
    verbs = parser.add_subparsers(title="verbs", dest="verb", required=True, metavar="VERB")
    adding = _verb(verbs, "add", "index documents and lists", "guard fingerprint add report.docx --set board", add)
    adding.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="txt, md, html, docx, odt, pptx, pdf; csv, tsv, xlsx"
    )
    adding.add_argument(
        "--set", default="documents", type=_name, metavar="NAME", help="what policies name (default: documents)"
    )
    adding.add_argument("--columns", default="", metavar="A,B", help="of tables: these columns alone")
    adding.add_argument(
        "--fields",
        type=_count,
        default=2,
        metavar="N",
        help="of tables: fields of one row that a post must hold (default: 2)",
    )
    adding.add_argument(
        "--public", type=Path, action="append", default=[], metavar="FILE", help="what everybody may quote; repeatable"
    )
    adding.add_argument(
        "--boilerplate", type=int, default=BOILERPLATE, metavar="N",
        help=f"8 words that stand in N documents protect none of them; 0: never (default: {BOILERPLATE})",
    )  # fmt: skip
    _verb(verbs, "list", "list what is indexed", "guard fingerprint list --format json", show)
    removing = _verb(verbs, "remove", "take documents out", "guard fingerprint remove report.docx", remove)
    removing.add_argument("labels", nargs="*", metavar="FILE", help="as `list` shows it")
    removing.add_argument("--set", type=_name, metavar="NAME", help="the whole set, or FILE of this set")


def add(arguments: argparse.Namespace) -> int:
    """Index files; an indexed one that is named again is replaced. Nothing is changed when one cannot be read."""
    if not arguments.files and not arguments.public:
        raise UsageError("no file is named", hint="guard fingerprint add FILE…")
    columns = [name.strip() for name in arguments.columns.split(",") if name.strip()]
    index, key_file = _places(arguments)
    with _locked(index):
        key = load_key(key_file, create=not index.exists())
        editor = Editor(key, _existing(index, key))
        for path in arguments.public:
            source = read(path)
            editor.add_public([*source.texts, *(" ".join(row) for row in source.rows)])
        added = [editor.add(read(path, columns), arguments.set, fields=arguments.fields) for path in arguments.files]
        tables, dropped = editor.tables(boilerplate=arguments.boilerplate)
        documents = counted(editor.documents.values(), tables)
        write_index(index, key, documents, tables)
    numbers = {document.number: document for document in documents}
    _report(arguments, [numbers.get(document.number, document) for document in added])
    if dropped:
        talk(
            f"{dropped} sequences of {SHINGLE} words stand in {arguments.boilerplate} documents or more: not protected"
        )
    return 0


def show(arguments: argparse.Namespace) -> int:
    """List what is indexed."""
    index, key_file = _places(arguments)
    documents = sorted(read_index(index, load_key(key_file)).documents, key=lambda each: (each.group, each.label))
    if arguments.format == "json":
        result_json([_shown(document) for document in documents])
    elif documents:
        rows = [
            [visible(document.group), visible(document.label), str(document.shingles), str(document.rows)]
            for document in documents
        ]
        result(table(rows, ("set", "file", "sequences", "rows")))
    else:
        talk("nothing is indexed")
    return 0


def remove(arguments: argparse.Namespace) -> int:
    """Take documents out of the index; UsageError when a name fits none."""
    if not arguments.labels and arguments.set is None:
        raise UsageError("no file is named", hint="guard fingerprint remove FILE…, or --set NAME for a whole set")
    index, key_file = _places(arguments)
    key = load_key(key_file)
    with _locked(index):
        editor = Editor(key, read_index(index, key))
        gone = editor.remove(
            lambda each: (
                arguments.set in {None, each.group} and (not arguments.labels or each.label in arguments.labels)
            )
        )
        missing = [label for label in arguments.labels if label not in {document.label for document in gone}]
        if missing or not gone:
            raise UsageError(
                f"not indexed: {', '.join(map(visible, missing)) or arguments.set}; nothing was removed",
                hint="`guard fingerprint list` shows the names",
            )
        tables, _ = editor.tables(boilerplate=0)
        write_index(index, key, counted(editor.documents.values(), tables), tables)
    if arguments.format == "json":
        result_json([_shown(document) for document in gone])
    else:
        result(f"{len(gone)} removed")
    return 0


def _verb(verbs: Any, name: str, help_text: str, example: str, run: Any) -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=help_text, description=help_text, epilog=f"example: {example}", formatter_class=raw
    )
    parser.add_argument(
        "--index", type=Path, metavar="FILE", help=f"(default: [fingerprints] index, else {DEFAULT_INDEX})"
    )
    parser.add_argument(
        "--key", type=Path, metavar="FILE", help="key file, not beside the index (default: [fingerprints] key)"
    )
    parser.add_argument("--config", type=Path, help="settings (default: ./guard.toml when there is one)")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.set_defaults(run=run)
    return parser


def _places(arguments: argparse.Namespace) -> tuple[Path, Path]:
    settings = settings_of(arguments.config)
    index = arguments.index or settings.fingerprint_index or DEFAULT_INDEX
    return index, arguments.key or settings.fingerprint_key


def _existing(index: Path, key: bytes) -> Index | None:
    return read_index(index, key) if index.exists() else None


@contextmanager
def _locked(index: Path) -> Iterator[None]:
    """One change at a time: a second one waits."""
    lock = index.with_name(f".{index.name}.lock")
    try:
        index.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("w")
    except OSError as error:
        raise DetectorError(f"{lock} cannot be written: {error.strerror}", hint="name another --index") from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _report(arguments: argparse.Namespace, added: list[Indexed]) -> None:
    for document in added:
        if not document.shingles and not document.rows:
            talk(
                f"warning: {visible(document.label)} protects nothing: fewer than {SHINGLE} words in a row, no row with two "
                f"telling fields (in at most {COMMON_ROWS} rows each), or all of it public"
            )
    if arguments.format == "json":
        result_json([_shown(document) for document in added])
        return
    for document in added:
        rows = f", {document.rows} rows" if document.rows else ""
        result(
            f"{visible(document.label)}: {document.shingles} sequences of {SHINGLE} words{rows}, in set {document.group}"
        )


def _shown(document: Indexed) -> dict[str, Any]:
    return {"set": document.group, "file": document.label, "sequences": document.shingles, "rows": document.rows}


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", text):
        raise argparse.ArgumentTypeError("write small letters, digits and hyphens, as board-papers")
    return text


def _count(text: str) -> int:
    number = int(text)
    if not 2 <= number <= 20:
        raise argparse.ArgumentTypeError("write a number from 2 to 20: one field alone says nothing")
    return number
