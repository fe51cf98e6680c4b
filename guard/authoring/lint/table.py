"""The rules of lint, one line each, and the run over all of them.

What the loader already refuses or warns of is told under the same names, so that an author finds every kind of slip on a
page, whoever noticed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from guard.authoring.lint import everyday, examples, ladders, lifetimes, people, wording
from guard.authoring.lint.finding import Case, Check, LintFinding, Severity
from guard.authoring.lint.sources import Sources
from guard.errors import GuardError, Location
from guard.words.texts import Phrase


@dataclass(frozen=True, slots=True)
class LintRule:
    """One kind of finding; its page is docs/lint/<id>.md."""

    id: str
    severity: Severity
    title: str
    check: Check | None = None
    loader: tuple[str, ...] = ()
    """Keys of what the loader says of it; some with the name that it says it of."""

    @property
    def page(self) -> str:
        return f"docs/lint/{self.id}.md"


ERROR, WARNING = Severity.ERROR, Severity.WARNING

_TRAPS: Final = (
    "not-yaml", "not-yaml-because", "not-yaml-file", "ends-at-apostrophe", "ends-at-quote", "marks-unquoted", "quote-unclosed",
    "quote-left-open", "tab", "invisible", "key-space", "no-break-space", "special-space", "key-twice", "alias", "anchor", "tag", "second-document",
    "control-escape", "not-utf8", "boolean-expected", "example-key", "text-expected", "key-no-word", "no-zone", "no-hyphen",
)  # fmt: skip

_UNREAD: Final = "not-read"

RULES: Final = (
    LintRule("unknown-key", ERROR, "A key that the language does not know", loader=("unknown-key",)),
    LintRule("yaml-trap", ERROR, "YAML reads something else than what is meant", wording.lost_remarks, _TRAPS),
    LintRule("typographic-quotes", ERROR, "Quotes that YAML takes for letters", wording.typographic_quotes, ("curly",)),
    LintRule("not-understood", ERROR, "A value that cannot be read"),
    LintRule("several-in-one", ERROR, "A term that looks like several", loader=("terms-table", "term-parted")),
    LintRule("expensive-regex", ERROR, "A pattern that takes very long on some text", ladders.slow_patterns),
    LintRule("unreachable-step", ERROR, "A step that no post can reach", ladders.unreachable_steps, ("unreachable",)),
    LintRule(
        "condition-never-holds", ERROR, "A condition that no post fits", ladders.impossible_conditions,
        ("count-never",),
    ),
    LintRule("exclusion-eats-example", ERROR, "An exclusion that takes away the rule's own example", examples.eaten_examples),
    LintRule(
        "exception-too-broad", ERROR, "An exception or exclusion that covers nearly everything", lifetimes.broad_exceptions,
        ("exception-narrow", "excepts-all"),
    ),
    LintRule(
        "exception-without-end", ERROR, "An exception without an end, or with one far away", lifetimes.endless_exceptions,
        ("no-expires", "counts-as-expired"),
    ),
    LintRule(
        "message-reveals-secret", ERROR, "Words for people that give away a confidential term", wording.telling_messages,
        ("term-shown",),
    ),
    LintRule("conflicting-rules", WARNING, "A rule that a stronger one always hides", examples.hidden_rules),
    LintRule("allow-cancels-nothing", WARNING, "A rule that only allows, which cancels no other", examples.mere_allows),
    LintRule("term-inside-term", WARNING, "A term that another term already finds", wording.nested_terms, ("term-twice", "term-twice-differs")),
    LintRule("broad-term", WARNING, "A term that everyday texts hold", everyday.broad_terms, ("terms-heading",)),
    LintRule("no-near-miss", WARNING, "No counter-example comes near", examples.far_counterexamples, ("missing-key no_match",)),
    LintRule(
        "missing-language", WARNING, "A message that lacks French or English", wording.missing_languages,
        ("language-missing", "no-language"),
    ),
    LintRule("text-cut-short", WARNING, "A text that ends at a #", wording.cut_texts),
    LintRule("review-due", WARNING, "A review that is due", lifetimes.due_reviews),
    LintRule("summer-time", WARNING, "An hour with the offset of the other season", loader=("other-season",)),
    LintRule("expired-exception", WARNING, "An exception that has ended", lifetimes.ended_exceptions),
    LintRule(
        _UNREAD, WARNING, "A policy that no gate reads",
        loader=("unread-folder", "unread-hidden", "unread-test", "unread-name"),
    ),
    LintRule("owner-unknown", WARNING, "An owner whom nobody can ask", lifetimes.unknown_owners),
    LintRule("approvers-unknown", WARNING, "Approvers who are nobody", people.unanswered_holds, ("approver-form",)),
    LintRule("group-unknown", WARNING, "A group that nobody is in", people.unknown_groups),
    LintRule("shadow-for-ever", WARNING, "A trial in shadow without an end in sight", lifetimes.endless_trials),
)  # fmt: skip

BY_ID: Final = {rule.id: rule for rule in RULES}
_OTHER: Final = BY_ID["not-understood"]


def lint(case: Case) -> tuple[LintFinding, ...]:
    """Everything lint finds in policies that load, in the order of files and lines."""
    found = list(told_by_loader(case.bundle.warnings, case.sources))
    for rule in RULES:
        remarks = rule.check(case) if rule.check else ()
        found += [LintFinding(rule.id, remark.location, remark.message, remark.hint or "") for remark in remarks]
    return in_order(found)


def severity_of(found: LintFinding) -> Severity:
    return ERROR if found.refused else BY_ID[found.rule].severity


def told_by_loader(
    problems: Iterable[GuardError], sources: Sources, *, refused: bool = False
) -> tuple[LintFinding, ...]:
    """Warnings of a load as findings, or the mistakes for which it was refused."""
    named = [(_name(problem.message), problem) for problem in problems]
    nothing_else = all(name == _UNREAD for name, _ in named)  # so it holds no policy, for which alone it was refused
    return tuple(
        LintFinding(
            name, _exact(problem.location, sources), problem.message, problem.hint,
            refused and (name != _UNREAD or nothing_else),
        )
        for name, problem in named
    )  # fmt: skip


def _exact(location: Location | None, sources: Sources) -> Location:
    """What was found after parsing is placed at its rule, or at the top, with the field that is meant: the field's own place."""
    if location is None:
        return Location("policies")
    if (location.field or "").rpartition(".")[2] in {"title", "say"}:
        return sources.place(location.file, location.field or "", location)
    return location


def in_order(found: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """By file, line and column, each once."""
    return tuple(sorted(dict.fromkeys(found), key=_place))


def _place(found: LintFinding) -> tuple[str, int, int, str]:
    place = found.location
    return place.file, place.line or 0, place.column or 0, found.rule


def _name(message: str) -> str:
    if not isinstance(message, Phrase):
        return _OTHER.id
    key = message.key.removeprefix("loader.")
    said = {key, f"{key} {message.values.get('name')}"}
    return next((rule.id for rule in RULES if not said.isdisjoint(rule.loader)), _OTHER.id)
