"""Two people: who may answer whom, how long a yes lasts, and what the log says of it."""

import json
import threading
from datetime import timedelta

import pytest

from guard.errors import MotionError
from guard.outbox import motions
from guard.types.principal import Principal
from tests.ledgers import NOW, opened

DORA = Principal("id-dora", "dora", "Dora Dpo")
EVE = Principal("id-eve", "eve", "Eve Dpo")
DORA_AGAIN = Principal("id-2", "dora2", "  dora DPO ")


@pytest.fixture
def ledger(tmp_path):
    with opened(tmp_path) as made:
        yield made


def ask(ledger, who=DORA, reason="a complaint", **subject):
    given = {"what": "author", "author": "aa", "entry": 3} | subject
    return ledger.store.write_now(lambda tx: motions.ask(tx, ledger.log, who, motions.REVEAL, given, reason, NOW))


def answer(ledger, number, who=EVE, now=NOW, agreed=True):
    def work(tx):
        return motions.answer(tx, ledger.log, who, motions.REVEAL, number, now, agreed=agreed, words="fine")

    return ledger.store.write_now(work)


def use(ledger, number, who=DORA, now=NOW):
    return ledger.store.write_now(lambda tx: motions.use(tx, ledger.log, who, number, now))


def steps(ledger):
    leaves = ledger.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
    return [leaf["data"] for leaf in leaves if leaf["kind"] == "reveal"]


def test_one_asks_another_agrees_and_it_shows_for_a_while(ledger):
    number = ask(ledger).number
    answer(ledger, number)
    first = use(ledger, number)
    assert first.until == NOW + motions.SHOWN_FOR
    later = NOW + timedelta(minutes=14)
    assert use(ledger, number, now=later).until == first.until  # looking again makes it last no longer
    with pytest.raises(MotionError):
        use(ledger, number, now=NOW + timedelta(minutes=15))
    assert [step["step"] for step in steps(ledger)] == ["asked", "agreed", "seen"]
    asked, agreed, _ = (step["author"] for step in steps(ledger))
    assert asked != agreed


def test_a_clock_set_back_makes_nothing_show_for_longer(ledger):
    number = ask(ledger).number
    answer(ledger, number)
    use(ledger, number)
    with pytest.raises(MotionError):
        use(ledger, number, now=NOW - timedelta(hours=1))
    assert use(ledger, number, now=NOW - timedelta(seconds=30)).until == NOW + motions.SHOWN_FOR


def test_the_reason_is_not_in_the_log(ledger):
    number = ask(ledger, reason="quotes: client X").number
    answer(ledger, number)
    raw = ledger.store.read_now(lambda tx: b"".join(tx.leaves()))
    assert b"client" not in raw
    assert b"fine" not in raw


@pytest.mark.parametrize("who", [DORA, DORA_AGAIN])
def test_nobody_agrees_to_their_own_request_not_even_with_a_second_account(ledger, who):
    number = ask(ledger).number
    with pytest.raises(MotionError):
        answer(ledger, number, who)
    assert [step["step"] for step in steps(ledger)] == ["asked"]


def test_it_shows_to_whoever_asked_alone(ledger):
    number = ask(ledger).number
    answer(ledger, number)
    with pytest.raises(MotionError):
        use(ledger, number, EVE)
    use(ledger, number)
    assert ledger.store.read_now(lambda tx: motions.allowed_authors(tx, EVE, NOW)) == frozenset()


def test_a_request_needs_a_reason_and_ends_unanswered(ledger):
    with pytest.raises(MotionError):
        ask(ledger, reason="  ")
    number = ask(ledger).number
    with pytest.raises(MotionError):
        answer(ledger, number, now=NOW + motions.ANSWER_WITHIN)
    with pytest.raises(MotionError):
        use(ledger, number)


def test_a_no_is_a_no(ledger):
    number = ask(ledger).number
    answer(ledger, number, agreed=False)
    for again in (lambda: answer(ledger, number), lambda: use(ledger, number)):
        with pytest.raises(MotionError):
            again()


def test_two_who_answer_at_once_are_one_answer(ledger):
    number = ask(ledger).number
    others = [Principal(f"id-{place}", f"n{place}", f"P {place}") for place in range(8)]
    told = []

    def one(who, agreed):
        try:
            answer(ledger, number, who, agreed=agreed)
            told.append(who.id)
        except MotionError:
            pass

    threads = [threading.Thread(target=one, args=(who, place % 2 == 0)) for place, who in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert len(steps(ledger)) == 2


def test_a_request_of_another_kind_is_not_there(ledger):
    number = ask(ledger).number
    with pytest.raises(MotionError):
        ledger.store.write_now(
            lambda tx: motions.answer(tx, ledger.log, EVE, motions.POLICIES, number, NOW, agreed=True)
        )


def test_one_takes_back_ones_own_while_it_waits(ledger):
    number = ask(ledger).number

    def take(who):
        ledger.store.write_now(lambda tx: motions.withdraw(tx, ledger.log, who, motions.REVEAL, number, NOW))

    with pytest.raises(MotionError):
        take(EVE)
    take(DORA)
    with pytest.raises(MotionError):
        answer(ledger, number)
