"""Reads Word, PowerPoint, OpenDocument and Excel files: zipped XML, unpacked within bounds and walked once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from guard.detect.fingerprint.reading import MOST_BYTES, MOST_PARTS, Content, problem
from guard.words.texts import Phrase

_MOST_COLUMNS: Final = 16_384
_MOST_CELLS: Final = 20_000_000
_PARTS: Final = {
    ".docx": r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml",
    ".pptx": r"ppt/(?:slides|notesSlides)/[^/]+\.xml",
    ".odt": r"content\.xml",
    ".odp": r"content\.xml",
}
_LETTERS: Final = re.compile(r"[A-Z]{0,3}")
_XLSX_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")


def office(path: Path, data: bytes) -> Content:
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
        raise problem(path, Phrase("protected.is.no-document", kind=path.suffix[1:]), Phrase("protected.do.save"))
    return texts, []


def xlsx(path: Path, data: bytes) -> Content:
    shared = _Sheet(())
    for part in _parts(path, data, re.compile(r"xl/sharedStrings\.xml")):
        _parse(part, shared.start, shared.end, shared.text)
    rows: list[list[str]] = []
    sheets = 0
    for part in _parts(path, data, _XLSX_SHEET):
        sheet = _Sheet(shared.strings)
        try:
            _parse(part, sheet.start, sheet.end, sheet.text)
        except OverflowError:
            raise problem(
                path, Phrase("protected.is.many-cells", most=_MOST_CELLS), Phrase("protected.do.split")
            ) from None
        rows += sheet.rows
        sheets += 1
    if not sheets:
        raise problem(path, Phrase("protected.is.no-sheet"), Phrase("protected.do.save"))
    return [], rows


def _parts(path: Path, data: bytes, wanted: re.Pattern[str]) -> Iterator[bytes]:
    """Members whose names fit, unpacked, in order; no more in all than MOST_BYTES."""
    left = MOST_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = sorted((name for name in archive.namelist() if wanted.fullmatch(name)), key=_by_number)
        if len(names) > MOST_PARTS:
            raise problem(path, Phrase("protected.is.many-parts"), Phrase("protected.do.split"))
        for name in names:
            with archive.open(name) as member:
                part = member.read(left + 1)
            left -= len(part)
            if left < 0:
                raise problem(path, Phrase("protected.is.unpacks", most=MOST_BYTES >> 20), Phrase("protected.do.split"))
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
