"""`[console] answer_…`: the hours in which a promised answer's time runs; every mistake with its place."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guard.errors import ProblemsError
from guard.settings.load import load_settings

PARIS = ZoneInfo("Europe/Paris")
FRIDAY = datetime(2026, 11, 20, 18, 0, tzinfo=PARIS)


def load(tmp_path, text):
    (tmp_path / "guard.toml").write_text(f"[console]\n{text}")
    return load_settings(tmp_path / "guard.toml")


def test_without_hours_time_runs_on_as_ever(tmp_path):
    settings = load(tmp_path, "answer_minutes = 30")
    assert settings.answer_hours is None
    assert settings.answer_by(FRIDAY) == FRIDAY + timedelta(minutes=30)


def test_with_hours_a_friday_evening_is_due_on_monday(tmp_path):
    text = 'answer_minutes = 30\nanswer_hours = "09:00-18:00"\nanswer_timezone = "Europe/Paris"\n'
    assert load(tmp_path, text).answer_by(FRIDAY) == datetime(2026, 11, 23, 9, 30, tzinfo=PARIS)
    settings = load(tmp_path, f'{text}answer_days = ["mon", "tue", "wed", "thu", "fri", "sat"]')
    assert settings.answer_by(FRIDAY) == datetime(2026, 11, 21, 9, 30, tzinfo=PARIS)
    assert load(tmp_path, text.replace("18:00", "24:00")).answer_by(FRIDAY) == FRIDAY + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('answer_hours = "9-18"\nanswer_timezone = "UTC"', "2:1: console.answer_hours: '9-18' is not as"),
        ('answer_hours = "18:00-09:00"\nanswer_timezone = "UTC"', "2:1: console.answer_hours: '18:00-09:00' is not"),
        ('answer_hours = "09:00-09:30"\nanswer_timezone = "UTC"', "2:1: console.answer_hours"),
        ('answer_hours = "09:00-18:00"', "2:1: console.answer_hours: names hours, and no answer_timezone"),
        (
            'answer_hours = "09:00-18:00"\nanswer_timezone = "Europe/Parys"',
            "3:1: console.answer_timezone: the time zone",
        ),
        ('answer_hours = "09:00-18:00"\nanswer_timezone = "../x"', "3:1: console.answer_timezone: the time zone"),
        (
            'answer_hours = "09:00-18:00"\nanswer_timezone = "UTC"\nanswer_days = ["monday"]',
            "4:1: console.answer_days: must be",
        ),
        (
            'answer_hours = "09:00-18:00"\nanswer_timezone = "UTC"\nanswer_days = []',
            "4:1: console.answer_days: must be",
        ),
        (
            'answer_hours = "09:00-18:00"\nanswer_timezone = "UTC"\nanswer_days = [1]',
            "4:1: console.answer_days: must be",
        ),
        (
            'answer_minutes = 99999\nanswer_hours = "09:00-18:00"\nanswer_timezone = "UTC"',
            "2:1: console.answer_minutes: must",
        ),
        ('answer_days = ["mon"]', "2:1: console.answer_days: says nothing without answer_hours"),
        ('answer_timezone = "UTC"', "2:1: console.answer_timezone: says nothing without answer_hours"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path, text, told):
    with pytest.raises(ProblemsError) as caught:
        load(tmp_path, text)
    (problem,) = caught.value.problems
    assert str(problem).partition("guard.toml:")[2].startswith(told)
