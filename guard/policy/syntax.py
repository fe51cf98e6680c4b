"""Words for what a YAML parser refuses, and for the spaces that make it refuse what looks right. Pure.

Why its own file: the parser speaks to programmers and names the place where it gave up, not the slip that led there. Lawyers
paste from word processors and write apostrophes, brackets and no-break spaces; these slips are recognised here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from guard.errors import Location, PolicyError
from guard.policy.quotes import CURLY, left_open
from guard.words.texts import Phrase

_SPECIAL = "\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000"
_NO_BREAK = frozenset("\u00a0\u2007\u202f")
# At the start of a line, also after the hyphens of a list; and after the colon of a line's first key.
_INDENT = re.compile(rf"^ *(?:-(?: +|(?=[{_SPECIAL}])))*([{_SPECIAL}])")
_AFTER_KEY = re.compile(rf"^ *(?:- +)*(?:\{{ *)?[a-z][a-z0-9_-]*: *([{_SPECIAL}])")
_AFTER_INNER_KEY = re.compile(rf"[{{,] *[a-z_]+: *([{_SPECIAL}])")
_QUOTED = re.compile(r"""(?:(?<=[\s\[{,:])|^)(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_CUT_BY_APOSTROPHE = re.compile(r"(?:^|[\s\[{,:])('[^']*)(?<=\w)'[\w\[«(]")

_BULLET = re.compile(r"^ *([\u2010-\u2015\u2212\u2022\u00b7\u25aa\u25cf\u25e6*])(?=[ \u00a0\u202f])")
"""What a word processor makes of the hyphen of a list."""
_NO_COLON = re.compile(r"(?:^ *(?:- +)*|[{,] *)[a-z][a-z_]*( +)(?:\{|\[(?!\[))")
_CUT_BY_REMARK = re.compile(r" (#)[^\]}]*[\]}]")

_FITS_NOTHING = ("mapping values are not allowed", "did not find expected key")
_BARE_ID = re.compile(r" *id: ")
_KEY_OF_LINE = re.compile(r" *[a-z_]{1,20}:(?: |$)")
_EMPTY = re.compile(r" *(?:#|$)")
_CURLY_TEXT = re.compile(rf"(?:[:,\[{{-] +|[\[{{])([{CURLY}])")

_HINTS = {
    "mapping values are not allowed": "quote-colon",
    "did not find expected key": "indent-closed",
    "did not find expected ',' or": "bracket-comma",
    "did not find expected '-' indicator": "indent-or-quotes",
    "found character that cannot start any token": "quote-sign",
    "did not find expected alphabetic or numeric": "quote-star",
    "did not find expected node content": "quote-comma",
    "found unexpected end of stream": "open-end",
    "could not find expected ':'": "colon-space",
    "block sequence entries are not allowed": "own-line",
    "unknown escape character": "backslash",
}


def syntax_error(file: str, text: str, error: yaml.MarkedYAMLError) -> PolicyError:
    """What to tell about a file that is not YAML. Quotes nothing of it: it may hold confidential words."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        hint = Phrase("loader.yaml.check-indent")
        return PolicyError(Phrase("loader.not-yaml"), hint=hint, location=Location(file))
    lines = text.split("\n")
    if error.context_mark and "simple key" in (error.context or ""):
        mark = error.context_mark  # where the key begins, not where its colon was at last missed
    known = (
        _quote_left_open(text, lines, error)
        or _hyphen_left_out(lines, mark.line, error.problem or "")
        or _curly(lines, mark.line, mark.column, error.problem or "")
        or _slip_of_quotes(lines, mark.line, mark.column)
        or _quote_never_closed(lines, error)
        or _slip_of_signs(lines, mark.line)
    )
    if known:
        line, column, message, hint = known
        return PolicyError(message, hint=hint, location=Location(file, line + 1, column + 1))
    problem = error.problem or ""
    name = next((name for words, name in _HINTS.items() if words in problem), None)
    message = Phrase("loader.not-yaml")
    # What stands in quotes is a sign of YAML or, with PyYAML's own parser, of the file. The parser speaks English.
    if name is None and problem and "'" not in problem:
        message = Phrase("loader.not-yaml-because", problem=problem)
    if name == "backslash" and "'" in lines[mark.line]:
        name = "backslash-apostrophe"
    hint = Phrase(f"loader.yaml.{name or 'check-indent'}")
    return PolicyError(message, hint=hint, location=Location(file, mark.line + 1, mark.column + 1))


_Known = tuple[int, int, Phrase, Phrase]
"""Line and column from 0, message, hint."""


def _quote_left_open(text: str, lines: list[str], error: yaml.MarkedYAMLError) -> _Known | None:
    opened = left_open(text, lines, error)
    if opened is None:
        return None
    line, column = opened
    hint = Phrase("loader.do.close-apostrophe" if lines[line][column] == "'" else "loader.do.close-text")
    return line, column, Phrase("loader.quote-left-open"), hint


def _hyphen_left_out(lines: list[str], line: int, problem: str) -> _Known | None:
    """An `id:` without its hyphen: the keys below it, deeper as behind a hyphen, or the hyphens beside it, fit nothing."""
    if line >= len(lines):
        return None
    if "expected '-' indicator" in problem:
        at = line
    elif any(words in problem for words in _FITS_NOTHING) and _KEY_OF_LINE.match(lines[line]):
        at = next((number for number in range(line - 1, -1, -1) if not _EMPTY.match(lines[number])), line)
        if _indent(lines[at]) >= _indent(lines[line]):
            return None
    else:
        return None
    if not _BARE_ID.match(lines[at]):
        return None
    return at, _indent(lines[at]), Phrase("loader.no-hyphen"), Phrase("loader.do.hyphen-id")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _curly(lines: list[str], line: int, column: int, problem: str) -> _Known | None:
    """The parser stops at a colon or a comma of a text whose quotes are letters to it."""
    if line >= len(lines) or not any(words in problem for words in ("mapping values are not", "expected ',' or")):
        return None
    begun = list(_CURLY_TEXT.finditer(_without_texts(lines[line]), 0, column + 1))
    if not begun:
        return None
    return line, begun[-1].start(1), Phrase("loader.curly"), Phrase("loader.do.straight")


def _slip_of_quotes(lines: list[str], line: int, column: int) -> _Known | None:
    """The parser stops at the first word after a text that ended too early: what stands before it tells why."""
    if line >= len(lines):
        return None
    before, rest = lines[line][:column], lines[line][column:]
    goes_on = rest[:1].strip() not in {"", "'", '"'}
    if before.endswith("'") and goes_on:
        return line, column, *_at_apostrophe(lines[line])
    if before.endswith('"') and goes_on:
        return line, column, Phrase("loader.ends-at-quote"), Phrase("loader.do.single-quotes")
    if before.rstrip(" ").endswith("]]") or rest.startswith("[["):
        start = column if rest.startswith("[[") else max(before.rfind("[["), 0)
        return line, start, Phrase("loader.marks-unquoted"), Phrase("loader.do.put-in-quotes")
    return None


def _at_apostrophe(line: str) -> tuple[Phrase, Phrase]:
    """Double quotes would only lead to the next mistake where the text holds one, or a backslash."""
    alone = "\\" in line or '"' in line
    hint = Phrase("loader.do.double-apostrophe" if alone else "loader.do.double-quotes")
    return Phrase("loader.ends-at-apostrophe"), hint


def _quote_never_closed(lines: list[str], error: yaml.MarkedYAMLError) -> _Known | None:
    """An odd apostrophe makes the last quote of the line open a text that runs to the end of the file."""
    opened = error.context_mark
    if opened is None or opened.line >= len(lines) or "end of stream" not in (error.problem or ""):
        return None
    if "quoted scalar" not in (error.context or ""):
        return None
    cut = _CUT_BY_APOSTROPHE.search(lines[opened.line][: opened.column])
    if cut:
        return opened.line, cut.end(1) + 1, *_at_apostrophe(lines[opened.line])
    return opened.line, opened.column, Phrase("loader.quote-unclosed"), Phrase("loader.do.close-quote")


def _slip_of_signs(lines: list[str], line: int) -> _Known | None:
    """A bullet for a hyphen, a colon left out, a bracket behind a `#`: in the line where the parser stops, or just above."""
    for number in (line, line - 1):
        if not 0 <= number < len(lines):
            continue
        bare = _without_texts(lines[number])
        if found := _BULLET.search(bare):
            return number, found.start(1), Phrase("loader.bullet"), Phrase("loader.do.hyphen")
        if found := _NO_COLON.search(bare):
            return number, found.start(1), Phrase("loader.no-colon"), Phrase("loader.yaml.colon-space")
        cut = _CUT_BY_REMARK.search(bare)
        if cut and sum(map(bare[: cut.start()].count, "[{")) > sum(map(bare[: cut.start()].count, "]}")):
            return number, cut.start(1), Phrase("loader.cut-by-remark"), Phrase("loader.do.put-in-quotes")
    return None


def _without_texts(line: str) -> str:
    """The line with something plain in the place of each text in quotes."""
    return _QUOTED.sub(lambda quoted: "x" * len(quoted.group()), line)


def special_spaces(file: str, text: str) -> Iterator[PolicyError]:
    """Every no-break or other special space that stands where YAML wants a plain one; inside texts they are right."""
    if text.isascii():
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isascii() or line.lstrip(" ").startswith("#"):
            continue
        for column in _special_places(line):
            char = line[column]
            special = Phrase("loader.special-space", code=f"{ord(char):04X}")
            message = Phrase("loader.no-break-space") if char in _NO_BREAK else special
            location = Location(file, number, column + 1)
            yield PolicyError(message, hint=Phrase("loader.do.plain-space"), location=location)


def _special_places(line: str) -> list[int]:
    bare = _without_texts(line).partition(" #")[0]
    found = {match.start(1) for pattern in (_INDENT, _AFTER_KEY) if (match := pattern.search(bare))}
    inner = bare.find("{")
    if inner >= 0:
        found.update(match.start(1) for match in _AFTER_INNER_KEY.finditer(bare, inner))
    return sorted(found)
