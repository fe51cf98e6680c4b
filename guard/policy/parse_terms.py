"""Terms with what belongs to them: a list in a policy, or the lines of a terms file.

A term may be a text or carry aliases and an excuse of its own; both forms say the same and end as the same records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from guard.policy.cursor import Cursor, did_you_mean
from guard.types.matcher import NEAR, TermOptions

MAX_TERM: Final = 200
MAX_WITHIN: Final = 10_000
TERM_MORE: Final = ("aliases", "unless", "case", "initials")
_LINE_KEYS: Final = ("alias", "unless near", "within", "case", "initials")
CASES: Final = ("exact", "any")

Terms = dict[str, TermOptions]
"""Terms in their order, each with its options."""
_Problem = tuple[str, str]
"""What is wrong, and what to do; never with the author's words."""


def term_problem(term: str) -> _Problem | None:
    """What is wrong with a term, and what to do; never quotes it."""
    if len(term) > MAX_TERM:
        return f"a term has at most {MAX_TERM} characters", "keep the words that give it away"
    if not any(c.isalnum() for c in term):
        return "a term needs a letter or a digit", "write the word as people write it"
    return None


def special(terms: Terms) -> tuple[TermOptions, ...]:
    """The options of those terms that have any."""
    return tuple(options for term, options in terms.items() if options != TermOptions(term))


def read_term_list(place: Cursor) -> Terms:
    """The terms of a policy's `terms`; mistakes are noted."""
    if not place.is_list:
        place.error("a list of terms is expected here", 'write it as ["one term", "another"]')
        return {}
    found: Terms = {}
    for item in place.items():
        fields = item.fields(required=("term",), optional=TERM_MORE) if item.is_map else {"term": item}
        if "term" not in fields:
            continue
        options = _read_options(fields)
        _add(found, fields["term"], options)
        for alias in fields["aliases"].items() if "aliases" in fields else ():
            _add(found, alias, replace(options, initials=False))
    return found


def _add(found: Terms, place: Cursor, options: TermOptions) -> None:
    term = place.text().strip()
    problem = term_problem(term)
    if term and problem:
        place.error(*problem)
    elif term in found:
        place.error("this term stands here twice", "keep one")
    found[term] = replace(options, term=term)


def _read_options(fields: dict[str, Cursor]) -> TermOptions:
    near: tuple[str, ...] = ()
    within = NEAR
    if "unless" in fields:
        unless = fields["unless"].fields(required=("near",), optional=("within",))
        within = unless["within"].integer(1, MAX_WITHIN, NEAR) if "within" in unless else NEAR
        if "near" in unless:
            near = tuple(place.text().strip() for place in unless["near"].items())
            _check_near(near, unless["near"].error)
    exact = "case" in fields and fields["case"].word(CASES, "a way to read capitals") == "exact"
    initials = "initials" in fields and fields["initials"].boolean()
    if initials and (problem := _initials_problem(fields["term"].text() if not fields["term"].is_map else "")):
        fields["initials"].error(*problem)
    return TermOptions("", near, within, exact, initials)


def _check_near(near: Sequence[str], error: Callable[[str, str], None]) -> None:
    if any(word and not any(c.isalnum() for c in word) for word in near):
        error("a word needs a letter or a digit", "write the word as people write it")


def _initials_problem(term: str) -> _Problem | None:
    if sum(word[:1].isalpha() for word in term.replace("-", " ").split()) >= 2:
        return None
    return "initials need a term of two words or more", "write the short form under `aliases`"


def read_term_line(line: str) -> tuple[Terms, _Problem | None]:
    """One line of a terms file, not empty: `term | alias = A | alias = B | unless near = a, b | within = 40 | case = exact`."""
    term, *parts = (part.strip() for part in line.split("|"))
    values: dict[str, list[str]] = {}
    for part in parts:
        key, sign, value = part.partition("=")
        name = " ".join(key.lower().split())
        if not sign:
            return {}, ("a bar stands here without `name = value` after it", "write the term without its bar")
        if name not in _LINE_KEYS:
            return {}, ("what stands after a bar is unknown", did_you_mean(name, _LINE_KEYS))
        if not value.strip():
            return {}, (f"nothing stands after `{name} =`", "write a value, or remove it")
        if name in values and name != "alias":
            return {}, (f"`{name}` stands here twice", "keep one, with commas between its words")
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
        return options, ("a word needs a letter or a digit", "write the word as people write it")
    within = values.get("within", [str(NEAR)])[0]
    if not (within.isascii() and within.isdigit() and len(within) < 6 and 1 <= int(within) <= MAX_WITHIN):
        return options, (f"a whole number from 1 to {MAX_WITHIN} is expected after `within =`", "as within = 40")
    if "within" in values and not near:
        return options, ("`within` belongs to `unless near`", "add the words, or remove it")
    case = values.get("case", ["any"])[0]
    if case not in CASES:
        return options, ("this is not a way to read capitals", did_you_mean(case, CASES))
    initials = values.get("initials", ["false"])[0]
    if initials not in {"true", "false"}:
        return options, ("true or false is expected after `initials =`", "write true or false")
    options = TermOptions(term, near, int(within), case == "exact", initials == "true")
    return options, _initials_problem(term) if options.initials else None
