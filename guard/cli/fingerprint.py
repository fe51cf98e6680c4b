"""`guard fingerprint`: which documents and lists are protected; add, list, remove."""

from __future__ import annotations

import argparse
import fcntl
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guard.cli.arguments import settings_of
from guard.cli.fingerprint_use import tell_unused
from guard.cli.output import result, result_json, table, talk, told, visible
from guard.cli.parser import examples
from guard.detect.fingerprint.build import BOILERPLATE, COMMON_ROWS, Editor, Source, counted
from guard.detect.fingerprint.files import read
from guard.detect.fingerprint.index import Index, Indexed, read_index, write_index
from guard.detect.fingerprint.key import load_key
from guard.detect.fingerprint.reading import problem
from guard.detect.fingerprint.words import SHINGLE
from guard.errors import DetectorError, GuardError, ProblemsError, UsageError
from guard.words.texts import Phrase

EPILOG = """\
  guard fingerprint add board/*.docx --set board
  guard fingerprint add customers.csv --set customers --columns name,phone,account
  guard fingerprint list
"""
DEFAULT_INDEX = Path("var/fingerprints.idx")


def register(commands: Any) -> None:
    """Add the command group to the parser."""
    parser = commands.add_parser(
        "fingerprint",
        help=Phrase("help.fingerprint.short"),
        description=Phrase("help.fingerprint.about"),
        epilog=examples(EPILOG),
    )
    verbs = parser.add_subparsers(title=Phrase("help.verbs"), dest="verb", required=True, metavar="VERB")
    adding = _verb(verbs, "add", Phrase("help.fingerprint.add"), "guard fingerprint add report.docx --set board", add)
    adding.add_argument("files", nargs="*", type=Path, metavar="FILE", help=Phrase("help.fingerprint.files"))
    adding.add_argument("--set", default="documents", type=_name, metavar="NAME", help=Phrase("help.fingerprint.set"))
    adding.add_argument("--columns", default="", metavar="A,B", help=Phrase("help.fingerprint.columns"))
    adding.add_argument(
        "--fields",
        type=_count,
        default=2,
        metavar="N",
        help=Phrase("help.fingerprint.fields"),
    )
    adding.add_argument(
        "--public", type=Path, action="append", default=[], metavar="FILE", help=Phrase("help.fingerprint.public")
    )
    adding.add_argument(
        "--boilerplate", type=_boilerplate, default=BOILERPLATE, metavar="N",
        help=Phrase("help.fingerprint.boilerplate", most=BOILERPLATE),
    )  # fmt: skip
    _verb(verbs, "list", Phrase("help.fingerprint.list"), "guard fingerprint list --format json", show)
    removing = _verb(verbs, "remove", Phrase("help.fingerprint.remove"), "guard fingerprint remove report.docx", remove)
    removing.add_argument("labels", nargs="*", metavar="FILE", help=Phrase("help.fingerprint.labels"))
    removing.add_argument("--set", type=_name, metavar="NAME", help=Phrase("help.fingerprint.whole-set"))


def add(arguments: argparse.Namespace) -> int:
    """Index files; one that is named again is replaced. Nothing is changed when one cannot be read or protects nothing."""
    if not arguments.files and not arguments.public:
        raise UsageError(Phrase("protected.no-file"), hint=Phrase("protected.do.add"))
    columns = list(dict.fromkeys(name.strip() for name in arguments.columns.split(",") if name.strip()))
    index, key_file = _places(arguments)
    with _locked(index):
        key = load_key(key_file, create=not index.exists())
        editor = Editor(key, _existing(index, key))
        added = _read_all(arguments, editor, columns)
        tables, dropped = editor.tables(boilerplate=arguments.boilerplate)
        documents = counted(editor.documents.values(), tables)
        write_index(index, key, documents, tables)
    numbers = {document.number: document for document in documents}
    _report(arguments, [(numbers.get(document.number, document), rows) for document, rows in added])
    tell_unused(arguments.config, index, [document.group for document, _ in added])
    if dropped:
        common = {"words": SHINGLE, "documents": arguments.boilerplate}
        talk(Phrase("protected.common", count=dropped, **common))
    return 0


def _read_all(arguments: argparse.Namespace, editor: Editor, columns: Sequence[str]) -> list[tuple[Indexed, int]]:
    """What is now indexed of each file, and the rows it has. ProblemsError with every file that gives nothing."""
    added: list[tuple[Indexed, int]] = []
    problems: list[GuardError] = []
    for path in arguments.public:
        with _gathered(problems):
            source = read(path)
            if not editor.add_public([*source.texts, *(" ".join(row) for row in source.rows)]):
                what = Phrase("protected.is.makes-nothing-public", words=SHINGLE)
                raise problem(path, what, Phrase("protected.do.leave-out-public"), 1)
    for path in arguments.files:
        with _gathered(problems):
            source = read(path, columns)
            document = editor.add(source, arguments.set, fields=arguments.fields)
            if not document.shingles and not document.rows:
                raise _protects_nothing(path, source, arguments.fields, columns)
            added.append((document, len(source.rows)))
    if problems:
        raise ProblemsError(problems)
    return added


@contextmanager
def _gathered(problems: list[GuardError]) -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        problems.append(error)


def _protects_nothing(path: Path, source: Source, fields: int, columns: Sequence[str]) -> UsageError:
    if source.rows:
        why, hint = Phrase("protected.why.fields", fields=fields), Phrase("protected.do.columns")
        if columns:
            why = Phrase("protected.why.fields-in", fields=fields, columns=", ".join(columns))
    elif any(text.strip() for text in source.texts):
        why, hint = Phrase("protected.why.short", words=SHINGLE), Phrase("protected.do.terms")
    else:
        why, hint = Phrase("protected.why.empty"), Phrase("protected.do.pictures")
    return problem(path, Phrase("protected.is.protects-nothing", why=why), hint, 1)


def show(arguments: argparse.Namespace) -> int:
    """List what is indexed."""
    index, key_file = _existing_places(arguments)
    documents = sorted(read_index(index, load_key(key_file)).documents, key=lambda each: (each.group, each.label))
    if arguments.format == "json":
        result_json([_shown(document) for document in documents])
    elif documents:
        rows = [
            [visible(document.group), visible(document.label), str(document.shingles), str(document.rows)]
            for document in documents
        ]
        columns = ("set", "file", "sequences", "rows")
        result(table(rows, [Phrase(f"protected.column.{column}") for column in columns]))
    else:
        talk(Phrase("protected.nothing"))
    return 0


def remove(arguments: argparse.Namespace) -> int:
    """Take documents out of the index; UsageError when a name fits none."""
    if not arguments.labels and arguments.set is None:
        raise UsageError(Phrase("protected.no-file"), hint=Phrase("protected.do.remove"))
    index, key_file = _existing_places(arguments)
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
            names = ", ".join(map(visible, missing)) or arguments.set
            raise UsageError(Phrase("protected.not-indexed", names=names), hint=Phrase("protected.do.list"))
        tables, _ = editor.tables(boilerplate=0)
        write_index(index, key, counted(editor.documents.values(), tables), tables)
    if arguments.format == "json":
        result_json([_shown(document) for document in gone])
    else:
        result(Phrase("protected.removed", count=len(gone)))
    return 0


def _verb(verbs: Any, name: str, help_text: str, example: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=help_text, description=help_text, epilog=examples(example)
    )
    parser.add_argument(
        "--index", type=Path, metavar="FILE", help=Phrase("help.fingerprint.index", file=str(DEFAULT_INDEX))
    )
    parser.add_argument("--key", type=Path, metavar="FILE", help=Phrase("help.fingerprint.key"))
    parser.add_argument("--config", type=Path, help=Phrase("help.config-if-any"))
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.set_defaults(run=run)
    return parser


def _places(arguments: argparse.Namespace) -> tuple[Path, Path]:
    settings = settings_of(arguments.config)
    index = arguments.index or settings.fingerprint_index or DEFAULT_INDEX
    return index, arguments.key or settings.fingerprint_key


def _existing_places(arguments: argparse.Namespace) -> tuple[Path, Path]:
    index, key_file = _places(arguments)
    if not index.exists():
        raise UsageError(Phrase("protected.no-index", file=str(index)), hint=Phrase("protected.do.make"))
    return index, key_file


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
        message = Phrase("protected.lock", file=str(lock), why=error.strerror)
        raise DetectorError(message, hint=Phrase("protected.do.other-index")) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _report(arguments: argparse.Namespace, added: list[tuple[Indexed, int]]) -> None:
    for document, rows in added:
        name = visible(document.label)
        if not document.shingles and not document.rows:
            talk(Phrase("protected.all-public", name=name))
        elif document.rows < rows:
            counts = {"weak": rows - document.rows, "rows": rows, "words": SHINGLE}
            talk(Phrase("protected.rows-weak", name=name, fields=document.fields, common=COMMON_ROWS, **counts))
    if arguments.format == "json":
        result_json([_shown(document) for document, _ in added])
        return
    for document, _ in added:
        name, sequences = visible(document.label), Phrase("protected.sequences", count=document.shingles, words=SHINGLE)
        if document.rows:
            in_rows = Phrase("protected.rows", count=document.rows)
            result(Phrase("protected.indexed-rows", name=name, sequences=sequences, rows=in_rows, group=document.group))
        else:
            result(Phrase("protected.indexed", name=name, sequences=sequences, group=document.group))


def _shown(document: Indexed) -> dict[str, Any]:
    return {"set": document.group, "file": document.label, "sequences": document.shingles, "rows": document.rows}


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", text):
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.set-name")))
    return text


def _count(text: str) -> int:
    if not (text.isdecimal() and 2 <= int(text) <= 20):
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.fields")))
    return int(text)


def _boilerplate(text: str) -> int:
    if not text.isdecimal() or text == "1":
        raise argparse.ArgumentTypeError(told(Phrase("help.wrong.boilerplate")))
    return int(text)
