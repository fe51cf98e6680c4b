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
    assert problem.message == "nobody is in 2 groups that must approve what rules hold (2 rules): dpo, RH"
    assert problem.location is None
    assert words_of("fr").told(problem).startswith("personne n’est dans 2 groupes qui doivent approuver")
    alone = empty_groups(found, ["rh", "dpo"])
    assert alone.message == "nobody is in a group that must approve what rules hold (1 rule): presse"
    assert empty_groups(found, ["rh", "presse"]) is None
