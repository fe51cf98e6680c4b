"""Steps that hold for people who are nobody."""

import pytest

from guard.policy.approvers import empty_groups, unanswered
from guard.words.texts import words_of
from tests.unit.policy.makers import bundle, rule


@pytest.mark.parametrize(
    ("approvers", "groups", "told"),
    [
        ("[group:juridique]", (), True),
        ("[group:juridique]", ("presse",), True),
        ("[group:juridique]", ("presse", "juridique"), False),
        ("[group:Juridique]", ("juridique ",), False),
        ("[group:juridique, group:dpo]", ("dpo",), False),
        ("[group:juridique, marie]", (), False),
        ("[marie]", (), False),
    ],
)
def test_who_can_let_a_held_post_go(approvers, groups, told):
    found = unanswered(bundle(rule(f"{{action: hold, approvers: {approvers}}}")), groups)
    assert [str(one.location) for one in found] == ["demo.yaml:9:9: rules[0].do"] * told
    assert all("group that must approve here: juridique" in one.message for one in found)
    assert unanswered(bundle(rule("hold")), ()) == ()


def test_all_groups_that_nobody_is_in_are_told_in_one_line():
    def held(approvers, name):
        return rule(f"{{action: hold, approvers: {approvers}}}", name=name)

    found = bundle(
        held("[group:rh]", "a"), held("[group:dpo, group:RH]", "b"), held("[group:presse]", "c"), held("[marie]", "d")
    )
    problem = empty_groups(found, ["Presse"])
    assert problem.message == (
        "2 groups that must approve what rules hold have no members: dpo, RH (demo/a in demo.yaml, demo/b in demo.yaml)"
    )
    assert problem.location is None
    assert (
        words_of("fr")
        .told(problem)
        .replace("\u00a0", " ")
        .startswith(
            "2 groupes qui doivent approuver ce que des règles retiennent n’ont aucun membre : dpo, RH (demo/a dans demo.yaml, "
        )
    )
    three = words_of("en").told(empty_groups(found, []))
    assert "(demo/a in demo.yaml, demo/b in demo.yaml, 1 more rule)" in three
    alone = empty_groups(found, ["rh", "dpo"])
    assert alone.message == ("a group that must approve what rules hold has no members: presse (demo/c in demo.yaml)")
    assert empty_groups(found, ["rh", "presse"]) is None
