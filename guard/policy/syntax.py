"""Words for what a YAML parser refuses, and for the spaces that make it refuse what looks right. Pure.

Why its own file: the parser speaks to programmers and names the place where it gave up, not the slip that led there. Lawyers
paste from word processors and write apostrophes, brackets and no-break spaces; these slips are recognised here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from guard.errors import Location, PolicyError

_SPECIAL = "\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000"
_NO_BREAK = frozenset("\u00a0\u2007\u202f")
# At the start of a line, also after the hyphens of a list; and after the colon of a line's first key.
_INDENT = re.compile(rf"^ *(?:-(?: +|(?=[{_SPECIAL}])))*([{_SPECIAL}])")
_AFTER_KEY = re.compile(rf"^ *(?:- +)*(?:\{{ *)?[a-z][a-z0-9_-]*: *([{_SPECIAL}])")
_AFTER_INNER_KEY = re.compile(rf"[{{,] *[a-z_]+: *([{_SPECIAL}])")
_QUOTED = re.compile(r"""(?:(?<=[\s\[{,:])|^)(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_CUT_BY_APOSTROPHE = re.compile(r"(?:^|[\s\[{,:])('[^']*)(?<=\w)'[\w\[«(]")

_WORDS = {
    "mapping values are not allowed": "put a text that holds ': ' in quotes",
    "did not find expected key": "check the indentation, and that every quote is closed",
    "did not find expected ',' or": "a list or map in brackets is not closed, a comma is missing, or a text needs quotes",
    "did not find expected '-' indicator": "check the indentation, or put the whole text in double quotes",
    "found character that cannot start any token": "put a text that begins with @, %, ` or a similar sign in quotes",
    "did not find expected alphabetic or numeric": "put a text that begins with * or & in quotes",
    "did not find expected node content": "put a text that begins with a comma or a bracket in quotes",
    "found unexpected end of stream": "a quote or bracket is opened and never closed",
    "could not find expected ':'": "a key is followed by a colon and a space, a list's hyphen by a space",
    "block sequence entries are not allowed": "a list starts on its own line",
    "unknown escape character": "inside \"…\" a backslash is special: use '…' instead",
}


def syntax_error(file: str, text: str, error: yaml.MarkedYAMLError) -> PolicyError:
    """What to tell about a file that is not YAML. Quotes nothing of it: it may hold confidential words."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return PolicyError("this is not valid YAML", hint="check indentation and quotes", location=Location(file))
    lines = text.split("\n")
    if error.context_mark and "simple key" in (error.context or ""):
        mark = error.context_mark  # where the key begins, not where its colon was at last missed
    known = _slip_of_quotes(lines, mark.line, mark.column) or _quote_never_closed(lines, error)
    if known:
        line, column, message, hint = known
        return PolicyError(message, hint=hint, location=Location(file, line + 1, column + 1))
    problem = error.problem or ""
    hint = next((hint for words, hint in _WORDS.items() if words in problem), "check indentation and quotes")
    # What stands in quotes is a sign of YAML, or, with PyYAML's own parser, of the file: then the phrase is left out.
    phrase = f": {problem}" if problem and "'" not in problem else ""
    return PolicyError(
        f"this is not valid YAML{phrase}", hint=hint, location=Location(file, mark.line + 1, mark.column + 1)
    )


_Known = tuple[int, int, str, str]
"""Line and column from 0, message, hint."""


def _slip_of_quotes(lines: list[str], line: int, column: int) -> _Known | None:
    """The parser stops at the first word after a text that ended too early: what stands before it tells why."""
    if line >= len(lines):
        return None
    before, rest = lines[line][:column], lines[line][column:]
    goes_on = rest[:1].strip() not in {"", "'", '"'}
    if before.endswith("'") and goes_on:
        return line, column, "the text in quotes ends here, at an apostrophe", _APOSTROPHE_HINT
    if before.endswith('"') and goes_on:
        hint = "use single quotes around a text that holds double quotes, or « » inside it"
        return line, column, "the text in quotes ends here, at a quote inside it", hint
    if before.rstrip(" ").endswith("]]") or rest.startswith("[["):
        start = column if rest.startswith("[[") else max(before.rfind("[["), 0)
        return line, start, "this text with [[ ]] does not stand in quotes", "put it in quotes"
    return None


_APOSTROPHE_HINT = "use double quotes around a text that holds an apostrophe"


def _quote_never_closed(lines: list[str], error: yaml.MarkedYAMLError) -> _Known | None:
    """An odd apostrophe makes the last quote of the line open a text that runs to the end of the file."""
    opened = error.context_mark
    if opened is None or opened.line >= len(lines) or "end of stream" not in (error.problem or ""):
        return None
    if "quoted scalar" not in (error.context or ""):
        return None
    cut = _CUT_BY_APOSTROPHE.search(lines[opened.line][: opened.column])
    if cut:
        return opened.line, cut.end(1) + 1, "the text in quotes ends here, at an apostrophe", _APOSTROPHE_HINT
    return opened.line, opened.column, "a quote is opened here and never closed", "close it, or delete it"


def special_spaces(file: str, text: str) -> Iterator[PolicyError]:
    """Every no-break or other special space that stands where YAML wants a plain one; inside texts they are right."""
    if text.isascii():
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isascii() or line.lstrip(" ").startswith("#"):
            continue
        for column in _special_places(line):
            char = line[column]
            name = "a no-break space" if char in _NO_BREAK else f"the special space U+{ord(char):04X}"
            location = Location(file, number, column + 1)
            yield PolicyError(f"{name} stands here", hint="type a plain space", location=location)


def _special_places(line: str) -> list[int]:
    bare = _QUOTED.sub(lambda quoted: "x" * len(quoted.group()), line).partition(" #")[0]
    found = {match.start(1) for pattern in (_INDENT, _AFTER_KEY) if (match := pattern.search(bare))}
    inner = bare.find("{")
    if inner >= 0:
        found.update(match.start(1) for match in _AFTER_INNER_KEY.finditer(bare, inner))
    return sorted(found)
