"""`guard model` at a French terminal; its JSON is the same in both languages."""

import json

import pytest

from guard.cli.main import main
from guard.training.decisions.lessons import Left
from guard.wiring.heart import models_folder
from guard.words.texts import words_of
from tests.unit.cli.test_model import POSTS
from tests.unit.models.makers import shelf

NAMED = (
    {"text": "Merci à [[PERSON|Sophie Martin]] pour le gâteau", "public": []},
    {"text": "[[LOCATION|Toulouse]] sous la pluie ce matin", "public": []},
)


@pytest.fixture
def models(tmp_path):
    (tmp_path / "models").mkdir()
    return shelf(tmp_path / "models")


@pytest.fixture
def model(monkeypatch, capsys, tmp_path):
    """Runs a verb in French, or in another language; returns exit code, output and talk, spaces made plain."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, POSTS)))
    (tmp_path / "named.jsonl").write_text("\n".join(map(json.dumps, NAMED)))

    def run(*words, lang="fr_FR.UTF-8"):
        monkeypatch.setenv("LC_ALL", lang)
        code = main(["model", *map(str, words)])
        told = capsys.readouterr()
        return code, told.out.replace("\u00a0", " "), told.err.replace("\u00a0", " ")

    return run


def test_list(model, models):
    code, out, _ = model("list", "--models", models)
    heading, line = out.splitlines()
    assert (code, heading.split()) == (0, ["genre", "nom", "version", "taille", "licence", "fichier"])
    assert line.split() == ["topics", "small", "1", "8,4", "Mo", "MIT", "intact"]
    (models / "topics.npz").write_bytes(b"altered")
    code, out, _ = model("list", "--models", models)
    assert code == 1
    assert "n’est pas celui que décrit le manifeste : il a été modifié ou abîmé" in out
    (models / "manifest.toml").write_text("")
    assert model("list", "--models", models)[2] == f"aucun modèle dans {models}\n"


def test_evaluate(model, models):
    code, out, _ = model("evaluate", "posts.jsonl", "--models", models)
    first, legend, second = out.split("\n\n")
    assert code == 0
    assert first.splitlines()[0].split()[:6] == ["langue", "messages", "fuites", "auc", "repérées", "paires"]
    assert first.splitlines()[-1].split()[:8] == ["ensemble", "4", "2", "1,000", "1,000", "1,000", "sur", "1"]
    assert legend.startswith("auc : les fuites avant les messages anodins. repérées : à 5 % de fausses alertes.")
    assert second.splitlines()[0].split() == ["sujet", "langue", "messages", "auc", "F1", "seuil", "écart", "de", "calibrage"]  # fmt: skip
    assert "." not in first + second


def test_evaluate_of_names(model):
    code, out, err = model("evaluate", "named.jsonl", "--kind", "names", "--models", models_folder(None))
    lines = [line.split() for line in out.splitlines()]
    assert (code, lines[0]) == (0, ["type", "noms", "précision", "rappel", "F1"])
    assert lines[1] == ["PERSON", "1", "1,000", "1,000", "1,000"]
    assert lines[-1][0] == "ensemble"
    assert err.startswith("personnes privées, dites ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "bad.jsonl:1: ce n’est pas du JSON (écrivez un objet par ligne)"),
        ("{}", 'bad.jsonl:1: un message doit avoir un texte (comme {"text": "…", "severity": 0})'),
        ('{"text": "a"}', "bad.jsonl:1: un message doit avoir une gravité (0 anodin, 1 à signaler"),
        ('{"text": "a", "severity": 1, "topics": ["x"]}', "ce ne sont pas des sujets (les sujets sont lost_deal, "),
        ("", "il n’y a là aucun message étiqueté (un objet JSON par ligne"),
        (None, "bad.jsonl: ne peut pas être lu : "),
    ],
)
def test_mistakes_in_posts(model, models, tmp_path, text, message):
    if text is not None:
        (tmp_path / "bad.jsonl").write_text(text)
    code, _, err = model("evaluate", "bad.jsonl", "--models", models)
    assert code == 2
    assert message in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--output manque (nommez le dossier où écrire le modèle)"),
        (["--kind", "names", "--output", "o"], "--data manque (nommez le dossier des jeux de données)"),
        (["--kind", "senses", "--output", "o"], "--text manque (nommez un dossier de texte libre)"),
        (["--output", "o"], "--posts ou --text manque (nommez des messages étiquetés, et"),
        (["--with-decisions", "--kind", "names"], "seul le modèle des sujets apprend des décisions (retirez --kind)"),
        (["--posts", "posts.jsonl", "--text", ".", "--output", "o"], "il n’y a pas de texte ordinaire dans . (il doit"),
    ],
)
def test_wrong_usage_of_train(model, words, message):
    code, _, err = model("train", *words)
    assert (code, err.startswith(f"erreur : {message}")) == (2, True), err


@pytest.mark.parametrize("language", ["fr", "en"])
def test_there_is_a_text_for_each_reason_to_learn_nothing(language):
    assert all(words_of(language).has(f"model.left.{why}") for why in Left)


def test_json_is_the_same_in_both_languages(model, models):
    for words in (("list",), ("evaluate", "posts.jsonl")):
        french, english = (
            model(*words, "--models", models, "--format", "json", lang=lang) for lang in ("fr_FR.UTF-8", "C.UTF-8")
        )
        assert french == english
        json.loads(french[1])
