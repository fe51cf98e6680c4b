"""docs/policies.md says what the program does."""

import re
from pathlib import Path

import pytest

from guard.authoring.suite import run_examples
from guard.detect.run import Detectors
from guard.inspector import Inspector
from guard.policy import parse, parse_example, parse_find, parse_rule
from guard.policy.bundle import bundle_from_texts
from guard.policy.load import load_yaml

PAGE = (Path(__file__).parents[3] / "docs" / "policies.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
HEAD = "guard: 1\npolicy: demo\nowner: a\nreview_by: 2027-01-01\nmode: enforce\nexamples_at: 2026-01-01\n"
DATES = "dates: {announcement: 2037-03-15T09:00:00+01:00}\n"
RULE = {
    "id": "name",
    "find": "{entity: EMAIL_ADDRESS}",
    "do": "flag",
    "say": "{fr: a, en: b}",
    "match": '["[[x]]"]',
    "no_match": "[y]",
}


def snippets() -> list[str]:
    """Each key of a block with what belongs to it; some blocks show a key twice."""
    parts = [re.split(r"^(?=\w)", block, flags=re.MULTILINE) for block in BLOCKS if not block.startswith("guard:")]
    return [part for block in parts for part in block if part.strip()]


@pytest.mark.parametrize("snippet", snippets())
def test_every_snippet_is_understood(snippet):
    key = snippet.partition(":")[0]
    if key == "exceptions":
        tail, body = snippet, RULE
    else:
        tail, body = "", {**RULE, key: snippet.partition(":")[2].rstrip("\n").replace("\n", "\n    ")}
    rule = "".join(f"    {name}: {value.lstrip(' ')}\n" for name, value in body.items())
    text = f"{HEAD}{DATES}rules:\n  -{rule[3:]}{tail}"
    bundle_from_texts({"p.yaml": text, "clients.txt": "Orion\n"})


def test_the_first_policy_works_as_it_stands():
    (whole,) = [block for block in BLOCKS if block.startswith("guard:")]
    bundle = bundle_from_texts({"orion.yaml": whole})
    result = run_examples(Inspector(Detectors.build(bundle.matchers), bundle), bundle)
    assert (result.total, result.failures) == (2, ())


def test_every_key_is_explained():
    keys = {
        *parse._REQUIRED, *parse._OPTIONAL, *parse._SCOPE, *parse._ONLY, *parse_rule._WHEN, *parse_find._KINDS,
        *parse_find._LATER, *parse_example._OPTIONAL, *parse_example._SETTING, "near", "within", "value", "with",
        "approvers", "approvals", "subtype", "typos", "disguises",
    }  # fmt: skip
    assert [key for key in sorted(keys) if not re.search(rf"[`{{, ]{key}\b", PAGE)] == []


def test_shipped_policies_are_plain_yaml():
    for path in (Path(__file__).parents[3] / "policies").glob("*.yaml"):
        assert load_yaml(path.name, path.read_bytes())
