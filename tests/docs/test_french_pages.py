"""docs/fr says what the English pages say: the same parts, the same code, and French as the program speaks it.

Prose cannot be compared; what stands around it can. So a change to one page that the other lacks fails here.
"""

import re
import sys
from pathlib import Path

import pytest

from guard.cli.main import main
from guard.words.texts import words_of
from tests.unit.authoring import test_docs as mistakes
from tests.unit.authoring.inspecting import rule
from tests.unit.policy.makers import HEAD, policy

DOCS = Path(__file__).parents[2] / "docs"
FRENCH = DOCS / "fr"
START = FRENCH / "README.md"
NAMES = sorted(path.relative_to(FRENCH).as_posix() for path in FRENCH.rglob("*.md") if path != START)
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
OUTPUT = {"text", "console"}
"""Blocks of what people read: of these only the commands are alike."""


def pair(name: str) -> tuple[str, str]:
    """The French page and its English twin."""
    english = DOCS / name
    assert english.exists(), f"docs/fr/{name} has no English page: move it as docs/{name} was moved, or remove it"
    return (FRENCH / name).read_text("utf-8"), english.read_text("utf-8")


def both(name: str, what: str) -> str:
    return f"{what}: bring docs/fr/{name} and docs/{name} to say the same, each in its language"


def prose(page: str) -> str:
    return FENCED.sub("", page)


def levels(page: str) -> list[int]:
    return [len(signs) for signs in re.findall(r"^(#+) ", prose(page), re.M)]


def tables(page: str) -> list[int]:
    """The rows of each table."""
    return [len(table.splitlines()) for table in re.findall(r"(?:^\|.*\n?)+", prose(page), re.M)]


def items(page: str) -> int:
    """Of lists."""
    return len(re.findall(r"^(?:-|\d+\.) ", prose(page), re.M))


def code(page: str) -> list[tuple[str, str]]:
    """Each block without its remarks and notes for readers; of what a terminal shows, the commands."""
    return [(kind, commands(text) if kind in OUTPUT else bare(text)) for kind, text in FENCED.findall(page)]


def commands(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.startswith("$ "))


def bare(text: str) -> str:
    text = re.sub(r'note: "[^"]*"', "note:", text)
    lines = (re.sub(r" *(?:# )?<- (?:here|ici)$| {2,}# .*$", "", line) for line in text.splitlines())
    return "\n".join(line.rstrip() for line in lines)


def words_of_code(page: str) -> set[str]:
    """Keys, options and commands within sentences; what has spaces may be a message, told in French."""
    return {word for word in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose(page)) if not re.search(r"\s", word)}


def anchor(heading: str) -> str:
    """As GitHub makes them."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", NAMES)
def test_twins_name_each_other_under_their_titles(name: str) -> None:
    french, english = pair(name)
    up = "../" * name.count("/")
    assert french.split("\n")[1:4] == ["", f"[In English]({up}../{name})", ""], f"third line of docs/fr/{name}"
    assert english.split("\n")[1:4] == ["", f"[En français]({up}fr/{name})", ""], f"third line of docs/{name}"


@pytest.mark.parametrize("name", NAMES)
def test_twins_have_the_same_parts(name: str) -> None:
    french, english = pair(name)
    assert levels(french) == levels(english), both(name, "headings differ (levels, in order)")
    assert tables(french) == tables(english), both(name, "tables differ (rows of each)")
    assert items(french) == items(english), both(name, "lists differ (number of items)")
    assert words_of_code(french) == words_of_code(english), both(name, "keys or options in the sentences differ")


@pytest.mark.parametrize("name", NAMES)
def test_twins_show_the_same_code(name: str) -> None:
    french, english = map(code, pair(name))
    assert [kind for kind, _ in french] == [kind for kind, _ in english], both(name, "blocks of code differ")
    for one, other in zip(french, english, strict=True):
        assert one == other, both(name, "a block of code differs by more than its remarks and notes")


@pytest.mark.parametrize("path", [START, *(FRENCH / name for name in NAMES)], ids=lambda path: path.name)
def test_links_lead_somewhere_and_to_french_pages_where_there_are(path: Path) -> None:
    text = path.read_text("utf-8")
    for shown, target, part in re.findall(r"\[([^\]]*)\]\((?!https?://)([^)#]*)#?([^)]*)\)", prose(text)):
        page = (path.parent / target).resolve() if target else path
        assert page.exists(), f"{path.name}: {target}"
        if part:
            headings = [anchor(one) for one in re.findall(r"^#+ (.*)$", prose(page.read_text("utf-8")), re.M)]
            assert part in headings, f"{path.name}: {target}#{part}"
        if shown != "In English" and page.suffix == ".md" and FRENCH not in page.parents:
            twin = FRENCH / page.relative_to(DOCS)
            assert not twin.exists(), f"{path.relative_to(DOCS)}: {target} has a French page, link to that one"


def test_every_page_of_lint_has_its_french_twin() -> None:
    pages = {f"lint/{path.name}" for path in (DOCS / "lint").glob("*.md")}
    assert pages - set(NAMES) == set(), "write these in docs/fr/lint, too"


def test_the_start_page_lists_every_page() -> None:
    text = START.read_text("utf-8")
    missing = [name for name in NAMES if "/" not in name and f"[{name}]({name})" not in text]
    assert missing == [], "list these in the table of docs/fr/README.md"
    assert "(lint/README.md)" in text


def test_lints_page_and_start_page_give_the_same_titles() -> None:
    table = (FRENCH / "lint/README.md").read_text("utf-8")
    for name in NAMES:
        if name.startswith("lint/") and name != "lint/README.md":
            title, severity = re.match(r"# (.*)\n(?:.*\n){3}`[a-z-]+` · (\w+)\n", pair(name)[0]).groups()
            stem = Path(name).stem
            assert f"| [{stem}]({stem}.md) | {severity} | {title} |" in table


# What the terminal says, shown as it is printed


@pytest.fixture
def in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")


def plain(text: str) -> str:
    """Pages are typed with plain spaces."""
    return re.sub("[\u00a0\u202f]", " ", text)


def shown(name: str, command: str) -> str:
    """What stands below a command on a page."""
    page = (FRENCH / name).read_text("utf-8")
    (block,) = [text for _, text in FENCED.findall(page) if text.startswith(f"$ guard {command}")]
    return block.split("\n", 1)[1]


def test_the_mistakes_are_told_in_these_words() -> None:
    page = (FRENCH / "policies.md").read_text("utf-8")
    told = {plain(one) for one in mistakes.told(words_of("fr"))}
    assert mistakes.not_told(page, "| ce qui est dit | ce que vous faites |", told) == []


def test_explain(tmp_path: Path, capsys: pytest.CaptureFixture[str], in_french: None) -> None:
    ladder = "[{when: {count: 2+}, action: hold}, {action: redact}]"
    mail = rule("{entity: EMAIL_ADDRESS}", ladder, more="    unless: {near: [standard]}\n")
    (tmp_path / "p.yaml").write_text(policy(mail + rule("{terms: [Projet Aurore]}", name="s"), HEAD), "utf-8")
    text = "écrire à c@d.example, projet aurrore"
    assert main(["policy", "explain", text, "--policies", str(tmp_path), "--lang", "fr"]) == 1
    assert plain(capsys.readouterr().out).startswith(shown("authoring.md", "policy explain"))


def test_coverage(tmp_path: Path, capsys: pytest.CaptureFixture[str], in_french: None) -> None:
    rules = rule("{terms: [Aurore, Boreal]}", match='["[[Aurore]]"]')
    (tmp_path / "p.yaml").write_text(policy(rules, HEAD), "utf-8")
    assert main(["policy", "coverage", str(tmp_path), "--min", "90"]) == 1
    assert plain(capsys.readouterr().out) == shown("authoring.md", "policy coverage")


SOUND = """\
guard: 1
policy: {star}
owner: juridique@exemple.fr
review_by: {review}
mode: enforce
{fill}rules:
  - id: name
    find: {{terms: [Projet {star}]}}
    do:
      - {{when: {{visibility: [{first}]}}, action: block}}
      - {{when: {{visibility: [public]}}, action: hold}}
      - {{action: flag}}
    say: {{fr: "Sujet confidentiel.", en: "Confidential subject."}}
    match: ["Le [[projet {star}]] avance"]
    no_match: ["La constellation {star}"]
"""


def test_lint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, in_french: None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    for star in ("altair", "deneb", "sirius", "vega"):
        sound = SOUND.format(star=star, review="2027-05-31", fill="", first="direct")
        Path(f"policies/{star}.yaml").write_text(sound, "utf-8")
    # remarks put the two slips on the lines that the page names
    slips = SOUND.format(star="orion", review="2026-12-15", fill="#\n" * 10, first="public, direct")
    Path("policies/client-x.yaml").write_text("#\n" * 5 + slips, "utf-8")
    assert main(["policy", "lint", "policies/", "--at", "2026-12-01T09:00:00+01:00"]) == 1
    assert plain(capsys.readouterr().out) == shown("policies.md", "policy lint")


MISTAKEN = """\
[[listener]]
channel = "mastodon"
listen = "127.0.0.1:8400"
upstream = "http://social.example"
timout_s = 30
"""


def test_mistakes_in_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, in_french: None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("guard.toml").write_text(MISTAKEN, "utf-8")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["serve"]) == 2
    said = re.sub(r"(?m)^\d{4}-\S+Z ", "", capsys.readouterr().err)
    assert plain(said) == shown("settings.md", "serve")


def test_a_backup_is_told_in_these_words() -> None:
    told = words_of("fr")("backup.done", count=15, file="/srv/backup/postguard-2026-11-23/guard.db")
    assert shown("operations.md", "backup") == f"{plain(told)}\n"
