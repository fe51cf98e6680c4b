"""The schema says what the parser says."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from guard.authoring.schema import policy_schema
from guard.errors import ProblemsError
from guard.policy.bundle import bundle_from_texts
from guard.policy.load import ListNode, Node, Scalar, load_yaml
from tests.unit.authoring.jsonschema_lite import valid
from tests.unit.authoring.lint.makers import fragment

ROOT = Path(__file__).parents[3]
SCHEMA = policy_schema()
TRAP = "qqqqqqqq"


def plain(node: Node) -> Any:
    """As an editor reads YAML 1.2: numbers, true and false are what they look like."""
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    if not isinstance(node, Scalar):
        return {key.text: plain(value) for key, value in node.entries}
    if node.quoted or not re.fullmatch(r"true|false|[-+]?\d+", node.text):
        return node.text
    return json.loads(node.text) if node.text in {"true", "false"} else int(node.text)


def fits(text: str) -> bool:
    return valid(plain(load_yaml("p.yaml", text.encode())), SCHEMA, SCHEMA)


PLACES = {
    "": f"{TRAP}: x\n",
    "mode": f"mode: {{canary: 10%, {TRAP}: x}}\n",
    "scope": f"applies_to: {{{TRAP}: x}}\n",
    "rule": "",
    "find": f"find: {{regex: a, {TRAP}: x}}\n",
    "term": f"find: {{terms: [{{term: Orion, {TRAP}: x}}]}}\n",
    "excuse": f"find: {{terms: [{{term: Orion, unless: {{near: [a], {TRAP}: x}}}}]}}\n",
    "unless": f"unless: {{near: [a], {TRAP}: x}}\n",
    "step": f"do: {{action: block, {TRAP}: x}}\n",
    "when": f"do: {{action: block, when: {{count: 1+, {TRAP}: x}}}}\n",
    "example": f'match: [{{text: "[[Projet Orion]]", {TRAP}: x}}]\n',
    "setting": f'match: [{{text: "[[Projet Orion]]", as: {{{TRAP}: x}}}}]\n',
    "exception": f"exceptions:\n  - {TRAP}: x\n",
    "only": f"exceptions:\n  - {{id: e, reason: a, approved_by: b, expires: 2026-12-31, only: {{groups: [a], {TRAP}: x}}}}\n",
}


def policy(name: str) -> str:
    if name == "rule":
        return fragment("").replace("    do:", f"    {TRAP}: x\n    do:")
    return fragment(PLACES[name])


def closed_map(one: dict[str, Any]) -> dict[str, Any] | None:
    """The map that a definition is, or has as a choice."""
    return next((each for each in (one, *one.get("anyOf", ())) if each.get("additionalProperties") is False), None)


def parser_keys(text: str) -> set[str]:
    """The keys that the parser names when it meets one that is like none of them."""
    with pytest.raises(ProblemsError) as caught:
        bundle_from_texts({"p.yaml": text})
    (hint,) = [one.hint for one in caught.value.problems if "possible here: " in one.hint]
    return set(hint.removeprefix("possible here: ").split(", "))


@pytest.mark.parametrize("name", PLACES)
def test_the_schema_has_the_keys_of_the_parser(name):
    shown = closed_map(SCHEMA["$defs"][name] if name else SCHEMA)
    assert set(shown["properties"]) == parser_keys(policy(name))


def test_every_map_of_the_schema_is_compared():
    assert {name for name, one in SCHEMA["$defs"].items() if closed_map(one)} == PLACES.keys() - {""}


def test_every_key_says_what_it_is_for():
    for each in (SCHEMA, *SCHEMA["$defs"].values()):
        for key, value in (closed_map(each) or {}).get("properties", {}).items():
            assert value.get("description"), key


@pytest.mark.parametrize("name", PLACES)
def test_an_unknown_key_does_not_fit(name):
    assert not fits(policy(name))


@pytest.mark.parametrize("path", sorted((ROOT / "policies").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_policies_fit(path):
    assert fits(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "do: [{when: {count: 3+, confidence: high, language: fr}, action: hold}, flag]\n",
        "do: {action: hold, approvers: group:dpo, approvals: 2}\n",
        "mode: {canary: 10%}\n",
        "find: {all_of: [{terms: [a, {term: b c, initials: true}]}, {any_of: [{regex: x}, {entity: IBAN_CODE}]}], within: 9}\n",
        "find: {terms: [7741], typos: 2, disguises: false}\n",
        "dates: {announcement: 2037-03-15T09:00:00+01:00}\n",
        'match: [{text: ["a ", "[[b]]"], as: {at: 2026-12-01, media: true}, todo: true}]\n',
    ],
)
def test_what_the_language_allows_fits(text):
    assert fits(fragment(text))


@pytest.mark.parametrize(
    "text",
    [
        "do: blok\n", "mode: canary\n", "mode: {canary: 101%}\n", "guard: 2\n", "find: {}\n", "find: {regex: a, entity: IBAN_CODE}\n",
        "find: {regex: a, typos: 1}\n", "find: {all_of: [{regex: a}]}\n", "review_by: soon\n", "do: {when: {}, action: block}\n",
        "find: {terms: [a], disguises: no}\n", "do: {action: hold, approvals: 9}\n", "policy: Client X\n", "match: []\n",
    ],
)  # fmt: skip
def test_what_the_language_refuses_does_not_fit(text):
    assert not fits(fragment(text))
    with pytest.raises(ProblemsError):
        bundle_from_texts({"p.yaml": fragment(text)})


def test_the_shipped_schema_is_current():
    shipped = json.loads((ROOT / "policies" / "policy-v1.schema.json").read_text(encoding="utf-8"))
    assert shipped == SCHEMA, "run: guard policy schema > policies/policy-v1.schema.json"


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
