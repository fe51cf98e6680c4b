"""A secret's label and value in rot13 or written backwards: read where the label comes out, whatever the rest of the post says.

Terms and account numbers have their own such readings (guard.text.disguises); a password is told by its label alone. A long
label speaks for itself; a short one (`pin`, `code`) counts only where the post says how it is to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guard.text.edits import Edit, whole

_LONG: Final = ("mot de passe", "mots de passe", "password", "passphrase", "passcode", "digicode", "mdp")
_SHORT: Final = "code|iban|secret|login|token|cl[ée]|api key|identifiants?"
_SAID: Final = r"rot[ -]?13|[àÀa] l['’]envers|[àÀa] rebours|(?:read|spelt|spelled|written) backwards?|reversed|en miroir|(?:code|chiffre|en) (?:de )?c[ée]sar|caesar"
"""How a post tells its reader what to do."""
_ROT13: Final = {ord(first) + at: ord(first) + (at + 13) % 26 for first in "aA" for at in range(26)}
_AROUND: Final = 160
"""Characters of a line beside the label that are read with it."""
_WORD: Final = re.compile(r"[^\s:=]+")


def _words_turned(text: str) -> str:
    """Each word from its last letter to its first, with a comma or bracket that is part of it."""
    return _WORD.sub(lambda word: word[0][::-1], text)


TRIGGER: Final = "(?i:{})".format(
    "|".join(
        [
            _SAID,
            *(label.translate(_ROT13) for label in _LONG[:-1]),
            *(label[::-1] for label in _LONG[:-1]),
            *(_words_turned(label) for label in _LONG[:2]),
            f"(?:^|[^0-9a-z]){_LONG[-1].translate(_ROT13)}[^0-9a-z]",
        ]
    )
)
"""What stands in every text that may have such a secret; in terms of guard.text.triggers."""
_LABEL: Final = re.compile(rf"(?i)(?<![^\W_])(?:{'|'.join(_LONG)})(?![^\W_])")
_ANY_LABEL: Final = re.compile(rf"(?i)(?<![^\W_])(?:{'|'.join(_LONG)}|{_SHORT})(?![^\W_])")
_TELLS: Final = re.compile(rf"(?i){_SAID}")


def _labels(plain: str, meant: str) -> Iterator[tuple[int, int]]:
    """Where labels stand in what a text is taken to mean; none that stand in the text itself."""
    label = _ANY_LABEL if _TELLS.search(plain) is not None else _LABEL
    for found in label.finditer(meant):
        if meant[found.start() : found.end()] != plain[found.start() : found.end()]:
            yield found.span()


def _stretch(text: str, start: int, end: int, *, back: int = 0) -> tuple[int, int]:
    """The label and what stands beside it on its line."""
    first = max(text.rfind("\n", 0, start) + 1, start - back)
    last = text.find("\n", end)
    return first, min(len(text) if last < 0 else last, end + _AROUND)


def rot13(plain: str) -> Iterator[Edit]:
    """Label and what follows it, each letter thirteen places on."""
    meant = plain.translate(_ROT13)
    reach = 0
    for start, end in _labels(plain, meant):
        if start >= reach:
            _, reach = _stretch(plain, start, end)
            yield Edit(start, reach, meant[start:reach])


def line_backwards(plain: str) -> Iterator[Edit]:
    """A label and its value read from the line's end to its beginning."""
    meant = plain[::-1]
    size = len(plain)
    reach = 0
    edits: list[Edit] = []
    for start, end in _labels(plain, meant):
        if start >= reach:
            first, last = _stretch(meant, start, end, back=_AROUND)
            first, reach = max(first, reach), last
            edits.append(whole(size - reach, size - first, meant[first:reach]))
    yield from reversed(edits)  # edits run forwards


def words_backwards(plain: str) -> Iterator[Edit]:
    """A label and the words after it, each read from its end."""
    meant = _words_turned(plain)
    reach = 0
    for start, end in _labels(plain, meant):
        if start >= reach:
            _, reach = _stretch(plain, start, end)
            for word in _WORD.finditer(plain, start, reach):
                yield whole(*word.span(), word[0][::-1])
