"""What must hold of every backtest, whatever the posts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guard.authoring.backtest.compare import Kind, compare
from guard.authoring.backtest.counts import Counts
from guard.authoring.backtest.report import Collector
from guard.types.decision import Action
from guard.types.post import Author
from tests.unit.policy.makers import ToyInspector, bundle, facts, post, rule

ACTIONS = st.sampled_from([action.word for action in Action])
POSTS = st.tuples(
    st.lists(st.sampled_from(["rien", "b@c.example", "Orion", "<b>", "é\n", "\ud800", "x" * 300]), max_size=6).map(
        " ".join
    ),
    st.sampled_from(["", "2026-11-01", "2026-11-30"]),
    st.frozensets(st.sampled_from(["sales", "press"])),
)


def inspector(mail: str, name: str | None = None) -> ToyInspector:
    more = [rule(name, find="{terms: [Orion]}", name="n")] if name else []
    return ToyInspector(bundle(rule(mail), *more))


def run(old, new, posts, samples=3):
    collector = Collector(samples=samples)
    for number, (text, day, groups) in enumerate(posts):
        given = post(text, author=Author("mastodon", "", groups=groups))
        before, after = old.inspect(given, facts()), new.inspect(given, facts())
        collector.counts.see(before, after, day)
        found = compare(f"a:{number}", before, after)
        if found is not None:
            collector.change(found)
    return collector


@given(ACTIONS, ACTIONS, st.lists(POSTS, max_size=8))
def test_the_same_policies_change_nothing(mail, name, posts):
    same = inspector(mail, name)
    assert run(same, same, posts).changed == 0


@given(ACTIONS, ACTIONS, st.lists(POSTS, max_size=8))
def test_one_more_rule_never_lets_a_post_pass(mail, name, posts):
    report = run(inspector(mail), inspector(mail, name), posts).report(3)
    assert report["changes"][list(Kind).index(Kind.PASSED)]["posts"] == 0


@given(ACTIONS, ACTIONS, st.lists(POSTS, max_size=8), st.integers(0, 3))
def test_numbers_agree_with_each_other(mail, other, posts, samples):
    report = run(inspector(mail), inspector(other), posts, samples).report(3)
    assert report["posts"] == len(posts) == sum(pair["posts"] for pair in report["actions"])
    differing = sum(pair["posts"] for pair in report["actions"] if pair["old"] != pair["new"])
    assert report["changed"] == differing  # one rule, so no other rules and no other masking
    for change in report["changes"]:
        assert len(change["samples"]) <= min(samples, change["posts"])
        assert sum(row["posts"] for row in change["by_network"]) == change["posts"]
        assert all(row["posts"] <= row["of"] for row in change["by_group"])
    for side in ("old", "new"):
        held = sum(pair["posts"] for pair in report["actions"] if pair[side] == "hold")
        assert report["load"][side]["held"] == held


@given(ACTIONS, ACTIONS, st.lists(POSTS, max_size=8), st.integers(0, 8))
def test_counts_do_not_depend_on_how_the_posts_are_shared_out(mail, other, posts, cut):
    old, new = inspector(mail), inspector(other)
    joined = Counts()
    for part in (posts[cut:], posts[:cut]):
        joined.add(run(old, new, part).counts)
    assert joined == run(old, new, posts).counts
