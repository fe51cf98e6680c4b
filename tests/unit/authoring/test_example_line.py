"""Lines that read back as the examples they were made from."""

import pytest
import yaml

from guard.authoring.example_line import example_line
from guard.policy.schema import ExampleSetting
from guard.types.decision import Action
from guard.types.post import Visibility

PLAIN = ExampleSetting()


def test_a_marked_line_says_what_is_expected() -> None:
    line = example_line('Call "Marie" at 06 12, or 06 13', [(16, 21), (26, 31)], PLAIN, Action.REDACT)
    assert yaml.safe_load(line) == [{"text": 'Call "Marie" at [[06 12]], or [[06 13]]', "action": "redact"}]


def test_a_line_without_places_is_for_no_match() -> None:
    assert example_line("Nothing: here", (), PLAIN, None) == '- "Nothing: here"'
    assert example_line("Nothing", (), PLAIN, Action.BLOCK) == '- "Nothing"'


def test_the_setting_stands_in_the_line() -> None:
    setting = ExampleSetting("x", Visibility.DIRECT, frozenset({"presse"}), None, "fr")
    (found,) = yaml.safe_load(example_line("Vive Client X", [(5, 13)], setting, Action.BLOCK))
    assert found == {
        "text": "Vive [[Client X]]", "action": "block",
        "as": {"network": "x", "visibility": "direct", "groups": ["presse"], "language": "fr"},
    }  # fmt: skip


def test_places_that_overlap_are_marked_as_one() -> None:
    line = example_line("abcdef", [(2, 5), (0, 3), (2, 3)], PLAIN, Action.FLAG)
    assert yaml.safe_load(line) == [{"text": "[[abcde]]f", "action": "flag"}]


def test_a_secret_stands_in_two_parts() -> None:
    (found,) = yaml.safe_load(example_line("key: abcdefgh", [(5, 13)], PLAIN, Action.BLOCK, in_parts=True))
    assert found["text"] == ["key: [[abcd", "efgh]]"]


@pytest.mark.parametrize("text", ["[[a]]", "x ]] y"])
def test_brackets_of_the_text_itself_make_no_line(text) -> None:
    assert example_line(text, (), PLAIN, None) == ""


def test_what_cannot_be_seen_is_written_as_a_code() -> None:
    assert example_line("a\u200bb\u202ec\nd", (), PLAIN, None) == '- "a\\u200bb\\u202ec\\nd"'
