"""The pre-commit hooks and the GitHub Action call commands that exist, with options that they have."""

import re
import shlex
from pathlib import Path

import yaml

from guard.cli.main import build_parser

ROOT = Path(__file__).parents[4]


def test_pre_commit_hooks():
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == {"guard-policy-test", "guard-policy-lint"}
    for hook in hooks:
        program, *words = [*shlex.split(hook["entry"]), *hook["args"]]
        assert program == "guard"
        build_parser().parse_args(words)
        assert hook["language"] == "python"
        assert not hook["pass_filenames"]


def test_action():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    scripts = "\n".join(step.get("run", "") for step in action["runs"]["steps"])
    commands = re.findall(r"^guard (policy .*?)(?: > | \|\| )", scripts, re.MULTILINE)
    assert len(commands) == 4
    for command in commands:
        values = {"$FOLDER": "policies", "$SEVERITY": "error"}
        build_parser().parse_args([values.get(word, word) for word in shlex.split(command)])
    assert '--editable "$GITHUB_ACTION_PATH"' in scripts, (
        "the models lie beside the package: else topics are left untried"
    )
    assert "${{" not in scripts, "inputs reach a script through its environment only"
    assert (ROOT / "requirements" / "run.txt").exists()
    for name in ("junit", "sarif"):
        assert action["outputs"][name]["value"] == f"${{{{ steps.check.outputs.{name} }}}}"
        assert f"{name}=" in scripts


def test_the_page_names_hooks_that_exist():
    page = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for hook in hooks:
        assert hook["id"] in page
