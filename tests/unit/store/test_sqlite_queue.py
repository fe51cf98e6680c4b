"""The reviewers' queue in the store: order, claims, assignments and verdicts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.errors import StoreError
from guard.types.held import CaseState, Form, Need, Review
from guard.types.post import Author
from guard.types.queue import Assignment, Claim, Counts, Verdict
from tests.ledgers import NOW, held, opened

MINUTE = timedelta(minutes=1)
VERDICT = Verdict(
    1001, "1", "ana", frozenset({"dpo", "a b"}), True, Form.EDITED, "why", NOW, NOW + MINUTE, b"s", b"k", "", "x"
)


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as here:
        here.store.write_now(
            lambda tx: [
                tx.open_case(held(1001, due=NOW + 3 * MINUTE)),
                tx.open_case(held(1002, due=NOW + MINUTE, needs=(Need(2, ("group:dpo", "ana")), Need(3)))),
                tx.open_case(held(1003, due=NOW - MINUTE, approved_by=("bob",))),
                tx.open_case(held(1004, due=NOW, state=CaseState.REJECTED, review=Review(False, "bob", NOW, "no"))),
                tx.put_author("p", Author("mastodon", "alice", person="Alice")),
            ]
        )
        yield here.store


def ask(store, work):
    return store.read_now(lambda tx: work(tx.queue))


def tell(store, work):
    return store.write_now(lambda tx: work(tx.queue))


def numbers(store, now=NOW, **options):
    return [line.number for line in ask(store, lambda queue: queue.waiting(now, 10, **options))]


def test_cases_come_back_whole(store):
    line = ask(store, lambda queue: queue.line(1002, NOW))
    assert (line.due, line.person, line.needs) == (NOW + MINUTE, "Alice", (Need(2, ("group:dpo", "ana")), Need(3)))
    assert store.read_now(lambda tx: tx.case(1002)) == held(1002, due=line.due, needs=line.needs)
    assert ask(store, lambda queue: queue.line(1003, NOW)).approved_by == ("bob",)
    assert ask(store, lambda queue: queue.line(7, NOW)) is None


def test_the_one_due_first_is_first(store):
    assert numbers(store) == [1003, 1002, 1001]
    assert numbers(store, after=(NOW + MINUTE, 1002)) == [1001]
    assert numbers(store, overdue=True) == [1003]
    assert ask(store, lambda queue: queue.counts(NOW)) == Counts(3, 1)


def test_a_claim_excludes_others_until_it_is_over_or_given_back(store):
    ana, bob = Claim(1001, "1", "ana", NOW, NOW + MINUTE), Claim(1001, "2", "bob", NOW, NOW + MINUTE)
    assert tell(store, lambda queue: queue.claim(ana)) is True
    assert tell(store, lambda queue: queue.claim(bob)) is False
    longer = replace(ana, since=NOW + MINUTE / 2, until=NOW + 2 * MINUTE)
    assert tell(store, lambda queue: queue.claim(longer)) is True
    assert ask(store, lambda queue: queue.line(1001, NOW)).claim == replace(longer, since=NOW)
    assert ask(store, lambda queue: queue.claims_of("1", NOW)) == [replace(longer, since=NOW)]
    assert ask(store, lambda queue: queue.line(1001, NOW + 2 * MINUTE)).claim is None
    assert tell(store, lambda queue: queue.claim(replace(bob, since=NOW + 2 * MINUTE, until=NOW + 3 * MINUTE))) is True
    tell(store, lambda queue: queue.release(1001, "1"))
    assert numbers(store, now=NOW + 2 * MINUTE, mine="2") == [1001]
    tell(store, lambda queue: queue.release(1001, "2"))
    assert numbers(store, mine="2") == []


def test_a_clock_set_back_leaves_no_case_in_hands_for_as_long(store):
    ana, bob = Claim(1001, "1", "ana", NOW, NOW + MINUTE), Claim(1001, "2", "bob", NOW, NOW + MINUTE)
    tell(store, lambda queue: queue.claim(ana))
    back = NOW - 60 * MINUTE
    assert ask(store, lambda queue: queue.line(1001, back)).claim is None
    assert ask(store, lambda queue: queue.claims_of("1", back)) == []
    assert numbers(store, mine="1", now=back) == []
    renewed = replace(ana, since=back, until=back + MINUTE)
    assert tell(store, lambda queue: queue.claim(renewed)) is True
    assert ask(store, lambda queue: queue.line(1001, back)).claim == renewed
    assert tell(store, lambda queue: queue.claim(replace(bob, since=back))) is False
    tell(store, lambda queue: queue.release(1001, "1"))
    tell(store, lambda queue: queue.claim(ana))
    taken = replace(bob, since=back, until=back + MINUTE)
    assert tell(store, lambda queue: queue.claim(taken)) is True, "nobody has it in hand now"
    tell(store, lambda queue: queue.claim(replace(ana, since=NOW + MINUTE)))
    little = NOW + MINUTE / 2
    assert ask(store, lambda queue: queue.line(1001, little)).claim is not None, "a clock that is put right by little"


def test_an_assignment_is_with_its_person(store):
    tell(store, lambda queue: queue.assign(Assignment(1002, "1", "ana", "bob")))
    tell(store, lambda queue: queue.assign(Assignment(1002, "2", "bob", "bob")))
    assert (numbers(store, mine="1"), numbers(store, mine="2")) == ([], [1002])
    tell(store, lambda queue: queue.unassign(1002))
    assert numbers(store, mine="2") == []


def test_a_verdict_waits_alone_and_comes_back_whole(store):
    tell(store, lambda queue: queue.put_verdict(VERDICT))
    assert ask(store, lambda queue: queue.verdict(1001)) == VERDICT
    assert ask(store, lambda queue: queue.verdicts_of("1")) == [VERDICT]
    assert ask(store, lambda queue: queue.pending_verdicts()) == [VERDICT]
    assert numbers(store) == [1003, 1002]
    assert ask(store, lambda queue: queue.counts(NOW)) == Counts(2, 1)
    with pytest.raises(StoreError):
        tell(store, lambda queue: queue.put_verdict(replace(VERDICT, reviewer="2")))
    tell(store, lambda queue: queue.drop_verdict(1001))
    failed = replace(VERDICT, failed="too late")
    tell(store, lambda queue: queue.put_verdict(failed))
    assert numbers(store) == [1003, 1002, 1001]
    assert ask(store, lambda queue: queue.pending_verdicts()) == []
    tell(store, lambda queue: queue.put_verdict(VERDICT))
    assert ask(store, lambda queue: queue.verdicts_of("1")) == [VERDICT]


def test_decisions_are_listed_newest_first_and_by_their_rules(store):
    assert [one.number for one in ask(store, lambda queue: queue.decided(9))] == [1004]
    alike = held(1).matches
    assert [one.reason for one in ask(store, lambda queue: queue.similar(alike, 1001, 9))] == ["no"]
    assert ask(store, lambda queue: queue.similar(alike, 1004, 9)) == []
    assert ask(store, lambda queue: queue.similar(("a/b",), 1001, 9)) == []


def test_decisions_are_searched_by_rule_and_turned_page_by_page(store):
    def decide(tx):
        for number in range(2000, 2006):  # by two at the same moment
            made = NOW + (number // 2 - 990) * MINUTE
            rules = ("a/b", "a/bc") if number % 2 else ("a/bc",)
            review = Review(False, "bob", made, "no")
            tx.open_case(held(number, due=NOW, matches=rules, state=CaseState.REJECTED, review=review))

    store.write_now(decide)

    def decided(limit, **asked):
        return ask(store, lambda queue: queue.decided(limit, **asked))

    found: list[int] = []
    before = None
    while page := decided(2, before=before):
        found += [one.number for one in page]
        before = page[-1].reviewed, page[-1].number
    assert found == [2005, 2004, 2003, 2002, 2001, 2000, 1004]
    assert [one.number for one in decided(9, rule="a/b")] == [2005, 2003, 2001]
    assert [one.number for one in decided(9, rule="a/b", before=(NOW + 11 * MINUTE, 2003))] == [2001]
    assert decided(9, rule="a/") == []


def test_the_pulse_changes_with_all_that_a_page_shows(store):
    seen = {ask(store, lambda queue: queue.pulse())}
    changes = [
        lambda tx: tx.queue.claim(Claim(1001, "1", "ana", NOW, NOW + MINUTE)),
        lambda tx: tx.queue.claim(Claim(1001, "1", "ana", NOW, NOW + 2 * MINUTE)),
        lambda tx: tx.queue.assign(Assignment(1001, "1", "ana", "bob")),
        lambda tx: tx.queue.put_verdict(VERDICT),
        lambda tx: tx.open_case(held(1005, due=NOW)),
        lambda tx: tx.update_case(
            held(1005, due=NOW, state=CaseState.REJECTED, review=Review(False, "b", NOW + MINUTE))
        ),
    ]
    for number, change in enumerate(changes, 2):
        store.write_now(change)
        seen.add(ask(store, lambda queue: queue.pulse()))
        assert len(seen) == number


def test_entries_of_a_case_are_noted_once_and_in_order(store):
    tell(store, lambda queue: [queue.note(1001, event) for event in ("b", "a", "b")])
    assert ask(store, lambda queue: queue.noted(1001)) == ["a", "b"]


def test_a_query_changes_nothing(store):
    with pytest.raises(StoreError):
        ask(store, lambda queue: queue.release(1001, "1"))
