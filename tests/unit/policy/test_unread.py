"""What lies among policies and is not read is told of; what nobody takes for a policy is not."""

import pytest

from guard.errors import ProblemsError
from guard.policy.bundle import load_bundle
from guard.policy.unread import is_policy
from guard.words.texts import words_of
from tests.unit.policy.makers import HEAD, policy

OTHER = policy(head=HEAD.replace("demo", "other"))


def told(folder) -> list[str]:
    return [str(warning) for warning in load_bundle(folder).warnings]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.yaml").write_text(policy())
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("juridique/orion.yaml", OTHER, "folders within are not read"),
        ("juridique/2026/orion.YML", "", "folders within are not read"),
        ("b_test.yaml", "", "whose name ends in _test is not read"),
        ("c.yam", "", "its name does not end in .yaml or .yml"),
        ("c.yaml.bak", "", "its name does not end in .yaml or .yml"),
        ("c.yaml~", "", "its name does not end in .yaml or .yml"),
        ("c.txt", OTHER, "its name does not end in .yaml or .yml"),
        ("c", f"\ufeff# remarks\n\n---\n{OTHER}", "its name does not end in .yaml or .yml"),
        (".c.yaml", OTHER, "begins with a dot is not read"),
    ],
)
def test_what_was_meant_as_a_policy_is_named_with_the_reason(folder, name, content, why):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    (one,) = told(folder)
    assert one.startswith(f"{name.partition('/')[0]}: ")
    assert why in one
    assert not is_policy(path.name) or "/" in name


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("clients.txt", "Nexalis SA\n"),
        ("clients.sealed", "guard-sealed 1\n"),
        ("README.md", "# Policies\n\n```yaml\nguard: 1\n```\n"),
        ("policy-v1.schema.json", "{}"),
        (".hidden.yaml", "::: not yaml"),
        (".git/config.yaml", OTHER),
        ("notes/remarks.md", "guard: 1\n"),
        (".postguard-change", '{"before": {}}'),
    ],
)
def test_what_nobody_takes_for_a_policy_is_not_told_of(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    assert told(folder) == []


def test_one_policy_by_its_name_is_asked_for_alone(folder):
    (folder / "c.yam").write_text(OTHER)
    assert told(folder / "good.yaml") == []


def test_a_folder_whose_only_policies_lie_within_says_so(tmp_path):
    (tmp_path / "juridique").mkdir()
    (tmp_path / "juridique" / "a.yaml").write_text(policy())
    with pytest.raises(ProblemsError) as caught:
        load_bundle(tmp_path)
    within, empty = map(str, caught.value.problems)
    assert within.startswith("juridique: folders within are not read")
    assert "holds no policy" in empty


def test_hundreds_of_copies_are_told_shortly_and_in_french(folder):
    for number in range(200):
        (folder / f"c{number:03}.yaml.bak").write_text("")
    warnings = load_bundle(folder).warnings
    assert len(warnings) == 50
    assert "n’est pas lu : son nom" in words_of("fr").told(warnings[0]).replace("\u00a0", " ")
