"""The overview: its figures against a plain count, and that nobody stands in it."""

import itertools
import random
import re
from datetime import timedelta

import pytest

from guard.audit.catalogue import step_of
from guard.console import overview_figures as made
from guard.store.catalogue import Tally
from tests.busy import RULES, busy
from tests.consoles import console
from tests.gates import THREE_PHONES


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as found:
        yield found


def test_an_empty_log_has_an_overview(rig):
    assert "Nothing has been decided yet" in rig.client("aude").get("/overview").words


@pytest.mark.parametrize("days", ["7", "28", "91", "364", "", "1e9", "-1", "x"])
def test_every_period_shows_in_both_languages(rig, days):
    busy(rig, rig.clock())
    for language in ("en", "fr"):
        answer = rig.client("dora", language=language).get(f"/overview?days={days}")
        assert answer.status == 200
        assert not re.search(r"\sstyle=|<style", answer.text)
        for svg in re.findall(r"<svg class=\"plot[ a-z]*\".*?</svg>", answer.text, re.DOTALL):
            assert re.search(r"<title id=\"(\w+-t)\">[^<]+</title><desc id=\"\w+-d\">[^<]+</desc>", svg)


def test_figures_are_those_of_the_log(rig):
    busy(rig, rig.clock(), days=27)
    words = rig.client("dora").get("/overview?days=28").words
    decisions = rig.entries("decision")
    assert f"Decisions {len(decisions)} " in words
    masked = sum(1 for one in decisions if one["action"] == "redact")
    assert re.search(rf"masked (\d+ \w+: \d+ )*{masked} ", words)
    assert "workplace/mood" in words
    assert re.search(r"workplace/mood 27 of 27 approved as written", words)
    assert "press-embargo/results would have acted on 28 posts" in words
    waiting = sum(1 for one in decisions if "case" in one) - len(rig.entries("review"))
    assert f"Waiting now {waiting} " in words


def test_nobody_stands_in_it(rig):
    rig.hold(THREE_PHONES, account="alice.martin", person="Alice Martin")
    busy(rig, rig.clock(), days=9)
    text = rig.client("aude").get("/overview").text.lower()
    author = rig.entries("decision")[0]["author"]
    for name in ("alice", "martin", author, "ana", "reviewer"):
        assert not re.search(rf"\b{name}\b", text), name


def test_who_may_see_it(rig):
    for who, status in (("ana", 200), ("aude", 200), ("paul", 200), ("dora", 200), ("adam", 200), ("", 303)):
        assert rig.client(who).get("/overview").status == status


def test_percentiles_are_near_the_true_ones():
    rng = random.Random(3)
    waited = [rng.lognormvariate(7, 1.2) for _ in range(5000)]
    tallies = [
        Tally(day, str(step_of(one)), "", 1) for one, day in zip(waited, itertools.cycle(range(7)), strict=False)
    ]
    found = made.waits(tallies, made.spans(6, 7)).whole
    for share, told in zip((0.5, 0.9), found, strict=True):
        assert told.total_seconds() == pytest.approx(sorted(waited)[int(share * 5000)], rel=0.06)
    assert made.percentile({}, 0.5) is None
    assert made.percentile({step_of(60): 1}, 0.9) == pytest.approx(timedelta(minutes=1), abs=timedelta(seconds=3))


@pytest.mark.parametrize(("last", "days"), [(20_000, 7), (20_000, 28), (20_001, 91), (20_002, 364), (20_000, 33)])
def test_stretches_cover_every_day_once(last, days):
    over = made.spans(last, days)
    covered = [day for span in over for day in range(span.first, span.last + 1)]
    assert covered == list(range(last - days + 1, last + 1))
    strips = made.by_action([Tally(day, "x", "allow", 1) for day in covered], over)
    assert [span.last - span.first + 1 for span in over] == list(strips[0].values)


@pytest.mark.parametrize(
    ("overturned", "kept", "annoys"), [(8, 2, True), (7, 3, False), (9, 0, False), (10, 0, True), (0, 10, False)]
)
def test_a_rule_annoys_when_most_of_enough_holds_are_lifted(overturned, kept, annoys):
    rule = RULES[0]
    found = made.overturns([Tally(1, rule, "overturned", overturned), Tally(2, rule, "kept", kept)])
    assert [one.annoys for one in found] == [annoys]


def test_the_forecast_is_the_average_of_the_same_weekdays():
    today = 20_000
    held = [Tally(today - 7 * week, str(hour), "", 2) for week in (0, 1, 2, 3, 4, 5) for hour in (8, 9)]
    answered = [Tally(today - 14, "9", "", 8)]
    found = made.forecast(held, answered, 3, today)
    assert [one.day for one in found] == list(range(today + 1, today + 8))
    assert [one.held for one in found] == [0, 0, 0, 0, 0, 0, 4.0]  # four of the six weeks, today not being over
    assert found[-1].answered == 2.0
    assert found[-1].waiting == 5.0


def test_nothing_is_said_of_what_nobody_can_know_yet(rig):
    """A day's posts and no decision: neither that no rule annoys, nor what next week brings."""
    rig.hold(THREE_PHONES)
    words = rig.client("dora").get("/overview").words
    assert "what is held deserves a look" not in words
    assert words.count("too few to say anything") == 2
    assert "Too early" in words
    assert "Telephone number 1" in words  # a rule by what it is called
    rig.clock.pass_by(days=8)
    assert "Too early" not in rig.client("dora").get("/overview").words
