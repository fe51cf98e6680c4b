"""Approvals that rules ask of several groups: the first is told as a share wherever it is shown, and only the last as the decision."""

from dataclasses import replace

import pytest

from guard.console.effects import settle
from guard.types.held import CaseState
from tests.consoles import console, run
from tests.gates import THREE_PHONES

NEEDS = "1\tgroup:dpo\n1\tgroup:juridique"
"""Two rules, each with one approval of a group of its own."""


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def case(rig, number):
    return rig.opened.store.read_now(lambda tx: tx.case(number))


def later(rig):
    rig.clock.pass_by(seconds=11)
    run(settle(rig.desk))


def hold(rig):
    number = rig.hold(THREE_PHONES)
    rig.opened.store.write_now(lambda tx: tx._write("UPDATE cases SET needs = ? WHERE number = ?", (NEEDS, number)))
    return number


def decide(rig, who, number):
    return rig.client(who).post(f"/cases/{number}/decide", {"decision": "written", "because": "agreed"})


def test_one_approval_of_each_of_two_groups_is_a_share_too(rig):
    for name, group in (("ana", "dpo"), ("carla", "juridique")):
        rig.sessions.people[name] = replace(rig.sessions.people[name], groups=frozenset({group}))
    number = hold(rig)
    decide(rig, "ana", number)
    assert f"Case {number}, your approval: 1 of 2." in rig.client("ana").get("/queue").words
    later(rig)
    assert case(rig, number).state is CaseState.OPEN
    page = rig.client("carla").get(f"/cases/{number}").words
    assert "approval 1 of 2 · ana" in page
    assert "approved · ana" not in page
    assert "approvals: 1 of 2" in page
    assert "approvals: 1 of 2" in rig.client("carla").get("/queue").words
    decide(rig, "carla", number)
    assert f"Case {number} approved as written" in rig.client("carla").get("/queue").words
    later(rig)
    assert "approved · carla" in rig.client("carla").get(f"/cases/{number}").words
    assert "approvals: 2 of 2" in rig.client("carla").get(f"/cases/{number}").words
    assert [entry.get("needed") for entry in rig.entries("review")] == [2, 2]


def test_one_person_of_both_groups_is_no_share(rig):
    number = hold(rig)
    decide(rig, "ana", number)
    assert f"Case {number} approved as written" in rig.client("ana").get("/queue").words
    later(rig)
    assert case(rig, number).state is CaseState.APPROVED
    assert "approvals" not in rig.entries("review")[0]
