"""What stands between a name and its value, written as by hand or laid out: read as one space or a colon.

`code 👉 4821`, `code 🔑 4821`, `digicode  :  4821`, `PIN:` with the number on the next line, `mdp → "x"`. Detectors know ordinary
separators; spelling the odd ones out in each of their expressions would make all of them slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from guard.text.edits import Edit

_CODES: Final = (
    r"codes?|pass(?:e|word|code|phrase|wort)?s?|mdp|pwd?|psw|psk|pins?|puk|cv[cv]2?|otp|cl[ée]s?|keys?|tokens?|secrets?|alarme?s?|cadenas"
    r"|combin[a-z]{3,6}|combo|digicode"
)
_PEOPLE: Final = (
    r"login|identifiants?|user ?(?:name|id)|compte|account|permis|licen[cs]es?|passe?port|birth|naissance|dob|ddn|n[ée]e? le|pnr|booking"
    r"|r[ée]servation|siren|siret|s[ée]cu|ssn|social|reisepass|ausweis"
)
_POINTING: Final = "\u2190-\u21ff\u25b6\u25ba\u261b-\u261f\u2794-\u27bf\u2b05-\u2b0d\U0001f446-\U0001f449"
"""Signs that point at what follows; other pictures only stand between."""
_SIGNS: Final = _POINTING + "\U0001f000-\U0001faff"
_QUOTES: Final = '"“”«»„`‘'
_VALUE: Final = r"[^0-9\n]{0,10}[0-9]"
TRIGGERS: Final = tuple(
    rf"(?i)(?:^|[^0-9a-z])(?:{names})(?:(?:[^0-9a-z\n][^0-9\n]{{0,40}})?(?:[ \t]{{2}}|:[ ]?\n|[-=]>|[{_SIGNS}]|[{_QUOTES}]){_VALUE}"
    rf"|[ ]?\n[ ]?[^ 0-9\n]{{0,12}}[0-9])"
    for names in (_CODES, _PEOPLE)  # in one, they are more than an automaton tells apart
)
POINTED: Final = rf"(?i)(?:^|[^0-9a-z])(?:pass(?:word|code|phrase|wort|e)?|mdp|pwd?|psw|cl[ée]|key|token|secret)s?(?:[ :][^0-9\n]{{0,20}})?(?:[-=]>|[{_POINTING}])"
"""A secret that is pointed at need have no digit."""
_NAME: Final = re.compile(rf"(?i)(?<![0-9a-z])(?:{_CODES}|{_PEOPLE})(?![0-9a-z])")
_AFTER: Final = 90
"""Characters after a name in which its value stands."""
_ODD: Final = re.compile(
    rf"(?P<sign>(?P<told>[:=]|(?<![\w])(?:is|est|c['’]est|was|now))?[ \t]*(?:[-=]>|[{_SIGNS}][{_SIGNS}\ufe0f\u200d]*)[ \t]*\n?[ \t]*)"
    r"|(?P<line>[ \t]*:[ \t]*\n[ \t]*(?=\S))"
    rf"|(?<![=\w])[{_QUOTES}] ?(?P<value>[^\s{_QUOTES}’][^\n{_QUOTES}’]{{0,30}}[^\s{_QUOTES}’]) ?[{_QUOTES}’]"
    r"|(?P<spaces>(?<=\S)[ \t]{2,8}(?=\S))"
)
_POINTS: Final = re.compile(rf"[-=]>|[{_POINTING}]")
_NEXT: Final = re.compile(r"[ \t]?\n[ \t]?(?=\S)")


def tidied(plain: str) -> Iterator[Edit]:
    """Odd separators after the names of values as ordinary ones; quotes around the value left out."""
    reach = 0
    for name in _NAME.finditer(plain):
        end = min(name.end() + _AFTER, len(plain))
        if (line := _NEXT.match(plain, name.end())) is not None:
            yield Edit(*line.span(), " : ")
        for odd in _ODD.finditer(plain, max(reach, name.end()), end):
            yield from _tidy(odd)
            reach = odd.end()


def _tidy(odd: re.Match[str]) -> Iterator[Edit]:
    if odd["value"] is not None:
        yield Edit(odd.start(), odd.start("value"), "")
        yield Edit(odd.end("value"), odd.end(), "")
    elif odd["sign"] is not None:
        start = odd.start() if odd["told"] is None else odd.end("told")
        points = odd["told"] is None and _POINTS.search(odd["sign"]) is not None
        yield Edit(start, odd.end(), " : " if points else " ")
    else:
        yield Edit(*odd.span(), " " if odd["spaces"] is not None else ": ")
