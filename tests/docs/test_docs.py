"""What the documents say is what the program does."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from guard import observe
from guard.cli.main import build_parser
from guard.detect import names
from guard.detect.patterns import catalogue
from guard.detect.run import HIDDEN
from guard.types.audit import KINDS

ROOT = Path(__file__).parents[2]
MARKDOWN = sorted([ROOT / "README.md", ROOT / "README.fr.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def commands() -> dict[str, set[str]]:
    """Command groups and their verbs, from the parser itself."""
    (groups,) = (action for action in build_parser()._actions if action.dest == "command")
    found = {}
    for name, parser in groups.choices.items():
        verbs = [action for action in parser._actions if action.dest == "verb"]
        found[name] = set(verbs[0].choices) if verbs else set()
    return found


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_is_in_the_readme_and_has_an_example(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    line = next((line for line in readme.splitlines() if line.startswith(f"| `guard {name}")), "")
    assert line, f"README's table of commands lacks guard {name}"
    for verb in commands()[name]:
        assert re.search(rf"\b{verb}\b", line), f"README's table lacks guard {name} {verb}"
    for verb in commands()[name] or {None}:
        arguments = [sys.executable, "-m", "guard.cli.main", name, *([verb] if verb else []), "--help"]
        shown = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        assert f"guard {name}" in shown.partition("example")[2], f"guard {name} {verb or ''} --help shows no example"


@pytest.mark.parametrize(("name", "head"), [("audit", "| kind | when |"), ("fr/audit", "| genre | quand |")])
def test_every_kind_of_audit_entry_is_documented_and_no_other(name: str, head: str) -> None:
    page = (ROOT / f"docs/{name}.md").read_text(encoding="utf-8")
    table = page.partition(head)[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert sorted(kind for row in rows for kind in re.findall(r"`([a-z-]+)`", row)) == sorted(KINDS)


def test_every_event_of_the_log_is_documented() -> None:
    page = (ROOT / "docs/log.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "guard").rglob("*.py")))
    events = set(re.findall(r'observe\.(?:log|warn)\(\s*"([a-z-]+)"', source)) | {"said"}
    events |= {event for pair in observe.OUTAGES.values() for event in pair}
    assert len(events) > 20
    assert {event for event in events if f"`{event}`" not in page} == set()


def test_every_setting_is_documented_and_in_the_example() -> None:
    example = (ROOT / "guard.example.toml").read_text(encoding="utf-8")
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "guard/settings").glob("*.py")))
    keys = set(re.findall(r'(?:\.|\]\.)(?:take|one_of|path|address)\("([a-z_]+)"', source)) - {
        "oidc",
        "ldap",
        "roles",
        "smtp",
        "webhook",
        "languages",
        "mail",
        "accounts",
        "groups",
    }
    assert len(keys) > 20
    for key in keys:
        assert re.search(rf"^#? ?{key} = ", example, re.M), f"guard.example.toml lacks {key}"
        assert key in page, f"docs/settings.md lacks {key}"


def test_links_between_documents_lead_somewhere() -> None:
    for page in MARKDOWN:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_the_readme_shows_what_check_prints() -> None:
    """Its first lines; milder rules follow."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command, shown = re.search(r'\$ guard check "([^"]+)"\n(.*?)```', readme, re.S).groups()
    arguments = [sys.executable, "-m", "guard.cli.main", "check", command, "--at", "2026-12-01T09:00:00+01:00"]
    printed = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=ROOT)
    assert printed.returncode == 1
    start = shown.removesuffix("  …\n")
    assert start.count("\n") > 8
    assert printed.stdout.startswith(start)


def test_example_settings_are_valid_toml() -> None:
    for name in ("guard.example.toml", "authors.example.toml"):
        tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def test_the_page_of_entities_names_them_all_and_no_others() -> None:
    page = (ROOT / "docs/entities.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z][A-Z_]{2,})`", page))
    assert named == {pattern.entity for pattern in catalogue.load()} | names.ENTITIES | {
        "CODENAME", "CUSTOM", "FINGERPRINT", HIDDEN,
    }  # fmt: skip
