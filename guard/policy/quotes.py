"""Which quote was left open. Pure.

Why its own file: a text whose closing quote is missing runs on to the next quote, lines below, and only behind that one does
the parser stop. The slip is where the text begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

CURLY = "\u201c\u201d\u201e\u201f\u2018\u201a\u201b\u00ab\u00bb"
"""Signs that word processors make of the quotes around a text; to YAML they are letters."""

# What no line of a text looks like that is meant to go over several: a key, the next item of a list, a remark.
_NEXT_PART = re.compile(r" *(?:- |# |(?:- +)?[a-z_]+:(?: |$))")
# The quote that ends the text stands where one begins: first on its line, or behind a comma or a key.
_BEGINS = re.compile(r"(?:^|[\[{,]) *(?:- +)*(?:[a-z_]+: *)?$")
_ESCAPED = re.compile(r"\\.")


def left_open(text: str, lines: list[str], error: yaml.MarkedYAMLError) -> tuple[int, int] | None:
    """Line and column, from 0, of the quote that was not closed where its text ends; None when the error is another."""
    mark, inside = error.problem_mark, error.context_mark
    if mark is None:
        return None
    if inside is None or "quoted scalar" not in (error.context or ""):
        return _ends_behind(text, lines, mark.line, mark.column)
    for token in _quoted(text):  # it stumbled inside a text in quotes: they may be turned round since an earlier one
        start, end = token.start_mark, token.end_mark
        if _next_part(lines, start.line, end.line):
            return start.line, start.column
    at_end = "end of stream" in (error.problem or "")
    return None if at_end or not _next_part(lines, inside.line, mark.line) else (inside.line, inside.column)


def _ends_behind(text: str, lines: list[str], line: int, column: int) -> tuple[int, int] | None:
    """Where the text begins behind which the parser stopped, when its end is the beginning of another."""
    for token in _quoted(text):
        start, end = token.start_mark, token.end_mark
        over_lines = start.line < end.line == line
        if not over_lines and (end.line, end.column) != (line, column):
            continue
        begins = _BEGINS.search(lines[end.line][0 if over_lines else start.column : end.column - 1])
        if (begins or _next_part(lines, start.line, end.line)) and (over_lines or _odd(lines[end.line], token.style)):
            return start.line, start.column
    return None


def _next_part(lines: list[str], first: int, last: int) -> bool:
    return any(_NEXT_PART.match(line) for line in lines[first + 1 : last + 1])


def _odd(line: str, quote: str) -> bool:
    """Whether one quote of the line has no other half. Apostrophes are never even, and none stands behind a comma."""
    return quote == "'" or _ESCAPED.sub("", line).count('"') % 2 == 1


def _quoted(text: str) -> Iterator[Any]:
    """The texts in quotes, as far as the scanner comes."""
    try:
        for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(token, yaml.ScalarToken) and not token.plain:
                yield token
    except yaml.YAMLError:
        return
