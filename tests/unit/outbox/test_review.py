"""Reviews: text only for reviewers, one verdict, an edit inspected again, everything in the log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from guard.audit.log import erase_due
from guard.errors import KeyFileError, ReviewError
from guard.outbox import review
from guard.outbox.deciding import BarredError, Choice, decide
from guard.outbox.payload import CasePayload, decode_payload, encode_payload, facts_with, payload_of, safe_texts
from guard.types.decision import Action, Decision, Match
from guard.types.finding import Finding, Span, Strength
from guard.types.held import CaseState, Form, Review
from guard.types.inspection import DetectorFailure, Edit, Excerpt, Inspection, Versions
from guard.types.post import Attachment, Author, Limit, Post, Segment, Unit, Visibility
from guard.types.principal import Principal
from tests.ledgers import NOW, held, opened
from tests.people import add

TEXT = "Projet Neptune perdu, appelez le 06 39 98 12 34"
POST = Post(
    id="p1",
    network="mastodon",
    operation="status.create",
    author=Author("mastodon", "alice@m.example", "alice", "Alice Martin", frozenset({"sales"}), "fr"),
    segments=(
        Segment("/status", "body", TEXT, limit=Limit(500, Unit.CODE_POINTS)),
        Segment("/spoiler_text", "spoiler", "avis"),
        Segment("/id", "other", "fixe", redactable=False),
    ),
    attachments=(Attachment("sha256:" + "0" * 64, "image/png", 5),),
    visibility=Visibility.UNLISTED,
    reply_to="109",
    extra=(("scheduled_at", "2026-12-01"),),
)
FINDING = Finding("PHONE_NUMBER", Span("/status", 33, 47), 0.95, "patterns", Strength.VALIDATED, None, "pii-fr/phone")
EDITS = (Edit("/status", 33, 47, "[téléphone]"), Edit("/status", 7, 14, "[projet]"))
SOON = timedelta(seconds=10)
SAFE = replace(POST, segments=(replace(POST.segments[0], text="…"), *POST.segments[1:]))


def inspection(post=POST, action=Action.HOLD, rule="client-x/name", failures=(), redacted=None):
    matches = (Match(*rule.split("/"), action, (FINDING,), {"fr": "un client", "en": "a client"}),)
    decision = Decision(action, matches if action else (), "sha256:0")
    return Inspection(post, (FINDING,), decision, redacted, EDITS, failures, Versions("1", "p", "d"))


def asking(approvals):
    made = inspection()
    matches = tuple(replace(match, approvals=approvals) for match in made.decision.matches)
    return replace(made, decision=replace(made.decision, matches=matches))


def passes(post):
    return inspection(post, Action.ALLOW)


def open_case(here, safe=SAFE, approvals=1):
    def work(tx):
        number = tx.next_case_number()
        event = here.append(tx, case=number)
        sealed, wrapped = review.seal_case(here.keys, event, asking(approvals), safe)
        tx.open_case(held(number, event=event, sealed=sealed, wrapped_key=wrapped))
        return number

    return here.store.write_now(work)


def verdict(form=Form.WRITTEN, **changes):
    return replace(Review(True, "dana", NOW, "", form), **changes)


def approve(here, number, given, **options):
    return here.store.write_now(lambda tx: review.approve(tx, here.log, here.keys, number, given, **options))


def last_entry(here):
    return json.loads(here.store.read_now(lambda tx: list(tx.leaves()))[-1])


def test_the_payload_comes_back_whole():
    payload = replace(payload_of(inspection(), SAFE), edited={"/status": "autre"})
    assert decode_payload(encode_payload(payload)) == payload
    assert payload.messages == {"fr": "un client", "en": "a client"}
    assert payload_of(inspection(), None).edits == ()


def test_what_the_author_was_told_is_kept_and_nothing_else():
    made = inspection()
    (held_by,) = made.decision.matches
    phone = replace(held_by, rule="phone", action=Action.REDACT, say={"fr": "un numéro", "en": "a number"})
    remark = replace(held_by, rule="remark", action=Action.FLAG, say={"fr": "une remarque", "en": "a remark"})
    twice = replace(held_by, rule="again")
    decision = replace(made.decision, matches=(remark, phone, held_by, twice))
    assert payload_of(replace(made, decision=decision), None).messages == {"fr": "un client", "en": "a client"}
    unmasked = replace(decision, matches=(remark, phone), reason="redaction-impossible: alike")
    french, reason = payload_of(replace(made, decision=unmasked), None).messages["fr"].split("\n")
    assert (french, reason.partition(" doit")[0]) == ("un numéro", "Un passage")


def test_half_a_surrogate_pair_is_shown_as_a_question_mark():
    odd = replace(POST, segments=(Segment("/status", "body", "a\ud83d"),))
    assert decode_payload(encode_payload(CasePayload(odd))).post.segments[0].text == "a?"


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"v":2}', b'{"v":1}', b"[]", b'{"v":1,"post":{}}'])
def test_an_unknown_payload_is_an_error_not_a_crash(raw):
    with pytest.raises(ReviewError):
        decode_payload(raw)


def test_safe_texts_apply_all_edits():
    assert safe_texts(payload_of(inspection(), SAFE)) == {"/status": "Projet [projet] perdu, appelez le [téléphone]"}


def test_text_stands_only_in_the_seal(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here)
        for file in tmp_path.glob("guard.db*"):
            assert b"Neptune" not in file.read_bytes()
        case, payload = here.store.read_now(lambda tx: review.show(tx, here.keys, number))
        assert payload.post == POST
        assert "Neptune" not in repr(case)
        assert "Neptune" not in repr(payload)
        assert "Neptune" not in repr(replace(payload, edited={"/status": "Neptune"}))
    with opened(tmp_path / "other") as other, pytest.raises(KeyFileError):
        review.open_payload(other.keys, case)


def test_approving_as_written(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here)
        case = approve(here, number, verdict(reason="Neptune is public now"))
        assert case == here.store.read_now(lambda tx: tx.case(number))
        assert (case.state, case.expires) == (CaseState.APPROVED, NOW + timedelta(days=7))
        assert review.approved_edits(here.keys, case, POST) == ()
        entry = last_entry(here)
        assert entry["kind"] == "review"
        assert entry["data"] == {
            "author": here.log.pseudonym("reviewer", "dana"),
            "case": number,
            "decision": case.event,
            "form": "written",
            "verdict": "approved",
        }
        assert here.store.read_now(lambda tx: tx.author(entry["data"]["author"])).person == "dana"
        assert "Neptune" not in json.dumps(entry)


def test_approving_the_safe_version(tmp_path):
    with opened(tmp_path) as here:
        case = approve(here, open_case(here), verdict(Form.REDACTED))
        assert review.approved_edits(here.keys, case, POST) == EDITS
        with pytest.raises(ReviewError, match="no safe version"):
            approve(here, open_case(here, safe=None), verdict(Form.REDACTED))


def test_approving_an_edit(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here)
        seen = []

        def inspect(post):
            seen.append(post)
            return passes(post)

        case = approve(
            here, number, verdict(Form.EDITED), texts={"/status": "Un appel d'offres perdu"}, inspect=inspect
        )
        assert seen[0].segments[0].text == "Un appel d'offres perdu"
        assert seen[0].segments[1:] == POST.segments[1:]
        edits = review.approved_edits(here.keys, case, POST)
        assert edits == (Edit("/status", 0, len(TEXT), "Un appel d'offres perdu"),)
        assert case.binding == held(number).binding
        payload = here.store.read_now(lambda tx: review.show(tx, here.keys, number))[1]
        assert payload.post == POST
        with pytest.raises(ReviewError, match="another post"):
            review.approved_edits(here.keys, case, replace(POST, segments=POST.segments[1:]))


@pytest.mark.parametrize("action", [Action.HOLD, Action.BLOCK])
def test_an_edit_that_would_itself_be_stopped_is_refused(tmp_path, action):
    with opened(tmp_path) as here:
        number = open_case(here)
        with pytest.raises(ReviewError, match="client-x/name") as caught:
            approve(here, number, verdict(Form.EDITED), texts={"/status": "Neptune!"},
                    inspect=lambda post: inspection(post, action))  # fmt: skip
        assert "Neptune" not in str(caught.value)
        assert here.store.read_now(lambda tx: tx.case(number)).state is CaseState.OPEN
        assert here.store.read_now(here.log.check).size == 1


def test_an_edit_that_could_not_be_inspected_is_refused(tmp_path):
    with opened(tmp_path) as here:
        failed = (DetectorFailure("patterns", "TimeoutError"),)
        with pytest.raises(ReviewError, match="could not be inspected"):
            approve(here, open_case(here), verdict(Form.EDITED), texts={"/status": "a"},
                    inspect=lambda post: inspection(post, Action.ALLOW, failures=failed))  # fmt: skip


def test_what_a_rule_would_redact_in_an_edit_is_redacted(tmp_path):
    def inspect(post):
        masked = replace(post, segments=(replace(post.segments[0], text="appelez [téléphone]"), *post.segments[1:]))
        return inspection(post, Action.REDACT, redacted=masked)

    with opened(tmp_path) as here:
        case = approve(here, open_case(here), verdict(Form.EDITED), texts={"/status": "appelez 06"}, inspect=inspect)
        assert [edit.replacement for edit in review.approved_edits(here.keys, case, POST)] == ["appelez [téléphone]"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"texts": {"/status": "a"}}, "without inspecting"),
        ({"texts": {}, "inspect": passes}, "needs its text"),
        ({"texts": {"/none": "a"}, "inspect": passes}, "no text at /none"),
        ({"texts": {"/id": "a"}, "inspect": passes}, "cannot be replaced"),
    ],
)
def test_edits_that_cannot_be(tmp_path, options, message):
    with opened(tmp_path) as here, pytest.raises(ReviewError, match=message):
        approve(here, open_case(here), verdict(Form.EDITED), **options)


def test_which_text_an_edit_means():
    payload = payload_of(inspection(), None)
    assert review.edit_texts(payload, ["new = text"]) == {"/status": "new = text"}
    assert review.edit_texts(payload, ["/spoiler_text=CW", "/not-a-path=x"]) == {
        "/spoiler_text": "CW", "/status": "/not-a-path=x"}  # fmt: skip
    with pytest.raises(ReviewError, match="twice"):
        review.edit_texts(payload, ["a", "/status=b"])
    with pytest.raises(ReviewError, match="0 bodies"):
        review.edit_texts(CasePayload(replace(POST, segments=POST.segments[1:])), ["a"])


def test_rejecting(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here)
        no = Review(False, "dana", NOW, "names a client")
        with pytest.raises(ReviewError, match="needs a reason"):
            here.store.write_now(lambda tx: review.reject(tx, here.log, number, replace(no, reason=" ")))
        case = here.store.write_now(lambda tx: review.reject(tx, here.log, number, no))
        assert here.store.read_now(lambda tx: tx.case(number)) == case
        assert (case.state, case.erase_after) == (CaseState.REJECTED, NOW + timedelta(days=30))
        assert (last_entry(here)["data"]["verdict"], last_entry(here)["data"]["form"]) == ("rejected", None)
        with pytest.raises(ReviewError, match="not approved"):
            review.approved_edits(here.keys, case, POST)


def test_nobody_decides_twice_and_the_second_leaves_no_entry(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here)
        approve(here, number, verdict())
        with pytest.raises(ReviewError, match="already approved by dana"):
            approve(here, number, verdict(reviewer="erin"))
        assert here.store.read_now(here.log.check).size == 2
        with pytest.raises(ReviewError, match="no case 9"):
            approve(here, 9, verdict())


def test_two_approvals_are_two_people_and_one_form(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here, approvals=2)
        first = Review(True, "anna", NOW, form=Form.REDACTED)
        assert approve(here, number, first).state is CaseState.OPEN
        with pytest.raises(ReviewError, match="anna has approved it already"):
            approve(here, number, first)
        with pytest.raises(ReviewError, match="another form"):
            approve(here, number, Review(True, "bob", NOW, form=Form.WRITTEN))
        assert approve(here, number, replace(first, reviewer="bob")).state is CaseState.APPROVED
        leaves = [json.loads(leaf)["data"] for leaf in here.store.read_now(lambda tx: list(tx.leaves()))]
        assert [(leaf["approvals"], leaf["needed"]) for leaf in leaves if "needed" in leaf] == [(1, 2), (2, 2)]


def test_two_accounts_of_one_person_are_one_person(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here, approvals=2)
        add(here.store, "anna", person="Anna A.")
        add(here.store, "anna.admin", person="anna a.")
        first = Review(True, "anna", NOW)
        approve(here, number, first)
        with pytest.raises(ReviewError, match=r"anna\.admin has approved it already"):
            approve(here, number, replace(first, reviewer="anna.admin"))
        again = Principal("2", "anna.admin", "anna a.")
        with pytest.raises(BarredError, match="approved"):
            here.store.write_now(lambda tx: decide(tx, here.keys, number, again, Choice(approved=True), NOW, SOON))
        assert approve(here, number, replace(first, reviewer="bob")).state is CaseState.APPROVED


def test_one_approval_of_two_can_still_be_rejected(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here, approvals=2)
        approve(here, number, Review(True, "anna", NOW))
        no = Review(False, "bob", NOW, "Non")
        case = here.store.write_now(lambda tx: review.reject(tx, here.log, number, no))
        assert case.state is CaseState.REJECTED


def test_listing(tmp_path):
    with opened(tmp_path) as here:
        first, second = open_case(here), open_case(here)
        approve(here, first, verdict())
        assert [case.number for case in here.store.read_now(review.list_cases)] == [second]
        everything = here.store.read_now(lambda tx: review.list_cases(tx, everything=True))
        assert [case.number for case in everything] == [first, second] == [1001, 1002]


def test_unused_approvals_end_and_texts_go(tmp_path):
    with opened(tmp_path) as here:
        number = open_case(here)
        approve(here, number, verdict())
        week, month = NOW + timedelta(days=7), NOW + timedelta(days=30)
        write = here.store.write_now
        assert write(lambda tx: review.expire_due(tx, here.log, week - timedelta(seconds=1))) == []
        assert write(lambda tx: review.expire_due(tx, here.log, week)) == [number]
        assert write(lambda tx: review.expire_due(tx, here.log, week)) == []
        assert len(write(lambda tx: erase_due(tx, here.log, month))) == 1
        case, payload = here.store.read_now(lambda tx: review.show(tx, here.keys, number))
        assert (case.state, payload) == (CaseState.EXPIRED, None)
        with pytest.raises(ReviewError, match="erased"):
            review.open_payload(here.keys, case)


def test_posts_read_together_are_sealed_with_it_and_older_cases_have_none():
    payload = payload_of(replace(inspection(), earlier=(Excerpt("mon 06 39 9", Visibility.DIRECT),)), None)
    raw = encode_payload(payload)
    assert decode_payload(raw).earlier == (Excerpt("mon 06 39 9", Visibility.DIRECT),)
    (before,) = facts_with(payload, NOW).earlier
    assert (before.segments[0].text, before.visibility) == ("mon 06 39 9", Visibility.DIRECT)
    older = json.loads(raw)
    del older["earlier_for"]
    assert decode_payload(json.dumps(older).encode()).earlier == (Excerpt("mon 06 39 9"),)
    del older["earlier"]
    assert decode_payload(json.dumps(older).encode()).earlier == ()
    assert "06 39" not in repr(payload)


def test_only_what_the_internal_server_takes_is_approved_for_it(tmp_path):
    with opened(tmp_path) as here:
        open_case(here)
        given = Review(True, "dana", NOW, form=Form.INTERNAL)
        with pytest.raises(ReviewError, match="cannot go to the internal server"):  # it is scheduled
            here.store.write_now(lambda tx: review.approve(tx, here.log, here.keys, 1001, given))
