"""Short codes in words, and addresses of machines with their dots in words or brackets, as edits.

A code of four digits is no row that a check could confirm: only where something before it says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guard.text.edits import Edit
from guard.text.spoken import digits_of, folded_alike, said_words
from guard.text.words import GAP, SAID_DOT, SPOKEN

_WORD: Final = rf"(?:{'|'.join(SPOKEN)})"
_SAID: Final = re.compile(
    rf"(?<![a-z])(?:digi)?(?:codes?|pins?|combinaison|combination)(?![a-z-])[^0-9\n]{{0,40}}?(?<![a-z])"
    rf"(?P<row>{_WORD}(?:{GAP}(?:(?:et|and){GAP})?(?:{_WORD}|[0-9]{{1,2}})(?![0-9a-z])){{1,7}})(?![0-9a-z])"
)
_SHORTEST, _LONGEST = 4, 8

_QUAD: Final = re.compile(rf"(?i)(?<![\w.])\d{{1,3}}(?:{SAID_DOT}\d{{1,3}}){{3}}(?![\w])")
_DOTS: Final = re.compile(rf"(?i){SAID_DOT}")
_DEFANGED: Final = re.compile(
    r"(?i)(?<=[0-9a-z])(?:\[\.\]|\(\.\)|\{\.\})(?=[0-9a-z])|(?<![a-z])hxxp(?=s?(?:://|\[:\]))|\[:\](?=//)"
)


def codes(plain: str) -> Iterator[Edit]:
    """Four to eight digits in words behind "code" or "PIN"."""
    folded = folded_alike(plain)
    if folded is None:
        return
    for found in _SAID.finditer(folded):
        edit = digits_of(said_words(folded, *found.span("row")), least=_SHORTEST)
        if edit is not None and len(edit.view) <= _LONGEST and edit.view.isdigit():
            yield edit


def machines(plain: str) -> Iterator[Edit]:
    """`10[.]1[.]2[.]3`, `10 point 1 point 2 point 3`, `hxxp://host[.]corp`."""
    for quad in _QUAD.finditer(plain):
        for dot in _DOTS.finditer(plain, *quad.span()):
            yield Edit(*dot.span(), ".")
    for found in _DEFANGED.finditer(plain):
        yield Edit(*found.span(), _meant(found[0]))


def _meant(defanged: str) -> str:
    """What stands there where nothing is defanged."""
    if defanged == "[:]":
        return ":"
    return "http" if defanged.isalpha() else "."
