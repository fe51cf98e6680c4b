"""How often somebody may check, and what they have read before."""

import asyncio
from datetime import timedelta

from guard.console.author.checks import Asker, Checks, Reading
from tests.gates import NOW

ONE, OTHER = Asker("account", "1"), Asker("address", "1")


def test_checks_are_counted_by_the_minute_and_for_each_asker() -> None:
    checks = Checks()
    assert [checks.allowed(ONE, NOW, 2) for _ in range(3)] == [True, True, False]
    assert checks.allowed(OTHER, NOW, 2)
    assert checks.allowed(ONE, NOW + timedelta(seconds=61), 2)


def test_a_clock_that_was_set_back_shuts_nobody_out() -> None:
    checks = Checks()
    assert checks.allowed(ONE, NOW, 1)
    assert checks.allowed(ONE, NOW - timedelta(hours=1), 1)


def test_a_warning_is_read_again_when_it_went_and_came_back() -> None:
    reading = Reading()
    rules = frozenset({"a/b", "c/d"})
    assert reading.again(ONE, rules, NOW) == frozenset()
    assert reading.again(ONE, rules, NOW) == frozenset()  # typed on: it is still the first time
    assert reading.again(ONE, frozenset({"c/d"}), NOW) == frozenset()
    assert reading.again(ONE, rules, NOW) == {"a/b"}
    assert reading.again(OTHER, rules, NOW) == frozenset()
    assert reading.again(ONE, rules, NOW + timedelta(days=2)) == frozenset()


def test_only_the_newest_of_those_that_wait_is_worth_an_answer() -> None:
    checks = Checks()
    worth: list[tuple[int, bool]] = []

    async def one(number: int, asker: Asker = ONE) -> None:
        async with checks.alone(asker) as newest:
            await asyncio.sleep(0)
            worth.append((number, newest))

    async def all_at_once() -> None:
        await asyncio.gather(*(one(number) for number in range(4)), one(9, OTHER))

    asyncio.run(all_at_once())
    assert sorted(worth) == [(0, True), (1, False), (2, False), (3, True), (9, True)]
    asyncio.run(all_at_once())  # nothing is left over, not even a lock of a loop that has ended
    assert len(worth) == 10


def test_nobody_is_shut_out_at_first() -> None:
    assert not asyncio.run(Checks().shut(ONE, NOW))
