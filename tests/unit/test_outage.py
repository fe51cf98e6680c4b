"""When an outage is told: its begin, each minute, its end; never a flood."""

from guard.outage import EVERY_S, Outage


def test_told_when_it_begins_each_minute_and_when_it_ends() -> None:
    outage = Outage()
    assert outage.worked(0) is None
    assert outage.failed(10) == ("begins", 1, 0)
    assert [outage.failed(10 + second) for second in range(1, 60)] == [None] * 59
    assert outage.failed(10 + EVERY_S) == ("lasts", 60, 60)
    assert outage.failed(80) is None
    assert outage.worked(95) == ("ends", 62, 85)
    assert outage.worked(96) is None


def test_what_comes_and_goes_is_told_twice_a_minute_at_most() -> None:
    outage, told = Outage(), []
    for second in range(120):
        told += [outage.failed(second), outage.worked(second + 0.5)]
    steps = [each for each in told if each]
    assert [each.step for each in steps] == ["begins", "ends", "begins", "ends"]
    assert [each.requests for each in steps] == [1, 1, 60, 60], "none is forgotten"
