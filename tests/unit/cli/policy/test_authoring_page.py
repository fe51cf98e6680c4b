"""docs/authoring.md shows what the commands print, and names every option they have."""

import re
from pathlib import Path

import pytest

from guard.authoring.disguises import DISGUISES
from guard.cli.main import build_parser
from tests.unit.cli.policy import test_coverage, test_explain

PAGE = (Path(__file__).parents[4] / "docs/authoring.md").read_text("utf-8")


@pytest.mark.parametrize("verb", ["explain", "coverage", "evade", "bench"])
def test_every_verb_and_option_is_on_the_page(verb):
    assert f"## `guard policy {verb}" in PAGE
    groups = next(action for action in build_parser(["policy"])._actions if action.dest == "command")
    verbs = next(action for action in groups.choices["policy"]._actions if action.dest == "verb")
    for action in verbs.choices[verb]._actions:
        for option in action.option_strings:
            assert option in PAGE or option in {"-h", "--help"}, option


def test_the_number_of_disguises():
    assert f"in {len(DISGUISES)} disguises" in PAGE


@pytest.mark.parametrize("module", [test_explain, test_coverage])
def test_what_is_shown_is_what_is_tested(module):
    source = Path(module.__file__).read_text("utf-8")
    shown = [block.split("\n", 1)[1] for block in re.findall(r"```text\n(\$ .*?)```", PAGE, re.DOTALL)]
    assert sum(each.strip() in source for each in shown) == 1
