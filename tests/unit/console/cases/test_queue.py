"""The queue page: what is offered to whom, bulk decisions, a hundred thousand cases (how quick: `python -m benchmarks.console`)."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from guard.console.cases.queue_lines import LINES
from guard.console.effects import settle
from guard.types.held import CaseState, Review
from tests.consoles import console, run
from tests.gates import THREE_PHONES
from tests.ledgers import held


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def state(rig, number):
    return rig.opened.store.read_now(lambda tx: tx.case(number)).state.value


def pass_and_settle(rig, seconds=11):
    rig.clock.pass_by(seconds=seconds)
    run(settle(rig.desk))


def test_the_case_due_first_is_offered_and_taken_by_one_person_alone(rig):
    first, second = rig.hold(THREE_PHONES), rig.hold(THREE_PHONES + "!")
    ana, carla = rig.client("ana"), rig.client("carla")
    assert ana.post("/queue/next").to == f"/cases/{first}"
    assert carla.post("/queue/next").to == f"/cases/{second}"
    assert ana.post("/queue/next").to == f"/cases/{first}"  # what one has in hand comes first
    assert "in other hands" not in ana.get("/queue").words
    assert "with carla" in ana.get("/queue").words
    assert rig.client("dora").post("/queue/next").to == "/queue?none"


def test_a_claim_ends_when_its_holder_does_nothing(rig):
    number = rig.hold(THREE_PHONES)
    rig.client("ana").post("/queue/next")
    rig.clock.pass_by(minutes=9)
    assert rig.client("carla").post("/queue/next").to == "/queue?none"
    rig.client("ana").post(f"/cases/{number}/claim")
    rig.clock.pass_by(minutes=9)
    assert rig.client("carla").post("/queue/next").to == "/queue?none"
    rig.clock.pass_by(minutes=2)
    assert rig.client("carla").post("/queue/next").to == f"/cases/{number}"


def test_skipping_gives_it_back_and_goes_on(rig):
    first, second = rig.hold(THREE_PHONES), rig.hold(THREE_PHONES + "!")
    ana = rig.client("ana")
    ana.post("/queue/next")
    assert ana.post(f"/cases/{first}/skip").to == f"/cases/{second}"
    told = ana.post(f"/cases/{second}/skip").to
    assert "the 2 cases in the queue are in other hands, skipped, or for others" in ana.get(told).words
    rig.hold(THREE_PHONES + "?")
    assert "in other hands" not in ana.get(told).words  # what came later waits for this person
    assert rig.client("carla").post("/queue/next").to == f"/cases/{first}"


def test_nobody_is_offered_their_own_post_nor_what_is_for_others(rig):
    own = rig.hold(THREE_PHONES, person="ANA reviewer ")
    assert rig.client("ana").post("/queue/next").to == "/queue?none"
    assert "your own post" in rig.client("ana").get("/queue").words
    assert rig.client("bob").post("/queue/next").to == "/queue?none"
    assert "Astreinte" not in rig.client("bob").get("/queue").text
    assert "Astreinte" not in rig.client("ana").get("/queue").text
    assert rig.client("carla").post("/queue/next").to == f"/cases/{own}"


def test_excerpts_cover_what_was_found(rig):
    rig.hold(THREE_PHONES)
    text = rig.client("ana").get("/queue").text
    assert "Astreinte" in text
    assert "06 39" not in text


def test_a_page_is_told_of_what_changed_since_it_was_made(rig):
    number = rig.hold(THREE_PHONES)
    ana = rig.client("ana")

    def seen():
        text = ana.get("/queue").text
        return text.partition("/live?seen=")[2].partition('"')[0]

    before = seen()
    assert seen() == before
    for assignee in ("id-carla", "id-ana"):  # to another person: as many are assigned as before
        ana.post(f"/cases/{number}/assign", {"assignee": assignee})
        assert seen() != before
        before = seen()


def test_what_is_assigned_is_offered_to_its_person_first(rig):
    rig.hold(THREE_PHONES)
    second = rig.hold(THREE_PHONES + "!")
    ana = rig.client("ana")
    assert ana.post(f"/cases/{second}/assign", {"assignee": "id-carla"}).to == f"/cases/{second}"
    assert rig.client("carla").post("/queue/next").to == f"/cases/{second}"
    assert "for carla" in ana.get("/queue").words
    for nobody in ("id-bob", "id-aude", "id-nobody"):
        ana.post(f"/cases/{second}/assign", {"assignee": nobody})
        assert "for carla" in ana.get("/queue").words


def test_overdue_ones_are_listed_and_nothing_happens_to_them(rig):
    number = rig.hold(THREE_PHONES)
    rig.clock.pass_by(hours=5)
    rig.hold(THREE_PHONES + "!")
    run(settle(rig.desk))
    words = rig.client("ana").get("/queue?view=overdue").words
    assert "1 h late" in words.replace("\u00a0", " ")
    assert f"Choose case {number}" in words
    assert f"Choose case {number + 1}" not in words
    assert state(rig, number) == "open"


def test_a_scheduled_post_is_due_before_its_time(rig):
    number = rig.hold(THREE_PHONES, extra=(("scheduled_at", "2026-12-01T10:00:00Z"),))
    case = rig.opened.store.read_now(lambda tx: tx.case(number))
    assert case.due.isoformat() == "2026-12-01T10:00:00+00:00"


def test_one_reason_for_several_and_one_word_to_undo_them(rig):
    numbers = [rig.hold(THREE_PHONES + "!" * n) for n in range(3)]
    own = rig.hold(THREE_PHONES + " moi", account="ana", person="Ana Reviewer")
    ana = rig.client("ana")
    ana.get(f"/cases/{numbers[0]}")
    assert ana.post("/queue/bulk", {"case": [numbers[0]], "decision": "written"}).to == "/queue"
    ana.post(f"/cases/{numbers[0]}/undo")
    answer = ana.post("/queue/bulk", {"case": [*numbers, own, 9999], "decision": "rejected", "because": "personal"})
    assert f"your own post: {own}" in answer.words
    assert "cannot be decided now: 9999" in answer.words
    assert "3 cases decided" in answer.words
    ana.post(f"/cases/{numbers[1]}/undo")
    pass_and_settle(rig)
    assert [state(rig, number) for number in numbers] == ["open"] * 3
    ana.post("/queue/bulk", {"case": numbers, "decision": "rejected", "because": "personal", "reason": "Merci."})
    pass_and_settle(rig)
    assert [state(rig, number) for number in numbers] == ["rejected"] * 3
    reviewed = rig.opened.store.read_now(lambda tx: tx.case(numbers[0])).review
    assert reviewed.reason == "It holds personal data. Merci."


@pytest.mark.parametrize(
    "fields",
    [{}, {"case": [1001]}, {"case": [1001], "decision": "edited"}, {"case": [1001], "decision": "rejected", "because": "other"},
     {"case": [1001], "decision": "written", "because": "rule"}, {"case": [1001], "decision": "rejected", "because": ""},
     {"case": ["x", "", "99999999999999999999"], "decision": "written"}],
)  # fmt: skip
def test_a_bulk_decision_that_is_none_changes_nothing(rig, fields):
    number = rig.hold(THREE_PHONES)
    assert rig.client("ana").post("/queue/bulk", fields).status == 422
    pass_and_settle(rig)
    assert state(rig, number) == "open"


def test_what_a_rule_would_block_today_is_never_approved_in_bulk(rig):
    number = rig.hold(THREE_PHONES)
    inspector = rig.desk.inspector()

    class Stricter:
        """Policies that block it now."""

        bundle = inspector.bundle

        def inspect(self, post, facts):
            from guard.types.decision import Action

            found = inspector.inspect(post, facts)
            return replace(found, decision=replace(found.decision, action=Action.BLOCK))

    rig.client("ana").get(f"/cases/{number}")
    rig.desk.inspector = Stricter
    answer = rig.client("ana").post("/queue/bulk", {"case": [number], "decision": "written"})
    assert "a rule blocks it" in answer.words
    pass_and_settle(rig)
    assert state(rig, number) == "open"


def test_a_typed_number_leads_to_its_case(rig):
    ana = rig.client("ana")
    assert ana.get("/cases?number=1001").to == "/cases/1001"
    assert ana.get("/cases?number=%20%231001").to == "/cases/1001"
    assert ana.get("/cases?number=http://gate/cases/1001").to == "/cases/1001"
    for wrong in ("", "1" * 30):
        assert ana.get(f"/cases?number={wrong}").to == "/queue?unknown"
    assert ana.post("/cases", {"number": " #1001"}).to == "/cases/1001"
    assert ana.post("/cases", {"number": " "}).to == "/queue?unknown"
    assert ana.get("/cases?number=grand+lancement").to == "/queue?unknown"  # words come by the form alone


@pytest.mark.parametrize(
    "query", ["view=x", "after=x", "after=2026-12-01~", "after=~1", "after=2026-12-01T09:00:00~5", "after=" + "9" * 500]
)
def test_addresses_made_by_hand_are_no_error(rig, query):
    rig.hold(THREE_PHONES)
    assert rig.client("ana").get(f"/queue?{query}").status == 200


def test_the_page_goes_on_where_it_ended(rig):
    def fill(tx):
        for number in range(1001, 1121):
            tx.open_case(held(number, due=rig.clock()))

    rig.opened.store.write_now(fill)
    ana, path, seen = rig.client("ana"), "/queue", []
    while path:
        text = ana.get(path).text
        seen += [int(found) for found in re.findall(r'data-row href="/cases/(\d+)"', text)]
        more = re.search(r'href="(/queue\?after=[^"]+)"', text)
        path = more[1].replace("&amp;", "&") if more else ""
    assert seen == list(range(1001, 1121))


def test_a_hundred_thousand_cases_are_no_burden(rig):
    def fill(tx):
        for number in range(1001, 101_001):
            tx.open_case(held(number, due=rig.clock(), sealed=None))

    rig.opened.store.write_now(fill)
    ana = rig.client("ana")
    assert "100000" in ana.get("/queue").text
    assert ana.post("/queue/next").to == "/cases/1001"


def test_of_thousands_of_decisions_each_can_be_found(rig):
    def fill(tx):
        for number in range(1001, 4001):
            rules = ("x/rare",) if number == 1002 else ("pii-fr/phone",)
            review = Review(False, "bob", rig.clock() + timedelta(seconds=number), "no")
            tx.open_case(held(number, matches=rules, sealed=None, state=CaseState.REJECTED, review=review))

    rig.opened.store.write_now(fill)
    ana = rig.client("ana")

    def page(address):
        text = ana.get(address).text
        further = re.search(r'href="(/queue[^"]*after=[^"]*)">Earlier decisions', text)
        return [int(one) for one in re.findall(r'data-row href="/cases/(\d+)"', text)], further and unescape(further[1])

    first, further = page("/queue?view=decided")
    second, _ = page(further)
    assert first + second == list(range(4000, 4000 - 2 * LINES, -1))
    assert page("/queue?view=decided&rule=x/rare") == ([1002], None)
    _, further = page("/queue?view=decided&rule=pii-fr/phone")
    assert "rule=pii-fr" in further
    assert page(further)[0][0] == 4000 - LINES


@pytest.mark.parametrize("many", [49, 50, 51, 100, 101])
def test_a_page_is_full_before_there_is_a_next_one(rig, many):
    def fill(tx):
        for number in range(1001, 1001 + many):
            review = Review(False, "bob", rig.clock() + timedelta(seconds=number), "no")
            tx.open_case(held(number, sealed=None, state=CaseState.REJECTED, review=review))
            due = rig.clock() + timedelta(days=1, seconds=number)
            tx.open_case(held(5000 + number, sealed=None, due=due))

    rig.opened.store.write_now(fill)
    ana = rig.client("ana")
    for address in ("/queue?view=decided", "/queue"):
        sizes, further = [], address
        while further:
            text = ana.get(further).text
            sizes.append(len(re.findall(r'data-row href="/cases/\d+"', text)))
            link = re.search(r'href="(/queue[^"]*after=[^"]*)"', text)
            further = link and unescape(link[1])
        assert sizes == [size for size in (*[LINES] * (many // LINES), many % LINES) if size]


def test_what_one_person_can_decide_can_be_chosen_with_others(rig):
    rig.hold(THREE_PHONES)
    rig.hold(THREE_PHONES + "!", account="ana", person="Ana Reviewer")
    text = rig.client("ana").get("/queue").text
    assert 'name="case" value="1001">' in text
    assert 'name="case" value="1002" disabled' in text


def test_a_view_of_what_one_may_decide_and_a_filter_by_rule_that_keep_the_order(rig):
    first, second = rig.hold(THREE_PHONES), rig.hold(THREE_PHONES + "!")
    own = rig.hold(THREE_PHONES + " moi", account="ana", person="Ana Reviewer")
    other = held(2001, due=rig.clock(), matches=("x/y",))
    rig.opened.store.write_now(lambda tx: tx.open_case(other))
    ana = rig.client("ana")

    def numbers(query):
        return [int(one) for one in re.findall(r'data-row href="/cases/(\d+)"', ana.get(query).text)]

    assert numbers("/queue?view=able") == [2001, first, second]
    assert numbers("/queue?rule=pii-fr/phone") == [first, second, own]
    assert numbers("/queue?view=able&rule=pii-fr/phone") == [first, second]
    assert numbers("/queue?rule=nothing") == []
    assert "No such case here" in ana.get("/queue?rule=nothing").words
    assert 'href="/queue?view=able&amp;rule=pii-fr%2Fphone"' in ana.get("/queue?rule=pii-fr/phone").text  # it survives
    for number in (first, second):
        ana.get(f"/cases/{number}")
    fields = {"case": [first, second], "decision": "written"}
    assert ana.post("/queue/bulk?view=able&rule=pii-fr/phone", fields).to == "/queue?view=able&rule=pii-fr%2Fphone"


def test_nobody_chooses_in_vain_what_wants_a_word_first(rig):
    number = rig.hold(THREE_PHONES)
    rig.sessions.people["ana"] = replace(rig.sessions.people["ana"], listed=False)
    ana = rig.client("ana")
    assert f'value="{number}" disabled title="say first that it is not yours"' in ana.get("/queue").text
    assert (
        f"say first that it is not yours: {number}"
        in ana.post("/queue/bulk", {"case": [number], "decision": "written"}).words
    )


def test_whoever_has_nothing_to_do_is_told_that_others_have(rig):
    rig.hold(THREE_PHONES)
    assert "the case in the queue is in other hands" in rig.client("bob").get("/queue?none").words
    assert "1 case waits, in other hands or for others" in rig.client("bob").get("/queue?view=able").words
    ana = rig.client("ana")
    for page in ("/queue?none", "/queue/rows?none"):  # loaded again, and renewed by itself
        assert "in other hands" not in ana.get(page).words
        assert "Waiting 1" in ana.get(page).words
    ana.post("/cases/1001/decide", {"decision": "written"})
    assert "Nothing waits for you just now. " in rig.client("bob").get("/queue?none").words


def test_a_line_shows_what_stands_around_what_was_found(rig):
    rig.hold("Compte rendu du séminaire. " * 12 + "Contacts : 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36. Merci")
    text = rig.client("ana").get("/queue").text
    assert "Contacts : ▇▇▇, ▇▇▇, ▇▇▇. Merci" in text
    assert "06 39" not in text


def test_together_only_what_this_person_has_read_is_approved(rig):
    read, unread = rig.hold(THREE_PHONES), rig.hold(THREE_PHONES + "!")
    ana = rig.client("ana")
    ana.get(f"/cases/{read}")
    rig.client("carla").get(f"/cases/{unread}")  # another person's reading is none of hers
    assert ana.get("/queue").words.count("read by you") == 1
    for decision in ("written", "redacted"):
        answer = ana.post("/queue/bulk", {"case": [read, unread], "decision": decision, "because": "agreed"})
        assert f"open it first: only what you have read is approved together: {unread}" in answer.words
        assert f'action="/cases/{read}/undo"' in answer.text
        assert f'action="/cases/{unread}/undo"' not in answer.text
        ana.post(f"/cases/{read}/undo")
    ana.post("/queue/bulk", {"case": [read, unread], "decision": "rejected", "because": "personal"})
    pass_and_settle(rig)
    assert [state(rig, number) for number in (read, unread)] == ["rejected"] * 2


def test_safe_versions_are_approved_together_where_there_are_any(rig):
    number = rig.hold(THREE_PHONES)
    ana = rig.client("ana")
    ana.get(f"/cases/{number}")
    assert ana.post("/queue/bulk", {"case": [number], "decision": "redacted", "because": "agreed"}).to == "/queue"
    pass_and_settle(rig)
    case = rig.opened.store.read_now(lambda tx: tx.case(number))
    assert (case.state.value, case.review.form.value, case.review.reason) == (
        "approved", "redacted", "It was agreed beforehand",
    )  # fmt: skip


def test_a_reason_to_reject_does_not_approve(rig):
    number = rig.hold(THREE_PHONES)
    ana = rig.client("ana")
    ana.get(f"/cases/{number}")
    answer = ana.post("/queue/bulk", {"case": [number], "decision": "written", "because": "rule"})
    assert (answer.status, "That is a reason to reject" in answer.words) == (422, True)


def numbers(client, query):
    return [int(one) for one in re.findall(r'data-row href="/cases/(\d+)"', client.get(query).text)]


def test_cases_are_found_by_network_pseudonym_language_and_day(rig):
    first = rig.hold(THREE_PHONES, language="fr-FR")
    rig.clock.pass_by(days=1)
    second = rig.hold("Été à la coopérative : " + THREE_PHONES, account="bea", network="bluesky", language="en")
    ana = rig.client("ana")
    pseudonym = rig.opened.store.read_now(lambda tx: tx.case(first)).author
    for query, found in {
        "network=bluesky": [second], "network=mastodon": [first], f"author={pseudonym[:6]}": [first],
        "language=fr": [first], "language=en": [second], "since=2026-12-02": [second], "until=2026-12-01": [first],
        "since=x": [first, second], "network=bluesky&rule=pii-fr/phone": [second],
    }.items():  # fmt: skip
        assert numbers(ana, f"/queue?{query}") == found, query
    assert ana.get("/queue?view=able&network=&rule=+ete+").to == "/queue?view=able&rule=ete"
    asked = {"view": "able", "network": "bluesky", "rule": "", "since": "2026-12-02"}
    assert ana.post("/queue/search", asked).to == "/queue?view=able&network=bluesky&since=2026-12-02"
    assert 'href="/queue?network=bluesky"' in ana.get("/queue?language=en&network=bluesky").text, (
        "each can be taken off"
    )


def test_what_was_decided_is_told_and_found_by_its_outcome(rig):
    forms = {rig.hold(f"{THREE_PHONES} {n}"): form for n, form in enumerate(("written", "redacted", "rejected"))}
    ana = rig.client("ana")
    for number, form in forms.items():
        ana.post(f"/cases/{number}/decide", {"decision": form, "because": "personal"})
    pass_and_settle(rig)
    words = ana.get("/queue?view=decided").words
    assert "approved as written" in words
    assert "approved safe version" in words
    for number, form in forms.items():
        assert numbers(ana, f"/queue?view=decided&outcome={form}") == [number]
    assert len(numbers(ana, "/queue?view=decided&network=mastodon")) == 3
