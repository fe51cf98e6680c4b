"""How a confidential name may be written and still be meant: the check behind every dictionary hit.

The automaton finds the bare letters of a name; this tells `Client-X`, `#ClientX` and `C.l.1.e.n.t X` from "the client,
X times let down" and "not able" from "Notable". Pure, on the folded view; costs nothing until there is a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from guard.detect.dictionary.letters import looks_like
from guard.detect.dictionary.term import Term

_SEPARATOR: Final = re.compile(r"[ \t\-_]{1,3}|\s{1,60}|\.|'")
"""What may stand between two words of a name; a comma, or a full stop and a space, may not."""
_FILLER: Final = re.compile(r"\x00+|[^\w\s,.;:!?'\"()/-]{1,16}|[-_]{1,2}|_[^\w\s,.;:!?'\"()/-]{1,3}_")
"""What may stand inside a word of a name in a disguise that is not spelled out: signs, emoji, markup, a hyphen."""
_CUT: Final = re.compile(r"\r?\n[ \t]{0,3}|[ \t]{0,2}#")
"""What may cut a word of a long name in two: the end of a line, the beginning of a hashtag."""
_AROUND: Final = re.compile(r"[ \t]{0,3}(?:(?:\x00+|[^\w\s,.;:!?-]{1,16})[ \t]{0,3}){1,3}")
"""What may stand between two words of a name in a disguise: brackets, quotation marks, a slash, signs, markup."""
_SHORT: Final = 4
"""Up to this many letters are not looked for glued or with look-alike signs: too many words would match."""
_ROWS: Final = (8, 10)
"""Letters from which a name of several words, or of one, is found in a hashtag in small letters (`#projetauroregate`)."""
_TAG_REACH: Final = 60
_LONG: Final = 8
"""Letters of a name that a line's end may cut."""
_LEAST_SIGNS: Final = 6
"""Letters from which most of a name may be written in look-alike signs (`81u381rd`)."""


def is_written(term: Term, plain: str, folded: str, at: Sequence[int]) -> int:
    """Where this term ends in `folded` if the letters at the positions `at` are it, as somebody would write it; else 0.

    `plain` gives the case where it runs position for position with `folded`; otherwise pass `folded` twice.
    """
    start, end = at[0], at[-1] + 1
    end = _stands_alone(plain, folded, start, end, term)
    if not end or not _letters_agree(term, folded, at):
        return 0
    if end - start == len(at):  # nothing between the letters
        return 0 if _is_loose(term) else end
    gaps = [folded[at[i - 1] + 1 : at[i]] for i in range(1, len(at))]
    if any(gaps):
        return end if _gaps_agree(term, gaps) else 0
    return 0 if _is_loose(term) else end


def _is_loose(term: Term) -> bool:
    """Whether a name is so short that its words must stand apart; not so in scripts that write no spaces."""
    return bool(term.breaks) and len(term.letters) <= _SHORT and term.letters.isascii()


def _letters_agree(term: Term, folded: str, at: Sequence[int]) -> bool:
    other = 0
    for place, meant in zip(at, term.letters, strict=True):
        seen = folded[place]
        if seen != meant:
            if not term.disguises or not looks_like(seen, meant):
                return False
            other += 1
    size = len(at)
    return other == 0 or (
        size > _SHORT and (2 * other <= size or (size >= _LEAST_SIGNS and 3 * (size - other) >= size))
    )


def _gaps_agree(term: Term, gaps: Sequence[str]) -> bool:
    """`gaps[i]` stands before letter i + 1: between words an ordinary separator, within words nothing or a disguise."""
    start = 0
    spelled = False
    doubtful = False
    for end in [*term.breaks, len(term.letters)]:
        within = gaps[start : end - 1]
        start = end
        if not any(within):
            continue
        if not term.disguises or len(term.letters) < _SHORT:
            return False
        if len(term.letters) >= _LONG and sum(map(bool, within)) == 1 and _CUT.fullmatch("".join(within)):
            continue
        if all(within) and all(len(gap) <= 16 or _FILLER.fullmatch(gap) for gap in within):
            # Letter by letter; two letters with something between them (`I'm`) show that only beside a longer such word.
            spelled = spelled or len(within) > 1
            doubtful = doubtful or len(within) == 1
        elif not all(not gap or _FILLER.fullmatch(gap) for gap in within):
            return False
    between = [gaps[index - 1] for index in term.breaks]
    if spelled:
        return all(len(gap) <= 20 for gap in between)
    return not doubtful and all(
        not gap or _SEPARATOR.fullmatch(gap) or gap in term.gaps or _veiled(term, gap) for gap in between
    )


def _veiled(term: Term, gap: str) -> bool:
    return term.disguises and (_AROUND.fullmatch(gap) or _FILLER.fullmatch(gap.strip(" "))) is not None


def _stands_alone(plain: str, folded: str, start: int, end: int, term: Term) -> int:
    """The end of the whole word, inflected or not, or of a name set off by a change of case or by its hashtag; else 0."""
    size = len(term.letters)
    before, first = plain[start - 1 : start], plain[start]
    after, last = plain[end : end + 1], plain[end - 1]
    if not before.isalnum():
        if not after.isalnum():
            return end
        if inflected := _inflected(folded, end, term):
            return inflected
    elif not (size > _SHORT and first.isupper() and (before.islower() or before.isdigit())):
        return end if _ends_tag(plain, start, after, term) else 0
    elif not after.isalnum():
        return end
    elif inflected := _inflected(folded, end, term):  # `#LesBluebirds`
        return inflected
    set_off = size > _SHORT and (
        (last.islower() and after.isupper())
        or (last.isalpha() and after.isdigit() and len(term.words[-1]) > 2)
        or (last.isdigit() and after.isupper())
        or (last.isupper() and after.isupper() and plain[end + 1 : end + 2].islower())
    )
    return end if set_off or (before in {"#", "@"} and _tells(term)) else 0


def _tells(term: Term) -> bool:
    """Whether the letters of a name are enough to know it among others without capitals."""
    return term.disguises and len(term.letters) >= _ROWS[len(term.words) == 1]


def _ends_tag(plain: str, start: int, after: str, term: Term) -> bool:
    """Whether a name that begins inside a word is the end of a hashtag or mention: `#vivementprojetaurore`."""
    if after.isalnum() or not _tells(term):
        return False
    place = start - 1
    while place >= max(0, start - _TAG_REACH) and (plain[place].isalnum() or plain[place] == "_"):
        place -= 1
    return plain[place : place + 1] in {"#", "@"} if place >= 0 else False


def _inflected(folded: str, end: int, term: Term) -> int:
    """The end of the term with an ending that its last word takes in French or English; 0 for none."""
    if not term.endings:
        return 0
    for ending in term.endings:
        stop = end + len(ending)
        if folded.startswith(ending, end) and not folded[stop : stop + 1].isalnum():
            return stop
    return 0


def separated(gap: str) -> bool:
    """True when `gap` may stand between two words of one name."""
    return _SEPARATOR.fullmatch(gap) is not None
