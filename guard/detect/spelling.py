"""How a confidential name may be written and still be meant: the check behind every dictionary hit.

The automaton finds the bare letters of a name; this tells `Client-X`, `#ClientX` and `C.l.1.e.n.t X` from "the client,
X times let down" and "not able" from "Notable". Pure, on the folded view; costs nothing until there is a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from guard.errors import DetectorError
from guard.text.normalize import normalize
from guard.text.squeeze import looks_like, positions, squeeze

_SEPARATOR: Final = re.compile(r"[ \t\-_]{1,3}|\s{1,60}|\.|'")
"""What may stand between two words of a name; a comma, or a full stop and a space, may not."""
_FILLER: Final = re.compile(r"\x00+|[^\w\s,.;:!?'\"()/-]{1,16}|[-_]{1,2}|_[^\w\s,.;:!?'\"()/-]{1,3}_")
"""What may stand inside a word of a name in a disguise that is not spelled out: signs, emoji, markup, a hyphen."""
_AROUND: Final = re.compile(r"[ \t]{0,3}(?:(?:\x00+|[^\w\s,.;:!?-]{1,16})[ \t]{0,3}){1,3}")
"""What may stand between two words of a name in a disguise: brackets, quotation marks, a slash, signs, markup."""
_SHORT: Final = 4
"""Fewer letters than this are not looked for spelled out, glued or with look-alike signs: too many words would match."""


@dataclass(frozen=True, slots=True, repr=False)
class Term:
    """One way to write one term of a matcher. `repr` never shows it."""

    matcher: str
    letters: str
    """The folded letters and digits, as they stand in the term."""
    words: tuple[str, ...]
    """The same, word by word."""
    breaks: frozenset[int]
    """Indexes of `letters` at which a new word begins."""
    gaps: frozenset[str]
    """The separators as the term itself writes them (an apostrophe, an ampersand)."""
    typos: int
    disguises: bool

    @property
    def squeezed(self) -> str:
        return squeeze(self.letters)

    def __repr__(self) -> str:
        return f"Term({self.matcher!r}, {len(self.letters)} letters)"


def terms_of(matcher: str, text: str, *, typos: int, disguises: bool) -> list[Term]:
    """The ways to look for one term: usually one; more where upper and lower case look like different letters. DetectorError for none."""
    found: dict[tuple[str, ...], Term] = {}
    for spelling in (text, text.upper(), text.lower()):
        folded = normalize(spelling).folded.strip()
        at = positions(folded)
        if not at:
            continue
        letters = "".join(folded[place] for place in at)
        breaks = [i for i in range(1, len(at)) if at[i] - at[i - 1] > 1]
        bounds = [0, *breaks, len(letters)]
        words = tuple(letters[start:end] for start, end in pairwise(bounds))
        gaps = frozenset(folded[at[i - 1] + 1 : at[i]] for i in breaks)
        found.setdefault(words, Term(matcher, letters, words, frozenset(breaks), gaps, typos, disguises))
    if not found:  # it could never be found, and a rule that never fires lets everything pass
        raise DetectorError(f"{matcher}: a term has neither letter nor digit", hint="remove it, or use a regex")
    return list(found.values())


def is_written(term: Term, plain: str, folded: str, at: Sequence[int]) -> bool:
    """True when the letters of `folded` at the positions `at` are this term as somebody would write it.

    `plain` gives the case where it runs position for position with `folded`; otherwise pass `folded` twice.
    """
    if not _letters_agree(term, folded, at):
        return False
    gaps = [folded[at[i - 1] + 1 : at[i]] for i in range(1, len(at))]
    if any(gaps) and not _gaps_agree(term, gaps):
        return False
    if not any(gaps) and term.breaks and len(term.letters) <= _SHORT:
        return False
    return _stands_alone(plain, at[0], at[-1] + 1, term)


def _letters_agree(term: Term, folded: str, at: Sequence[int]) -> bool:
    other = 0
    for place, meant in zip(at, term.letters, strict=True):
        seen = folded[place]
        if seen != meant:
            if not term.disguises or not looks_like(seen, meant):
                return False
            other += 1
    return other == 0 or (len(at) > _SHORT and 2 * other <= len(at))


def _gaps_agree(term: Term, gaps: Sequence[str]) -> bool:
    """`gaps[i]` stands before letter i + 1: between words an ordinary separator, within words nothing or a disguise."""
    start = 0
    spelled = False
    doubtful = False
    for end in [*sorted(term.breaks), len(term.letters)]:
        within = gaps[start : end - 1]
        start = end
        if not any(within):
            continue
        if not term.disguises or len(term.letters) < _SHORT:
            return False
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


def _stands_alone(plain: str, start: int, end: int, term: Term) -> bool:
    """Whole word, or set off by a change of case as in `#SoirProjetAuroreLancement`, or followed by a year."""
    size = len(term.letters)
    before, first = plain[start - 1 : start], plain[start]
    if before.isalnum() and not (
        size > _SHORT and first.isupper() and (before.islower() or before.isdigit())
    ):  # fmt: skip
        return False
    after, last = plain[end : end + 1], plain[end - 1]
    if not after.isalnum():
        return True
    return size > _SHORT and (
        (last.islower() and after.isupper())
        or (last.isalpha() and after.isdigit() and len(term.words[-1]) > 2)
        or (last.isdigit() and after.isupper())
    )


def separated(gap: str) -> bool:
    """True when `gap` may stand between two words of one name."""
    return _SEPARATOR.fullmatch(gap) is not None
