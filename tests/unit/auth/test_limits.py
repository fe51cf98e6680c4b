"""Guessing is slowed down, and nobody is shut out by strangers."""

from datetime import timedelta

from guard.auth import limits
from guard.auth.limits import ACCOUNT, ADDRESS, FORGET, PAIR, Limiter, network_of
from tests.gates import NOW

NONE = timedelta(0)


def fail(limiter, times, name="marie", address="192.0.2.1", now=NOW):
    for _ in range(times):
        limiter.attempt(name, address, now)


def test_some_tries_are_free_then_waits_double_up_to_the_longest():
    limiter = Limiter()
    fail(limiter, PAIR.free - 1)
    assert limiter.wait("marie", "192.0.2.1", NOW) == NONE
    waits, moment = [], NOW
    for _ in range(12):
        limiter.attempt("marie", "192.0.2.1", moment)
        waits.append(limiter.wait("marie", "192.0.2.1", moment))
        moment += waits[-1]
    assert waits[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert waits[-1] == PAIR.longest
    assert limiter.wait("marie", "192.0.2.1", moment) == NONE, "a wait ends"


def test_a_stranger_makes_others_wait_a_minute_at_most_and_a_known_address_not_at_all():
    limiter = Limiter()
    limiter.attempt("marie", "10.0.0.7", NOW)
    limiter.succeeded("marie", "10.0.0.7", NOW)
    for number in range(500):
        limiter.attempt("marie", f"198.51.100.{number % 250}", NOW)
    assert NONE < limiter.wait("marie", "203.0.113.9", NOW) <= ACCOUNT.longest
    assert limiter.wait("marie", "10.0.0.7", NOW) == NONE
    assert limiter.wait("marie", "10.0.0.7", NOW + limits.KNOWN + timedelta(seconds=1)) == NONE, (
        "and it is over by then"
    )


def test_one_address_cannot_try_all_names_and_its_colleagues_still_get_in():
    limiter = Limiter()
    limiter.attempt("paul", "192.0.2.1", NOW)
    limiter.succeeded("paul", "192.0.2.1", NOW)
    for number in range(ADDRESS.free + 10):
        limiter.attempt(f"name{number}", "192.0.2.1", NOW)
    assert limiter.wait("new name", "192.0.2.1", NOW) > NONE
    assert limiter.wait("new name", "192.0.2.2", NOW) == NONE
    assert limiter.wait("paul", "192.0.2.1", NOW) == NONE, "behind the same address, known"


def test_a_right_password_takes_the_try_back_but_not_others_failures():
    limiter = Limiter()
    for _ in range(200):
        limiter.attempt("paul", "192.0.2.1", NOW)
        limiter.succeeded("paul", "192.0.2.1", NOW)
    assert limiter.wait("paul", "192.0.2.1", NOW) == NONE
    for number in range(ADDRESS.free + 1):
        limiter.attempt(f"name{number}", "192.0.2.1", NOW)
        limiter.attempt("paul", "192.0.2.1", NOW)
        limiter.succeeded("paul", "192.0.2.1", NOW)
    assert limiter.wait("another", "192.0.2.1", NOW) > NONE, "an own account does not wash an address clean"


def test_failures_are_forgotten_after_a_while():
    limiter = Limiter()
    fail(limiter, 20)
    later = NOW + FORGET + timedelta(seconds=1)
    fail(limiter, 1, now=later)
    assert limiter.wait("marie", "192.0.2.1", later) == NONE


def test_a_clock_set_back_shuts_nobody_out():
    limiter = Limiter()
    fail(limiter, 20)
    assert limiter.wait("marie", "192.0.2.1", NOW) > NONE
    assert limiter.wait("marie", "192.0.2.1", NOW - timedelta(days=1)) == NONE


def test_ipv6_counts_by_network_and_nonsense_by_itself():
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") == "2001:db8:1:2::"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("") == ""
    assert len(network_of("x" * 1000)) == 64


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(limits, "MOST", 50)
    limiter = Limiter()
    for number in range(500):
        limiter.attempt(f"name{number}", f"2001:db8:{number:x}::1", NOW)
        limiter.succeeded(f"name{number}", f"2001:db8:{number:x}::1", NOW)
    assert len(limiter._counts) <= 50
    assert len(limiter._known) <= 50
