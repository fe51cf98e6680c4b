"""What slips through, the ratchet, and the lines to paste."""

import pytest

from guard.authoring import evade_ratchet
from guard.authoring.disguises import DISGUISES, Disguise
from guard.authoring.evade import disguised, evade
from guard.authoring.evade_ratchet import Change
from guard.authoring.evade_todo import todo_lines
from guard.authoring.suite import run_examples
from guard.errors import UsageError
from guard.words.texts import words_of
from tests.unit.authoring.inspecting import inspector, rule
from tests.unit.policy.makers import HEAD

NAMES = '["le [[Projet Aurore]] avance"]'


def made(find: str = "{terms: [Projet Aurore]}", do: str = "block", *, match: str = NAMES, **more):
    return inspector(rule(find, do, match=match), **more)


def run(inspected, *disguises: Disguise):
    return evade(inspected, inspected.bundle, disguises or DISGUISES)


def test_what_is_caught_and_what_slips_through():
    (evaded,) = run(made())
    slipped = {slip.disguise for slip in evaded.slips}
    assert "transliterated" in slipped
    assert not slipped & {
        "zero-width space",
        "full width",
        "zalgo",
        "base64",
        "Cyrillic homoglyphs",
        "split over two posts",
    }
    assert len(evaded.tried) >= 60
    assert evaded.caught == len(evaded.tried) - len(evaded.slips)


def test_every_mark_is_rewritten_and_unchanged_ones_are_no_case():
    example = made(match='["[[Projet Aurore]] et [[Projet Aurore]]"]').bundle.rules[0].source.match[0]
    written = disguised(example, Disguise("x", "x", lambda value: value[0] + "!"))
    assert (written.posts, written.places) == (("P! et P!",), ((0, 2), (6, 8)))
    assert disguised(example, Disguise("x", "x", lambda value: value)) is None


def test_a_milder_action_is_a_slip_and_so_is_a_find_elsewhere():
    ladder = "[{when: {confidence: high}, action: block}, {action: flag}]"
    turned = Disguise("misspelt", "typo", lambda value: value.replace("Aurore", "Aurrore"))
    inspected = made("{any_of: [{terms: [Projet Aurore]}, {entity: EMAIL_ADDRESS}]}", ladder)
    (evaded,) = run(inspected, turned, Disguise("elsewhere", "x", lambda _: "…"))
    assert [slip.disguise for slip in evaded.slips] == ["misspelt", "elsewhere"]


def test_another_rule_may_stop_it():
    other = rule("{terms: [Ombrelle]}", match='["[[Ombrelle]]"]', name="q")
    both = inspector(rule("{terms: [Projet Aurore]}", match=NAMES), other)
    first, second = run(both, Disguise("other name", "x", lambda value: value.replace("Projet Aurore", "Ombrelle")))
    assert [slip.stopped for slip in first.slips] == [True]
    assert second.tried == ()


def test_known_gaps_and_examples_that_fail_are_not_tried():
    (evaded,) = run(made(match='[{text: "[[Projet Aurore]]", todo: true}, "[[autre]]"]'))
    assert evaded.tried == ()


def test_the_ratchet_tells_worse_from_better_and_only_shrinks():
    known = {"p/r": {"zalgo": 2, "leet": 1}, "p/gone": {"leet": 1}}
    now = {"p/r": {"zalgo": 1, "leet": 2}, "p/new": {"rot": 1}}
    worse, better = evade_ratchet.changes(known, now)
    assert worse == (Change("p/new", "rot", 0, 1), Change("p/r", "leet", 1, 2))
    assert better == (Change("p/gone", "leet", 1, 0), Change("p/r", "zalgo", 2, 1))
    assert evade_ratchet.lowered(known, now) == {"p/r": {"zalgo": 1, "leet": 1}}
    assert evade_ratchet.read(evade_ratchet.written(now)) == now


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "slips": {}}', '{"version": 1, "slips": []}', '{"version": 1, "slips": {"a": 1}}',
             '{"version": 1, "slips": {"a": {"b": true}}}', '{"version": 1, "slips": {"a": {"b": -1}}}', "[" * 100_000],
)  # fmt: skip
def test_a_file_that_is_no_ratchet(text):
    with pytest.raises(UsageError):
        evade_ratchet.read(text)


def test_slips_can_be_pasted_under_match():
    (evaded,) = run(made(match="""[{text: "à [[Projet Aurore]]\\t «\\"é\\"»", as: {visibility: direct}}]"""))
    lines = [line for line in todo_lines(evaded, words_of("en")) if not line.lstrip().startswith("#")]
    pasted = made(match="\n" + "\n".join(lines))
    examples = pasted.bundle.rules[0].source.match
    assert len(examples) >= 3
    assert all(example.todo and example.setting.visibility.value == "direct" for example in examples)
    written = {slip.written for slip in evaded.slips}
    assert {(example.text, example.spans) for example in examples} <= {(each.posts[0], each.places) for each in written}
    outcome = run_examples(pasted, pasted.bundle)
    assert (outcome.failures, len(outcome.todo)) == ((), len(examples))


def test_secrets_are_pasted_in_parts_and_threads_only_named():
    token = "gh" + "p_" + "Zk4Qm9Xv2Lw8Rt6Yp1Sd3Fg5Hj7Bn0Ca4Ux9"
    (evaded,) = run(made("{entity: SECRET}", match=f'[["le [[gh", "p_{token[4:]}]]"]]'))
    lines = list(todo_lines(evaded, words_of("en")))
    assert any("text: [" in line for line in lines)
    assert not any(token in line for line in lines)
    assert all("(" in line for line in lines if line.lstrip().startswith("#"))


def test_nothing_of_a_confidential_example_is_told():
    (evaded,) = run(made(head=HEAD + "confidential: true\n"))
    shown = repr(evaded.slips) + "\n".join(todo_lines(evaded, words_of("en")))
    assert "avance" not in shown
    assert "confidential: write it yourself" in shown
    assert "p.yaml:12:13" in shown
