"""`--at` with a date alone: the day begins where the policies' dates are at home, whichever command is asked."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from guard.cli.arguments import moment, moment_of
from guard.cli.main import main
from guard.policy.bundle import bundle_from_texts
from tests.unit.policy.makers import HEAD, policy, rule

FAR = "America/New_York"  # its days begin when UTC's are hours old
EAST = "Asia/Tokyo"  # its days are hours old when UTC's begin
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
        ([EAST], datetime(2027, 4, 1, tzinfo=ZoneInfo(EAST))),
        ([EAST, None], datetime(2027, 4, 1, tzinfo=UTC)),
        ([None, EAST, FAR, "Europe/Paris"], datetime(2027, 4, 1, tzinfo=ZoneInfo(FAR))),
    ],
)
def test_a_day_begins_when_it_has_begun_for_all_policies(zones, begins):
    texts = {f"p{n}.yaml": policy(rule(LADDER), head(zone, f"p{n}")) for n, zone in enumerate(zones)}
    at = moment("2027-04-01")
    assert at == date(2027, 4, 1)
    assert moment_of(SimpleNamespace(at=at), bundle_from_texts(texts)) == begins
    exact = moment("2027-04-01T09:00:00+02:00")
    assert moment_of(SimpleNamespace(at=exact), bundle_from_texts(texts)) is exact


@pytest.mark.parametrize("zones", [[None], [EAST], [EAST, None], ["Europe/Paris", None], [FAR, EAST]], ids=str)
def test_what_ended_the_day_before_is_over_whatever_zones_are_named(zones):
    texts = {f"p{n}.yaml": policy(rule(LADDER), head(zone, f"p{n}")) for n, zone in enumerate(zones)}
    bundle = bundle_from_texts(texts)
    ends = [one.source.dates["end"] for one in bundle.policies]  # a date alone: the end of 2027-03-31
    assert len(ends) == len(zones)
    assert moment_of(SimpleNamespace(at=moment("2027-04-01")), bundle) == max(ends)


@pytest.mark.parametrize("at", ["9999-12-31", "2201-01-01", "0001-01-01", "1899-12-31T23:59:59Z"])
@pytest.mark.parametrize("command", [("policy", "lint", "p"), ("policy", "new", "n"), ("check", "bonjour")])
@pytest.mark.parametrize(("language", "told"), [("en", "must lie between 1900 and 2200"), ("fr", "entre 1900 et 2200")])
def test_a_year_that_nobody_means_is_refused(command, at, language, told, folder, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", f"{language}_XX.UTF-8")
    with pytest.raises(SystemExit) as caught:
        main([*command, "--at", at])
    assert caught.value.code == 2
    assert told in capsys.readouterr().err.replace("\u00a0", " ")


def test_the_last_year_can_be_counted_from(folder):
    assert main(["policy", "lint", "p", "--at", "2200-12-31"]) == 1


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


def test_reviews_are_due_from_that_day(folder, capsys):
    for command in ("test", "lint"):
        for day, told in (("2027-03-31", False), ("2027-04-01", True)):
            main(["policy", command, "p", "--at", day])
            shown = capsys.readouterr()
            assert ("`review_by` has passed" in shown.out + shown.err) is told


def test_a_draft_is_dated_from_that_day(folder):
    assert main(["policy", "new", "project-7", "--folder", "drafts", "--at", "2027-04-01"]) == 0
    draft = Path("drafts/project-7.yaml").read_text()
    assert date.fromisoformat(re.search(r"^review_by: (\S+)", draft, re.MULTILINE)[1]) == date(2027, 4, 1) + timedelta(
        days=90
    )
    assert "examples_at: 2027-04-01T" in draft


def test_a_backtest_begins_the_day_where_the_new_policies_do(folder, capsys):
    Path("old").mkdir()
    Path("old/p.yaml").write_text(Path("p/p.yaml").read_text().replace(FAR, EAST))
    main(["policy", "backtest", "old", "p", "posts", "--at", "2027-04-01", "--format", "json"])
    (became,) = json.loads(capsys.readouterr().out)["actions"]
    assert (became["old"], became["new"]) == ("allow", "allow"), "what ends with 2027-03-31 is over in New York too"
