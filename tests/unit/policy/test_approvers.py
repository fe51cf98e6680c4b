"""Steps that hold for people who are nobody."""

import pytest

from guard.policy.approvers import unanswered
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
