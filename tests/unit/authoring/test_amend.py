"""Lines added to policies: they stand where they belong, everything else stays, and odd files are refused, not broken."""

import pytest

from guard.authoring.amend import CLOCK, add_example, add_exception
from guard.errors import GuardError, PolicyError
from guard.policy.cursor import Notes
from guard.policy.parse import parse_policy
from tests.gates import ROOT
from tests.policy_rooms import OPEN

HEAD = """\
guard: 1
policy: small
owner: x@exemple.fr
review_by: 2037-03-31
mode: enforce   # since Monday
"""
BLOCK = """\
rules:
  # the first
  - id: one
    find: {terms: [alpha]}
    do: hold
    say: {fr: "a", en: "b"}
    match:
      - "[[alpha]]"      # as it stands
      - text: "[[Alpha]] !"
        note: loud
      # the end of the examples
    no_match: ["beta"]

  # the second
  - id: two
    find: {terms: [beta]}
    do: hold
    say:
      fr: "a"
      en: >
        b
        c
    match: ["[[beta]]"]
    no_match:
      - >
        gamma
        delta
"""
LINE = '- {text: "un [[alpha]]", action: hold}'
EXCEPTION = [
    "- id: case-7",
    '  reason: {en: "public since May"}',
    '  approved_by: "ana"',
    "  expires: 2027-03-01",
    "  only: {rules: [one]}",
]


def policy(data):
    notes = Notes()
    found = parse_policy("small.yaml", data, notes)
    assert notes.problems == []
    return found


def added(old, new):
    """Lines that are new; every other is still there, in order."""
    left = iter(new.split("\n"))
    for line in old.split("\n"):
        assert line in left, line
    return [line for line in new.split("\n") if line not in old.split("\n")]


def amended(text, rule="one", key="match", line=LINE):
    return add_example("small.yaml", text.encode(), rule, key, line).decode()


def test_an_example_stands_at_the_end_of_its_list_and_remarks_stay() -> None:
    new = amended(HEAD + BLOCK)
    assert added(HEAD + BLOCK, new) == ["      " + LINE]
    assert '        note: loud\n      - {text: "un [[alpha]]", action: hold}\n      # the end of' in new
    assert policy(new.encode()).rules[0].match[-1].text == "un alpha"


def test_below_a_text_in_lines() -> None:
    new = amended(HEAD + BLOCK, "two", "no_match", '- "epsilon"')
    assert new.endswith('        delta\n      - "epsilon"\n')
    assert [one.text.split() for one in policy(new.encode()).rules[1].no_match] == [["gamma", "delta"], ["epsilon"]]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ('match: ["[[alpha]]"]', 'match: ["[[alpha]]", {text: "un [[alpha]]", action: hold}]'),
        ('match: ["[[alpha]]",]', 'match: ["[[alpha]]", {text: "un [[alpha]]", action: hold},]'),
        ('match:\n    - "[[alpha]]"', f'match:\n    - "[[alpha]]"\n    {LINE}'),
        ('match:\n      ["[[alpha]]",\n       "[[alpha]] !"\n      ]', '"[[alpha]] !", {text: "un [[alpha]]", action: hold}\n'),
    ],
)  # fmt: skip
def test_every_way_of_writing_a_list(rule, wanted) -> None:
    text = (
        HEAD
        + f"rules:\n  - id: one\n    find: {{terms: [alpha]}}\n    do: hold\n    say: {{fr: a, en: b}}\n    no_match: [b]\n    {rule}\n"
    )
    new = amended(text)
    assert wanted in new
    assert policy(new.encode()).rules[0].match[-1].text == "un alpha"


def test_a_rule_in_braces() -> None:
    text = (
        HEAD
        + 'rules: [{id: one, find: {terms: [alpha]}, do: hold, say: {fr: a, en: b}, match: ["[[alpha]]"], no_match: [b]}]'
    )
    new = amended(text)
    assert 'say: {fr: a, en: b}, match: ["[[alpha]]", {text: "un [[alpha]]", action: hold}], no_match' in new


def test_line_ends_and_the_byte_order_mark_stay() -> None:
    old = b"\xef\xbb\xbf" + (HEAD + BLOCK).replace("\n", "\r\n").encode()
    new = add_example("small.yaml", old, "one", "match", LINE)
    assert new.startswith(b"\xef\xbb\xbf")
    assert new.count(b"\r\n") == old.count(b"\r\n") + 1
    assert b"\n" not in new.replace(b"\r\n", b"")


def test_an_exception_brings_the_clock_that_its_policy_needs_and_no_example_notices() -> None:
    new = add_exception("open.yaml", OPEN.encode(), [line.replace("one", "launch") for line in EXCEPTION]).decode()
    lines = added(OPEN, new)
    assert lines[0] == f"examples_at: {CLOCK}"
    assert lines[1:3] == ["exceptions:", "  - id: case-7"]
    found = policy(new.encode())
    assert (found.exceptions[0].id, found.exceptions[0].rules) == ("case-7", frozenset({"launch"}))
    again = add_exception(
        "open.yaml", new.encode(), ["- id: case-8", *[x.replace("one", "launch") for x in EXCEPTION[1:]]]
    )
    assert [one.id for one in policy(again).exceptions] == ["case-7", "case-8"]
    assert again.decode().count("examples_at") == 1


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "policies").glob("*.yaml")))
def test_every_rule_we_ship_can_be_given_an_example(name) -> None:
    data = (ROOT / "policies" / name).read_bytes()
    for rule in policy(data).rules:
        for key, line in (("match", '- {text: "[[x]]", todo: true}'), ("no_match", '- "x"')):
            new = add_example(name, data, rule.id, key, line)
            assert len(added(data.decode(), new.decode())) <= 2


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{guard: 1}", "one"),
        ("", "one"),
        ("a: [", "one"),
        (HEAD + BLOCK, "three"),
        (HEAD + BLOCK.replace("hold", "hodl"), "one"),
    ],
)
def test_what_cannot_be_amended_is_refused(text, rule) -> None:
    with pytest.raises(GuardError):
        amended(text, rule)


def test_a_line_that_would_be_read_as_something_else_is_refused() -> None:
    with pytest.raises(GuardError):
        amended(HEAD + BLOCK, "one", "match", '- "a"\n    do: block')
    with pytest.raises(PolicyError):
        add_exception("small.yaml", (HEAD + BLOCK + "exceptions: []\n").encode(), EXCEPTION)
