"""Policies to lint: whole ones, or the base with some keys changed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from guard.authoring.lint.finding import Case, LintFinding
from guard.authoring.lint.sources import Sources
from guard.authoring.lint.table import in_order, lint, told_by_loader
from guard.detect.run import Detectors
from guard.errors import ProblemsError
from guard.inspector import Inspector
from guard.policy.bundle import bundle_from_texts

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
TOP = {
    "guard": "guard: 1\n",
    "policy": "policy: demo\n",
    "owner": "owner: juridique@exemple.fr\n",
    "review_by": "review_by: 2027-05-31\n",
    "mode": "mode: enforce\n",
    "examples_at": "examples_at: 2026-12-01T09:00:00+01:00\n",
}
RULE = {
    "id": "id: name\n",
    "find": "find: {terms: [Projet Orion]}\n",
    "do": "do: block\n",
    "say": 'say: {fr: "Sujet confidentiel.", en: "Confidential subject."}\n',
    "match": 'match: ["Le [[projet Orion]] avance"]\n',
    "no_match": 'no_match: ["Orion brille ce soir"]\n',
}


def fragment(text: str) -> str:
    """The base policy with the keys of `text` in place of its own."""
    top, rule = dict(TOP), dict(RULE)
    for part in re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]:
        key = part.partition(":")[0]
        (rule if key in {*RULE, "unless", "unles"} else top)[key] = part
    rules = top.pop("rules", "") or "rules:\n  - " + "".join(rule.values()).replace("\n", "\n    ").rstrip(" ")
    exceptions = top.pop("exceptions", "")
    return "".join(top.values()) + rules + exceptions


def linted(files: dict[str, str], at: datetime = AT) -> tuple[LintFinding, ...]:
    """What lint finds in these files."""
    data = {name: text.encode() for name, text in files.items()}
    sources = Sources({name: text for name, text in data.items() if name.endswith(".yaml")}, data.get)
    try:
        bundle = bundle_from_texts(files)
    except ProblemsError as error:
        return in_order(told_by_loader(error.problems, sources))
    return lint(Case(Inspector(Detectors.build(bundle.matchers), bundle), sources, at))


def told(files: dict[str, str] | str, at: datetime = AT) -> list[tuple[str, int]]:
    """Rule and line of each finding."""
    texts = {"p.yaml": files} if isinstance(files, str) else files
    return [(one.rule, one.location.line) for one in linted(texts, at)]
