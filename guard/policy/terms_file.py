"""A file of terms, one a line: bytes to terms, every mistake with its line and never with its words. Pure."""

from __future__ import annotations

from collections.abc import Callable

from guard.errors import Location, PolicyError
from guard.policy.parse_terms import Terms, read_term_line
from guard.words.texts import Phrase

MAX_TERMS_BYTES = 32 * 1024 * 1024


def read_terms(name: str, data: bytes, note: Callable[[PolicyError], None]) -> Terms | None:
    """The terms of a file of that name; empty lines and lines that begin with # do not count. None for no terms file at all."""

    def problem(line: int | None, message: Phrase, hint: Phrase) -> None:
        note(PolicyError(message, hint=hint, location=Location(name, line)))

    if len(data) > MAX_TERMS_BYTES:
        problem(None, Phrase("loader.terms-too-long", most=MAX_TERMS_BYTES), Phrase("loader.do.split"))
        return None
    try:
        lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        line_number = data.count(b"\n", 0, error.start) + 1
        problem(line_number, Phrase("loader.not-utf8"), Phrase("loader.do.save-utf8"))
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
                problem(number, Phrase("loader.term-twice-differs"), Phrase("loader.do.keep-one"))
    return None if wrong and not terms else terms
