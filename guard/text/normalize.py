"""Views of a text in which disguises fall away, each with the way back to the original.

`plain` is for patterns: compatibility forms (NFKC), no invisible characters, ASCII digits, plain spaces and dashes,
case kept. `folded` is for dictionaries: `plain` in lower case, without accents, look-alike letters made Latin.
Most posts need no change at all, so everything is guarded by one cheap search for a character that would change.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import Final

from guard.text.fold import EMOJI, FOLDED, fold, fold_steady
from guard.text.offsets import IDENTITY, LazyMap, OffsetMap, count

_NOT_ASCII_RUN: Final = re.compile(r"[^\x00-\x7f]+")
_HIDDEN: Final = re.compile("[\U000e0000-\U000e007f\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
"""Tag characters, and variation selectors, 256 of which can stand for the bytes of a text nobody sees."""
CONCEALED: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
"""Characters that nobody sees, and those that turn the direction of writing."""
_EMOJI_JOINER: Final = re.compile(f"(?<=[{EMOJI}])(?:\ufe0f\u200d?|\u200d)")
"""Invisible signs within and after emoji, the ordinary ones."""
_BLACK_FLAG: Final = "\U0001f3f4"
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_LINE_ENDS: Final = frozenset("\u0085\u2028\u2029\x0b\x0c")
_SILENT: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufe0e\ufe0f\ufeff")
"""Characters that are dropped and leave nothing behind: neither a mark on another nor a hidden text."""
_MANY: Final = 12
"""Kinds of characters that change, from which on it takes less time to look up each character of the text."""
_SINGLE: Final = {"\u2026": "\u2026", "\u2212": "-", "\u2043": "-", "\u2044": "/"} | dict.fromkeys(
    "\u00b4\u02b9\u02bc\u2032", "'"
)
_REPLACEMENT: Final = "\ufffd"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me"} and char not in _INVISIBLE and not _is_ignorable(char)


def _is_ignorable(char: str) -> bool:
    """Default-ignorable code points that have no category of their own to tell them by."""
    point = ord(char)
    return 0xFE00 <= point <= 0xFE0F or 0xE0000 <= point <= 0xE0FFF or 0xFFF0 <= point <= 0xFFF8


def _simple(char: str) -> str | None:
    """Replacement of a character that needs no decomposition; None when it does."""
    category = unicodedata.category(char)
    if char in "\t\n\r":
        return char
    if char in _LINE_ENDS:
        return "\n"
    if category in {"Cf", "Cc"} or char in _INVISIBLE or _is_ignorable(char):
        return ""
    if category == "Cs":  # a lone surrogate cannot be encoded; it still takes its place
        return _REPLACEMENT
    if category in {"Zs", "Zl", "Zp"} or char == "\u2800":
        return " "
    if category == "Pd":
        return "-"
    if char in _SINGLE:
        return _SINGLE[char]
    digit = unicodedata.digit(char, None)
    return None if digit is None else str(digit)


@lru_cache(maxsize=8192)
def _compose(base: str, mark: str) -> str:
    """`base` with `mark` on it when that is one character, else `base`: piled-up marks are dropped."""
    both = unicodedata.normalize("NFC", base + mark)
    return both if len(both) == 1 else base


def _settle(text: str) -> str:
    """`text` with every character replaced by its plain form, marks composed or dropped."""
    out: list[str] = []
    for char in text:
        if _is_mark(char):
            if out:
                out[-1] = _compose(out[-1], char)
            continue
        simple = _simple(char)
        if simple is None:
            wide = unicodedata.normalize("NFKC", char)
            simple = char if wide == char else _settle(wide)
        out.extend(simple)
    return "".join(out)


class _PlainTable(dict[str, str]):
    """Plain form of one character, worked out when first met; empty for what is dropped and for marks."""

    def __missing__(self, char: str) -> str:
        value = self[char] = "" if _is_mark(char) else _settle(char)
        return value


_PLAIN: Final = _PlainTable()


class _DroppedTable(dict[str, str | None]):
    """What a character that has no plain form leaves: the marks it stands for (itself, or a half-width sound mark's).

    None for one that may hide a text, nothing for the others.
    """

    def __missing__(self, char: str) -> str | None:
        wide = unicodedata.normalize("NFKC", char)
        marks = wide if wide and all(map(_is_mark, wide)) else ""
        value = self[char] = marks or (None if _HIDDEN.match(char) else "")
        return value


_DROPPED: Final = _DroppedTable()
_FEW: Final = 4
"""Marks on one letter up to which it is remembered what becomes of it."""


def _lay(base: str, marks: str, struck: bool) -> tuple[str, bool]:
    """A character with marks laid on it, and whether one of them (or of those before) makes no letter.

    On a Latin letter with such a mark the others are no accents either.
    """
    for mark in marks:
        composed = _compose(base, mark)
        struck = struck or composed == base
        base = composed
    if struck and (bare := unicodedata.normalize("NFD", base)[0]).isascii():
        base = bare
    return base, struck


_laid: Final = lru_cache(maxsize=8192)(_lay)


def _unhidden(point: int) -> str:
    """The printable ASCII character that a tag character or a variation selector (as a byte) stands for, else nothing."""
    byte = point - 0xE0100 + 16 if point >= 0xE0100 else point - 0xE0000  # selectors 1 to 16 are not printable
    return chr(byte) if 0x20 <= byte <= 0x7E else ""


class _Builder:
    """Collects a view and its map; used only for texts in which something changes length."""

    __slots__ = ("ends", "out", "starts", "struck")

    def __init__(self) -> None:
        self.struck = 0
        """Size of the view up to the last character with a mark that no letter has: struck through, or piled up."""
        self.out: list[str] = []
        self.starts = array("l")
        self.ends = array("l")

    def copy(self, text: str, start: int, end: int) -> None:
        if end - start == 1:
            self.out.append(text[start])
            self.starts.append(start)
            self.ends.append(end)
        elif start < end:
            self.out.append(text[start:end])
            count(self.starts, start, end)
            count(self.ends, start + 1, end + 1)

    def put(self, view: str, start: int, end: int) -> None:
        self.out.append(view)
        if len(view) == 1:
            self.starts.append(start)
            self.ends.append(end)
        else:
            self.starts.extend([start] * len(view))
            self.ends.extend([end] * len(view))

    def put_each(self, views: list[str], start: int) -> None:
        """The forms, none of them empty, of the characters from `start` on."""
        end = start + len(views)
        if end - start == 1:
            self.put(views[0], start, end)
            return
        joined = "".join(views)
        self.out.append(joined)
        if len(joined) == len(views):
            count(self.starts, start, end)
            count(self.ends, start + 1, end + 1)
        else:
            sizes = list(map(len, views))
            self.starts.extend(chain.from_iterable(map(repeat, range(start, end), sizes)))
            self.ends.extend(chain.from_iterable(map(repeat, range(start + 1, end + 1), sizes)))

    def mark(self, marks: str, end: int) -> None:
        """Lay combining marks on the last character; they belong to its span even when dropped."""
        if not self.out:
            return
        last = self.out[-1]
        size = len(self.starts)
        base, struck = (_laid if len(marks) <= _FEW else _lay)(last[-1], marks, self.struck == size)
        if struck:
            self.struck = size
        if base != last[-1]:
            self.out[-1] = last[:-1]
            self.out.append(base)
        self.ends[-1] = end

    def hidden(self, run: str, start: int, flag: bool) -> None:
        """Show text hidden in invisible characters, set off by spaces; a flag's own tags are dropped."""
        shown = [(char, place) for place, code in enumerate(run, start) if (char := _unhidden(ord(code)))]
        if shown and not flag:
            self.put(" ", start, start)
            for char, place in shown:
                self.put(char, place, place + 1)
            self.put(" ", start + len(run), start + len(run))

    def build(self, size: int) -> tuple[str, OffsetMap]:
        self.out = [part for part in self.out if part]
        return "".join(self.out), OffsetMap(self.starts, self.ends, size)


def _plain(text: str) -> tuple[str, OffsetMap | LazyMap]:
    """The plain view and its map to `text`."""
    views = {char: view for char in set(text) if (view := _PLAIN[char]) != char}
    if not views:
        return text, IDENTITY
    if not all(view or char in _SILENT for char, view in views.items()):  # marks to compose, hidden text to show
        return _rebuild(text)
    if len(views) > _MANY:
        plain = "".join(map(_PLAIN.__getitem__, text))
    else:
        plain = text
        for char, view in views.items():  # no view holds a character that has another
            plain = plain.replace(char, view)
    if all(len(view) == 1 for view in views.values()):
        return plain, IDENTITY
    return plain, LazyMap(lambda: _rebuild(text)[1])


def _rebuild(text: str) -> tuple[str, OffsetMap]:
    """The plain view, character by character, where some are dropped, laid on others or written as several; and its map."""
    built = _Builder()
    views = list(map(_PLAIN.__getitem__, text))
    views.append("")  # stands for the end
    size = len(text)
    place = views.index("")
    if place:
        built.put_each(views[:place], 0)
    while place < size:
        marks = _DROPPED[text[place]]
        if marks:
            piled = [marks]
            place += 1
            while place < size and not views[place] and (marks := _DROPPED[text[place]]):
                piled.append(marks)
                place += 1
            built.mark("".join(piled), place)
        elif marks is None and (run := _HIDDEN.match(text, place)) is not None:
            built.hidden(run[0], place, flag=text[place - 1 : place] == _BLACK_FLAG)
            place = run.end()
        else:
            place += 1
        if views[place]:
            first, place = place, views.index("", place)
            built.put_each(views[first:place], first)
    return built.build(size)


def _fold_map(plain: str) -> OffsetMap:
    """From folded back to plain."""
    built = _Builder()
    place = 0
    for found in _NOT_ASCII_RUN.finditer(plain):
        views = list(map(FOLDED.__getitem__, found[0]))
        if len("".join(views)) == len(views):  # none is empty, so all are single
            continue
        built.copy(plain, place, found.start())
        built.put_each(views, found.start())
        place = found.end()
    built.copy(plain, place, len(plain))
    return built.build(len(plain))[1]


@dataclass(slots=True, repr=False)  # not frozen: made for every post, and that would double what it costs
class NormalizedText:
    """A text and its views. `origin` leads from `plain` to `text`, `unfold` from `folded` to `plain`. Nobody changes it."""

    text: str
    plain: str
    origin: OffsetMap | LazyMap
    folded: str
    unfold: OffsetMap | LazyMap

    @property
    def hides(self) -> bool:
        """Whether something invisible was dropped, or shown: worth a look at `hidden_marks` and `readings`. Costs nothing for most."""
        if self.origin is IDENTITY:
            return False
        return CONCEALED.search(_EMOJI_JOINER.sub("", self.text)) is not None

    def __repr__(self) -> str:
        return f"NormalizedText({len(self.text)} code points)"


def normalize(text: str) -> NormalizedText:
    """All views of `text`. Never raises, linear in the text's length; `normalize(n.plain).plain == n.plain`."""
    bare = _EMOJI_JOINER.sub("", text) if "\ufe0f" in text or "\u200d" in text else text
    if (steady := fold_steady(bare)) is not None:
        origin = IDENTITY if len(bare) == len(text) else LazyMap(lambda: _rebuild(text)[1])
        return NormalizedText(text, bare, origin, steady, IDENTITY)
    plain, origin = _plain(text)
    folded = fold(plain)
    # Nothing is ever dropped there, so equal lengths mean equal offsets.
    unfold = IDENTITY if len(plain) == len(folded) else LazyMap(lambda: _fold_map(plain))
    return NormalizedText(text, plain, origin, folded, unfold)
