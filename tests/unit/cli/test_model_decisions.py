"""`guard model train --with-decisions` from a real store to a gate's answer, with the shipped model."""

import gzip
import json
import re
import shutil

import pytest

from guard.cli.main import main
from guard.models.shelf import Shelf
from guard.wiring.heart import build_inspector
from tests.decided import HARMLESS, LEAK, SETTINGS, TOPICS, base_models, decide, hold
from tests.ledgers import ORIGIN, opened
from tests.unit.training.decisions.makers import company, own_words

UNSEEN = HARMLESS


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """A firm that advises on employment law, and what its reviewers decided."""
    folder = tmp_path_factory.mktemp("firm")
    (folder / "policies").mkdir()
    (folder / "policies" / "p.yaml").write_text(TOPICS)
    base_models(folder / "base")
    cache = tmp_path_factory.getbasetemp() / "cache"
    (folder / "guard.toml").write_text(SETTINGS.format(origin=ORIGIN, cache=cache))
    inspector = build_inspector(folder / "policies", cache=cache, models=folder / "base")
    with opened(folder) as here:
        for number, post in enumerate(company()):
            case = hold(here, inspector, post.text, post.author)
            decide(here, case, approved=not post.topics["layoffs"], after=24 * 60 * number)
    return folder


@pytest.fixture
def here(firm, tmp_path, monkeypatch):
    """The firm's gate, a copy for each test."""
    shutil.copytree(firm, tmp_path / "firm", symlinks=True)
    monkeypatch.chdir(tmp_path / "firm")
    monkeypatch.setenv("LOGNAME", "erin")
    return tmp_path / "firm"


def train(*more):
    return main(["model", "train", "--with-decisions", *more])


def entries(capsys, kind):
    capsys.readouterr()
    assert main(["audit", "search", "--kind", kind, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_gate_gets_better_where_it_is_used(here, capsys):
    shipped = {path: path.read_bytes() for path in (here / "base").iterdir()}
    assert main(["check", UNSEEN]) == 1
    assert train() == 0
    told = capsys.readouterr()
    assert re.search(r"\d{3} shipped phrases: told apart 0\.", told.out)
    assert "4 examples of the policies: none would newly fail" in told.out
    assert "decided cases opened" in told.err
    assert not any(post.text in told.out + told.err for post in company())

    assert main(["check", UNSEEN]) == 0
    assert main(["check", LEAK]) == 1
    assert main(["policy", "test"]) == 0
    assert main(["model", "list"]) == 0
    assert "topics-own" in capsys.readouterr().out
    (entry,) = entries(capsys, "training")
    assert (entry["person"], entry["data"]["cases"] > 30) == ("erin", True)
    assert main(["audit", "verify"]) == 0
    assert {path: path.read_bytes() for path in shipped} == shipped


def test_the_report_as_data_says_how_much_better_on_decisions_it_had_not_seen(here, capsys):
    assert train("--format", "json", "--output", "elsewhere", "--by", "Dana") == 0
    report = json.loads(capsys.readouterr().out)
    whole = report["worth"][0]
    assert whole["topic"] == "all"
    assert whole["auc"][1] > whole["auc"][0] + 0.1
    assert whole["loss"][1] < whole["loss"][0]
    assert report["cases"] == report["texts"] == 40
    assert report["broken"] == []
    own = Shelf(here / "elsewhere")
    assert (own.entry("topics").sha256, str(own.folder / own.entry("topics").file)) == (
        report["sha256"], str(here / report["file"]),
    )  # fmt: skip
    assert own.entry("topics").base == Shelf(here / "base").entry("topics").sha256
    assert entries(capsys, "training")[0]["person"] == "Dana"


def test_the_written_model_holds_no_word_of_a_post(here):
    assert train() == 0
    data = b"".join(path.read_bytes() for path in (here / "own").iterdir()).lower()
    for word in ("seminar", "lawfully", "fired", *own_words(3), "alice"):
        assert word.encode() not in data


def test_going_on_from_the_own_model_takes_newer_decisions_only(here, capsys):
    assert train() == 0
    capsys.readouterr()
    assert train("--continue") == 1
    told = capsys.readouterr().err
    assert "0 decided cases opened" in told
    assert "too little to learn from: 0 texts" in told
    assert len(entries(capsys, "training")) == 1


def test_too_few_decisions_make_no_model(here, capsys):
    policy = here / "policies" / "p.yaml"
    policy.write_text(policy.read_text().replace("id: jobs", "id: renamed"))
    assert train() == 1
    told = capsys.readouterr().err
    assert "a rule that held it is no longer there" in told
    assert "30 are needed" in told
    assert not (here / "own").exists()


def test_a_model_that_breaks_an_example_is_not_kept_unless_told(here, capsys):
    policy = here / "policies" / "p.yaml"
    text = policy.read_text().replace(
        '    match: ["they', f'    match: ["{UNSEEN}", "they', 1
    )  # fmt: skip
    policy.write_text(text)
    assert main(["policy", "test"]) == 0
    assert train() == 1
    told = capsys.readouterr().err
    assert "an example of the policies would fail" in told
    assert "p.yaml:11:" in told
    assert not (here / "own").exists()
    assert train("--anyway") == 0
    assert (here / "own" / "manifest.toml").exists()


def test_the_report_in_french(here, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert train("--output", "elsewhere") == 0
    told = capsys.readouterr()
    out, err = (text.replace("\u00a0", " ") for text in (told.out, told.err))
    heading, whole, topic, *rest = out.splitlines()
    assert re.split(" {2,}", heading) == [
        "sujet", "laissés passer", "à 20 %", "à 80 %", "refusés", "à 20 %", "à 80 %", "distingués", "perte",
    ]  # fmt: skip
    assert whole.startswith("ensemble  20 ")
    assert re.search(r"  0,\d{3} → \d,\d{3}  0,\d{3} → 0,\d{3}$", whole)
    assert topic.startswith("layoffs   20 ")
    assert rest[1].endswith("Chaque texte a été jugé par un modèle qui n’a appris que d’autres auteurs.")
    assert rest[2].startswith(
        "Si les deux premiers tiers avaient été appris avant le dernier, le plus récent : laissés"
    )
    assert re.match(r"phrases livrées : 671 ; distinguées 0,\d{3} → 0,", rest[3])
    assert rest[4:6] == ["exemples des politiques : 4 ; nouveaux échecs : aucun", ""]
    assert rest[6].startswith("écrit : elsewhere/topics-")
    assert err == (
        "dossiers décidés ouverts : 40 ; textes pour apprendre : 40\n"
        'il servira dès que guard.toml le dira : [models] own = "elsewhere"\n'
    )
    assert (here / "elsewhere" / "topics.md").read_text().startswith("# Topics, as this company decides\n")
    assert re.search(r"told apart 0\.\d{3} → ", (here / "elsewhere" / "topics.md").read_text())


def test_refusals_in_french(here, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    policy = here / "policies" / "p.yaml"
    text = policy.read_text()
    policy.write_text(text.replace('    match: ["they', f'    match: ["{UNSEEN}", "{UNSEEN} now", "they', 1))
    assert train() == 1
    told = capsys.readouterr().err.replace("\u00a0", " ")
    assert "erreur : rien n’est écrit : avec ce modèle, 2 exemples des politiques échoueraient :\n  p.yaml:11:" in told
    assert "\n  p.yaml:11:63: rules[0].match[1]: attendu : trouver un sujet ; obtenu : " in told
    assert told.endswith("la passerelle ne démarre pas avec des exemples qui échouent)\n")
    policy.write_text(text.replace("id: jobs", "id: renamed"))
    assert train() == 1
    told = capsys.readouterr().err.replace("\u00a0", " ")
    assert told == (
        "dossiers décidés ouverts : 40 ; textes pour apprendre : 0\n"
        "  40 laissés de côté : une règle qui l’a retenu n’existe plus\n"
        "erreur : trop peu de textes pour apprendre : il y en a 0, dont 0 avec un sujet révélé "
        "(il en faut 30, et 5 de chaque sorte ; le texte d’un dossier décidé est gardé le temps que dit `held_days`)\n"
    )


def test_an_altered_own_model_is_told_and_the_shipped_one_reads_on(here, capsys):
    assert train() == 0
    (file,) = (here / "own").glob("*.npz")
    file.write_bytes(b"altered")
    capsys.readouterr()
    assert main(["check", UNSEEN]) == 1
    told = capsys.readouterr().err
    assert "altered" in told
    assert "the shipped one is used" in told
    assert main(["model", "list"]) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--output", "base"], "this is the folder of the shipped models"),
        (["--kind", "names"], "only topics learn from decisions"),
        (["--by", " "], "nobody is named"),
        (["--continue"], "there are no models here"),
        (["--posts", "posts"], "--posts or --text is missing"),
        (["--config", "none.toml"], "none.toml"),
    ],
)
def test_wrong_usage_is_told_and_opens_nothing(here, capsys, words, message):
    assert train(*words) in {2, 3}
    assert message in capsys.readouterr().err
    assert entries(capsys, "training") == []


def test_without_a_folder_for_it_nothing_is_opened(here, capsys):
    config = here / "guard.toml"
    config.write_text(config.read_text().replace('own = "own"', ""))
    assert train() == 2
    assert "--output is missing" in capsys.readouterr().err
    assert entries(capsys, "training") == []


def test_without_the_model_of_names_nothing_is_opened(here, capsys):
    (here / "base" / "names.npz").unlink()
    assert train() == 3
    assert "names cannot be kept from being learnt" in capsys.readouterr().err
    assert entries(capsys, "training") == []


def test_a_model_just_trained_from_posts_learns_too(here, capsys):
    rows = [
        {"lang": "en", "text": text, "topics": topics, "severity": 2 * bool(topics)}
        for text, topics in ((post.text, ["layoffs"] * post.topics["layoffs"]) for post in company(12))
    ]
    for hand in ("a", "b"):
        (here / f"en-{hand}-01.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (here / "text").mkdir()
    lines = "\n".join(f"une phrase de tous les jours, la {number}e" for number in range(20))
    (here / "text" / "common-voice.fr.txt.gz").write_bytes(gzip.compress(lines.encode()))
    assert train("--posts", "en-a-01.jsonl", "en-b-01.jsonl", "--text", "text", "--anyway") == 0
    entry = Shelf(here / "own").entry("topics")
    assert (entry.base, entry.data[0]) == ("", "a model trained from posts")
