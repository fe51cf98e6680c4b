"""The playground, without a browser."""

import pytest

from guard.console.author.probing import SHUT_AT
from tests.consoles import console

THREAD = "Appelez Marie au 06 39 98 12\n---\n34, demain avec Client X"


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.app.state.console.checks.slow_s = 0.0
        yield made


def tried(rig, text: str, who: str = "paul", **fields):
    return rig.client(who).post("/playground", {"text": text} | fields)


def test_it_is_for_those_who_may_look_at_policies(rig) -> None:
    assert rig.client("ana").get("/playground").status == 403
    assert rig.client("paul").get("/playground").status == 200
    assert "/playground" not in rig.client("ana").get("/me").text


def test_it_shows_rules_steps_near_misses_and_both_messages(rig) -> None:
    words = tried(rig, "Le projet Aurrore avance, 06 39 98 12 34").words
    assert "client-x/name" in words
    assert "decides" in words
    assert "not reached" in words
    assert "Ce message touche à un sujet sous embargo" in words
    assert "This post touches a subject under embargo" in words
    assert "near miss" in tried(rig, "IBAN FR14 2004 1010 0505 0001 3M02 607").words


def test_posts_of_a_thread_are_read_after_those_before_them(rig) -> None:
    text = tried(rig, THREAD).text
    assert text.count('class="tried"') == 2
    assert "Client X" in text


def test_network_audience_groups_and_moment_are_heeded(rig) -> None:
    assert "does not go out" in tried(rig, "Bienvenue à Client X").words
    later = {"at": "2037-03-16T10:00", "network": "x"}
    assert "may look at it later" in tried(rig, "Bienvenue à Client X", **later).words
    assert "This can go out" in tried(rig, "Bienvenue à Client X", groups="presse, autre", **later).words
    assert "reads this first" in tried(rig, "Bienvenue à Client X", visibility="direct").words


@pytest.mark.parametrize("at", ["soon", "99999-01-01T00:00", "0001-01-01T00:00"])
def test_a_moment_that_cannot_be_read_is_told(rig, at) -> None:
    answer = tried(rig, "Bonjour", at=at)
    assert answer.status in {200, 422}
    if answer.status == 422:
        assert "cannot be read" in answer.words
        assert "Bonjour" in answer.text


def test_examples_are_offered_for_every_rule_that_acts(rig) -> None:
    text = tried(rig, "Vive Client X", network="x").text.replace("&#34;", '"')
    assert '- {text: "Vive [[Client X]]", as: {network: x}, action: block}' in text
    assert '- {text: "Vive Client X", as: {network: x}}' in text


def test_writing_rules_for_names_one_may_read_is_no_fishing(rig) -> None:
    for _ in range(SHUT_AT + 1):
        tried(rig, "Grosse semaine avec Client Y")
        answer = tried(rig, "Grosse semaine avec Client X")
    assert "does not go out" in answer.words
    assert rig.entries("probe") == []


def test_hostile_text_is_shown_not_run(rig) -> None:
    answer = tried(rig, "</textarea><script>x</script> Client X \u202e]] [[")
    assert "<script>x" not in answer.text
    assert "Make this an example" in answer.words


def test_a_french_author_reads_the_trace_in_french(rig) -> None:
    answer = rig.client("paul", language="fr").post(
        "/playground", {"text": "Le projet Aurrore, IBAN FR14 2004 1010 0505 0001 3M02 607, 06 39 98 12 34"}
    )
    assert "presque" in answer.words
    assert "sa vérification `iban` le refuse\u00a0: une clé de contrôle" in answer.text.replace("&#39;", "'")
    assert "décide" in answer.words
    assert "vérification réussie" in answer.words
    assert "tel quel" in answer.words
    for english in ("near miss", "decides", "check passed", "but its check", "as written"):
        assert english not in answer.words, english
