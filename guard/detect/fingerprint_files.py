"""Reads the texts and tables of documents: plain text, Markdown, HTML, CSV, Word, PowerPoint, Excel, OpenDocument, PDF.

A protected document may come from anywhere, so sizes are bounded before anything is unpacked and XML with a document
type (where entity bombs live) is refused. Nothing is run, fetched or written.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from guard.detect.fingerprint_build import Source
from guard.errors import GuardError, Location, UsageError

MOST_BYTES: Final = 128 << 20
"""Of a file, and of what one unpacks to."""
_MOST_PARTS: Final = 10_000
_MOST_ROWS: Final = 5_000_000
_MOST_COLUMNS: Final = 16_384
_MOST_CELLS: Final = 20_000_000
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_HYPHENATED: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010][^\S\n]{0,40}\n\s{0,80}(?=[^\W\d_])")
_LINK: Final = re.compile(r"\]\([^()]{0,2000}\)")
_PARTS: Final = {
    ".docx": r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml",
    ".pptx": r"ppt/(?:slides|notesSlides)/[^/]+\.xml",
    ".odt": r"content\.xml",
    ".odp": r"content\.xml",
}
_LETTERS: Final = re.compile(r"[A-Z]{0,3}")
_XLSX_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")


def read(path: Path, columns: Sequence[str] = ()) -> Source:
    """What a file says. UsageError, located, when it cannot be read; `columns` of a table: those alone, by name.

    A table's first row names its columns, unless it looks like data: then they are named 1, 2, ….
    """
    suffix = path.suffix.lower()
    reader = _READERS.get(suffix, _text)
    if columns and suffix not in _TABLES:
        raise _problem(path, "is no table, so --columns does not go with it", "leave --columns out")
    data = _bytes(path)
    try:
        texts, rows = reader(path, data)
    except GuardError:
        raise
    except OverflowError:
        raise _problem(path, f"has more than {_MOST_CELLS} cells", "split it") from None
    except Exception as error:  # noqa: BLE001 - readers raise whatever comes to hand on damaged files
        detail = f" at line {error.lineno}" if isinstance(error, expat.ExpatError) else ""
        raise _problem(path, f"is damaged or protected by a password{detail}", "save it anew, without one") from None
    if suffix in _TABLES:
        rows = _chosen(path, rows, columns)
    return Source(str(path), texts, rows)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _problem(path, "is a folder", f"name files, as {path}/*.docx")
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _problem(path, f"cannot be read: {error.strerror}", "check the name and who may read it") from None
    if len(data) > MOST_BYTES:
        raise _problem(path, f"is larger than {MOST_BYTES >> 20} MB", "split it")
    return data


_Content = tuple[list[str], list[list[str]]]


def _decoded(path: Path, data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data[:4096]:
            raise _problem(path, "is no text", "save it as text, docx, odt, pptx, xlsx, pdf or csv") from None
        if path.suffix.lower() in {".txt", ".csv", ".tsv", ".md", ".htm", ".html"}:
            return data.decode("cp1252", "replace")  # what office programs on Windows write
        raise _problem(path, f"is not UTF-8 at byte {error.start}", "convert it to UTF-8") from None


def _text(path: Path, data: bytes) -> _Content:
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


def _html(path: Path, data: bytes) -> _Content:
    parser = _Html()
    parser.feed(_decoded(path, data))
    parser.close()
    return ["".join(parser.parts)], []


def _csv(path: Path, data: bytes) -> _Content:
    text = _decoded(path, data)
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(",;\t|", key=head.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in lines:
            if len(rows) >= _MOST_ROWS:
                raise _problem(path, f"has more than {_MOST_ROWS} rows", "split it", lines.line_num)
            rows.append(row)
    except csv.Error:
        raise _problem(path, "is no table here: a field is too long or not closed", "mend it", lines.line_num) from None
    return [], rows


def _parts(path: Path, data: bytes, wanted: re.Pattern[str]) -> Iterator[bytes]:
    """Members whose names fit, unpacked, in order; no more in all than MOST_BYTES."""
    left = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = sorted((name for name in archive.namelist() if wanted.fullmatch(name)), key=_by_number)
        if len(names) > _MOST_PARTS:
            raise _problem(path, "has too many parts", "split it")
        for name in names:
            with archive.open(name) as member:
                part = member.read(left + 1)
            left -= len(part)
            if left < 0:
                raise _problem(path, f"unpacks to more than {MOST_BYTES >> 20} MB", "split it")
            yield part


def _by_number(name: str) -> tuple[int, str]:
    return len(name), name


def _parse(
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Feed one XML part to the handlers, names without their prefixes."""

    def refuse(*_: Any) -> None:
        raise RuntimeError

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    parser.Parse(data, True)


class _Running:
    """Running text: `within` elements hold it (none: all do), `breaks` end a line, `spaces` part words."""

    def __init__(self, within: frozenset[str], breaks: frozenset[str], spaces: frozenset[str]) -> None:
        self.parts: list[str] = []
        self._within, self._breaks, self._spaces = within, breaks, spaces
        self._depth = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        self._depth += name in self._within
        if name in self._spaces:
            self.parts.append(" ")

    def end(self, name: str) -> None:
        self._depth -= name in self._within
        if name in self._breaks:
            self.parts.append("\n")

    def text(self, data: str) -> None:
        if self._depth or not self._within:
            self.parts.append(data)


def _office(path: Path, data: bytes) -> _Content:
    texts: list[str] = []
    open_document = path.suffix.lower().startswith(".od")
    for part in _parts(path, data, re.compile(_PARTS[path.suffix.lower()])):
        running = _Running(
            frozenset() if open_document else frozenset({"t"}),
            frozenset({"p", "h", "tr", "table-cell", "list-item"}),
            frozenset({"tab", "br", "cr", "s", "line-break", "tc"}),
        )
        _parse(part, running.start, running.end, running.text)
        texts.append("".join(running.parts))
    if not texts:
        raise _problem(path, f"holds no {path.suffix[1:]} document", "save it anew")
    return texts, []


class _Sheet:
    """Rows of one worksheet, or (with no cells) the shared strings."""

    def __init__(self, shared: Sequence[str]) -> None:
        self.rows: list[list[str]] = []
        self.strings: list[str] = []
        self._shared = shared
        self._kind, self._column = "", 0
        self._text: list[str] = []
        self._reading = False
        self._cells = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self.rows.append([])
        elif name == "c":
            self._kind = attributes.get("t", "")
            self._column = _column(attributes.get("r", ""), len(self.rows[-1]) if self.rows else 0)
            self._text = []
        elif name == "si":
            self._text = []
        self._reading = name in {"v", "t"}

    def end(self, name: str) -> None:
        self._reading = False
        if name == "si":
            self.strings.append("".join(self._text))
        elif name == "c" and self.rows:
            row = self.rows[-1]
            self._cells += max(1, self._column - len(row))
            if self._cells > _MOST_CELLS:
                raise OverflowError
            row += [""] * (self._column - len(row))
            row.append(self._value("".join(self._text)))

    def text(self, data: str) -> None:
        if self._reading:
            self._text.append(data)

    def _value(self, text: str) -> str:
        if self._kind == "s":
            place = int(text) if text.isdecimal() and len(text) < 10 else -1
            return self._shared[place] if 0 <= place < len(self._shared) else ""
        return text


def _column(reference: str, following: int) -> int:
    """Column of a cell such as `C7`, from 0; without a reference, the next one."""
    number = 0
    for letter in _LETTERS.match(reference)[0]:  # type: ignore[index] # it matches everywhere
        number = number * 26 + ord(letter) - 64
    return number - 1 if 0 < number <= _MOST_COLUMNS else following


def _xlsx(path: Path, data: bytes) -> _Content:
    shared = _Sheet(())
    for part in _parts(path, data, re.compile(r"xl/sharedStrings\.xml")):
        _parse(part, shared.start, shared.end, shared.text)
    rows: list[list[str]] = []
    sheets = 0
    for part in _parts(path, data, _XLSX_SHEET):
        sheet = _Sheet(shared.strings)
        _parse(part, sheet.start, sheet.end, sheet.text)
        rows += sheet.rows
        sheets += 1
    if not sheets:
        raise _problem(path, "holds no worksheet", "save it anew")
    return [], rows


def _pdf(path: Path, data: bytes) -> _Content:
    try:
        pypdf: Any = import_module("pypdf")
    except ImportError:
        raise _problem(
            path, "is a PDF, which needs the package pypdf", "pip install 'postguard[pdf]', or convert it: pdftotext"
        ) from None
    pages = [page.extract_text() for page in islice(pypdf.PdfReader(io.BytesIO(data)).pages, _MOST_PARTS)]
    text = "\n".join(pages)
    if not text.strip():
        raise _problem(path, "holds pictures of text, no text", "run text recognition on it first")
    return _readings(text), []


def _old(path: Path, _: bytes) -> _Content:
    raise _problem(path, f"is in an old format ({path.suffix})", "save it as docx, pptx, xlsx, odt or pdf")


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
    if not columns:
        return rows
    folded = [name.casefold() for name in header]
    missing = [name for name in columns if name.casefold() not in folded]
    if missing:
        raise _problem(path, f"has no column {', '.join(missing)}", f"it has: {', '.join(header)}", 1)
    places = [folded.index(name.casefold()) for name in columns]
    return [[row[place] for place in places if place < len(row)] for row in rows]


def _looks_like_data(cell: str) -> bool:
    return "@" in cell or sum(map(str.isdigit, _YEAR.sub("", cell))) > 4


def _problem(path: Path, what: str, hint: str, line: int | None = None) -> UsageError:
    return UsageError(f"the file {what}", hint=hint, location=Location(str(path), line))


_TABLES: Final = {".csv", ".tsv", ".tab", ".xlsx"}
_READERS: Final[dict[str, Callable[[Path, bytes], _Content]]] = {
    ".csv": _csv, ".tsv": _csv, ".tab": _csv, ".xlsx": _xlsx, ".docx": _office, ".pptx": _office, ".odt": _office,
    ".odp": _office, ".html": _html, ".htm": _html, ".pdf": _pdf, ".doc": _old, ".xls": _old, ".ppt": _old,
}  # fmt: skip
