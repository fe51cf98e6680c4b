"""Names in posts, as the detectors give them, with the model that is shipped."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guard.detect import names
from guard.detect.base import Hit
from guard.detect.modelled import KINDS, Modelled
from guard.errors import ModelError
from guard.inspector import Inspector
from guard.models.shelf import Shelf
from guard.models.weights import Weights, pack
from guard.text.normalize import NormalizedText, normalize
from guard.types.decision import Action
from guard.types.finding import Strength
from guard.types.inspection import Facts, Inspection
from guard.types.post import ANONYMOUS, Post, Segment
from guard.wiring.heart import build_inspector, models_folder
from tests.unit.models.names.listing import weights

KIND = next(kind for kind in KINDS if kind.name == "names")
Scan = Callable[[NormalizedText], list[Hit]]


@pytest.fixture(scope="module")
def scan() -> Scan:
    return Modelled(KIND, Shelf(models_folder(None))).scan


def found(scan: Scan, text: str) -> set[tuple[str, str]]:
    view = normalize(text)
    hits = scan(view)
    assert all(hit.strength is Strength.MODEL and 0 <= hit.score <= 1 for hit in hits)
    return {(hit.entity_type, view.plain[hit.start : hit.end]) for hit in hits}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bon courage à Sophie pour demain", {("PERSON", "Sophie")}),
        ("réunion avec Karim Benali à Toulouse", {("PERSON", "Karim Benali"), ("LOCATION", "Toulouse")}),
        ("ma collègue amandine est partie", {("PERSON", "amandine")}),
        ("Thanks to Sarah Connolly for the help", {("PERSON", "Sarah Connolly")}),
        ("#MerciZidane", {("PERSON", "Zidane")}),
        ("Merci S\u200bophie !", {("PERSON", "Sophie")}),  # read without what nobody sees
        ("La SNCF est en retard", {("ORGANIZATION", "SNCF")}),
        ("on prend le train demain matin", set()),
        ("une rose fanée dans un verre", set()),
        ("@sophie_l tu viens ?", set()),
        ("", set()),
    ],
)
def test_found(scan: Scan, text: str, expected: set[tuple[str, str]]) -> None:
    assert found(scan, text) == expected


def test_public_and_private(scan: Scan) -> None:
    by_text = {}
    for text in ("ma fille Zoé a eu son bac", "Emmanuel Macron a parlé hier soir à la télé"):
        view = normalize(text)
        by_text |= {view.plain[hit.start : hit.end]: hit.subtype for hit in scan(view)}
    assert by_text == {"Zoé": "private", "Emmanuel Macron": "public"}


def test_a_file_of_something_else_is_told() -> None:
    model = weights()
    arrays = {name: value for name, value in model.arrays.items() if name != "moves"}
    for data in (b"", b"PK\x03\x04", pack(Weights(model.about, arrays)), pack(Weights({}, model.arrays))):
        with pytest.raises(ModelError):
            names.load(data)


POLICY = """
guard: 1
policy: health
title: {{fr: "Santé", en: "Health"}}
owner: dpo@exemple.fr
review_by: 2099-01-01
mode: enforce
rules:
  - id: health-of-someone
    title: {{fr: "Santé d'une personne nommée", en: "Health of a named person"}}
    find:
      all_of:
        - {find}
        - {{terms: [arrêt maladie, burn-out, cancer, dépression, grossesse, opération]}}
      within: 80
    do: {{action: hold, approvers: [group:dpo]}}
    say:
      fr: "Ce message semble parler de la santé d'une personne."
      en: "This post seems to be about someone's health."
    match:
      - "Bon courage à [[Sophie]], en [[arrêt maladie]] depuis lundi"
    no_match:
      - "Octobre rose : dépistage du cancer, parlez-en"
      - "Sophie rejoint l'équipe marketing !"
"""


def test_a_policy_may_ask_for_persons(tmp_path: Path) -> None:
    (tmp_path / "health.yaml").write_text(POLICY.format(find="{entity: PERSON}"), encoding="utf-8")
    inspector = build_inspector(tmp_path)  # proves the examples
    assert "PERSON" in seen(inspector, "Sophie Martin est à Toulouse")


@pytest.mark.parametrize("find", ["{entity: PERSON, subtype: private}", "{entity: LOCATION, subtype: place}"])
def test_a_subtype_that_the_model_tells_needs_it_too(tmp_path: Path, find: str) -> None:
    (tmp_path / "health.yaml").write_text(POLICY.format(find=find), encoding="utf-8")
    assert "PERSON" in seen(build_inspector(tmp_path, examples=False), "Sophie Martin est à Toulouse")


def test_nobody_reads_names_unless_asked(tmp_path: Path) -> None:
    text = POLICY.format(find="{entity: LOCATION, subtype: address}").partition("    match:")[0]
    match = (
        '    match: ["[[12 rue des Lilas, 35000 Rennes]], [[cancer]]"]\n    no_match: ["Sophie a un cancer à Lyon"]\n'
    )
    (tmp_path / "health.yaml").write_text(text + match, encoding="utf-8")
    assert seen(build_inspector(tmp_path), "Sophie Martin est à Toulouse") == set()


def test_no_pack_acts_on_a_name_alone() -> None:
    inspector = build_inspector(Path("policies"), examples=False, show={"PERSON", "ORGANIZATION", "LOCATION"})
    text = "Sophie Martin et Karim Benali (SNCF) sont à Toulouse demain"
    assert seen(inspector, text) == {"PERSON", "ORGANIZATION", "LOCATION"}
    assert inspected(inspector, text).decision.action is Action.ALLOW


def test_a_name_gives_way_to_what_else_was_found(tmp_path: Path) -> None:
    (tmp_path / "health.yaml").write_text(POLICY.format(find="{entity: PERSON}"), encoding="utf-8")
    inspector = build_inspector(tmp_path, examples=False)
    text = "écrire à Karim Benali, 14 rue Sophie Germain, 59150 Wattrelos"
    kinds = {text[each.span.start : each.span.end]: each.entity_type for each in inspected(inspector, text).findings}
    assert kinds == {"Karim Benali": "PERSON", "14 rue Sophie Germain, 59150 Wattrelos": "LOCATION"}


def inspected(inspector: Inspector, text: str) -> Inspection:
    post = Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/text", "body", text),))
    return inspector.inspect(post, Facts(now=datetime(2026, 11, 22, tzinfo=UTC)))


def seen(inspector: Inspector, text: str) -> set[str]:
    return {finding.entity_type for finding in inspected(inspector, text).findings}
