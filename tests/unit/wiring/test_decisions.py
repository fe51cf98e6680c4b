"""Decided cases of a real store, opened for learning."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from guard.outbox import deciding
from guard.outbox.questions import answer, ask
from guard.policy.bundle import bundle_from_texts
from guard.training.decisions.lessons import Left
from guard.types.held import Form
from guard.types.inspection import DetectorFailure, Facts
from guard.types.principal import Principal
from guard.types.question import Ask, Words
from guard.wiring.decisions import decided_since, open_decided, veiled
from guard.wiring.heart import build_inspector
from guard.wiring.ledger import OpenLedger
from tests.decided import LEAK, TOPICS, base_models, decide, hold
from tests.ledgers import NOW, opened

OTHER = "fired, all of them, and none the wiser"
LATER = NOW + timedelta(days=1)
ALICE = Principal("1", "alice", "Alice")


@pytest.fixture(scope="module")
def inspector(tmp_path_factory):
    folder = tmp_path_factory.mktemp("policies")
    (folder / "p.yaml").write_text(TOPICS)
    models = base_models(folder / "models")
    return build_inspector(folder, cache=tmp_path_factory.getbasetemp() / "cache", show={"PERSON"}, models=models)


@pytest.fixture
def here(tmp_path):
    with opened(tmp_path) as here:
        yield here


def taken(here, inspector, **options):
    ledger = OpenLedger(here.store, here.log, here.keys, None)
    return open_decided(ledger, inspector.bundle, inspector.detectors, "Erin", LATER, **options)


def texts(decided):
    return [(one.text, dict(one.topics)) for one in decided.said]


def leaves(here):
    return [json.loads(leaf) for leaf in here.store.read_now(lambda tx: list(tx.leaves()))]


def test_verdicts_become_lessons_in_order_of_time(here, inspector):
    first, second, _ = (hold(here, inspector, text) for text in (LEAK, OTHER, "still fired, still open"))
    decide(here, second, approved=True, after=1)
    decide(here, first, approved=False, after=2)
    decided = taken(here, inspector)
    assert texts(decided) == [(OTHER, {"layoffs": False}), (LEAK, {"layoffs": True})]
    assert (decided.cases, decided.left) == (2, {})


def test_opening_them_is_an_entry_of_the_log_that_says_who_and_how_many(here, inspector):
    assert taken(here, inspector).cases == 0
    assert not [leaf for leaf in leaves(here) if leaf["kind"] == "training"]
    for after, text in enumerate((LEAK, OTHER)):
        decide(here, hold(here, inspector, text), approved=True, after=after)
    taken(here, inspector)
    (entry,) = [leaf for leaf in leaves(here) if leaf["kind"] == "training"]
    assert entry["data"]["cases"] == 2
    assert here.store.read_now(lambda tx: tx.author(entry["data"]["author"])).person == "Erin"
    assert "fired" not in json.dumps(entry)


def test_a_decision_that_can_still_be_undone_teaches_nothing(here, inspector):
    number = hold(here, inspector, LEAK)
    choice = deciding.Choice(approved=True)
    dana = Principal("2", "dana", "Dana")
    here.store.write_now(lambda tx: deciding.say_not_mine(tx, here.log, number, dana, NOW))
    verdict = here.store.write_now(
        lambda tx: deciding.decide(tx, here.keys, number, dana, choice, NOW, undo_for=timedelta(seconds=10))
    )
    assert verdict is not None
    assert taken(here, inspector).cases == 0


def test_what_an_identifier_held_teaches_nothing(here, inspector):
    for after, text in enumerate(("écrivez à b@c.example", f"{LEAK}, écrivez à b@c.example")):
        decide(here, hold(here, inspector, text), approved=False, after=after)
    decided = taken(here, inspector)
    assert (decided.said, decided.left) == ([], {Left.NO_TOPIC: 1, Left.MORE: 1})


def test_an_edit_gives_both_texts(here, inspector):
    edited = "a lovely day"
    decide(
        here, hold(here, inspector, LEAK), approved=True, form=Form.EDITED, texts={"/status": edited},
        inspect=lambda post: inspector.inspect(post, Facts(now=NOW)),
    )  # fmt: skip
    assert texts(taken(here, inspector)) == [(LEAK, {"layoffs": True}), (edited, {"layoffs": False})]


def test_erased_texts_are_counted_and_only_newer_decisions_may_be_asked_for(here, inspector):
    first, second = (hold(here, inspector, text) for text in (LEAK, OTHER))
    decide(here, first, approved=False, after=1)
    decide(here, second, approved=False, after=2)
    assert here.store.read_now(lambda tx: decided_since(tx, NOW + timedelta(minutes=1))) == ([second], 0)
    here.store.write_now(lambda tx: tx.erase(tx.case(first).event))
    decided = taken(here, inspector)
    assert (texts(decided), decided.left) == ([(OTHER, {"layoffs": True})], {Left.ERASED: 1})
    assert taken(here, inspector, since=NOW + timedelta(minutes=2)).cases == 0


def test_a_refusal_that_was_overturned_is_harmless(here, inspector):
    number = hold(here, inspector, LEAK)
    case = decide(here, number, approved=False)
    dana = Principal("2", "dana", "Dana")

    def work(tx):
        asked = ask(
            tx, here.log, here.keys, ALICE, Ask.FALSE_POSITIVE, Words("It is a game."), LATER, decision=case.event
        )
        answer(
            tx, here.log, here.keys, asked.id, dana, "You are right.", LATER, upheld=True, keep_for=timedelta(days=30)
        )

    here.store.write_now(lambda tx: tx.put_author(case.author, replace(tx.author(case.author), person="Alice")))
    here.store.write_now(work)
    assert texts(taken(here, inspector)) == [(LEAK, {"layoffs": False})]


def test_a_case_sealed_under_another_key_is_left_out(here, inspector, tmp_path):
    number = hold(here, inspector, LEAK)
    decide(here, number, approved=False)
    here.store.write_now(lambda tx: tx.update_case(replace(tx.case(number), sealed=b"x" * 64)))
    decided = taken(here, inspector)
    assert (decided.said, decided.left) == ([], {Left.UNREADABLE: 1})


def test_names_numbers_and_terms_are_veiled_and_topics_are_not(inspector):
    shown = veiled(inspector.detectors, f"Jean Dupont : {LEAK}, b@c.example ou 06 12 34 56 78")
    assert LEAK in shown
    for hidden in ("Jean", "Dupont", "b@c.example", "06 12"):
        assert hidden not in shown


def test_a_confidential_term_is_veiled_though_no_rule_speaks_of_it(tmp_path):
    bundle = TOPICS + (
        "  - id: name\n    find: {terms: [zanzibar]}\n    unless: {near: [holiday], within: 40}\n"
        '    do: flag\n    say: {fr: "Non.", en: "No."}\n    match: ["[[zanzibar]]"]\n    no_match: ["x"]\n'
    )
    assert bundle_from_texts({"p.yaml": bundle})
    (tmp_path / "p.yaml").write_text(bundle)
    made = build_inspector(tmp_path, cache=tmp_path.parent / "cache", models=base_models(tmp_path / "models"))
    assert "anzibar" not in veiled(made.detectors, "a Z4nzibar holiday, zanzibar twice")


def test_a_text_that_a_detector_could_not_search_is_not_learnt(here, inspector):
    class Failing:
        def run(self, post):
            return (), (DetectorFailure("names", "time-out"),)

    decide(here, hold(here, inspector, LEAK), approved=False)
    ledger = OpenLedger(here.store, here.log, here.keys, None)
    decided = open_decided(ledger, inspector.bundle, Failing(), "Erin", LATER)
    assert (decided.said, decided.veiled, decided.left) == ([], [], {Left.FAILED: 1})
