import json

import pytest

from guard.cli.main import main
from guard.types.topic import TOPICS
from tests.unit.models.makers import shelf

POSTS = [
    {"id": "1", "lang": "en", "text": "they fired him", "topics": ["layoffs"], "severity": 2, "pair": "a"},
    {"id": "2", "lang": "en", "text": "they hired him", "topics": [], "severity": 0, "pair": "a"},
    {"id": "3", "lang": "fr", "text": "ils sont virés", "topics": ["layoffs"], "severity": 3},
    {"id": "4", "lang": "fr", "text": "bonjour à tous", "topics": [], "severity": 0},
]


@pytest.fixture
def posts(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(map(json.dumps, POSTS)))
    return path


@pytest.fixture
def models(tmp_path):
    (tmp_path / "models").mkdir()
    return shelf(tmp_path / "models")


def test_list_shows_what_is_there_and_checks_it(models, capsys):
    assert main(["model", "list", "--models", str(models)]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == ["topics", "small", "1"]
    (models / "topics.npz").write_bytes(b"altered")
    assert main(["model", "list", "--models", str(models), "--format", "json"]) == 1
    (entry,) = json.loads(capsys.readouterr().out)
    assert "altered" in entry["problem"]


def test_list_of_a_folder_without_models(tmp_path, capsys):
    assert main(["model", "list", "--models", str(tmp_path)]) == 3
    assert "there are no models here" in capsys.readouterr().err


def test_evaluate_prints_a_table_by_language_and_topic(models, posts, capsys):
    assert main(["model", "evaluate", str(posts), "--models", str(models)]) == 0
    out = capsys.readouterr().out
    lines = {tuple(line.split()[:2]): line.split() for line in out.splitlines() if line}
    assert lines["all", "4"][2:4] == ["2", "1.000"]
    assert lines["layoffs", "fr"][2:5] == ["1", "1.000", "1.000"]
    assert lines["mna", "en"][2:5] == ["0", "-", "-"]


def test_evaluate_as_data(models, posts, capsys):
    assert main(["model", "evaluate", str(posts), "--models", str(models), "--format", "json"]) == 0
    scores = {score["language"]: score for score in json.loads(capsys.readouterr().out)}
    assert set(scores) == {"en", "fr", "all"}
    assert (scores["en"]["pairs"], scores["en"]["pair_count"], scores["fr"]["pairs"]) == (1.0, 1, None)
    assert scores["all"]["macro_f1"] == 1.0
    assert {topic["topic"] for topic in scores["all"]["topics"] if topic["posts"]} == {"layoffs"}


def test_evaluate_tells_a_mistake_in_the_posts(models, tmp_path, capsys):
    (tmp_path / "bad.jsonl").write_text('{"text": 1}')
    assert main(["model", "evaluate", str(tmp_path / "bad.jsonl"), "--models", str(models)]) == 2
    assert "bad.jsonl:1: a post needs a text" in capsys.readouterr().err


def test_train_makes_a_model_that_evaluate_reads(tmp_path, capsys):
    (tmp_path / "posts").mkdir()
    for name, word in (("en-a", "fired"), ("en-b", "sacked")):
        rows = [
            {"lang": "en", "text": f"{word} again {n}" if n % 2 else f"lovely day {n}", "severity": 2 * (n % 2),
             "topics": ["layoffs"] * (n % 2)} for n in range(12)
        ]  # fmt: skip
        (tmp_path / "posts" / f"{name}-01.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "text").mkdir()
    import gzip

    lines = "\n".join(f"an ordinary line about nothing much, number {n}" for n in range(20))
    (tmp_path / "text" / "common-voice.en.txt.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "phrases.txt").write_text("[en]\n" + "".join(f"2{topic} {topic} gone\n" for topic in TOPICS))
    words = ["model", "train", "--posts", str(tmp_path / "posts"), "--text", str(tmp_path / "text")]
    words += ["--phrases", str(tmp_path / "phrases.txt"), "--output", str(tmp_path / "out"), "--format", "json"]
    assert main(words) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["sha256"] == first["sha256"]
    assert {score["language"] for score in first["scores"]} == {"en"}
    (tmp_path / "out" / "manifest.toml").write_text(
        f'[[model]]\nkind = "topics"\nname = "n"\nfile = "topics.npz"\nsha256 = "{first["sha256"]}"\n'
        'version = "1"\nlicence = "MIT"\ncard = "c.md"\n'
    )
    assert (
        main(["model", "evaluate", str(tmp_path / "posts"), "--models", str(tmp_path / "out"), "--format", "json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)[0]["auc"] == 1.0


def test_senses_are_made_from_text_with_a_teacher_that_must_be_there(tmp_path, capsys):
    words = ["model", "train", "--kind", "senses", "--output", str(tmp_path / "out")]
    assert main(words) == 2
    assert "--text is missing" in capsys.readouterr().err
    assert main([*words, "--text", str(tmp_path)]) == 2  # no teacher, no framework, or no text
    assert not (tmp_path / "out").exists()
