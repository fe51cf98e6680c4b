"""Catalogue patterns and policy regexes on the plain view: one pass tells which may match, `regex` confirms those.

Values stand beside each other: what a check refuses, or cuts off, is searched again from its second character on. The
number of such tries is bounded; a text with more of them gets an inexact hit, which holds it. A policy author's regex is free text: it runs under a time limit, and a limit reached is reported as an inexact hit over
the whole text, which holds the post; it never counts as "nothing found".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import regex

from guard.detect import prefilter
from guard.detect.base import Hit
from guard.detect.catalogue import Pattern
from guard.detect.checksums import VALIDATORS
from guard.detect.phones import phone
from guard.detect.prefilter import Need, Prefilter
from guard.errors import DetectorError
from guard.text.fold import fold
from guard.types.finding import Strength
from guard.types.matcher import RegexMatcher

TIME_LIMIT: Final = 0.2
"""Seconds that one pattern may take on one text (plus a second for each million characters). By the clock: a busy machine
must not make bounded patterns look endless."""
TRIES: Final = 100
"""Different candidates of one pattern that its check may refuse in one text (and some for each character)."""
_TRIES_PER_CHARACTER: Final = 0.25
_BRIEF: Final = 6_000
"""Code points up to which a search keeps the interpreter's lock: giving it up and taking it back costs more than that."""
_NUMBER: Final = re.compile(r"\d[\d .\-/]{5,}\d")
_CHECKS: Final = VALIDATORS | {"phone": phone}
_SHARED_SYNTAX: Final = re.compile(
    r"(?:\(\?i\))?"
    r"(?:[^\\{\[(^$|]|\\[dDwWsSbB.\-+*?(){}\[\]|/^$]|\{\d+(?:,\d*)?\}|\[\^?-?(?:[^\\\[\]&~|-]|\\[dws.\-\]\[]|[^\\\[\]&~|-]-[^\\\[\]&~|-])+-?\]"
    r"|\((?:\?(?:[:=!]|i:|<[=!]|P?<\w+>)|(?!\?))|[|$^])*"
)
"""The part of regex syntax that means the same to `regex` and to hyperscan; anything else is simply always tried."""
_CLASS_OR_ESCAPE: Final = re.compile(r"\[(\^?)((?:\\.|[^\\\]])*)\]|\\(.)")
_WIDE_WORD: Final = r"0-9A-Za-z_\x{80}-\x{10ffff}"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A pattern ready to run. `near` and `refuse` search in folded text around a candidate."""

    search: Any
    entity: str
    subtype: str | None
    matcher: str | None
    score: float
    check: Any = None
    again: bool = False
    """Whether a match may be refused, so that later ones inside it must be tried too."""
    value: bool = False
    near: Any = None
    near_within: int = 0
    near_score: float = 0.0
    near_required: bool = False
    refuse: Any = None
    refuse_within: int = 0


def _words(words: Sequence[str]) -> Any:
    """Searches whole words or phrases in folded text; None for none."""
    if not words:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted({re.escape(fold(word)) for word in words})) + r")(?!\w)")


def _from_catalogue(pattern: Pattern) -> _Compiled:
    if pattern.validator is not None and pattern.validator not in _CHECKS:
        raise DetectorError(f"{pattern.id}: unknown validator {pattern.validator}", hint=", ".join(sorted(_CHECKS)))
    try:
        search = regex.compile(pattern.regex)
    except regex.error as error:
        raise DetectorError(f"{pattern.id}: {error}", hint="correct the regex") from error
    return _Compiled(
        search,
        pattern.entity,
        pattern.subtype,
        None,
        pattern.score,
        check=_CHECKS[pattern.validator] if pattern.validator else None,
        again=bool(pattern.validator or pattern.refuse or pattern.context_required),
        value="value" in search.groupindex,
        near=_words(pattern.context),
        near_within=pattern.context_within,
        near_score=pattern.score if pattern.context_score is None else pattern.context_score,
        near_required=pattern.context_required,
        refuse=_words(pattern.refuse),
        refuse_within=pattern.refuse_within,
    )


def _from_policy(matcher: RegexMatcher) -> _Compiled:
    try:
        search = regex.compile(matcher.pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        # The policy loader reports the place; the pattern may be confidential and is not repeated here.
        raise DetectorError(
            f"{matcher.id}: not a regular expression", hint="see the `regex` package's syntax"
        ) from error
    return _Compiled(search, "CUSTOM", None, matcher.id, 1.0)


def _policy_need(matcher: RegexMatcher) -> Need:
    pattern = matcher.pattern
    if _SHARED_SYNTAX.fullmatch(pattern) is None:
        return Need(None)
    loose = widened(pattern)
    return Need(loose if prefilter.compiles(loose) else None)


def widened(pattern: str) -> str:
    r"""`pattern` of the shared syntax in a looser form that needs no Unicode tables: `\w` also takes every sign above ASCII."""

    def swap(found: re.Match[str]) -> str:
        negated, inside, escape = found.groups()
        if escape is not None:
            return {"b": "(?:)", "B": "(?:)", "w": f"[{_WIDE_WORD}]"}.get(escape, found[0])
        return found[0] if negated else f"[{inside}]".replace(r"\w", _WIDE_WORD)

    return _CLASS_OR_ESCAPE.sub(swap, pattern)


class PatternScanner:
    """All patterns of the catalogue and all policy regexes. Threads may share it."""

    __slots__ = ("_compiled", "_prefilter", "entity_types")

    def __init__(
        self,
        patterns: Sequence[Pattern],
        matchers: Sequence[RegexMatcher] = (),
        *,
        cache_dir: Path | None = None,
        use: Prefilter | None = None,
    ) -> None:
        self._compiled = [_from_catalogue(pattern) for pattern in patterns] + [_from_policy(each) for each in matchers]
        self.entity_types = frozenset(each.entity for each in self._compiled)
        self._prefilter = use or prefilter.build(needs(patterns, matchers), cache_dir=cache_dir)

    def scan(self, plain: str) -> list[Hit]:
        """Hits in offsets of `plain`; catalogue hits are not yet freed of overlaps."""
        hits: list[Hit] = []
        for index in self._prefilter.candidates(plain):
            compiled = self._compiled[index]
            try:
                hits.extend(_confirm(compiled, plain, [hit for hit in hits if hit.strength is Strength.VALIDATED]))
            except TimeoutError:
                hits.append(_unfinished(compiled, len(plain), "time limit reached"))
        return hits


def needs(patterns: Sequence[Pattern], matchers: Sequence[RegexMatcher] = ()) -> list[Need]:
    """What the prefilter is built from, in the scanner's order."""
    catalogue = [Need(each.prefilter or each.regex, each.keywords, each.min_digits) for each in patterns]
    return catalogue + [_policy_need(each) for each in matchers]


def _confirm(compiled: _Compiled, plain: str, sure: Sequence[Hit] = ()) -> Iterator[Hit]:
    size = len(plain)
    found = compiled.search.finditer(
        plain,
        overlapped=compiled.again,
        timeout=TIME_LIMIT + size / 1_000_000,
        concurrent=None if size > _BRIEF else False,
    )
    return _checked(compiled, plain, found, sure) if compiled.again else _as_found(compiled, plain, found)


def _as_found(compiled: _Compiled, plain: str, matches: Iterable[Any]) -> Iterator[Hit]:
    for found in matches:
        start, end = found.span("value") if compiled.value else found.span()
        if start < end and (hit := _weigh(compiled, plain, start, end)) is not None:
            yield hit


def _checked(compiled: _Compiled, plain: str, matches: Iterable[Any], sure: Sequence[Hit]) -> Iterator[Hit]:
    """Hits among matches that may overlap each other: a chain of values side by side, each the first after the last.

    A value that begins inside one of the chain and ends behind it counts too when the chain does not go on there: in
    `01 06 39 98 12 34` either end may be the number, so both are reported. What lies within one of `sure`, the validated
    hits of other patterns, is not even checked: the longer one stands.
    """
    reach = 0
    beside: Hit | None = None
    refused: set[str] = set()
    most = TRIES + len(plain) * _TRIES_PER_CHARACTER
    for found in matches:
        start, end = found.span("value") if compiled.value else found.span()
        if start == end or end <= reach or plain[start:end] in refused:
            continue
        if sure and any(hit.start <= start and end <= hit.end and hit.end - hit.start > end - start for hit in sure):
            continue
        size = compiled.check(plain[start:end]) if compiled.check is not None else end - start
        if not size:
            refused.add(plain[start:end])
            if len(refused) > most:
                yield _unfinished(compiled, len(plain), "too many candidates")
                break
        elif start + size > reach and (hit := _weigh(compiled, plain, start, start + size)) is not None:
            if start < reach:
                beside = beside or hit
                continue
            if beside is not None and beside.end <= start:
                yield beside
            beside = None
            reach = hit.end
            yield hit
    if beside is not None:
        yield beside


def _weigh(compiled: _Compiled, plain: str, start: int, end: int) -> Hit | None:
    """The hit with the score that its surroundings give it; None when they speak against it."""
    score, why = compiled.score, ("check passed" if compiled.check else "")
    if compiled.refuse is not None and _refused(compiled, plain, start):
        return None
    if compiled.near is not None:
        if _around(compiled.near, plain, start, end, compiled.near_within):
            score, why = (
                compiled.near_score,
                f"{why}{', ' if why else ''}context word within {compiled.near_within} characters",
            )
        elif compiled.near_required:
            return None
    sure = compiled.check is not None or (compiled.score >= 1 and compiled.matcher is None)
    strength = Strength.VALIDATED if sure else Strength.PATTERN
    return Hit(compiled.entity, start, end, score, strength, compiled.subtype, compiled.matcher, explanation=why)


def _refused(compiled: _Compiled, plain: str, start: int) -> bool:
    """Whether a word before says that it is something else; one with another number after it speaks of that one."""
    window, edge = _window_before(plain, start, compiled.refuse_within)
    last = None
    for said in compiled.refuse.finditer(window, edge):
        last = said.end()
    return last is not None and _NUMBER.search(window, last) is None


def _window_before(plain: str, start: int, within: int) -> tuple[str, int]:
    """The folded text before `start`, and where in it words may begin: one character more tells whether the first is whole."""
    first = start - within - 1
    return (fold(plain[first:start]), 1) if first > 0 else (fold(plain[:start]), 0)


def _before(words: Any, plain: str, start: int, within: int) -> bool:
    return words.search(*_window_before(plain, start, within)) is not None


def _around(words: Any, plain: str, start: int, end: int, within: int) -> bool:
    return _before(words, plain, start, within) or words.search(fold(plain[end : end + within + 1])) is not None


def _unfinished(compiled: _Compiled, size: int, why: str) -> Hit:
    return Hit(
        compiled.entity, 0, size, 1.0, Strength.PATTERN, compiled.subtype, compiled.matcher,
        exact=False, explanation=why,
    )  # fmt: skip
