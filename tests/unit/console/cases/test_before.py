"""An edit beside what it changes, and an answer below what it answers: where a case let that pass, and its text is kept."""

import re
from dataclasses import replace

import pytest

from guard.audit.log import event_id
from guard.console.effects import settle
from guard.outbox import review
from guard.types.held import DeliveryState
from guard.types.post import Segment
from guard.types.principal import Principal, Role
from tests.consoles import console, run
from tests.gates import THREE_PHONES
from tests.ledgers import delivery

ID = "115000000000000022"


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def passed(rig, text=THREE_PHONES, form="written", upstream=ID, **changes):
    """Number of a case that was approved and sent, and became the post of that id."""
    number = rig.hold(text, **changes)
    fields = {"decision": form, "because": "agreed"}
    fields |= {"text:/status": "Astreinte : voir l'intranet"} if form == "edited" else {}
    assert rig.client("ana").post(f"/cases/{number}/decide", fields).status == 303
    rig.clock.pass_by(seconds=11)
    run(settle(rig.desk))
    sent(rig, number, upstream)
    rig.clock.pass_by(minutes=1)
    return number


def sent(rig, number, upstream, state=DeliveryState.SENT):
    def work(tx):
        case = tx.case(number)
        now = rig.clock()
        facts = {"network": case.network, "author": case.author, "upstream_id": upstream, "case": number}
        tx.add_delivery(delivery(id=event_id(now), created=now, state=state, **facts))

    rig.opened.store.write_now(work)


def edit(rig, text=THREE_PHONES + " Merci.", **changes):
    return rig.hold(text, operation="status.edit", **({"target": ID} | changes))


def test_an_edit_shows_what_it_changes_and_what_is_new(rig):
    first = passed(rig)
    page = rig.client("ana").get(f"/cases/{edit(rig)}")
    assert "The post before the edit" in page.words
    assert f"As it was let pass by a person: Case {first}" in page.words
    new = page.text.partition("The edit, what is new in it marked")[2].partition("</section>")[0]
    assert "".join(re.findall(r"<ins>(.*?)</ins>", new)).strip() == "Merci."
    assert [view["case"] for view in rig.entries("view")] == [first + 1, first], "it is a reading of that case too"


@pytest.mark.parametrize(("form", "shown"), [("redacted", "[téléphone]"), ("edited", "voir l'intranet")])
def test_it_is_shown_as_it_went_out(rig, form, shown):
    passed(rig, form=form)
    text = rig.client("ana").get(f"/cases/{edit(rig)}").words
    assert shown in text.partition("The post before the edit")[2].partition("The edit, what is new")[0]


def test_an_answer_shows_what_it_answers(rig):
    passed(rig, "Qui est d'astreinte ? " + THREE_PHONES, account="bea")
    page = rig.client("ana").get(f"/cases/{rig.hold(THREE_PHONES, reply_to=ID)}").words
    assert "Qui est d'astreinte ?" in page.partition("The post that it answers")[2]
    assert "what is new in it marked" not in page


def test_the_last_one_before_the_edit_counts_and_never_the_edit_itself(rig):
    passed(rig, "Un. " + THREE_PHONES)
    second = passed(rig, "Deux. " + THREE_PHONES, operation="status.edit", target=ID)
    third = edit(rig)
    rig.clock.pass_by(seconds=1)
    sent(rig, third, ID)
    page = rig.client("ana").get(f"/cases/{third}").words
    assert f"by a person: Case {second}" in page


def test_what_the_gate_has_not_kept_is_said_plainly(rig):
    none = "the gate keeps no text of posts that pass without being held"
    assert none in rig.client("ana").get(f"/cases/{edit(rig)}").words
    refused = rig.hold("Refusé. " + THREE_PHONES)
    sent(rig, refused, ID, DeliveryState.REFUSED)
    rig.clock.pass_by(seconds=1)
    assert none in rig.client("ana").get(f"/cases/{edit(rig, 'Encore. ' + THREE_PHONES)}").words
    assert none not in rig.client("ana").get(f"/cases/{rig.hold('Seul. ' + THREE_PHONES)}").words
    passed(rig, "De bea. " + THREE_PHONES, account="bea")
    page = rig.client("ana").get(f"/cases/{edit(rig, 'Enfin. ' + THREE_PHONES)}").words
    assert "De bea." not in page, "nobody edits another's post"


def test_an_erased_text_is_said_to_be_so(rig):
    first = passed(rig)
    rig.opened.store.write_now(lambda tx: tx.update_case(replace(tx.case(first), sealed=None, wrapped_key=None)))
    page = rig.client("ana").get(f"/cases/{edit(rig)}").words
    assert "Its text has been erased since" in page
    assert [view["case"] for view in rig.entries("view")] == [first + 1]


def test_it_is_read_by_the_rights_of_its_own_case(rig):
    first = passed(rig)
    rig.opened.store.write_now(
        lambda tx: tx._write("UPDATE cases SET needs = '1\tgroup:rh' WHERE number = ?", (first,))
    )
    page = rig.client("ana").get(f"/cases/{edit(rig)}").words
    assert "Its text is for other eyes." in page
    assert "what is new in it marked" not in page
    own = passed(rig, "À elle. " + THREE_PHONES, upstream="116", account="eva", person="Eva Reviewer")
    groups = frozenset({"juridique", "dpo"})
    rig.sessions.people["eva"] = Principal(
        "id-eva", "eva", "Eva Reviewer", frozenset({Role.REVIEWER}), groups, listed=True
    )
    page = rig.client("eva").get(f"/cases/{rig.hold(THREE_PHONES + '?', reply_to='116')}").words
    assert (own > first, "Its text is for other eyes." in page) == (True, True)


def test_blueskys_edits_name_a_place_in_the_authors_repository(rig):
    did, place = "did:plc:abc", "app.bsky.feed.post/3k"
    segments = (Segment("/record/text", "body", "Avant. " + THREE_PHONES),)
    passed(rig, "", upstream=f"at://{did}/{place}", account=did, network="bluesky", segments=segments)
    number = edit(rig, account=did, network="bluesky", target=place)
    case = rig.opened.store.read_now(lambda tx: tx.case(number))
    post = review.open_payload(rig.opened.keys, case).post
    assert post.network == "bluesky"
    assert "Avant." in rig.client("ana").get(f"/cases/{number}").words
