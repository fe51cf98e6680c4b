"""Catalogue patterns and policy regexes on the plain view: one pass tells which may match, `regex` confirms those.

The pass also tells which other readings of the text are worth making (`Trigger`), so that a clean post pays nothing for
them. A policy author's regex is free text: it runs under a time limit, and a limit reached is reported as an inexact hit
over the whole text, which holds the post; it never counts as "nothing found".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import regex

from guard.detect.automata import prefilter
from guard.detect.automata.prefilter import Need, Prefilter
from guard.detect.base import Hit
from guard.detect.checks.checksums import STRONG, VALIDATORS, WEAK
from guard.detect.checks.plausible import PLAUSIBLE
from guard.detect.checks.randomness import RANDOMNESS
from guard.detect.checks.seeds import SEEDS
from guard.detect.checks.told import BROKEN, WORDED
from guard.detect.patterns.catalogue import Pattern
from guard.detect.patterns.confirm import Folded, Ready, Sure, confirm
from guard.errors import DetectorError
from guard.text.fold import fold
from guard.text.trust import Trust
from guard.types.finding import Strength
from guard.types.matcher import RegexMatcher

if TYPE_CHECKING:
    from guard.text.readings import Trigger

CHECKS: Final[dict[str, Callable[[str], int]]] = VALIDATORS | RANDOMNESS | PLAUSIBLE | SEEDS | WORDED | BROKEN
_SOUND: Final = frozenset(VALIDATORS) - WEAK | {"random_key"}
"""Checksums and numbering plans: chance seldom passes them."""
_BELIEVED: Final = {Trust.CHECKED: _SOUND, Trust.PROVEN: STRONG}
"""What must have checked a hit for a reading of that trust."""
_TELLING: Final = 0.7
"""From this score on, the shape of a pattern with a weak check is telling by itself."""
_SHARED_SYNTAX: Final = re.compile(
    r"(?:\(\?i\))?"
    r"(?:[^\\{\[(^$|]|\\[dDwWsSbB.\-+*?(){}\[\]|/^$]|\{\d+(?:,\d*)?\}|\[\^?-?(?:[^\\\[\]&~|-]|\\[dws.\-\]\[]|[^\\\[\]&~|-]-[^\\\[\]&~|-])+-?\]"
    r"|\((?:\?(?:[:=!]|i:|<[=!]|P?<\w+>)|(?!\?))|[|$^])*"
)
"""The part of regex syntax that means the same to `regex` and to hyperscan; anything else is loosened, or always tried."""
_CLASS_OR_ESCAPE: Final = re.compile(r"\[(\^?)((?:\\.|[^\\\]])*)\]|\\(.)")
_COUNT: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d*),(\d+)\}")
_LARGE: Final = re.compile(r",\d{2,}\}")
"""What few patterns have: to look at each sign of all of them would cost every start."""
_WIDE_GAP: Final = 60
"""Nearly as long as a post: looking no farther would keep few texts out."""
_WORD: Final = re.compile(r"\w+")
_WIDE_WORD: Final = r"0-9A-Za-z_\x{80}-\x{10ffff}"


class PatternScanner:
    """All patterns of the catalogue and all policy regexes. Threads may share it: a pattern made twice is the same."""

    __slots__ = (
        "_exact_triggers", "_matchers", "_patterns", "_policies", "_prefilter", "_ready", "_size", "_triggers", "candidates",
        "entity_types",
    )  # fmt: skip

    def __init__(
        self,
        patterns: Sequence[Pattern],
        matchers: Sequence[RegexMatcher] = (),
        *,
        triggers: Sequence[Trigger] = (),
        cache_dir: Path | None = None,
        use: Prefilter | None = None,
    ) -> None:
        for pattern in patterns:
            if pattern.validator is not None and pattern.validator not in CHECKS:
                known = ", ".join(sorted(CHECKS))
                raise DetectorError(f"{pattern.id}: unknown validator {pattern.validator}", hint=known)
        self._patterns, self._matchers = tuple(patterns), tuple(matchers)
        self._ready: list[Ready | None] = [
            None for _ in (*patterns, *triggers)
        ]  # compiled when first met: most never are
        self._ready += [_from_policy(each) for each in matchers]
        self._size = len(patterns)
        """Before it stand the catalogue's patterns, then up to `_policies` the triggers, then what policies ask for."""
        self._policies = len(patterns) + len(triggers)
        self.entity_types = frozenset([each.entity for each in patterns] + ["CUSTOM"] * bool(matchers))
        self._triggers = tuple(triggers)
        self._prefilter = use or self._build(matchers, cache_dir)
        self.candidates = self._prefilter.candidates
        """What may match, in the terms of `confirm` and `kinds`; nothing for most posts."""
        self._exact_triggers = isinstance(self._prefilter, prefilter.HyperscanPrefilter)

    def _build(self, matchers: Sequence[RegexMatcher], cache_dir: Path | None) -> Prefilter:
        try:
            return prefilter.build(needs(self._patterns, matchers, self._triggers), cache_dir=cache_dir)
        except DetectorError as error:
            self.compile_all()
            for pattern in self._patterns:
                if not prefilter.compiles(pattern.prefilter or pattern.regex):
                    raise DetectorError(f"{pattern.id}: {error}", hint=error.hint) from error
            raise

    def is_of(self, patterns: Sequence[Pattern], matchers: Sequence[RegexMatcher]) -> bool:
        """Whether another one made of these would be the same."""
        return self._patterns == tuple(patterns) and self._matchers == tuple(matchers)

    def scan(self, plain: str) -> list[Hit]:
        """Hits in offsets of `plain`; catalogue hits are not yet freed of overlaps."""
        return self.confirm(plain, self.candidates(plain))

    def confirm(
        self, plain: str, candidates: Sequence[int], trust: Trust = Trust.WRITTEN, folded_view: str | None = None
    ) -> list[Hit]:
        """Hits of the candidates; for a reading of less trust, only of those that a fitting check confirms.

        `folded_view` is `plain` folded, where that is known already.
        """
        hits: list[Hit] = []
        folded = Folded(plain, folded_view)
        sure: Sure | None = None
        believed = _BELIEVED.get(trust)
        for index in candidates:
            if self._size <= index < self._policies:
                continue
            if believed is not None and not self._is_checked(index, believed):
                continue
            ready = self._ready[index] or self._make(index)
            found = confirm(ready, plain, sure, folded)
            if found:
                hits += found
                if ready.strength is Strength.VALIDATED:
                    sure = Sure(hit for hit in hits if hit.strength is Strength.VALIDATED and hit.exact)
        return hits

    def kinds(self, plain: str, candidates: Sequence[int] | None = None) -> list[str]:
        """Kinds of the readings that are worth making of this text; without `candidates`, they are looked for."""
        if candidates is None:
            candidates = self.candidates(plain)
        met = [self._triggers[index - self._size] for index in candidates if self._size <= index < self._policies]
        return list(dict.fromkeys(each.kind for each in met if self._exact_triggers or each.python.search(plain)))

    def kinds_left(self, plain: str, kinds: list[str], hits: Sequence[Hit]) -> list[str]:
        """Those of `kinds` that are worth it beside what is found for sure: a number once found need not be read backwards."""
        sure = [hit for hit in hits if hit.strength is Strength.VALIDATED and hit.exact]
        if not sure or not kinds:
            return kinds
        parts: list[str] = []
        place = 0
        for hit in sorted(sure, key=lambda each: each.start):
            if hit.end > place:
                parts += (plain[place : hit.start], "," * (hit.end - max(place, hit.start)))
                place = hit.end
        rest = "".join((*parts, plain[place:]))
        digits = sum(map(rest.count, "0123456789"))
        if not any(each.kind in kinds and each.min_digits <= digits for each in self._triggers):
            return []  # so it is where the number found is the only one
        left = self.kinds(rest)
        return [kind for kind in kinds if kind in left]

    def warm(self) -> None:
        """Compile every pattern and read every automaton now."""
        self.compile_all()
        self._prefilter.warm()

    def compile_all(self) -> None:
        """Compile every pattern now. DetectorError names the entry whose regex is not sound."""
        for index in range(self._size):
            if self._ready[index] is None:
                self._make(index)

    def _is_checked(self, index: int, believed: frozenset[str]) -> bool:
        return index < len(self._patterns) and self._patterns[index].validator in believed

    def _make(self, index: int) -> Ready:
        ready = self._ready[index] = _from_catalogue(self._patterns[index])
        return ready


def _words(words: Sequence[str]) -> Any:
    """Searches whole words or phrases in folded text; None for none."""
    if not words:
        return None
    choices = sorted({fold(word) for word in words})
    first = "".join(sorted({re.escape(choice[0]) for choice in choices}))
    return re.compile(rf"(?=[{first}])(?<!\w)(?:{'|'.join(map(re.escape, choices))})(?!\w)")


@lru_cache(maxsize=2_048)
def _from_catalogue(pattern: Pattern) -> Ready:
    """Made once in a process: new policies bring no new catalogue."""
    try:
        search = regex.compile(pattern.regex)
    except regex.error as error:
        raise DetectorError(f"{pattern.id}: {error}", hint="correct the regex") from error
    return Ready(
        search,
        pattern.entity,
        pattern.subtype,
        None,
        pattern.score,
        Strength.VALIDATED if _is_sure(pattern) else Strength.PATTERN,
        check=CHECKS[pattern.validator] if pattern.validator else None,
        again=bool(pattern.validator or pattern.refuse or pattern.context_required or pattern.shown),
        value="value" in search.groupindex,
        near=_words(pattern.context),
        near_words=frozenset(first[0] for word in pattern.context if (first := _WORD.search(fold(word)))),
        near_within=pattern.context_within,
        near_score=pattern.score if pattern.context_score is None else pattern.context_score,
        near_required=pattern.context_required,
        refuse=_words(pattern.refuse),
        refuse_within=pattern.refuse_within,
        shown=pattern.shown,
    )


def _is_sure(pattern: Pattern) -> bool:
    if pattern.validator is None:
        return pattern.score >= 1
    if pattern.validator in PLAUSIBLE or pattern.validator in WORDED:
        return False
    return pattern.validator not in WEAK or (pattern.score >= _TELLING and not pattern.context_required)


def _from_policy(matcher: RegexMatcher) -> Ready:
    try:
        search = regex.compile(matcher.pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        # The policy loader reports the place; the pattern may be confidential and is not repeated here.
        raise DetectorError(
            f"{matcher.id}: not a regular expression", hint="see the `regex` package's syntax"
        ) from error
    return Ready(search, "CUSTOM", None, matcher.id, 1.0)


def _policy_need(matcher: RegexMatcher) -> Need:
    pattern = matcher.pattern
    if _SHARED_SYNTAX.fullmatch(pattern):
        return Need(widened(pattern), or_always=True)
    from guard.detect.automata.loosen import loosen  # here: most policies need none, and start the sooner

    loose = loosen(pattern, regex.compile(pattern).flags & ~regex.V0, ways=False)
    return Need("|".join(f"(?:{each})" for each in loose.expressions) if loose else None, or_always=True)


def widened(pattern: str) -> str:
    r"""`pattern` of the shared syntax in a looser form that needs no Unicode tables: `\w` also takes every sign above ASCII."""

    def swap(found: re.Match[str]) -> str:
        negated, inside, escape = found.groups()
        if escape is not None:
            return {"b": "(?:)", "B": "(?:)", "w": f"[{_WIDE_WORD}]"}.get(escape, found[0])
        return found[0] if negated else f"[{inside}]".replace(r"\w", _WIDE_WORD)

    return _CLASS_OR_ESCAPE.sub(swap, pattern)


def gaps_open(pattern: str) -> str:
    """`pattern` with its widest gaps unbounded: `.{0,90}` counts in hundreds of states and takes seconds to compile."""

    def swap(found: re.Match[str]) -> str:
        least, most = found.groups()
        return found[0] if most is None or int(most) - int(least or 0) < _WIDE_GAP else f"{{{least or 0},}}"

    return _COUNT.sub(swap, pattern) if _LARGE.search(pattern) else pattern


def needs(
    patterns: Sequence[Pattern], matchers: Sequence[RegexMatcher] = (), triggers: Sequence[Trigger] = ()
) -> list[Need]:
    """What the prefilter is built from, in the scanner's order: other policies leave the catalogue's automata as they are."""
    catalogue = [
        Need(gaps_open(each.prefilter or each.regex), each.keywords, each.min_digits, prefilter.as_signs(each.keywords))
        for each in patterns
    ]
    others = [Need(each.expression, min_digits=each.min_digits, signs=each.signs) for each in triggers]
    return catalogue + others + [_policy_need(each) for each in matchers]
