"""Invented folders of policies of any size, as a company with many confidential names would write them."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.names import names

FILES = 20
_HEAD = """\
guard: 1
policy: names-{number}
owner: legal@example.invalid
review_by: 2099-12-31
mode: enforce
rules:
"""
_RULE = """\
  - id: r{rule}
    find: {{terms: {terms}}}
    do: hold
    say: {{fr: "Un collègue doit relire ce message.", en: "A colleague must read this post first."}}
    match: ["Un mot sur [[{first}]] ce matin"]
    no_match: ["Rien de neuf ce matin"]
"""


def write_bundle(folder: Path, *, rules: int = 500, terms: int = 20_000) -> None:
    """`rules` rules over FILES files, which share `terms` invented names evenly."""
    folder.mkdir(parents=True, exist_ok=True)
    made, each = names(terms), terms // rules
    for number in range(FILES):
        text = _HEAD.format(number=number)
        for rule in range(number * rules // FILES, (number + 1) * rules // FILES):
            own = made[rule * each : (rule + 1) * each]
            text += _RULE.format(rule=rule, terms=json.dumps(own, ensure_ascii=False), first=own[0])
        (folder / f"names-{number}.yaml").write_text(text, encoding="utf-8")
