"""Near misses of a case: what is told, in both languages, and what of confidential rules is not."""

import re

import pytest

from guard.console.cases.near import MOST, nearly
from guard.types.inspection import Facts
from tests.consoles import console
from tests.gates import NOW, THREE_PHONES
from tests.policy_rooms import WORD, policy_room
from tests.unit.authoring.inspecting import inspector, post, rule

NEARLY = f"{THREE_PHONES} et FR76 3000 6000 0112 3456 7890 188"


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def test_they_are_told_when_somebody_looks(rig):
    number = rig.hold(NEARLY)
    page = rig.client("ana").get(f"/cases/{number}")
    assert f'hx-get="/cases/{number}/near"' in page.text
    assert "check digit" not in page.words
    part = rig.client("ana").get(f"/cases/{number}/near", hx_request="true")
    assert "<html" not in part.text
    assert "FR76 3000 6000 0112 3456 7890 188" in part.words
    assert "bank account (IBAN), but its check" in part.words
    assert "a check digit, a numbering plan or a range does not fit" in part.words
    assert "IBAN_CODE" not in part.words
    words = rig.client("ana", language="fr").get(f"/cases/{number}/near").words
    assert "compte bancaire (IBAN), mais" in words
    assert "une clé de contrôle, un plan de numérotation ou une plage ne convient pas" in words
    assert "but" not in re.findall(r"\w+", words)


def test_reading_by_this_way_is_recorded_too_and_once(rig):
    number = rig.hold(NEARLY)
    for _ in range(2):
        assert rig.client("ana").get(f"/cases/{number}/near").status == 200
    assert len(rig.entries("view")) == 1
    rig.client("carla").get(f"/cases/{number}/near", hx_request="true")
    assert len(rig.entries("view")) == 2


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("paul", 403), ("aude", 403), ("", 303)])
def test_they_are_for_those_who_may_read_the_case(rig, who, status):
    number = rig.hold(NEARLY)
    assert rig.client(who).get(f"/cases/{number}/near").status == status
    assert rig.entries("view") == []


def test_nothing_is_told_of_confidential_rules(rig, tmp_path):
    policy_room(rig, tmp_path)
    number = rig.hold("Notre grand lancement de Projet Zanzibare")
    words = rig.client("ana").get(f"/cases/{number}/near").words
    assert "secret/name" not in words
    assert WORD not in words


def test_a_severer_line_that_does_not_fit_is_told() -> None:
    steps = "[{when: {count: 3+}, action: block}, {action: hold}]"
    bench = inspector(rule("{terms: [alpha]}", steps, match='["[[alpha]]"]', no_match='["x"]'))
    (found,) = nearly(bench, post("alpha et alpha"), Facts(now=NOW), None)
    assert (found.kind, found.action, found.words) == ("step", "block", ("count 3+: 2 places are found",))


def test_there_are_never_too_many() -> None:
    rules = [
        rule("{terms: [alphabet]}", name=f"r{n}", match='["[[alphabet]]"]', no_match='["x"]') for n in range(MOST + 5)
    ]
    assert len(nearly(inspector(*rules), post("alphabat"), Facts(now=NOW), None)) == MOST
