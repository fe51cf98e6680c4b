"""A file of terms, one a line: bytes to terms, every mistake with its line and never with its words. Pure."""

from __future__ import annotations

from collections.abc import Callable

from guard.errors import Location, PolicyError
from guard.policy.parse_terms import Terms, read_term_line

MAX_TERMS_BYTES = 32 * 1024 * 1024


def read_terms(name: str, data: bytes, note: Callable[[PolicyError], None]) -> Terms | None:
    """The terms of a file of that name; empty lines and lines that begin with # do not count. None for no terms file at all."""

    def problem(line: int | None, message: str, hint: str) -> None:
        note(PolicyError(message, hint=hint, location=Location(name, line)))

    if len(data) > MAX_TERMS_BYTES:
        problem(None, f"the terms file is larger than {MAX_TERMS_BYTES:,} bytes", "split it")
        return None
    try:
        lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        problem(data.count(b"\n", 0, error.start) + 1, "the file is not valid UTF-8 here", "save the file as UTF-8")
        return None
    terms: Terms = {}
    wrong = False
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        read, mistake = read_term_line(text)
        if mistake:
            wrong = True
            problem(number, *mistake)
        for term, options in read.items():
            if terms.setdefault(term, options) != options:
                problem(number, "this term stands here twice, with different options", "keep one")
    return None if wrong and not terms else terms
