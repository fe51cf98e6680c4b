"""The case page: who sees what, what each decision does, undo, races, and everything that goes wrong on the way."""

import asyncio
import re
from dataclasses import replace

import pytest

from guard.console.effects import settle
from guard.errors import StoreError
from guard.outbox import review
from guard.types.held import CaseState, Form
from guard.types.post import Attachment, Author, Segment, Visibility
from guard.types.principal import Principal, Role
from tests.consoles import console, run
from tests.gates import THREE_PHONES
from tests.unit.authoring.inspecting import inspector, rule

HOSTILE = (
    "<script>alert(1)</script> \u202egnp.exe\u202c "
    "e" + "\u0301" * 5000 + " 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36"
)


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def case(rig, number):
    return rig.opened.store.read_now(lambda tx: tx.case(number))


def later(rig, seconds=11):
    rig.clock.pass_by(seconds=seconds)
    run(settle(rig.desk))


def decide(rig, who, number, decision="written", **fields):
    return rig.client(who).post(f"/cases/{number}/decide", {"decision": decision, "because": "rule"} | fields)


def test_both_sides_reasons_and_a_timeline_are_shown_and_reading_is_recorded(rig):
    number = rig.hold(THREE_PHONES)
    answer = rig.client("ana").get(f"/cases/{number}")
    assert answer.text.count("<mark>06 39 98 12") == 3
    assert answer.text.count("<ins>[téléphone]</ins>") == 3
    assert "pii-fr/phone" in answer.words
    assert "held" in answer.words
    assert [view["case"] for view in rig.entries("view")] == [number]
    assert "text read" in rig.client("ana").get(f"/cases/{number}").words


def test_texts_of_one_kind_are_told_apart(rig):
    batch = (
        Segment("/writes/0/value/text", "body", THREE_PHONES),
        Segment("/writes/0/value/embed/images/0/alt", "alt", "Un chat"),
        Segment("/writes/1/value/text", "body", "Suite"),
        Segment("/writes/1/value/embed/images/0/alt", "alt", "Un chien"),
        Segment("/writes/1/value/title", "title", "Titre"),
    )
    text = rig.client("ana").get(f"/cases/{rig.hold('', segments=batch)}").text
    shown = re.findall(r'<h3 class="role">(.*?)</h3>', text)
    assert shown[:5] == [
        "Text of post 1", "Description of picture 1 of post 1",
        "Text of post 2", "Description of picture 1 of post 2", "Title of post 2",
    ]  # fmt: skip
    assert set(re.findall(r'<label for="text-\d">(.*?)</label>', text)) == set(shown)


@pytest.mark.parametrize(
    ("pictures", "called"),
    [
        (("Un chat",), ["Description of a picture"]),
        (("Un chat", "Un chien"), ["Description of picture 1", "Description of picture 2"]),
    ],
)
def test_what_is_alone_of_its_kind_has_no_number(rig, pictures, called):
    alts = (Segment(f"/media/{number}/alt", "alt", text) for number, text in enumerate(pictures))
    text = (
        rig.client("ana").get(f"/cases/{rig.hold('', segments=(Segment('/status', 'body', THREE_PHONES), *alts))}").text
    )
    assert re.findall(r'<h3 class="role">(.*?)</h3>', text)[: len(called) + 1] == ["Text", *called]


def test_a_reviewer_may_let_go_labels_that_no_author_is_offered(rig):
    number = rig.hold("06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36")
    text = rig.client("ana").get(f"/cases/{number}").text
    assert "<ins>[téléphone]</ins>, <ins>[téléphone]</ins>" in text
    assert 'value="redacted"' in text


def test_nothing_that_was_written_is_markup(rig):
    number = rig.hold(HOSTILE)
    text = rig.client("ana").get(f"/cases/{number}").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "\u202e" not in re.sub(r"<textarea.*?</textarea>", "", text, flags=re.DOTALL)
    assert ">U+202E</span>" in text
    assert len(text) < 80_000


@pytest.mark.parametrize("who", ["aude", "paul", "adam", ""])
def test_roles_without_review_reach_nothing_of_a_case(rig, who):
    number = rig.hold(THREE_PHONES)
    client = rig.client(who)
    for path in ("", "/status", "/live"):
        assert client.get(f"/cases/{number}{path}").status in {303, 403}
    for path in ("decide", "undo", "claim", "release", "skip", "assign", "preview", "dismiss"):
        answer = client.post(f"/cases/{number}/{path}", {"decision": "written"})
        assert answer.status in {401, 403}
        assert "Astreinte" not in answer.text
    later(rig)
    assert case(rig, number).state is CaseState.OPEN
    assert rig.entries("view") == []


def test_the_text_is_for_those_whom_the_rules_name_and_never_for_its_author(rig):
    others, own = rig.hold(THREE_PHONES), rig.hold(THREE_PHONES + " .", person="ana reviewer")
    for who, number in (("bob", others), ("ana", own)):
        for answer in (rig.client(who).get(f"/cases/{number}"), decide(rig, who, number)):
            assert "Astreinte" not in answer.text
        assert rig.client(who).post(f"/cases/{number}/preview").status == 403
    assert 'href="/mine">My posts</a>.' in rig.client("ana").get(f"/cases/{own}").text
    assert "It is for other eyes" in rig.client("bob").get(f"/cases/{others}").words
    later(rig)
    assert case(rig, others).state is CaseState.OPEN
    assert case(rig, own).state is CaseState.OPEN
    assert rig.entries("view") == []


def test_whose_post_nobody_knows_is_decided_on_after_a_word_that_the_log_keeps(rig):
    rig.sessions.people["una"] = Principal("id-una", "una", "una", frozenset({Role.REVIEWER}), frozenset({"dpo"}))
    first, second, unknown = (
        rig.hold(THREE_PHONES),
        rig.hold(THREE_PHONES + " ."),
        rig.hold(THREE_PHONES, account="x", person=None),
    )
    assert 'name="not_mine"' not in rig.client("ana").get(f"/cases/{first}").text
    assert 'name="not_mine"' in rig.client("ana").get(f"/cases/{unknown}").text, "its author is in no list"
    una = rig.client("una")
    assert 'name="not_mine" value="yes" required' in una.get(f"/cases/{first}").text, "she is in none"
    refused = decide(rig, "una", first)
    assert (refused.status, "Say first that this is not your own post" in refused.words) == (422, True)
    bulk = una.post("/queue/bulk", {"case": [first], "decision": "written"})
    assert "say first that it is not yours" in bulk.words
    later(rig)
    assert case(rig, first).state is CaseState.OPEN
    assert decide(rig, "una", first, not_mine="yes").status == 303
    assert 'name="not_mine"' not in una.get(f"/cases/{second}").text, "asked once of an account"
    assert decide(rig, "una", second, "rejected").status == 303
    later(rig)
    assert [case(rig, number).state for number in (first, second)] == [CaseState.APPROVED, CaseState.REJECTED]
    assert [entry["case"] for entry in rig.entries("not-own")] == [first]
    assert "said not to be their own post" in rig.client("ana").get(f"/cases/{first}").words


def test_an_account_of_ones_own_name_is_ones_own_until_somebody_says_whose_it_is(rig):
    number = rig.hold(THREE_PHONES, account="ana", person=None)
    page = rig.client("ana").get(f"/cases/{number}")
    assert "The account has your name" in page.words
    assert "Astreinte" not in page.text
    assert decide(rig, "ana", number, not_mine="yes").status == 409
    assert decide(rig, "carla", number, not_mine="yes").status == 303
    theirs = rig.hold(THREE_PHONES + " .", account="ana", person="Ana Another")
    assert decide(rig, "ana", theirs).status == 303


def test_a_decision_takes_effect_only_after_ten_seconds(rig):
    number = rig.hold(THREE_PHONES)
    assert decide(rig, "ana", number).to == "/queue?none"
    later(rig, 9)
    assert case(rig, number).state is CaseState.OPEN
    assert rig.entries("review") == []
    assert "Takes effect in" in rig.client("ana").get("/queue").words
    later(rig, 1)
    held = case(rig, number)
    assert (held.state, held.review.reviewer) == (CaseState.APPROVED, "ana")
    assert [entry["verdict"] for entry in rig.entries("review")] == ["approved"]
    assert "Takes effect in" not in rig.client("ana").get("/queue").words


def test_undo_gives_the_case_back_into_the_same_hands(rig):
    number = rig.hold(THREE_PHONES)
    decide(rig, "ana", number, "rejected")
    assert rig.client("carla").post(f"/cases/{number}/undo").to == f"/cases/{number}?late"  # not hers
    assert rig.client("ana").post(f"/cases/{number}/undo").to == f"/cases/{number}"
    later(rig, 60)
    assert case(rig, number).state is CaseState.OPEN
    assert rig.client("carla").post("/queue/next").to == "/queue?none"
    decide(rig, "ana", number, "rejected")
    later(rig)
    assert rig.client("ana").post(f"/cases/{number}/undo").to == f"/cases/{number}?late"
    assert case(rig, number).state is CaseState.REJECTED


def test_a_decision_survives_the_end_of_the_process(tmp_path):
    with console(tmp_path) as rig:
        number = rig.hold(THREE_PHONES)
        decide(rig, "ana", number, "edited", **{"text:/status": "Astreinte : voir l’intranet"})
        clock = rig.clock
    with console(tmp_path, clock=clock) as rig:
        later(rig)
        assert case(rig, number).state is CaseState.OPEN, "its ten seconds begin anew"
        assert "Takes effect in 10" in rig.client("ana").get("/queue").words
        later(rig)
        held = case(rig, number)
        assert held.state is CaseState.APPROVED
        payload = review.open_payload(rig.opened.keys, held)
        assert payload.edited == {"/status": "Astreinte : voir l’intranet"}
    assert "intranet" not in (tmp_path / "guard.db").read_bytes().decode("latin-1")


def test_two_reviewers_at_once_make_one_decision(rig):
    number = rig.hold(THREE_PHONES)
    assert decide(rig, "ana", number).status == 303
    answer = decide(rig, "carla", number, "rejected")
    assert answer.status == 409
    assert "takes effect in a moment" in answer.words
    later(rig)
    assert decide(rig, "carla", number, "rejected").status == 409
    assert [entry["verdict"] for entry in rig.entries("review")] == ["approved"]


def test_two_reviewers_at_the_very_same_time_make_one_decision(rig):
    number = rig.hold(THREE_PHONES)
    fields = {"decision": "written"}

    async def both():
        asked = [rig.client(who).asked("POST", f"/cases/{number}/decide", fields) for who in ("ana", "carla")]
        return await asyncio.gather(*asked)

    assert sorted(answer.status for answer in run(both())) == [303, 409]


def test_two_who_start_at_the_very_same_time_get_two_cases(rig):
    numbers = [rig.hold(THREE_PHONES + "!" * n) for n in range(2)]

    async def both():
        return await asyncio.gather(*(rig.client(who).asked("POST", "/queue/next", {}) for who in ("ana", "carla")))

    assert {answer.to for answer in run(both())} == {f"/cases/{number}" for number in numbers}


def test_a_text_whose_reading_cannot_be_recorded_is_not_shown(rig, monkeypatch):
    number = rig.hold(THREE_PHONES)

    def full(work):
        raise StoreError("the disk is full", hint="free space")

    monkeypatch.setattr(rig.opened.store, "write", full)
    answer = rig.client("ana").get(f"/cases/{number}")
    assert answer.status == 503
    assert "06 39" not in answer.text
    assert "nobody may read a held post while it cannot be recorded" in answer.words


def test_whoever_has_it_in_hand_decides_alone(rig):
    number = rig.hold(THREE_PHONES)
    rig.client("ana").post("/queue/next")
    answer = decide(rig, "carla", number, "rejected", reason="déjà dit")
    assert answer.status == 409
    assert "ana has it in hand" in answer.words
    assert decide(rig, "ana", number).status == 303


def test_sending_twice_does_once(rig):
    number = rig.hold(THREE_PHONES)
    assert [decide(rig, "ana", number).status for _ in range(2)] == [303, 409]
    later(rig)
    assert len(rig.entries("review")) == 1


def test_the_case_decided_at_a_terminal_meanwhile_is_told(rig):
    number = rig.hold(THREE_PHONES)
    decide(rig, "ana", number)
    given = review.Review(False, "root", rig.clock(), "no")
    rig.opened.store.write_now(lambda tx: review.reject(tx, rig.opened.log, number, given))
    later(rig)
    assert case(rig, number).state is CaseState.REJECTED
    assert "could not take effect" in rig.client("ana").get("/queue").words
    assert "could not take effect" not in rig.client("carla").get("/queue").words
    rig.client("carla").post(f"/cases/{number}/dismiss")
    assert "could not take effect" in rig.client("ana").get("/queue").words
    rig.client("ana").post(f"/cases/{number}/dismiss")
    assert "could not take effect" not in rig.client("ana").get("/queue").words


def test_an_approval_gives_no_reason_to_reject(rig):
    """The form sends the first of the list, which nobody has seen."""
    for because, told in (("rule", ""), ("agreed", "It was agreed beforehand")):
        number = rig.hold(f"{THREE_PHONES} {because}")
        assert decide(rig, "ana", number, because=because).status == 303
        later(rig)
        assert case(rig, number).review.reason == told
        assert "Why it was held" in rig.client("ana").get(f"/cases/{number}").words


def test_the_safe_version(rig):
    number = rig.hold(THREE_PHONES)
    assert decide(rig, "ana", number, "redacted").status == 303
    later(rig)
    assert case(rig, number).review.form.value == "redacted"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (THREE_PHONES, "still as it was written"), (" \n ", "cannot be left empty"),
        ("Ou alors : 06 39 98 12 40, 06 39 98 12 41, 06 39 98 12 42", "would be stopped too"),
        ("Le projet avec client X, 20 personnes sur le carreau", "would be stopped too"),
    ],
)  # fmt: skip
def test_an_edit_is_inspected_again_and_kept_when_it_will_not_do(rig, text, told):
    number = rig.hold(THREE_PHONES)
    answer = decide(rig, "ana", number, "edited", **{"text:/status": text, "reason": "mes mots"})
    assert answer.status == 422
    assert told in answer.words
    assert text.strip() in answer.text
    later(rig)
    assert case(rig, number).state is CaseState.OPEN


def test_an_edit_reaches_only_texts_of_its_post(rig):
    number = rig.hold(THREE_PHONES)
    answer = decide(rig, "ana", number, "edited", **{"text:/other": "x", "text:": "y"})
    assert answer.status == 422
    answer = decide(rig, "ana", number, "edited", **{"text:/other": "x", "text:/status": "Voir l’intranet"})
    assert answer.status == 303


def test_the_gate_says_what_it_thinks_of_an_edit_while_it_is_typed(rig):
    number = rig.hold(THREE_PHONES)
    ana = rig.client("ana")
    assert "passes" in ana.post(f"/cases/{number}/preview", {"text:/status": "Voir l’intranet"}).words
    told = ana.post(f"/cases/{number}/preview", {"text:/status": "06 39 98 12 34 06 39 98 12 35 06 39 98 12 36"})
    assert "would be stopped too" in told.words
    assert "<html" not in told.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"decision": ""},
        {"decision": "publish"},
        {"decision": "rejected", "because": "other"},
        {"decision": "rejected"},
    ],
)
def test_a_decision_needs_a_choice_and_a_rejection_a_reason(rig, fields):
    number = rig.hold(THREE_PHONES)
    assert rig.client("ana").post(f"/cases/{number}/decide", fields).status == 422


def test_no_reason_to_reject_is_chosen_for_anybody(rig):
    number = rig.hold(THREE_PHONES)
    page = rig.client("ana").get(f"/cases/{number}").text
    assert '<option value="">' in page
    assert "<option" in page.partition('<select id="because"')[2]
    answer = decide(rig, "ana", number, "rejected", because="", reason="")
    assert answer.status == 422
    assert re.search(r'<textarea id="reason"[^>]*autofocus', answer.text)
    assert decide(rig, "ana", number, "rejected", because="", reason="Voyez la RH").status == 303


def test_four_eyes_are_two_people(rig):
    segments = (Segment("/status", "body", "Projet Bluebird : signature prévue"),)
    number = rig.hold(THREE_PHONES)
    held = case(rig, number)
    from dataclasses import replace

    from guard.types.held import Need

    def ask_two(tx):
        tx._write("UPDATE cases SET needs = '2\tgroup:dpo' WHERE number = ?", (number,))

    rig.opened.store.write_now(ask_two)
    assert case(rig, number) == replace(held, needs=(Need(2, ("group:dpo",)),))
    assert segments
    decide(rig, "ana", number, "redacted")
    toast = rig.client("ana").get("/queue").words
    assert f"Case {number}, your approval: 1 of 2." in toast
    assert "safe version approved" not in toast
    assert (
        "approvals: 0 of 2 · one approval takes effect in a moment" in rig.client("ana").get(f"/cases/{number}").words
    )
    later(rig)
    assert case(rig, number).state is CaseState.OPEN
    assert "approvals: 1 of 2" in rig.client("carla").get("/queue").words
    assert decide(rig, "ana", number, "redacted").status == 409
    assert rig.client("ana").post("/queue/next").to == "/queue?none"
    assert (
        rig.client("carla").post("/queue/bulk", {"case": [number], "decision": "written"}).words.count("several people")
    )
    assert "safe version" in rig.client("carla").get(f"/cases/{number}").words
    decide(rig, "carla", number, "written")
    later(rig)
    assert "could not take effect" in rig.client("carla").get("/queue").words  # another form than the first
    rig.client("carla").post(f"/cases/{number}/dismiss")
    decide(rig, "carla", number, "redacted")
    assert f"Case {number}: safe version approved" in rig.client("carla").get("/queue").words
    later(rig)
    assert case(rig, number).state is CaseState.APPROVED


def test_the_first_of_two_approvals_is_told_as_a_share(tmp_path):
    asks = "[{when: {groups: [x]}, action: allow}, {action: hold, approvals: 2}]"
    bench = inspector(
        rule("{entity: PHONE_NUMBER}", "hold", match='["[[06 39 98 12 34]]"]', no_match='["x"]').replace(
            "do: hold", f"do: {asks}"
        )
    )
    with console(tmp_path, inspector=bench) as rig:
        number = rig.hold("06 39 98 12 34")
        for who, told in (("ana", "approval 1 of 2 · ana"), ("carla", "approved · carla")):
            decide(rig, who, number)
            later(rig)
            assert told in rig.client("carla").get(f"/cases/{number}").words
        assert rig.client("carla").get(f"/cases/{number}").words.count("approval 1 of 2") == 1


def test_the_second_of_four_eyes_sees_the_edit_that_the_first_approved(rig):
    number = rig.hold(THREE_PHONES)
    rig.opened.store.write_now(
        lambda tx: tx._write("UPDATE cases SET needs = '2\tgroup:dpo' WHERE number = ?", (number,))
    )
    decide(rig, "ana", number, "edited", **{"text:/status": "Astreinte : voir l’intranet"})
    later(rig)
    page = rig.client("carla").get(f"/cases/{number}")
    assert "As ana approved it" in page.words
    field = page.text.partition('id="text-1"')[2].partition("</textarea>")[0]
    assert "voir l’intranet" in field
    decide(rig, "carla", number, "edited", **{"text:/status": "Astreinte : voir l’intranet"})
    later(rig)
    assert case(rig, number).state is CaseState.APPROVED


def test_an_erased_text_is_no_error(rig):
    number = rig.hold(THREE_PHONES)
    decide(rig, "ana", number, "rejected")
    later(rig)
    rig.opened.store.write_now(lambda tx: tx.erase(case(rig, number).event))
    answer = rig.client("ana").get(f"/cases/{number}")
    assert answer.status == 200
    assert "has been erased" in answer.words
    assert len(rig.entries("view")) == 0


@pytest.mark.parametrize("number", ["1", "999999999999", "x", "-1", "1001x", "99999999999999999999999999"])
def test_an_unknown_case_is_a_page_that_says_so(rig, number):
    ana = rig.client("ana")
    for answer in (ana.get(f"/cases/{number}"), ana.get(f"/cases/{number}/status"), decide(rig, "ana", number)):
        assert answer.status == 404
        assert "no such page" in answer.words
    for path in ("undo", "claim", "release", "skip", "assign", "preview", "dismiss"):
        assert ana.post(f"/cases/{number}/{path}").status in {303, 403, 404}


def test_a_session_that_ends_in_mid_decision_loses_no_word(rig):
    number = rig.hold(THREE_PHONES)
    rig.sessions.ended.add("ana")
    words = "Je propose : « voir l’intranet », et pas un mot des numéros de téléphone, s’il vous plaît."
    answer = decide(rig, "ana", number, "edited", **{"text:/status": words})
    assert answer.status == 401
    assert words in answer.text
    assert "06 39" not in answer.text
    rig.sessions.ended.clear()
    assert decide(rig, "ana", number, "edited", **{"text:/status": words}).status == 303


def test_similar_decisions_are_shown_with_their_outcome(rig):
    first, second = rig.hold(THREE_PHONES), rig.hold(THREE_PHONES + "!")
    decide(rig, "carla", first, "rejected", reason="comme la dernière fois")
    later(rig)
    words = rig.client("ana").get(f"/cases/{second}").words
    assert f"{first} rejected" in words
    assert "comme la dernière fois" in words


def test_others_who_look_are_named(rig):
    number = rig.hold(THREE_PHONES)
    rig.client("carla").get(f"/cases/{number}")
    assert "Also looking carla" in rig.client("ana").get(f"/cases/{number}").words
    rig.clock.pass_by(minutes=2)
    assert "Also looking" not in rig.client("ana").get(f"/cases/{number}").words


def test_no_text_and_no_reason_stands_in_the_log(rig):
    number = rig.hold(THREE_PHONES)
    decide(rig, "ana", number, "rejected", reason="nomme Paul Martin")
    later(rig)
    leaves = rig.opened.store.read_now(lambda tx: b"".join(tx.leaves()))
    for secret in ("Astreinte", "06 39", "Paul Martin", "ana"):
        assert secret.encode() not in leaves


@pytest.fixture
def with_internal(tmp_path):
    with console(tmp_path, internal=True) as made:
        yield made


def test_a_post_goes_to_the_internal_server_only_where_there_is_one_that_takes_it(rig, with_internal):
    number = rig.hold(THREE_PHONES)
    assert 'value="internal"' not in rig.client("ana").get(f"/cases/{number}").text
    answer = decide(rig, "ana", number, "internal")
    assert (answer.status, "cannot go to the internal server" in answer.words) == (422, True)
    number = with_internal.hold(THREE_PHONES)
    assert 'data-key="reroute"' in with_internal.client("ana").get(f"/cases/{number}").text
    for changes in (
        {"visibility": Visibility.PRIVATE}, {"operation": "status.edit"}, {"extra": (("scheduled_at", "2037-01-01T00:00:00Z"),)},
        {"segments": (Segment("/note", "profile", THREE_PHONES),)},
    ):  # fmt: skip
        other = with_internal.hold(THREE_PHONES, **changes)
        assert 'value="internal"' not in with_internal.client("ana").get(f"/cases/{other}").text
        assert decide(with_internal, "ana", other, "internal").status == 422
    later(with_internal)
    assert with_internal.entries("review") == []


def test_the_dialog_of_keys_names_the_internal_server_only_where_there_is_one(rig, with_internal):
    assert 'data-for="reroute"' in with_internal.client("ana").get("/queue").text
    text = rig.client("ana").get("/queue").text
    assert 'data-for="approve"' in text
    assert "reroute" not in text


def test_sending_inside_is_recorded_and_can_be_undone(with_internal):
    rig = with_internal
    number = rig.hold(THREE_PHONES)
    assert decide(rig, "ana", number, "internal").status == 303
    assert f"Case {number} goes to the internal server" in rig.client("ana").get("/queue").words
    rig.client("ana").post(f"/cases/{number}/undo")
    later(rig)
    assert case(rig, number).state is CaseState.OPEN
    decide(rig, "ana", number, "internal")
    later(rig)
    held = case(rig, number)
    assert (held.state, held.review.form) == (CaseState.APPROVED, Form.INTERNAL)
    assert [entry["form"] for entry in rig.entries("review")] == ["internal"]
    page = rig.client("ana").get(f"/cases/{number}").words
    assert "it goes to the internal server, once, and not outside" in page


SPLIT = ("le standard : 01 99 00 12 34", "mon 06 39 9")


def test_a_post_held_for_what_it_says_with_those_before_it_shows_them(tmp_path):
    bench = inspector(rule("{entity: PHONE_NUMBER}", "hold", match='["[[06 39 98 12 34]]"]', no_match='["x"]'))
    with console(tmp_path, inspector=bench) as rig:
        number = rig.hold("8 12 34, demain", earlier=SPLIT, seen_before=Visibility.DIRECT)
        page = rig.client("ana").get(f"/cases/{number}")
        assert "Read together with the post before it" in page.words
        assert "mon 06 39 9 The people mentioned" in page.words, "with whom that post was for"
        assert "01 99 00" not in page.text  # it had no part in it
        assert "<mark>8 12 34</mark>" in page.text  # marked as it was then, not as the text alone would be
        alone = rig.hold("06 39 98 12 34", earlier=SPLIT)
        assert "Read together" not in rig.client("ana").get(f"/cases/{alone}").words
        # An edit that leaves the half that tells is stopped as the post was
        edit = {"text:/status": "8 12 34, après-demain"}
        assert decide(rig, "ana", number, "edited", **edit).status == 422
        assert "would be stopped too" in rig.client("ana").post(f"/cases/{number}/preview", edit).words
        assert decide(rig, "ana", number, "edited", **{"text:/status": "demain"}).status == 303
        later(rig)
        assert case(rig, number).state is CaseState.APPROVED


def test_what_is_known_of_files_and_of_other_posts(rig):
    files = (Attachment("sha256:" + "a" * 64, "image/png", 48_213), Attachment("unknown:77", "image/jpeg", 0))
    told = (
        Segment("/status", "body", THREE_PHONES),
        Segment("/m/0", "alt", "Un plan <b>"),
        Segment("/m/1", "alt", "Moi"),
    )
    author = Author("mastodon", "alice@m.example")
    number = rig.hold("", segments=told, attachments=files, reply_to="1088", quote_of="at://x", author=author)
    page = rig.client("ana").get(f"/cases/{number}")
    assert "2 files image/png, 47.1 kB not inspected Un plan <b>" in page.words
    assert "sha256:aaaa" in page.words
    assert 'href="https://m.example/web/statuses/1088" rel="noreferrer noopener external"' in page.text
    assert "at://x" in page.words
    one = rig.hold("", segments=told[:2], attachments=files)
    assert "47.1 kB not inspected Digest" in rig.client("ana").get(f"/cases/{one}").words  # whose it is cannot be told


def test_times_are_told_in_the_zone_of_the_browser_and_in_utc(rig):
    number = rig.hold(THREE_PHONES, extra=(("scheduled_at", "2026-12-31T23:30:00Z"),))
    told = rig.client("ana; zone=Asia/Tokyo").get(f"/cases/{number}").text
    assert 'title="31 Dec 2026, 23:30 UTC">1 Jan 2027, 08:30</time>' in told
    assert "1 Dec 2026, 18:00" in told
    assert 'title="1 Dec 2026, 09:00 UTC"' in rig.client("ana; zone=no/such").get(f"/cases/{number}").text


def test_a_case_that_nobody_can_decide_on_says_so_and_one_being_decided_is_given_to_nobody(rig):
    number = rig.hold(THREE_PHONES)
    assert 'id="assignee"' in rig.client("ana").get(f"/cases/{number}").text
    decide(rig, "ana", number, "written")
    assert 'id="assignee"' not in rig.client("ana").get(f"/cases/{number}").text
    other = rig.hold(THREE_PHONES + "!")
    for name, person in rig.sessions.people.items():
        rig.sessions.people[name] = replace(person, groups=frozenset())
    words = rig.client("bob").get(f"/cases/{other}").words
    assert "None of the reviewers here can decide on this case" in words
    assert "The rules leave it to: dpo" in words


def test_entries_of_the_log_are_a_click_away_for_who_may_look(rig):
    number = rig.hold(THREE_PHONES)
    assert 'href="/audit/entries/' in rig.client("dora").get(f"/cases/{number}").text
    assert 'href="/audit/entries/' not in rig.client("ana").get(f"/cases/{number}").text
    assert (
        f"Printed from postguard (/cases/{number}) on 1 Dec 2026, 09:00 UTC by ana"
        in rig.client("ana").get(f"/cases/{number}").words
    )


def test_a_second_decision_from_another_tab_is_told_not_to_count(rig):
    number = rig.hold(THREE_PHONES)
    decide(rig, "ana", number, "written")
    answer = decide(rig, "ana", number, "redacted")
    told = "Your decision was not kept. ana has approved it as written; it takes effect"
    assert (answer.status, told in answer.words) == (409, True)


def test_what_was_typed_is_there_when_a_colleague_was_quicker_with_who_decided_what(rig):
    number = rig.hold(THREE_PHONES)
    decide(rig, "ana", number, "rejected", reason="non")
    words = "Merci de passer par le standard, et de prévenir l’équipe."
    late = decide(rig, "carla", number, "rejected", because="", reason=words)
    assert late.status == 409
    assert "ana has rejected it; it takes effect in a moment" in late.words
    assert words in late.text
    late = decide(rig, "carla", number, "edited", **{"text:/status": "Voir l’intranet"})
    assert "The text you proposed Voir l’intranet" in late.words
    later(rig)
    late = decide(rig, "carla", number, "rejected", because="", reason=words)
    assert (late.status, "ana has rejected it." in late.words, words in late.text) == (409, True, True)
    assert "What you had written" not in rig.client("carla").get(f"/cases/{number}").words
    assert "data-shut" in rig.client("carla").get(f"/cases/{number}/status").text


def test_an_approved_edit_shows_what_was_approved(rig):
    number = rig.hold(THREE_PHONES)
    assert "As it would be published" in rig.client("ana").get(f"/cases/{number}").words
    decide(rig, "ana", number, "edited", **{"text:/status": "Astreinte : voir l’intranet et rien"})
    for title in ("As ana approves it", "As it was approved"):
        page = rig.client("carla").get(f"/cases/{number}")
        assert title in page.words
        out = page.text.partition('id="right"')[2].partition("</section>")[0]
        assert "voir</ins>" in out
        assert "<ins>Astreinte" not in out
        assert "[téléphone]" not in out
        later(rig)
    for form, title in (("redacted", "As it was approved"), ("written", "The safe version")):
        other = rig.hold(f"{THREE_PHONES} {form}")
        decide(rig, "ana", other, form)
        later(rig)
        assert title in rig.client("carla").get(f"/cases/{other}").words


def test_page_loads_in_a_row_are_one_line_of_the_timeline(rig):
    number = rig.hold(THREE_PHONES)
    for who in ("ana", "carla", "ana", "ana", "carla"):
        rig.clock.pass_by(minutes=1)
        rig.client(who).get(f"/cases/{number}")
    words = rig.client("ana").get(f"/cases/{number}").words
    assert words.count("text read") == 2
    assert "text read · ana 3 times, last on 1 Dec 2026, 09:04" in words
    assert len(rig.entries("view")) == 6
