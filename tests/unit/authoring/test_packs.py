"""The shipped packs: each stands alone, answers the probe, speaks two languages, and does not rot with the calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from guard.authoring import evade_ratchet
from guard.authoring.evade import evade
from guard.authoring.suite import run_examples
from guard.detect.automata import prefilter
from guard.detect.modelled import wanted
from guard.detect.patterns.scanner import needs
from guard.detect.run import Detectors
from guard.inspector import Inspector
from guard.models.shelf import Shelf
from guard.policy.bundle import Bundle, bundle_from_texts
from guard.policy.names import Known, unknown_names
from guard.types.decision import Action
from guard.types.inspection import Facts
from guard.types.matcher import RegexMatcher
from guard.types.post import Author, Post, Segment, Visibility
from guard.wiring.heart import NETWORKS, models_folder

ROOT = Path(__file__).parents[3]
PACKS = sorted((ROOT / "policies").glob("*.yaml"))
PROBE = "POSTGUARD-PROBE-7Q4Z"
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)

pack = pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)


def alone(path: Path, **changes: str) -> Bundle:
    text = path.read_text(encoding="utf-8")
    for old, new in changes.items():
        text = text.replace(f"\nmode: {old}", f"\nmode: {new}")
    return bundle_from_texts({path.name: text})


def inspector(bundle: Bundle) -> Inspector:
    models, problems = wanted(lambda: Shelf(models_folder(None)), bundle.entities)
    assert problems == ()
    return Inspector(Detectors.build(bundle.matchers, models=models), bundle)


def post(text: str, network: str = "mastodon", visibility: Visibility = Visibility.PUBLIC) -> Post:
    return Post("1", network, "t", Author(network, "a"), (Segment("/text", "body", text),), visibility=visibility)


@pack
def test_a_pack_alone_answers_the_probe_and_holds_its_examples(path: Path) -> None:
    bundle = alone(path, off="shadow")
    one = inspector(bundle)
    result = run_examples(one, bundle)
    assert result.total > 5
    assert (result.failures, result.todo) == ((), ())
    one = inspector(alone(path))
    for network in sorted(NETWORKS):
        for visibility in Visibility:
            decision = one.inspect(post(f"essai {PROBE}", network, visibility), Facts(now=NOW)).decision
            assert decision.action is Action.BLOCK
            assert [match.rule for match in decision.matches] == ["probe"]
    for text in ("postguard probe", "POSTGUARD", PROBE[:-1]):
        assert one.inspect(post(text), Facts(now=NOW)).decision.action is Action.ALLOW


@pack
def test_a_pack_says_who_answers_for_it_in_two_languages(path: Path) -> None:
    bundle = alone(path)
    assert bundle.warnings == ()
    assert unknown_names(bundle, Known(inspector(bundle).detectors.entity_types, NETWORKS)) == ()
    (policy,) = bundle.policies
    source = policy.source
    assert (source.id, set(source.title)) == (path.stem, {"fr", "en"})
    assert source.review_by
    assert source.owner
    for rule in source.rules:
        assert set(rule.title) == set(rule.say) == {"fr", "en"}, rule.id
        assert rule.match
        assert rule.no_match


@pack
def test_no_regex_of_a_pack_is_tried_on_every_text(path: Path) -> None:
    matchers = [each for each in alone(path, off="shadow").matchers if isinstance(each, RegexMatcher)]
    assert [
        each.id
        for each, need in zip(matchers, needs((), matchers), strict=True)
        if need.expression is None or not prefilter.compiles(need.expression)
    ] == []


@pytest.mark.parametrize("year", [2026, 2036, 2040, 2060])
def test_the_packs_do_not_rot_with_the_calendar(year: int) -> None:
    """Personal data and secrets are stopped in any year; what an embargo or review date ends is in the templates only."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in PACKS}
    whole = inspector(bundle_from_texts(texts))
    now = datetime(year, 6, 1, 12, tzinfo=UTC)
    said = "Je suis chez M. Dupont au 12 rue des Lilas, digicode 4821"
    assert whole.inspect(post(said), Facts(now=now)).decision.action is Action.BLOCK
    assert whole.inspect(post("Belle journée à Lyon"), Facts(now=now)).decision.action is Action.ALLOW


def test_the_page_names_every_pack_and_the_probe() -> None:
    page = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    for path in PACKS:
        assert f"`{path.stem}`" in page
    assert PROBE in page


def test_no_more_disguises_slip_through_than_are_known() -> None:
    bundle = bundle_from_texts({path.name: path.read_text("utf-8") for path in PACKS})
    known = evade_ratchet.read((ROOT / "policies" / "evade.json").read_text("utf-8"))
    worse, better = evade_ratchet.changes(known, evade_ratchet.slips_of(evade(inspector(bundle), bundle)))
    assert worse == (), (
        "mend the rules, or take them as known: guard policy evade policies --ratchet policies/evade.json --accept"
    )
    assert better == (), "take them out: guard policy evade policies --ratchet policies/evade.json --update"
