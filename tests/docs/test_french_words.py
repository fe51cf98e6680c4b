"""The French pages on the console speak as the console does, and the French README shows what the program prints."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("author", "console", "console-policies", "console-audit", "sign-in")
SPACES = str.maketrans("\u00a0\u202f", "  ")
"""Pages are typed with plain spaces."""


LANGUAGE = [ROOT / "guard/console/lang/fr", ROOT / "guard/words/lang/fr"]


def told(value: object) -> list[str]:
    """All texts of a file of them."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in told(each)]
    return [str(value).translate(SPACES)]


def french_texts() -> list[str]:
    """All that the program and its console say in French."""
    files = [file for folder in LANGUAGE for file in sorted(folder.glob("*.toml"))]
    return [text for file in files for text in told(tomllib.loads(file.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("name", PAGES)
def test_what_stands_in_quotes_is_what_the_product_says(name: str) -> None:
    known = "\n".join(french_texts())
    page = (ROOT / f"docs/fr/{name}.md").read_text(encoding="utf-8")
    quoted = re.findall(r"« ([^»]+) »", re.sub(r"\s+", " ", re.sub(r"(?s)```.*?```", "", page)))
    assert len(quoted) > 2
    assert [words for words in quoted if words.casefold() not in known.casefold()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "policies").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_policies_open_in_both_languages(path: Path) -> None:
    head = path.read_text(encoding="utf-8").partition("guard: 1")[0].lower()
    words = set(re.findall(r"\w+", head))
    assert words & {"the", "of", "from"}, "a remark in English above `guard: 1`"
    assert words & {"les", "des", "pour"}, "a remark in French above `guard: 1`"


def test_french_texts_send_readers_to_french_pages() -> None:
    named = {page for text in french_texts() for page in re.findall(r"docs/[\w/-]+\.md", text)}
    assert "docs/fr/operations.md" in named
    assert [page for page in sorted(named) if not (ROOT / page).exists()] == []
    english = {page for page in named if not page.startswith("docs/fr/")}
    assert [page for page in sorted(english) if (ROOT / "docs/fr" / page.removeprefix("docs/")).exists()] == []


def test_the_page_of_entities_calls_them_what_the_console_does() -> None:
    """Each at its first place, in parentheses, less the country, which stands before a row or a name."""
    entities = tomllib.loads((ROOT / "guard/console/lang/fr/entities.toml").read_text(encoding="utf-8"))
    page = (ROOT / "docs/fr/entities.md").read_text(encoding="utf-8")
    glossed = dict(reversed(re.findall(r"`([A-Z_]{3,})` \(([^)]+)\)", page)))
    told_otherwise = {"SECRET", "CUE", "CODENAME", "CUSTOM", "FINGERPRINT"}
    assert set(re.findall(r"`([A-Z][A-Z_]{2,})`", page)) - set(glossed) == told_otherwise
    short = {entity: re.sub(r" \([^)]*\)$", "", name) for entity, name in entities.items()}
    assert {entity: gloss for entity, gloss in glossed.items() if not gloss.startswith(short[entity])} == {}


def test_the_french_readme_shows_what_check_prints_in_french() -> None:
    """Its first lines; milder rules follow."""
    readme = (ROOT / "README.fr.md").read_text(encoding="utf-8")
    command, shown = re.search(r'\$ guard check "([^"]+)"\n(.*?)```', readme, re.S).groups()
    arguments = [sys.executable, "-m", "guard.cli.main", "check", command, "--at", "2026-12-01T09:00:00+01:00"]
    french = {**os.environ, "LC_ALL": "fr_FR.UTF-8"}
    printed = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=ROOT, env=french)
    start = shown.removesuffix("  …\n")
    assert start.count("\n") > 8
    assert printed.stdout.translate(SPACES).startswith(start)


def test_the_french_readme_has_the_commands_and_the_rule_of_the_english_one() -> None:
    english, french = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.fr.md"))
    for part in (r"^\| (.*?`guard.*?) \|", r"^\| (`http.*?`) \|", r"^\$ (\S.*)$", r"(?s)^```yaml\n(.*?)^```"):
        found = re.findall(part, french, re.M)
        assert found
        assert found == re.findall(part, english, re.M)
