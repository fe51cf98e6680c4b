"""docs/policies.md says what the program does."""

import re
from pathlib import Path

import pytest

from guard.authoring.suite import run_examples
from guard.detect.run import Detectors
from guard.errors import ProblemsError
from guard.inspector import Inspector
from guard.policy import parse, parse_example, parse_find, parse_rule
from guard.policy.bundle import bundle_from_texts
from guard.policy.load import load_yaml
from guard.policy.names import Known, unknown_names
from guard.words.texts import Words, words_of

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


SEALED = "guard-sealed 1\nkey 0011223344556677\nletters 8\n0a0b0c0d\n0123456789abcdef\n"
BLOCK = {**RULE, "match": '\n      - "[[x]]"'}
BODY = HEAD + "rules:\n  - " + "\n    ".join(f"{key}: {value}" for key, value in BLOCK.items()) + "\n"


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
    if "sealed:" in snippet:
        text = text.replace("mode: enforce", "mode: enforce\nconfidential: true", 1)
    bundle_from_texts({"p.yaml": text, "clients.txt": "Orion\n", "clients.sealed": SEALED})


def test_the_first_policy_works_as_it_stands():
    (whole,) = [block for block in BLOCKS if block.startswith("guard:")]
    bundle = bundle_from_texts({"project-7.yaml": whole})
    assert [policy.id for policy in bundle.policies] == ["project-7"]
    result = run_examples(Inspector(Detectors.build(bundle.matchers), bundle), bundle)
    assert (result.total, result.failures) == (2, ())


def test_every_key_is_explained():
    keys = {
        *parse.POLICY_KEYS, *parse.POLICY_MORE, *parse.SCOPE_KEYS, *parse.ONLY_KEYS, *parse_rule.WHEN_KEYS, *parse_find._KINDS,
        "at_least", *parse_example.EXAMPLE_MORE, *parse_example.SETTING_KEYS, *parse_rule.UNLESS_KEYS, "with",
        "approvers", "approvals", "subtype", "typos", "disguises",
    }  # fmt: skip
    assert [key for key in sorted(keys) if not re.search(rf"[`{{, ]{key}\b", PAGE)] == []


QUOTING = BODY.replace("entity: EMAIL_ADDRESS", "fingerprint: any").replace("policy: ", "policy: q-")
SLIPS = [
    BODY.replace("flag", "{when: {visibility: [pubic]}, action: flag}"),
    BODY.replace("flag", "{action: redact, wiht: a}"),
    BODY.replace("{entity: EMAIL_ADDRESS}", "{terms: [abc], disguises: no}"),
    BODY.replace("    do", "\tdo"),
    BODY.replace("flag", "a: b: c"),
    BODY.replace('"[[x]]"', "Le [[x]] : y"),
    BODY.replace('"[[x]]"', "'L'[[x]]'"),
    BODY.replace('"[[x]]"', "[[x]] y"),
    BODY.replace('"[[x]]"', '"[[x]]').replace("[y]", '["y"]'),
    BODY.replace("{fr: a, en: b}", "“a: b”"),
    BODY.replace("- id: name", "id: name"),
    BODY.replace("do: ", "do:\u00a0"),
    BODY.replace("do: flag", "do: flag\n    do: flag"),
    BODY + BODY[BODY.index("  - id") :],
    BODY.replace("flag", "{when: {before: 2027-01-01T09:00}, action: flag}"),
    BODY.replace("flag", "[flag, hold]"),
    BODY.replace("fr: a, en: b", "de: a"),
    BODY.replace("mode: enforce", "mode: enforce\nconfidential: true")
    .replace("{entity: EMAIL_ADDRESS}", "{terms: [Orion]}")
    .replace("fr: a", "fr: Orion"),
]


def told(words: Words) -> set[str]:
    """All messages and hints of the slips."""
    found: set[str] = set()
    for files in [{"p.yaml": slip} for slip in SLIPS] + [{"p.yaml": BODY, "q.yaml": BODY}, {"p.yaml.txt": BODY}]:
        with pytest.raises(ProblemsError) as caught:
            bundle_from_texts(files)
        for problem in caught.value.problems:
            message = words.told(problem.message)
            found |= {message, f"{message} ({words.told(problem.hint)})"}
    text = BODY.replace("mode: enforce", "mode: enforce\napplies_to: {networks: [y]}")
    known = bundle_from_texts({"p.yaml": text, "q.yaml": QUOTING})
    return found | {words.told(one.message) for one in unknown_names(known, Known(frozenset(), frozenset()))}


def not_told(page: str, heading: str, messages: set[str]) -> list[str]:
    """What a page shows of mistakes, in its block and in the table of this heading, and no slip gives."""
    (block,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    lines = [line for line in block.splitlines() if not any(line.endswith(f": {message}") for message in messages)]
    rows = page.partition(heading)[2].partition("\n\n")[0].splitlines()[2:]
    quoted = [
        one for row in rows for one in re.findall(r"(?:^\| |, )(?:``(.+?)``(?!`)|`([^`]+)`)", row.rpartition(" | ")[0])
    ]
    words = [(a or b).removesuffix(" …").strip() for a, b in quoted]
    assert len(words) >= len(rows) > 10
    return lines + [one for one in words if not any(message.startswith(one) for message in messages)]


def test_the_mistakes_that_the_page_shows_are_told_in_these_words():
    assert not_told(PAGE, "| it says | do this |", told(words_of("en"))) == []


def test_shipped_policies_are_plain_yaml():
    for path in (Path(__file__).parents[3] / "policies").glob("*.yaml"):
        assert load_yaml(path.name, path.read_bytes())
