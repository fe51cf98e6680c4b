"""Lessons of a case: each one, written into its file, is proved by that file's own tests; nothing real is left in it."""

from dataclasses import replace
from datetime import date

import pytest

from guard.authoring.amend import add_example, add_exception
from guard.authoring.lesson import LONGEST, Kind, Wanted, example, exception, setting_of
from guard.authoring.stand_ins import COVER, WITHHELD, masked
from guard.authoring.suite import run_examples
from guard.detect.run import Detectors
from guard.errors import PolicyError
from guard.inspector import Inspector
from guard.policy.bundle import bundle_from_texts
from guard.policy.schema import ExampleSetting
from guard.types.inspection import DetectorFailure
from guard.types.post import Author, Post, Segment, Visibility
from tests.unit.authoring.inspecting import inspector, post, rule
from tests.unit.policy.makers import HEAD, NOON, policy

PHONE = rule(
    "{entity: PHONE_NUMBER}", "hold", name="phone",
    match='["Appelez le [[06 39 98 12 34]]", "ou le [[01 99 00 12 34]]"]', no_match='["pas de numéro"]',
)  # fmt: skip
TERM = rule("{terms: [grand lancement]}", "hold", name="term", match='["le [[grand lancement]]"]', no_match='["non"]')
SECRET_HEAD = HEAD.replace("demo", "hush") + "confidential: true\n"
SECRET = policy(rule("{terms: [Projet Zanzibar]}", match='["le [[projet Zanzibar]]"]', no_match='["non"]'), SECRET_HEAD)
PLAIN = ExampleSetting()


def made(*rules, **files):
    return inspector(*rules, **{f"{name}.yaml": text for name, text in files.items()})


def rule_of(inspector, name):
    return next(one for one in inspector.bundle.rules if one.source.id == name)


def proved(text, file="p.yaml", **files):
    """What the folder's own tests say: failures, and gaps that are known."""
    bundle = bundle_from_texts({file: text, **{f"{name}.yaml": each for name, each in files.items()}})
    result = run_examples(Inspector(Detectors.build(bundle.matchers), bundle), bundle)
    return [each.message for each in result.failures], len(result.todo)


def with_example(bench, name, kind, text, setting=PLAIN):
    lines = example(bench, rule_of(bench, name), kind, text, setting, "case 7")
    data = policy(PHONE + TERM).encode()
    return lines, add_example("p.yaml", data, name, kind.value, *lines.lines).decode()


def hide(bench, text):
    segment = Segment("/text", "body", text)
    return masked(bench, post(text), segment)


# --- what may stand in a file


def test_values_become_those_of_the_examples_and_the_same_value_the_same_one() -> None:
    bench = made(PHONE, TERM)
    found = hide(bench, "Au 07 12 34 56 78, au 06 11 22 33 44 ou encore au 07 12 34 56 78 : grand lancement")
    assert found.text == ("Au 06 39 98 12 34, au 01 99 00 12 34 ou encore au 06 39 98 12 34 : grand lancement")
    assert (found.replaced, found.covered) == (3, False)
    assert hide(bench, "rien du tout").text == "rien du tout"
    assert hide(bench, "à paul.durand@nexalis.fr").text == "à [e-mail]"  # no example has one


def test_a_confidential_word_is_covered_also_where_its_policy_does_not_apply() -> None:
    away = SECRET.replace("mode: enforce", "mode: enforce\napplies_to: {networks: [x]}")
    for bench in (made(PHONE, SECRET=SECRET), made(PHONE, SECRET=away)):
        found = hide(bench, "Le Projet Zanzibar, au 07 12 34 56 78")
        assert (found.text, found.covered) == (f"Le {COVER}, au 06 39 98 12 34", True)


@pytest.mark.parametrize(
    "text",
    ["UHJvamV0IFphbnppYmFy", "rabiznaZ tejorP, encore", "Projet\u200b Zan\u200bzibar", "P r o j e t Z a n z i b a r"],
)
def test_of_a_confidential_word_in_disguise_no_letter_is_left(text) -> None:
    found = hide(made(PHONE, SECRET=SECRET), f"voici {text} ce soir")
    assert found.covered
    assert found.text in {"", f"voici {COVER} ce soir", f"voici {COVER}, encore ce soir"}


def test_where_a_detector_fails_no_text_is_given() -> None:
    bench = made(PHONE)
    assert hide(failing(bench), "rien de mal") == WITHHELD
    assert hide(bench, "rien de mal").text == "rien de mal"


def failing(bench: Inspector) -> Inspector:
    class Failing:
        inline, digest = True, ""

        def run(self, *_):
            return (), (DetectorFailure("dictionary", "time-out"),)

    return Inspector(Failing(), bench.bundle)  # type: ignore[arg-type]


# --- lines that hold


def test_right_to_stop_is_a_marked_example_that_holds() -> None:
    lines, text = with_example(made(PHONE, TERM), "phone", Kind.STOP, 'Au 06 39 98 12 34 : "demain"')
    assert lines.holds
    assert 'Au [[06 39 98 12 34]] : \\"demain\\"", action: hold, note: "case 7"' in lines.lines[0]
    assert proved(text) == ([], 0)


def test_where_the_rule_finds_nothing_the_gap_is_known_and_stops_nothing() -> None:
    for name, written, marked in (
        ("term", f"le {COVER} de lundi", f"[[{COVER}]]"), ("term", "le petit lancement", "[[le petit lancement]]"),
    ):  # fmt: skip
        lines, text = with_example(made(PHONE, TERM), name, Kind.STOP, written)
        assert not lines.holds
        assert marked in lines.lines[0]
        assert proved(text) == ([], 1)


def test_should_have_passed_is_a_gap_until_the_rule_changes() -> None:
    bench = made(PHONE, TERM)
    lines, text = with_example(bench, "term", Kind.PASS, "le grand lancement de la fusée")
    assert (lines.holds, proved(text)) == (False, ([], 1))
    lines, text = with_example(bench, "term", Kind.PASS, "la fusée")
    assert (lines.holds, proved(text)) == (True, ([], 0))


def test_the_setting_decides_with_the_text() -> None:
    step = "{when: {visibility: [public]}, action: hold}"
    private = ExampleSetting(visibility=Visibility.PRIVATE)
    bench = made(rule("{terms: [grand lancement]}", f"[{step}]", match='["[[grand lancement]]"]', no_match='["x"]'))
    assert not example(bench, rule_of(bench, "r"), Kind.PASS, "le grand lancement", PLAIN, "n").holds
    found = example(bench, rule_of(bench, "r"), Kind.PASS, "le grand lancement", private, "n")
    assert found.holds
    assert "as: {visibility: private}" in found.lines[0]


def test_a_secret_stands_in_two_parts() -> None:
    token = "xoxb-" + "263594206564-2343594206574-" + "FGqddMF8t08v8N7Oq4i57vs1"
    bench = made(rule("{entity: SECRET}", "block", match='[["[[AKIA", "IOSFODNN7QWERTYU]]"]]', no_match='["x"]'))
    found = example(bench, rule_of(bench, "r"), Kind.STOP, f"jeton {token} !", PLAIN, "n")
    assert found.holds
    assert token not in found.lines[0]


def test_an_exception_is_proved_by_its_own_examples() -> None:
    bench = made(PHONE, TERM)
    wanted = Wanted({"en": "public since May"}, "ana", date(2026, 9, 1), "grand lancement", ("mastodon",))
    lines = exception(bench, rule_of(bench, "term"), wanted, "notre Grand lancement", PLAIN, NOON)
    assert lines.holds
    text = add_exception("p.yaml", policy(PHONE + TERM).encode(), lines.lines).decode()
    assert proved(text) == ([], 0)
    assert 'text: ["*grand lancement*"]' in text
    other = replace(wanted, phrase="autre chose", groups=("presse",))
    bundle = bundle_from_texts({"p.yaml": text})
    bench = Inspector(Detectors.build(bundle.matchers), bundle)
    lines = exception(bench, rule_of(bench, "term"), other, "notre grand lancement", PLAIN, NOON)
    text = add_exception("p.yaml", text.encode(), lines.lines).decode()
    assert not lines.holds
    assert "id: exception-2026-06-01-2" in text
    assert proved(text) == ([], 1)


def test_two_exceptions_of_a_day_have_two_names() -> None:
    wanted = Wanted({"fr": "r", "en": "r"}, "ana", date(2026, 9, 1), networks=("mastodon",))
    text = policy(PHONE + TERM)
    for number in range(3):
        bundle = bundle_from_texts({"p.yaml": text})
        bench = Inspector(Detectors.build(bundle.matchers), bundle)
        lines = exception(
            bench, rule_of(bench, "term" if number else "phone"), wanted, "le grand lancement", PLAIN, NOON
        )
        text = add_exception("p.yaml", text.encode(), lines.lines).decode()
    names = [one.id for one in bundle_from_texts({"p.yaml": text}).policies[0].source.exceptions]
    assert names == ["exception-2026-06-01", "exception-2026-06-01-2", "exception-2026-06-01-3"]


def test_an_exception_to_a_rule_that_asks_for_dates_and_groups() -> None:
    head = HEAD + "dates: {announcement: 2026-07-01}\nexamples_at: 2026-02-01\n"
    step = "[{when: {before: announcement, groups: [presse]}, action: hold}]"
    match = '[{text: "[[grand lancement]]", as: {groups: [presse]}}]'
    text = policy(rule("{terms: [grand lancement]}", step, match=match, no_match='["x"]'), head)
    bundle = bundle_from_texts({"p.yaml": text})
    bench = Inspector(Detectors.build(bundle.matchers), bundle)
    author = Author("x", "alice", groups=frozenset({"presse", "vente"}))
    held = Post("p", "x", "post.create", author, (Segment("/text", "body", "grand lancement"),))
    setting = setting_of(bench.bundle.rules[0], held, NOON)
    assert (setting.network, setting.groups, setting.at) == ("x", frozenset({"presse"}), NOON)
    wanted = Wanted({"fr": "r"}, "ana", date(2026, 6, 20), networks=("x",), groups=("presse",))
    lines = exception(bench, bench.bundle.rules[0], wanted, "le grand lancement", setting, NOON)
    assert lines.holds
    assert proved(add_exception("p.yaml", text.encode(), lines.lines).decode()) == ([], 0)
    found = example(bench, bench.bundle.rules[0], Kind.STOP, "le grand lancement", setting, "n")
    assert found.holds
    assert proved(add_example("p.yaml", text.encode(), "r", "match", *found.lines).decode()) == ([], 0)


@pytest.mark.parametrize("text", ["", "  ", "un [[mot]]", "x" * (LONGEST + 1)])
def test_what_no_example_can_hold_is_said(text) -> None:
    bench = made(PHONE)
    with pytest.raises(PolicyError):
        example(bench, rule_of(bench, "phone"), Kind.PASS, text, PLAIN, "n")
