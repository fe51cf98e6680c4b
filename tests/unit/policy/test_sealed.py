"""The file of sealed terms: damaged in any way it is refused with its line."""

import pytest

from guard.errors import PolicyError, ProblemsError
from guard.policy.bundle import bundle_from_texts
from guard.policy.sealed import read_sealed

GOOD = "guard-sealed 1\nkey 0011223344556677\nletters 8\n0a0b0c0d\n0123456789abcdef\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("Bluebird\n", 1),
        (GOOD.replace("key", "kee"), 2),
        (GOOD.replace("letters 8", "letters"), 3),
        (GOOD + "Bluebird\n", 6),
        ("\n".join(GOOD.split("\n")[:3]), 3),
        (GOOD.replace("0a0b0c0d\n", ""), 4),
    ],
)
def test_damage_is_told_with_its_line(text: str, line: int) -> None:
    problem = read_sealed("c.sealed", text.encode(), "p/r")
    assert isinstance(problem, PolicyError)
    assert problem.location is not None
    assert (problem.location.file, problem.location.line) == ("c.sealed", line)
    assert "Bluebird" not in str(problem)


POLICY = """\
guard: 1
policy: p
owner: a@exemple.fr
confidential: true
review_by: 2030-01-01
mode: enforce
rules:
  - id: r
    find: {sealed: c.sealed}
    do: block
    say: {fr: "Non.", en: "No."}
    match: ["[[Nom de code]]"]
    no_match: ["rien"]
"""


def test_a_policy_names_it() -> None:
    bundle = bundle_from_texts({"p.yaml": POLICY, "c.sealed": GOOD})
    assert [each.id for each in bundle.matchers] == ["p/r"]
    other = bundle_from_texts({"p.yaml": POLICY, "c.sealed": GOOD.replace("ef\n", "ee\n")})
    assert bundle.digest != other.digest


@pytest.mark.parametrize(
    ("policy", "sealed", "told"),
    [
        (POLICY, None, "p.yaml:9:20: rules[0].find.sealed: the file of sealed terms cannot be read"),
        (POLICY.replace("confidential: true\n", ""), GOOD, "sealed terms belong to a confidential policy"),
        (POLICY.replace("c.sealed", "../c.sealed"), GOOD, "must lie beside the policy"),
        (POLICY, "x", "c.sealed:1: this is no file of sealed terms"),
    ],
)
def test_mistakes_have_their_place(policy: str, sealed: str | None, told: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        bundle_from_texts({"p.yaml": policy} | ({"c.sealed": sealed} if sealed else {}))
    assert told in "\n".join(map(str, refused.value.problems))
