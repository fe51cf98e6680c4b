"""Regular expressions that take very long on some text: finds the text and measures the time.

The pattern is read just well enough to know what each of its parts matches; for every part that repeats, a text is made that
reaches it, repeats it, and then fails. Only the engine itself convicts: a pattern that it runs fast is never told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from string import printable
from time import process_time
from typing import Any, Final

import regex

from guard.authoring.lint.regexparts import Alt, Atom, Part, Repeat, Seq, parse

LONGEST: Final = 2_000
"""Characters of a probing text: as long as posts get."""
SLOW: Final = 0.1
"""Seconds of computing for one text; the gate stops a pattern after 0.2 and holds the post."""
_PATIENCE: Final = 0.3
_MANY: Final = 10
"""Repeats from which a part is worth trying."""
_FREE: Final = 100
"""Repeats from which two such parts are worth trying together with what leads up to the second."""
_BREAKS: Final = ("", "!", "\u00a7 ", "\n")
_CANDIDATES: Final = "a0 A-_.@/,:;+#é" + printable


@dataclass(frozen=True, slots=True, repr=False)
class Proof:
    """A text that takes long: `before`, `again` so many `times`, `after`. `repr` is the object's: the pattern may be secret."""

    before: str
    again: str
    times: int
    after: str
    seconds: float
    finished: bool
    """False: it was stopped after so many seconds."""
    part: tuple[int, int]
    """Which characters of the pattern repeat, from 1, both counted."""
    nested: bool
    """A repeat stands inside a repeat."""

    @property
    def text(self) -> str:
        return self.before + self.again * self.times + self.after


def slow_text(pattern: str) -> Proof | None:
    """The shortest text of its kind on which the pattern takes long; None when none was found."""
    compiled = regex.compile(pattern)
    free = 0
    for before, repeat, behind, inside in _repeats(parse(pattern), "", ""):
        free += repeat.most is None or repeat.most >= _FREE
        # The engine gives up at once where a letter that must come is nowhere: so what must come stands behind the break.
        endings = [ending + more for more in dict.fromkeys(("", behind)) for ending in _BREAKS]
        for again in _samples(repeat.body):
            # `x.*y.*!`, too, has as many places to begin and to go on from as x and y stand there.
            led = [(before, again), ("", before + again)] if free > 1 else [(before, again)]
            for lead, unit in led:
                if again and (proof := _convict(compiled, lead, unit, endings, repeat)):
                    return replace(proof, nested=proof.nested or inside)
    return None


def _convict(compiled: Any, before: str, again: str, endings: list[str], repeat: Repeat) -> Proof | None:
    most = max(1, (LONGEST - len(before)) // len(again))
    for after in endings:
        if _seconds(compiled, before + again * most + after)[0] < SLOW:
            continue
        for power in count(2):
            times = min(2**power, most)
            seconds, finished = _seconds(compiled, before + again * times + after)
            if seconds >= SLOW:
                nested = any(True for _ in _repeats(repeat.body, "", ""))
                return Proof(before, again, times, after, seconds, finished, repeat.place, nested)
            if times == most:
                break  # the first try was slow for another reason: a busy machine
    return None


def _seconds(compiled: Any, text: str) -> tuple[float, bool]:
    """Computing time of the gate's own search, and whether it came to its end."""
    started = process_time()
    finished = True
    try:
        for _ in compiled.finditer(text, timeout=_PATIENCE):
            pass
    except TimeoutError:
        finished = False
    return process_time() - started, finished


def _repeats(part: Part, before: str, behind: str, *, inside: bool = False) -> Iterator[tuple[str, Repeat, str, bool]]:
    """Every part that repeats often: a text that leads up to it, one that follows, and whether another repeat holds it."""
    if isinstance(part, Seq):
        samples = [_sample(each, 0) for each in part.parts]
        for number, each in enumerate(part.parts):
            lead, rest = "".join(samples[:number]), "".join(samples[number + 1 :])
            yield from _repeats(each, before + lead, rest + behind, inside=inside)
    elif isinstance(part, Alt):
        for each in part.options:
            yield from _repeats(each, before, behind, inside=inside)
    elif isinstance(part, Repeat):
        often = part.most is None or part.most >= _MANY
        if often:
            yield before, part, behind, inside
        yield from _repeats(part.body, before, behind, inside=inside or often)


def _samples(part: Part) -> dict[str, None]:
    """Different texts that the part matches: with what may be left out, and without."""
    return dict.fromkeys([_sample(part, 0, bare=True), *(_sample(part, choice) for choice in range(4))])


def _sample(part: Part, choice: int, *, bare: bool = False) -> str:
    """A text that the part matches, taking the alternative of that number where there are several."""
    if isinstance(part, Atom):
        return _character(part.source, choice)
    if isinstance(part, Seq):
        return "".join(_sample(each, choice, bare=bare) for each in part.parts)
    if isinstance(part, Alt):
        return _sample(part.options[min(choice, len(part.options) - 1)], choice, bare=bare)
    least = 0 if bare or part.most == 0 else 1
    return _sample(part.body, choice, bare=bare) * max(part.least, least)


@lru_cache(maxsize=4096)
def _character(source: str, choice: int) -> str:
    """One character that a class or an escape takes; of several, not always the same."""
    if len(source) == 1 and source != ".":
        return source
    try:
        fits = regex.compile(source).fullmatch
    except regex.error:
        return ""
    found = [char for char in _CANDIDATES if fits(char)]
    return found[choice % len(found)] if found else ""
