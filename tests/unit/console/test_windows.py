"""The time in which a decision can be undone, whatever is done to the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.console.effects import settle
from guard.console.windows import Windows
from guard.types.held import CaseState, Form
from guard.types.queue import Verdict
from tests.consoles import Clock, console, run
from tests.gates import NOW, THREE_PHONES

TEN = timedelta(seconds=10)
VERDICT = Verdict(1001, "1", "ana", frozenset(), True, Form.WRITTEN, "", NOW, NOW + TEN)


class Steady:
    at = 500.0

    def __call__(self) -> float:
        return self.at


def test_a_decision_is_over_once_its_time_has_passed_here():
    steady = Steady()
    windows = Windows(steady)
    assert windows.left(VERDICT) == TEN
    windows.begin(VERDICT)
    steady.at += 9.5
    assert (windows.left(VERDICT), windows.over([VERDICT])) == (timedelta(seconds=0.5), [])
    again = replace(VERDICT, made=NOW + TEN, due=NOW + 2 * TEN)
    assert windows.over([VERDICT, again]) == [], "undone and made again: its time begins anew"
    steady.at += 0.5
    assert windows.over([VERDICT, again]) == [VERDICT]
    windows.over([again])
    assert windows.left(VERDICT) == TEN, "nothing is remembered of what does not wait"


def test_a_decision_that_this_process_did_not_see_made_gets_all_its_time():
    steady = Steady()
    windows = Windows(steady)
    assert windows.over([VERDICT]) == []
    steady.at += 10
    assert windows.over([VERDICT]) == [VERDICT]


def test_without_time_to_undo_it_is_over_at_once():
    assert Windows(Steady()).over([replace(VERDICT, due=NOW)])


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_is_set_neither_delays_a_decision_nor_hurries_it(tmp_path, hours):
    steady, clock = Steady(), Clock()
    with console(tmp_path, clock=clock, windows=Windows(steady)) as rig:
        number = rig.hold(THREE_PHONES)
        ana = rig.client("ana")
        ana.post(f"/cases/{number}/decide", {"decision": "rejected", "because": "rule"})
        clock.pass_by(hours=hours)
        steady.at += 9
        run(settle(rig.desk))
        held = rig.opened.store.read_now(lambda tx: tx.case(number))
        assert held.state is CaseState.OPEN
        assert "Takes effect in 1 s" in ana.get("/queue").words
        steady.at += 1
        run(settle(rig.desk))
        held = rig.opened.store.read_now(lambda tx: tx.case(number))
        assert (held.state, held.review.at) == (CaseState.REJECTED, clock())
