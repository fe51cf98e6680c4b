"""Posts that went out with a remark: looked at once, by another person, and a take-down asked for without a word of them."""

import asyncio

import pytest

from guard.console.links import place_of
from guard.notices.base import People
from guard.notices.follow import Follower
from guard.outbox.flagged import waiting
from guard.settings.load import Authors
from guard.settings.notices import NoticeSettings
from guard.types.post import Author
from guard.types.principal import Principal
from tests.consoles import console

DATA = {
    "network": "mastodon", "visibility": "public", "action": "flag", "disposition": "deliver", "form": "written",
    "matches": [{"rule": "pii-fr/phone", "action": "flag"}],
}  # fmt: skip


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.sessions.people["marie"] = Principal("id-marie", "marie", "Marie", frozenset())
        yield made


def flag(rig, person: str = "Marie", account: str = "alice") -> str:
    pseudonym = rig.opened.log.pseudonym("mastodon", account)
    rig.opened.store.write_now(lambda tx: tx.put_author(pseudonym, Author("mastodon", account, "", person)))
    (event,) = rig.opened.add(1, author=pseudonym, **DATA)
    people = People(NoticeSettings(), Authors(), dict)
    asyncio.run(Follower(rig.opened.store, people, rig.clock).follow())
    return event


def test_they_wait_for_a_look_and_leave_once_somebody_had_one(rig) -> None:
    event = flag(rig)
    client = rig.client("ana")
    assert "Telephone number" in client.get("/flagged").words
    assert client.post(f"/flagged/{event}", {"verdict": "seen"}).to == "/flagged?seen"
    assert "Nothing to look at" in client.get("/flagged?seen").words
    assert client.post(f"/flagged/{event}", {"verdict": "seen"}).to == "/flagged?late"
    assert rig.entries("looked") == [{"author": rig.opened.log.pseudonym("reviewer", "ana"), "decision": event}]


def test_an_author_is_asked_to_take_it_down_and_sees_it(rig) -> None:
    event = flag(rig)
    assert rig.client("ana").post(f"/flagged/{event}", {"reason": "personal"}).to == "/flagged?asked"
    (entry,) = rig.entries("take-down")
    assert (entry["reason"], entry["of"]) == ("personal", rig.opened.log.pseudonym("mastodon", "alice"))
    words = rig.client("marie").get(f"/mine/{event}").words
    assert "asks you to take this post down, because of personal data" in words


def test_nobody_looks_at_their_own_and_others_than_reviewers_at_none(rig) -> None:
    event = flag(rig, person="Ana Reviewer")
    client = rig.client("ana")
    assert "a colleague looks at it" in client.get("/flagged").words
    assert client.post(f"/flagged/{event}", {"verdict": "seen"}).to == "/flagged?late"
    assert rig.client("marie").get("/flagged").status == 403
    assert rig.client("marie").post(f"/flagged/{event}", {"verdict": "seen"}).status == 403
    assert rig.entries("looked") == []


@pytest.mark.parametrize("fields", [{}, {"reason": "because"}, {"verdict": "gone"}])
def test_a_form_that_says_nothing_does_nothing(rig, fields) -> None:
    event = flag(rig)
    assert rig.client("ana").post(f"/flagged/{event}", fields).to == "/flagged"
    assert "Telephone number" in rig.client("ana").get("/flagged").words
    assert rig.client("ana").post("/flagged/no-such", {"verdict": "seen"}).to == "/flagged?late"


def test_the_post_itself_is_a_click_away(rig) -> None:
    event = flag(rig, account="alice@social.example")
    flagged = next(one for one in rig.opened.store.read_now(lambda tx: waiting(tx, rig.sessions.people["ana"], 9)))
    assert (flagged.event, flagged.home) == (event, "alice@social.example")
    assert place_of("mastodon", flagged.home, "1088") == "https://social.example/web/statuses/1088"


def test_an_author_is_a_pseudonym_and_named_only_where_nothing_else_leads_to_the_post(rig) -> None:
    flag(rig, account="alice@social.example")
    page = rig.client("ana").get("/flagged").words
    assert rig.opened.log.pseudonym("mastodon", "alice@social.example")[:6] in page
    assert "at the service, under alice@social.example" in page
