"""Somebody's own posts: all of theirs, and nobody else's."""

import pytest

from guard.outbox.own import OwnPost, lookers, own_post, own_posts, subjects
from guard.types.post import Author
from tests.consoles import console
from tests.gates import THREE_PHONES
from tests.ledgers import NOW


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def read(rig, work):
    return rig.opened.store.read_now(work)


def test_own_are_the_posts_of_accounts_that_authors_toml_gives_to_the_person(rig) -> None:
    mine = rig.hold(THREE_PHONES, account="alice", person="Marie")
    rig.hold(THREE_PHONES + " 1", account="marie", person="Somebody")
    rig.hold(THREE_PHONES + " 2", account="Marie", person=None)
    rig.hold(THREE_PHONES + " 3", account="x", person="marie")
    found = read(rig, lambda tx: own_posts(tx, "Marie", 30))
    assert [post.case.number for post in found] == [mine]
    assert found[0].rules == ("pii-fr/phone",)
    assert read(rig, lambda tx: own_posts(tx, "", 30)) == []
    assert read(rig, lambda tx: own_posts(tx, "Nobody", 30)) == []


def test_a_decision_of_anothers_or_another_entry_is_not_found(rig) -> None:
    rig.hold(THREE_PHONES, account="alice", person="Marie")
    event = read(rig, lambda tx: tx.cases())[0].event
    assert read(rig, lambda tx: own_post(tx, "Marie", event)).event == event
    assert read(rig, lambda tx: own_post(tx, "Bob", event)) is None
    assert read(rig, lambda tx: own_post(tx, "Marie", "no-such-event")) is None
    other = rig.opened.store.write_now(lambda tx: rig.opened.append(tx, kind="view", case=1001, author="p"))
    assert read(rig, lambda tx: own_post(tx, "Marie", other)) is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"disposition": "hold", "actions": ["flag", "hold", "redact"]}, ("p/hold",)),
        ({"disposition": "hold", "actions": ["flag", "redact"], "reason": "redaction-impossible: a"}, ("p/redact",)),
        ({"disposition": "hold", "actions": ["flag"], "reason": "media-unread"}, ()),
        ({"disposition": "refuse", "actions": ["block", "flag", "allow"]}, ("p/block",)),
        ({"disposition": "deliver", "form": "redacted", "actions": ["flag", "redact"]}, ("p/redact",)),
        ({"disposition": "deliver", "form": "written", "actions": ["flag", "allow"]}, ("p/flag",)),
    ],
)
def test_rules_are_told_that_decided_and_no_remarks_beside_them(data, told) -> None:
    matches = [{"rule": f"p/{action}", "action": action} for action in data.pop("actions")]
    assert OwnPost(0, "e", NOW, data | {"matches": matches}, None, None).told == told


def test_entries_that_were_followed_and_those_after_them_are_one_list(rig) -> None:
    pseudonym = rig.opened.log.pseudonym("mastodon", "alice")
    data = {"author": pseudonym, "disposition": "deliver", "matches": [{"rule": "a/b", "action": "flag"}]}
    rig.opened.store.write_now(lambda tx: tx.put_author(pseudonym, Author("mastodon", "alice", "", "Marie")))
    rig.opened.add(3, **data)

    def follow(tx):
        size = tx.frontier.size
        leaves = list(tx.leaves())
        about = [(name, index) for index, leaf in enumerate(leaves) for name in subjects(leaf)]
        return tx.notices.follow(0, size, about)

    assert rig.opened.store.write_now(follow)
    assert not rig.opened.store.write_now(follow)  # somebody has been there
    rig.opened.add(2, **data)
    assert [post.index for post in read(rig, lambda tx: own_posts(tx, "Marie", 30))] == [4, 3, 2, 1, 0]
    assert [post.index for post in read(rig, lambda tx: own_posts(tx, "Marie", 2, before=3))] == [2, 1]


def test_posts_that_passed_as_written_are_about_nobody(rig) -> None:
    rig.opened.add(1, author="p", disposition="deliver")
    rig.opened.add(1, author="p", disposition="hold", reason="detector-failed")
    rig.opened.add(1, kind="delivery", author="p", state="sent")
    rig.opened.add(1, kind="answer", author="r", question="q1")
    leaves = read(rig, lambda tx: list(tx.leaves()))
    assert [subjects(leaf) for leaf in leaves] == [(), ("p",), (), ("q1",)]


def test_who_has_looked_is_read_from_the_view_entries(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie")
    assert read(rig, lambda tx: list(lookers(tx, number))) == []
    rig.client("ana").get(f"/cases/{number}")
    ((name, when),) = read(rig, lambda tx: list(lookers(tx, number)))
    assert (name, when) == ("ana", rig.clock())
    assert when > NOW
