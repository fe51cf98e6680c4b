"""`guard review`, `user`, `audit` and `fingerprint` at a French terminal; their JSON is the same in both languages."""

import json

import pytest

from guard.cli.main import main
from guard.outbox import review
from guard.types.decision import Action, Decision, Match
from guard.types.inspection import Inspection, Versions
from guard.types.post import Author, Post, Segment
from tests.ledgers import NOW, ORIGIN, held, opened

POST = Post(
    "p1", "mastodon", "status.create", Author("mastodon", "alice", "alice"), (Segment("/status", "body", "client X"),)
)


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """Settings, and a log with three held posts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guard.toml").write_text(f'[store]\npath = "guard.db"\norigin = "{ORIGIN}"\n[keys]\nfolder = "keys"\n')
    with opened(tmp_path) as here:
        match = Match("client-x", "name", Action.HOLD, (), {"en": "names a client"})
        found = Inspection(POST, (), Decision(Action.HOLD, (match,), "sha256:0"), None, (), (), Versions("1", "", ""))

        def work(tx):
            number = tx.next_case_number()
            event = here.append(tx, case=number)
            sealed, key = review.seal_case(here.keys, event, found)
            tx.open_case(held(number, event=event, author="x", sealed=sealed, wrapped_key=key, created=NOW))

        for _ in range(3):
            here.store.write_now(work)
    return tmp_path


@pytest.fixture
def guard(gate, monkeypatch, capsys):
    """Runs a command in French, or in another language; returns exit code, output and talk, spaces made plain."""

    def run(*words, lang="fr_FR.UTF-8"):
        monkeypatch.setenv("LC_ALL", lang)
        code = main([*map(str, words)])
        told = capsys.readouterr()
        return code, told.out.replace("\u00a0", " "), told.err.replace("\u00a0", " ")

    return run


def test_review(guard):
    code, out, _ = guard("review", "list")
    assert (code, out.split("\n")[0].split()) == (
        0,
        ["dossier", "état", "reçu", "réponse", "avant", "réseau", "opération", "personne", "compte", "règles"],
    )
    assert "à décider" in out
    _, out, _ = guard("review", "show", "1001")
    assert out.startswith("dossier :          1001\nétat :             à décider\n")
    assert "\nvisibilité :       public\n" in out
    assert "\ntexte /status\n  client X\n" in out
    assert "\npourquoi, comme on le dit à son auteur\n  names a client\n" in out
    assert guard("user", "add", "eve", "--role", "reviewer", "--one-time")[0] == 0
    _, out, _ = guard("review", "approve", "1001", "--reviewer", "eve")
    assert out.startswith("dossier 1001 : approuvé ; il passe une fois jusqu’au 20")
    assert guard("review", "reject", "1002", "--reviewer", "eve", "--reason", "x")[1] == "dossier 1002 : refusé\n"
    assert guard("review", "approve", "1002", "--reviewer", "eve")[2] == (
        "erreur : le dossier 1002 est déjà décidé par eve : refusé (guard review show 1002)\n"
    )
    assert "\nforme :            tel quel\n" in guard("review", "show", "1001")[1]
    assert guard("review", "show", "7")[2] == "erreur : il n’y a pas de dossier 7 (guard review list --all)\n"
    assert "erreur : il n’y a pas de serveur interne (nommez" in guard("review", "reroute", "1003")[2]


def test_user(guard):
    code, out, _ = guard("user", "add", "ada", "--role", "administrator", "--one-time")
    assert code == 0
    assert out.startswith("ada peut entrer\nmot de passe à usage unique, valable 3 jours : ")
    assert guard("user", "list")[1].startswith("nom  rôles ")
    assert guard("user", "role", "ada", "--add", "dpo")[1] == "ada : administrator, dpo\n"
    assert (
        guard("user", "role", "bob", "--add", "dpo")[2] == "erreur : il n’y a pas de compte 'bob' (guard user list)\n"
    )
    assert "ada est le dernier compte administrateur (faites d’abord" in guard("user", "disable", "ada")[2]
    assert "secret :            " in guard("user", "totp", "ada")[1]
    _, _, err = guard("user", "token", "ada", "--scope", "check", "--label", "x")
    assert err.startswith("montré cette seule fois ; il prend fin le 20")
    assert guard("user", "token", "ada", "--list")[1].startswith("id ")
    assert "un jeton a un libellé, au moins un droit" in guard("user", "token", "ada")[2]


def test_audit(guard, gate):
    code, out, err = guard("audit", "export", "--output", gate / "out")
    assert (code, out) == (0, f"3 entrées écrites dans {gate / 'out'}\n")
    assert err.startswith("clé de vérification, à garder aussi ailleurs : ")
    _, out, err = guard("audit", "verify", gate / "out", "--since", gate / "out" / "checkpoint")
    assert out.startswith("vérifié : 3 entrées, racine ")
    assert out.endswith("il prolonge le journal plus ancien, de 3 entrées\n")
    assert err.startswith("vérifié avec la clé qui est dans le dossier ; donnez --key")
    assert guard("audit", "search")[1].split("\n")[0].split()[:3] == ["n°", "heure", "sorte"]
    assert guard("audit", "search", "--kind", "review")[2] == "aucune entrée ne convient\n"
    assert (
        "--since '3/12/2026' n’est pas une heure (écrivez 2026-11-22 ou"
        in guard("audit", "search", "--since", "3/12/2026")[2]
    )
    (gate / "out" / "tile" / "0" / "000.p" / "3").write_bytes(b"x" * 96)
    code, _, err = guard("audit", "verify", gate / "out")
    assert (code, err) == (1, "erreur : tile/0/000.p/3: cette tuile n’est pas ce que donnent les entrées\n")
    assert guard("audit", "erase")[1] == "0 texte effacé, 0 accord clos\n"


def test_fingerprint(guard, gate):
    (gate / "note.txt").write_text("un deux trois quatre cinq six sept huit neuf")
    assert guard("fingerprint", "add", "note.txt")[1] == "note.txt : 2 suites de 8 mots, dans l’ensemble documents\n"
    assert guard("fingerprint", "list")[1].split("\n")[0].split() == ["ensemble", "fichier", "suites", "lignes"]
    (gate / "short.txt").write_text("un deux")
    assert guard("fingerprint", "add", "short.txt")[2] == (
        "erreur : short.txt:1: ce fichier ne protège rien : il n’y a nulle part 8 mots de suite "
        "(laissez-le de côté, ou mettez les noms courts dans une politique, comme termes)\n"
    )
    assert "pas dans l’index : nope ; rien n’a été retiré" in guard("fingerprint", "remove", "nope")[2]
    assert guard("fingerprint", "remove", "note.txt")[1] == "1 document retiré\n"
    assert guard("fingerprint", "list")[2] == "l’index est vide\n"


@pytest.mark.parametrize(
    "words",
    [
        ("review", "list", "--all"),
        ("review", "show", "1001"),
        ("user", "list"),
        ("audit", "search"),
        ("audit", "verify"),
        ("audit", "erase"),
    ],
)
def test_json_is_the_same_in_both_languages(guard, words):
    french, english = (guard(*words, "--format", "json", lang=lang) for lang in ("fr_FR.UTF-8", "C.UTF-8"))
    assert french == english
    json.loads(french[1])
