"""Every rule of lint has a page, and its examples there are told of, at the right line, or not at all."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guard.authoring.lint.table import RULES
from tests.unit.authoring.lint.makers import fragment, linted

DOCS = Path(__file__).parents[4] / "docs" / "lint"
AT = datetime(2026, 12, 1, 12, tzinfo=UTC)


def blocks(name: str, heading: str) -> list[str]:
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_page_that_says_what_it_is(rule):
    page = (DOCS / f"{rule.id}.md").read_text(encoding="utf-8")
    french = f"[En français](../fr/lint/{rule.id}.md)"
    assert page.startswith(f"# {rule.title}\n\n{french}\n\n`{rule.id}` · {rule.severity}\n")
    assert f"| [{rule.id}]({rule.id}.md) | {rule.severity} | {rule.title} |" in (DOCS / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "text"), [(rule.id, text) for rule in RULES for text in blocks(rule.id, "Bad")], ids=lambda v: v[:24]
)
def test_the_bad_example_is_told_of_on_its_line(name, text):
    policy = fragment(text)
    marked = next(number for number, line in enumerate(policy.splitlines(), 1) if "<- here" in line)
    found = linted({"p.yaml": policy}, AT)
    assert [(one.location.line, one.rule) for one in found if one.rule == name] == [(marked, name)], found


@pytest.mark.parametrize(
    ("name", "text"), [(rule.id, text) for rule in RULES for text in blocks(rule.id, "Good")], ids=lambda v: v[:24]
)
def test_nothing_is_wrong_with_the_good_example(name, text):
    assert linted({"p.yaml": fragment(text)}, AT) == ()


def test_there_is_no_page_without_a_rule():
    assert {path.stem for path in DOCS.glob("*.md")} == {rule.id for rule in RULES} | {"README"}
