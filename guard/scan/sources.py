"""Reads lines from files, gzip files and standard input, in chunks that bound memory whatever the input's size."""

from __future__ import annotations

import gzip
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, cast

from guard.errors import UsageError
from guard.scan.records import Place
from guard.words.texts import Phrase

STDIN: Final = "-"
LONGEST_LINE: Final = 16 << 20
"""Bytes."""
_GZIP: Final = b"\x1f\x8b"
CHUNK_LINES: Final = 500
CHUNK_BYTES: Final = 256 << 10


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was read; `problem` says why it cannot be inspected, if so."""

    place: Place
    raw: bytes
    problem: str = ""
    earlier: tuple[str, ...] = ()
    """What its author wrote on the lines before, oldest first."""

    def __repr__(self) -> str:
        return f"Line({self.place}, {len(self.raw)} bytes)"


Chunk = tuple[Line, ...]


def check(sources: Iterable[str], output: Path | None) -> None:
    """UsageError when a source cannot be read, or would be overwritten."""
    for source in sources:
        if source == STDIN:
            continue
        path = Path(source)
        if path.is_dir():
            raise UsageError(
                Phrase("reading.folder", file=source),
                hint=Phrase("reading.do.name-files", files=f"{source.rstrip('/')}/*.jsonl"),
            )
        if not path.exists():
            raise UsageError(Phrase("reading.no-file", file=source), hint=Phrase("reading.do.name-file"))
        if not os.access(path, os.R_OK):
            raise UsageError(Phrase("reading.denied", file=source), hint=Phrase("reading.do.chmod", file=f"'{source}'"))
        if output is not None and output.exists() and output.samefile(path):
            raise UsageError(Phrase("reading.input", file=str(output)), hint=Phrase("reading.do.other-file"))
    if output is not None and (output.is_dir() or not output.absolute().parent.is_dir()):
        told = Phrase("reading.folder" if output.is_dir() else "reading.no-folder", file=str(output))
        raise UsageError(told, hint=Phrase("reading.do.existing-folder"))


def chunks(sources: Iterable[str]) -> Iterator[Chunk]:
    """All lines that are not blank, in order, some hundred at a time."""
    gathered: list[Line] = []
    size = 0
    for line in (line for source in sources for line in _lines(source)):
        gathered.append(line)
        size += len(line.raw)
        if len(gathered) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield tuple(gathered)
            gathered, size = [], 0
    if gathered:
        yield tuple(gathered)


def _lines(source: str) -> Iterator[Line]:
    number = 0
    try:
        with _open(source) as stream:
            for number, (raw, whole) in enumerate(_split(stream), 1):
                if number == 1:
                    raw = raw.removeprefix(b"\xef\xbb\xbf")  # noqa: PLW2901 - a byte order mark is no text
                if not whole:
                    yield Line(Place(source, number), b"", Phrase("reading.too-long", most=LONGEST_LINE >> 20))
                elif raw.strip():
                    yield Line(Place(source, number), raw)
    except (OSError, EOFError, zlib.error) as error:  # BadGzipFile is an OSError
        reason = error.strerror if isinstance(error, OSError) and error.strerror else Phrase("reading.damaged")
        yield Line(Place(source, number + 1), b"", Phrase("reading.cut-off", why=reason))


def _split(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines, and whether they are whole; one that is too long is read over."""
    while raw := stream.readline(LONGEST_LINE + 1):
        whole = raw.endswith(b"\n") or len(raw) <= LONGEST_LINE
        while not raw.endswith(b"\n") and len(raw) > LONGEST_LINE:
            raw = stream.readline(LONGEST_LINE + 1)
        yield raw, whole


def _standard_input() -> IO[bytes]:
    """A reader of its own: a thread may still wait for input when the program ends, and would hold `sys.stdin` then."""
    try:
        return open(os.dup(sys.stdin.fileno()), "rb")  # noqa: PTH123 - the caller closes it
    except OSError:  # no file behind it
        return sys.stdin.buffer


@contextmanager
def _open(source: str) -> Iterator[IO[bytes]]:
    """The bytes of lines, unpacked where the name or the first bytes say gzip."""
    with _standard_input() if source == STDIN else Path(source).open("rb") as stream:
        peek = getattr(stream, "peek", None)
        packed = source.endswith(".gz") or (peek is not None and peek(2)[:2] == _GZIP)
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=stream)) if packed else stream
