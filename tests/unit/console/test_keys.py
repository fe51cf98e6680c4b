"""Keys: each action has one of its own, and the documents name them."""

import re
from pathlib import Path

from guard.console.keys import SHIPPED, changed, keys_here, keys_of

ROOT = Path(__file__).parents[3]


def test_each_action_has_a_key_of_its_own():
    assert len(set(SHIPPED.values())) == len(SHIPPED)
    assert all(len(key) == 1 for key in SHIPPED.values())


def test_the_documents_name_every_key():
    page = (ROOT / "docs/console.md").read_text(encoding="utf-8").partition("## Keys")[2].partition("## ")[0]
    assert set(re.findall(r"`(.)`", page)) == set(SHIPPED.values())


def test_own_keys_stand_in_place_of_the_shipped_ones():
    assert keys_of({"approve": "x"})["approve"] == "x"
    assert keys_of({"off": "1", "approve": "x"}) == {}
    assert changed({"approve": "x"}, off=False) == ({"approve": "x"}, [])
    assert changed({"approve": " "}, off=True) == ({"off": "1"}, [])


def test_two_actions_never_share_a_key():
    for given in ({"approve": "r"}, {"approve": "xy"}, {"approve": "\u200b"}):
        own, wrong = changed(given, off=False)
        assert "approve" in wrong
        assert "approve" not in own


def test_a_key_chosen_before_it_was_shipped_for_something_else_stays() -> None:
    keys = keys_of({"approve": SHIPPED["lesson"]})
    assert keys["approve"] == SHIPPED["lesson"]
    assert len(set(keys.values())) == len(SHIPPED)


def test_the_key_to_the_internal_server_is_there_where_the_server_is():
    assert keys_here({}, internal=True) == dict(SHIPPED)
    assert SHIPPED.keys() - keys_here({}, internal=False) == {"reroute"}
    assert keys_here({"off": "1"}, internal=True) == {}
