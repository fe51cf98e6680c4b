"""Reads the texts and tables of documents: plain text, Markdown, HTML, CSV, Word, PowerPoint, Excel, OpenDocument, PDF.

A protected document may come from anywhere, so sizes are bounded before anything is unpacked and XML with a document
type (where entity bombs live) is refused. Nothing is run, fetched or written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from guard.detect.fingerprint.build import Source
from guard.detect.fingerprint.office import office, xlsx
from guard.detect.fingerprint.reading import MOST_BYTES, MOST_PARTS, Content, problem
from guard.errors import GuardError
from guard.words.texts import Phrase

_MOST_ROWS: Final = 5_000_000
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_HYPHENATED: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][^\S\n]{0,40}\n\s{0,80}(?=[^\W\d_])")
_NUL: Final = re.compile(r"\0")
_NO_TEXT: Final = re.compile(r"[\0-\x08\x0e-\x19\x1c-\x1f\ufffd]")
"""Where the encoding is a guess, these show that it is none."""
_MAYBE_WINDOWS: Final = {".txt", ".csv", ".tsv", ".tab", ".md", ".htm", ".html"}
_LINK: Final = re.compile(r"\]\([^()]{0,2000}\)")


def read(path: Path, columns: Sequence[str] = ()) -> Source:
    """What a file says. UsageError, located, when it cannot be read; `columns` of a table: those alone, by name.

    A table's first row names its columns, unless it looks like data: then they are named 1, 2, ….
    """
    suffix = path.suffix.lower()
    reader = _READERS.get(suffix, _text)
    if columns and suffix not in _TABLES:
        raise problem(path, Phrase("protected.is.no-table"), Phrase("protected.do.no-columns"))
    data = _bytes(path)
    try:
        texts, rows = reader(path, data)
    except GuardError:
        raise
    except Exception as error:  # noqa: BLE001 - readers raise whatever comes to hand on damaged files
        what = Phrase("protected.is.damaged")
        if isinstance(error, expat.ExpatError):
            what = Phrase("protected.is.damaged-at", line=str(error.lineno))
        raise problem(path, what, Phrase("protected.do.save-open")) from None
    if suffix in _TABLES:
        rows = _chosen(path, rows, columns)
    return Source(str(path), texts, rows)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise problem(path, Phrase("protected.is.folder"), Phrase("protected.do.name-files", folder=str(path)))
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        what = Phrase("protected.is.unreadable", why=error.strerror)
        raise problem(path, what, Phrase("protected.do.who-may")) from None
    if len(data) > MOST_BYTES:
        raise problem(path, Phrase("protected.is.large", most=MOST_BYTES >> 20), Phrase("protected.do.split"))
    return data


def _decoded(path: Path, data: bytes) -> str:
    """UTF-8, UTF-16 with its mark or, where office programs on Windows write it, Windows-1252; refused when it is no text."""
    hint = Phrase("protected.do.formats")
    guessed = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if guessed:
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            if path.suffix.lower() not in _MAYBE_WINDOWS:
                line, column = data.count(b"\n", 0, error.start) + 1, error.start - data.rfind(b"\n", 0, error.start)
                raise problem(path, Phrase("protected.is.not-utf8"), hint, line, column) from None
            guessed, text = True, data.decode("cp1252", "replace")
    odd = (_NO_TEXT if guessed else _NUL).search(text)
    if odd is not None:
        line, column = text.count("\n", 0, odd.start()) + 1, odd.start() - text.rfind("\n", 0, odd.start())
        raise problem(path, Phrase("protected.is.no-text"), hint, line, column)
    return text


def _text(path: Path, data: bytes) -> Content:
    return _readings(_decoded(path, data)), []


def _readings(text: str) -> list[str]:
    """The text and, where it differs, the text as it is read: words whole that a line end parts, links without targets."""
    read_as = _LINK.sub("] ", _HYPHENATED.sub("", text))
    return [text] if read_as == text else [text, read_as]


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        self._silent += tag in {"script", "style"}
        if tag not in {"b", "i", "em", "strong", "span", "a", "u", "small", "sup", "sub", "code"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _html(path: Path, data: bytes) -> Content:
    parser = _Html()
    parser.feed(_decoded(path, data))
    parser.close()
    return ["".join(parser.parts)], []


def _csv(path: Path, data: bytes) -> Content:
    text = _decoded(path, data)
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(",;\t|", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in lines:
            if len(rows) >= _MOST_ROWS:
                raise problem(
                    path,
                    Phrase("protected.is.many-rows", most=_MOST_ROWS),
                    Phrase("protected.do.split"),
                    lines.line_num,
                )
            rows.append(row)
    except csv.Error:
        raise problem(path, Phrase("protected.is.bad-table"), Phrase("protected.do.mend"), lines.line_num) from None
    return [], rows


def _pdf(path: Path, data: bytes) -> Content:
    try:
        pypdf: Any = import_module("pypdf")
    except ImportError:
        raise problem(path, Phrase("protected.is.pdf"), Phrase("protected.do.pypdf")) from None
    pages = [page.extract_text() for page in islice(pypdf.PdfReader(io.BytesIO(data)).pages, MOST_PARTS)]
    text = "\n".join(pages)
    if not text.strip():
        raise problem(path, Phrase("protected.is.pictures"), Phrase("protected.do.recognise"))
    return _readings(text), []


def _old(path: Path, _: bytes) -> Content:
    raise problem(path, Phrase("protected.is.old", ending=path.suffix), Phrase("protected.do.save-new"))


def _chosen(path: Path, rows: list[list[str]], columns: Sequence[str]) -> list[list[str]]:
    """The rows without their header, of all columns or those named."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return []
    header = [name.strip() for name in rows[0]]
    if any(map(_looks_like_data, header)):
        header = [str(number) for number in range(1, len(header) + 1)]
    else:
        rows = rows[1:]
        if not rows:
            raise problem(path, Phrase("protected.is.no-rows"), Phrase("protected.do.with-rows"), 1)
    if not columns:
        return rows
    folded = [name.casefold() for name in header]
    wanted = {name.casefold() for name in columns}
    missing = [name for name in columns if name.casefold() not in folded]
    if missing:
        names = ", ".join(header)
        guessed = header[0] == "1"
        hint = Phrase("protected.do.looks-like-data" if guessed else "protected.do.has", names=names)
        raise problem(path, Phrase("protected.is.no-column", names=", ".join(missing)), hint, 1)
    places = [place for place, name in enumerate(folded) if name in wanted]
    return [[row[place] for place in places if place < len(row)] for row in rows]


def _looks_like_data(cell: str) -> bool:
    return "@" in cell or sum(map(str.isdigit, _YEAR.sub("", cell))) > 4


_TABLES: Final = {".csv", ".tsv", ".tab", ".xlsx"}
_READERS: Final[dict[str, Callable[[Path, bytes], Content]]] = {
    ".csv": _csv, ".tsv": _csv, ".tab": _csv, ".xlsx": xlsx, ".docx": office, ".pptx": office, ".odt": office,
    ".odp": office, ".html": _html, ".htm": _html, ".pdf": _pdf, ".doc": _old, ".xls": _old, ".ppt": _old,
    ".rtf": _old,
}  # fmt: skip
