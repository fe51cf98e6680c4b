"""`--at` with a date alone: the day begins where the policies' dates are at home, whichever command is asked."""

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from guard.cli.arguments import moment, moment_of
from guard.cli.main import main
from guard.policy.bundle import bundle_from_texts
from tests.unit.policy.makers import HEAD, policy, rule

FAR = "America/New_York"  # its days begin when UTC's are hours old
DATED = "dates: {end: 2027-03-31}\nexamples_at: 2027-03-01\nmode: enforce\n"
LADDER = "\n      - {when: {before: end}, action: block}\n      - {action: allow}"
MAIL = "écrivez à marie@exemple.fr"


def head(zone, name="demo"):
    return HEAD.replace("demo", name).replace("mode: enforce\n", "") + (f"timezone: {zone}\n" if zone else "") + DATED


@pytest.mark.parametrize(
    ("zones", "begins"),
    [
        ([FAR], datetime(2027, 4, 1, tzinfo=ZoneInfo(FAR))),
        ([FAR, None], datetime(2027, 4, 1, tzinfo=ZoneInfo(FAR))),
        ([None], datetime(2027, 4, 1, tzinfo=UTC)),
        ([FAR, "Europe/Paris"], datetime(2027, 4, 1, tzinfo=UTC)),
    ],
)
def test_a_day_begins_in_the_zone_that_the_policies_name(zones, begins):
    texts = {f"p{n}.yaml": policy(rule(LADDER), head(zone, f"p{n}")) for n, zone in enumerate(zones)}
    at = moment("2027-04-01")
    assert at == date(2027, 4, 1)
    assert moment_of(SimpleNamespace(at=at), bundle_from_texts(texts)) == begins
    exact = moment("2027-04-01T09:00:00+02:00")
    assert moment_of(SimpleNamespace(at=exact), bundle_from_texts(texts)) is exact


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = policy(rule(LADDER, find="{entity: EMAIL_ADDRESS}"), head(FAR)).replace("2027-05-31", "2027-03-31")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "p.yaml").write_text(text.replace('["[[x]]"]', '["[[a@b.example]]"]'))
    (tmp_path / "posts").write_text(json.dumps({"text": MAIL}) + "\n")


@pytest.mark.parametrize(
    "command",
    [("check", MAIL, "--policies", "p"), ("policy", "explain", MAIL, "--policies", "p"), ("scan", "posts", "--policies", "p")],
)  # fmt: skip
def test_what_ends_with_a_day_is_over_when_the_next_begins(folder, command):
    assert main([*command, "--at", "2027-03-31"]) == 1
    assert main([*command, "--at", "2027-04-01"]) == 0


def test_reviews_are_due_and_drafts_dated_from_that_day(folder, capsys):
    for command in ("test", "lint"):
        for day, told in (("2027-03-31", False), ("2027-04-01", True)):
            main(["policy", command, "p", "--at", day])
            shown = capsys.readouterr()
            assert ("`review_by` has passed" in shown.out + shown.err) is told
    assert main(["policy", "new", "project-7", "--folder", "drafts", "--at", "2027-04-01"]) == 0
    assert main(["policy", "backtest", "p", "p", "posts", "--at", "2027-04-01"]) == 0
