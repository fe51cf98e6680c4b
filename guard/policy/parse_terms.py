"""Terms with what belongs to them: a list in a policy, or the lines of a terms file.

A term may be a text or carry aliases and an excuse of its own; both forms say the same and end as the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from guard.policy.cursor import Cursor, did_you_mean
from guard.types.matcher import NEAR, TermOptions
from guard.words.texts import Phrase

MAX_TERM: Final = 200
MAX_WITHIN: Final = 10_000
TERM_MORE: Final = ("aliases", "unless", "case", "initials")
_LINE_KEYS: Final = ("alias", "unless near", "within", "case", "initials")
CASES: Final = ("exact", "any")

Terms = dict[str, TermOptions]
"""Terms in their order, each with its options."""
Place = tuple[int, int]
"""Line and column."""
_Problem = tuple[Phrase, Phrase]
"""What is wrong, and what to do; never with the author's words."""


def term_problem(term: str) -> _Problem | None:
    """What is wrong with a term, and what to do; never quotes it."""
    if len(term) > MAX_TERM:
        return Phrase("loader.term-long", most=MAX_TERM), Phrase("loader.do.telling-words")
    if not any(c.isalnum() for c in term):
        return Phrase("loader.term-letter"), Phrase("loader.do.as-people")
    return None


def has_columns(line: str) -> bool:
    """Whether its term looks like several, or like a line of a table: commas belong to names, these signs hardly do."""
    term = line.partition("|")[0].strip()
    return ";" in term or "\t" in term


def special(terms: Terms) -> tuple[TermOptions, ...]:
    """The options of those terms that have any."""
    return tuple(options for term, options in terms.items() if options != TermOptions(term))


def read_term_list(place: Cursor, places: dict[str, Place]) -> Terms:
    """The terms of a policy's `terms`, and into `places` where each stands; mistakes are noted."""
    if not place.is_list:
        place.error(Phrase("loader.terms-expected"), Phrase("loader.do.terms-list"))
        return {}
    found: Terms = {}
    for item in place.items():
        fields = item.fields(required=("term",), optional=TERM_MORE) if item.is_map else {"term": item}
        if "term" not in fields:
            continue
        options = _read_options(fields)
        _add(found, places, fields["term"], options)
        for alias in fields["aliases"].items() if "aliases" in fields else ():
            _add(found, places, alias, replace(options, initials=False))
    return found


def _add(found: Terms, places: dict[str, Place], place: Cursor, options: TermOptions) -> None:
    term = place.text().strip()
    problem = term_problem(term)
    if term and problem:
        place.error(*problem)
    elif term in found:
        place.error(Phrase("loader.term-twice"), Phrase("loader.do.keep-one"))
    elif has_columns(term):
        place.warn(Phrase("loader.term-parted"), Phrase("loader.do.part-terms"))
    found[term] = replace(options, term=term)
    places.setdefault(term, (place.node.line, place.node.column))


def _read_options(fields: dict[str, Cursor]) -> TermOptions:
    near: tuple[str, ...] = ()
    within = NEAR
    if "unless" in fields:
        unless = fields["unless"].fields(required=("near",), optional=("within",))
        within = unless["within"].integer(1, MAX_WITHIN, NEAR) if "within" in unless else NEAR
        if "near" in unless:
            near = tuple(place.text().strip() for place in unless["near"].items())
            _check_near(near, unless["near"].error)
    exact = "case" in fields and fields["case"].word(CASES, Phrase("loader.what.capitals")) == "exact"
    initials = "initials" in fields and fields["initials"].boolean()
    if initials and (problem := _initials_problem(fields["term"].text() if not fields["term"].is_map else "")):
        fields["initials"].error(*problem)
    return TermOptions("", near, within, exact, initials)


def _check_near(near: Sequence[str], error: Callable[[Phrase, Phrase], None]) -> None:
    if any(word and not any(c.isalnum() for c in word) for word in near):
        error(Phrase("loader.word-letter"), Phrase("loader.do.as-people"))


def _initials_problem(term: str) -> _Problem | None:
    if sum(word[:1].isalpha() for word in term.replace("-", " ").split()) >= 2:
        return None
    return Phrase("loader.initials-two"), Phrase("loader.do.aliases")


def read_term_line(line: str) -> tuple[Terms, _Problem | None]:
    """One line of a terms file, not empty: `term | alias = A | alias = B | unless near = a, b | within = 40 | case = exact`."""
    term, *parts = (part.strip() for part in line.split("|"))
    values: dict[str, list[str]] = {}
    for part in parts:
        key, sign, value = part.partition("=")
        name = " ".join(key.lower().split())
        if not sign:
            return {}, (Phrase("loader.bar-alone"), Phrase("loader.do.no-bar"))
        if name not in _LINE_KEYS:
            return {}, (Phrase("loader.bar-unknown"), did_you_mean(name, _LINE_KEYS))
        if not value.strip():
            return {}, (Phrase("loader.bar-empty", name=name), Phrase("loader.do.value-or-remove"))
        if name in values and name != "alias":
            return {}, (Phrase("loader.bar-twice", name=name), Phrase("loader.do.keep-one-commas"))
        values.setdefault(name, []).append(value.strip())
    options, problem = _line_options(term, values)
    if problem:
        return {}, problem
    found = {term: options}
    for alias in values.get("alias", ()):
        found.setdefault(alias, replace(options, term=alias, initials=False))
    return found, next((wrong for each in found if (wrong := term_problem(each))), None)


def _line_options(term: str, values: dict[str, list[str]]) -> tuple[TermOptions, _Problem | None]:
    options = TermOptions(term)
    near = tuple(word.strip() for word in values.get("unless near", [""])[0].split(",") if word.strip())
    if not all(any(c.isalnum() for c in word) for word in near):
        return options, (Phrase("loader.word-letter"), Phrase("loader.do.as-people"))
    within = values.get("within", [str(NEAR)])[0]
    if not (within.isascii() and within.isdigit() and len(within) < 6 and 1 <= int(within) <= MAX_WITHIN):
        return options, (Phrase("loader.bar-within", low=1, high=MAX_WITHIN), Phrase("loader.do.within"))
    if "within" in values and not near:
        return options, (Phrase("loader.bar-within-near"), Phrase("loader.do.words-or-remove"))
    case = values.get("case", ["any"])[0]
    if case not in CASES:
        return options, (Phrase("loader.not-a-word", what=Phrase("loader.what.capitals")), did_you_mean(case, CASES))
    initials = values.get("initials", ["false"])[0]
    if initials not in {"true", "false"}:
        return options, (Phrase("loader.bar-initials"), Phrase("loader.do.boolean"))
    options = TermOptions(term, near, int(within), case == "exact", initials == "true")
    return options, _initials_problem(term) if options.initials else None
