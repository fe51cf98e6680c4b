"""A case tells of changed policies only where they would judge this very post otherwise."""

import pytest

from tests.consoles import console
from tests.policy_rooms import OPEN, policy_room

TOLD = "The policies have changed since"
TEXT = "Notre grand lancement approche"


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.room = policy_room(made, tmp_path)
        yield made


def change(rig, old, new):
    paul = rig.client("paul")
    path = paul.post("/policies/changes").to
    paul.post(f"{path}/save", {"file": "open.yaml", "text": OPEN.replace(old, new)})
    paul.post(f"{path}/ask", {"reason": "x"})
    rig.client("dora").post(f"{path}/answer", {"answer": "agree"})
    assert (rig.room.folder / "open.yaml").read_text() == OPEN.replace(old, new)


def test_another_title_is_no_change_of_this_case(rig):
    number = rig.hold(TEXT)
    change(rig, "Humeur", "Humeurs")
    assert TOLD not in rig.client("ana").get(f"/cases/{number}").words


def test_a_rule_that_stops_it_no_more_is_told_until_it_is_decided(rig):
    number = rig.hold(TEXT)
    change(rig, "do: hold", "do: flag")
    ana = rig.client("ana")
    assert TOLD in ana.get(f"/cases/{number}").words
    ana.post(f"/cases/{number}/decide", {"decision": "rejected", "because": "rule"})
    rig.clock.pass_by(seconds=11)
    page = ana.get(f"/cases/{number}").words
    assert "rejected" in page
    assert TOLD not in page
