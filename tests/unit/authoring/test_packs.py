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


@pytest.fixture(scope="module")
def whole() -> Inspector:
    return inspector(bundle_from_texts({path.name: path.read_text(encoding="utf-8") for path in PACKS}))


def rules(whole: Inspector, text: str, action: Action) -> set[str]:
    """The rules, but for those of topics, that come to that action."""
    matches = whole.inspect(post(text), Facts(now=NOW)).decision.matches
    return {match.id for match in matches if match.policy != "staff-topics" and match.action is action}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Pensée pour notre collègue Maude Ravel, opérée hier d'un cancer du sein", "workplace/health-of-another"),
        ("fyi Marcus from shipping is HIV positive", "workplace/health-of-another"),
        ("Maude du service achats est enceinte, chut", "workplace/health-of-another"),
        ("notre comptable est en cure de désintox", "workplace/health-of-another"),
        ("last job was Mrs Quigg, 22 Larne Terrace, lovely", "workplace/home"),
        ("our intern lives at 77 Ferncliff Way", "workplace/home"),
        ("le patron a déménagé 8 allée des Cèdres 92380 Garches", "workplace/home"),
        ("client 30417 | RAVEL Maude | 06 39 98 12 34 | impayé 240 €", "workplace/customer-file"),
        ("policy 77104-K, Mrs Quigg, she never declared the epilepsy", "workplace/customer-file"),
        ("Mme Delvaux nous doit encore 340 €", "workplace/customer-file"),
    ],
)
def test_what_is_told_of_a_third_person_is_held(whole: Inspector, text: str, rule: str) -> None:
    assert rule in rules(whole, text, Action.HOLD)


@pytest.mark.parametrize(
    "text",
    [
        "Selena Gomez parle de son lupus dans le film",
        "ma collègue anime un atelier sur la dépression saisonnière",
        "le premier ministre hospitalisé brièvement",
        "je suis enceinte et mon chef est ravi",
        "our colleague is stroke captain of the rowing eight",
        "Sophie est en arrêt maladie depuis lundi",
        "Rendez-vous au Palais des Congrès, 2 place de la Porte Maillot, 75017 Paris",
        "visit us at 12 Mill Lane, York YO1 7HH, tea and cake",
        "J'habite 14 rue des Tisserands, passez",
        "Dossier 2027 : M. Ravel présente le budget",
    ],
)
def test_what_is_public_or_ones_own_is_held_by_no_rule_of_words(whole: Inspector, text: str) -> None:
    assert rules(whole, text, Action.HOLD) == rules(whole, text, Action.BLOCK) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Pour commander, appelez la boutique au 01 99 00 45 12",
        "In the docs we use alice@example.com for every sample",
        "secretariat@ecole.exemple.fr répond le matin",
        "RFC 5737 réserve 192.0.2.0/24 et 203.0.113.0/24 pour la doc",
        "2001:db8::1 in the manual, FE80::1 on the link",
        "la carte de test de la doc est 4000 0000 " + "0000 0002, refus garanti",
        "Pourquoi les plaques AA-229-AA sont montrées partout ?",
        "plaque d'exemple AB-123-CD",
    ],
)
def test_what_belongs_to_nobody_is_left_alone(whole: Inspector, text: str) -> None:
    assert [rules(whole, text, action) for action in (Action.FLAG, Action.REDACT, Action.HOLD, Action.BLOCK)] == [
        set()
    ] * 4


@pytest.mark.parametrize(
    ("text", "rule", "action"),
    [
        ("le portable de Julie : 06 39 98 12 35", "pii-fr/phone", Action.REDACT),
        ("écrivez à rhona.quigg@perso.exemple.fr", "pii-fr/email", Action.REDACT),
        ("le serveur 10.42.7.19 ne répond plus", "secrets/ip-address", Action.REDACT),
        ("4000 0000 " + "0000 0002", "pii-fr/card", Action.BLOCK),
        ("la Clio AA-123-AB de la voisine", "pii-fr/plate", Action.REDACT),
        ("our number is busy, Dave's personal mobile is 07700 900123", "pii-fr/phone", Action.REDACT),
        ("Contactez-nous. Ma patiente Inès : 06 39 98 12 34", "pii-fr/phone", Action.REDACT),
        ("Notre accueil est fermé, mobile perso de Sophie : 06 39 98 12 34", "pii-fr/phone", Action.REDACT),
        ("la plaque de mon voisin AB-123-CD, une plaque comme ça s'oublie pas", "pii-fr/plate", Action.REDACT),
        ("the neighbour's number plate like a fool he parks: YE71 HBN", "pii-en/uk-plate", Action.REDACT),
        ("L'entreprise est née avec Paul, né le 12 mars 1984", "pii-fr/birth-date", Action.REDACT),
    ],
)
def test_what_is_somebodys_is_not_excused_with_it(whole: Inspector, text: str, rule: str, action: Action) -> None:
    assert rule in rules(whole, text, action)
