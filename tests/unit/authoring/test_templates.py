"""Every first draft holds its examples and has nothing that lint finds, whenever it is written."""

from datetime import UTC, datetime, timedelta

import pytest

from guard.authoring.suite import run_examples
from guard.authoring.templates import KINDS, new_policy
from guard.detect.automata import prefilter
from guard.detect.run import Detectors
from guard.inspector import Inspector
from guard.policy.bundle import bundle_from_texts
from guard.policy.schema import ModeKind
from guard.words.texts import words_of
from tests.unit.authoring.lint.makers import linted
from tests.unit.authoring.test_schema import fits

ENGLISH = words_of("en")
DAYS = (datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2031, 2, 28, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("at", DAYS, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_is_sound(kind, at, language, monkeypatch):
    monkeypatch.setattr(prefilter, "hyperscan", None)  # no automaton for patterns that are used once
    text = new_policy("demo", kind, at, words_of(language), owner="dpo@exemple.fr", schema=False)
    assert linted({"demo.yaml": text}, at) == ()
    assert fits(text)
    for mode in ("shadow", "enforce"):  # some examples count only once the rule acts
        bundle = bundle_from_texts({"demo.yaml": text.replace("mode: shadow", f"mode: {mode}")})
        result = run_examples(Inspector(Detectors.build(bundle.matchers), bundle), bundle)
        assert (result.failures, result.todo) == ((), ())
        assert result.total >= 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_stops_nothing_and_is_looked_at_soon(kind):
    at = DAYS[0]
    (policy,) = bundle_from_texts({"d.yaml": new_policy("d", kind, at, ENGLISH, owner="o", schema=True)}).policies
    assert policy.source.mode.kind is ModeKind.SHADOW
    assert timedelta(days=60) < policy.source.review_by - at < timedelta(days=120)
    assert (policy.id, policy.source.owner) == ("d", "o")


def test_the_editor_is_told_of_the_schema_only_where_it_lies():
    texts = [new_policy("d", "number", DAYS[0], ENGLISH, owner="o", schema=wanted) for wanted in (True, False)]
    assert texts[0] == "# yaml-language-server: $schema=./policy-v1.schema.json\n" + texts[1]


def test_the_remarks_are_in_the_readers_language_and_nothing_else_differs():
    french, english = (
        new_policy("d", "confidential", DAYS[0], words_of(language), owner="o", schema=True).splitlines()
        for language in ("fr", "en")
    )
    assert "owner: o              # qui répond de cette politique" in french
    assert "owner: o              # who answers for this policy" in english
    assert "timezone: Europe/Paris             # les heures ci-dessous sont de ce fuseau, été comme hiver" in french
    bare = ([line.partition("#")[0].split() for line in lines] for lines in (french, english))
    differ = [pair for pair in zip(*bare, strict=True) if pair[0] != pair[1]]
    assert differ == [(["timezone:", "Europe/Paris"], ["timezone:", "UTC"])]
    assert "\u00a0" not in "".join(french)
