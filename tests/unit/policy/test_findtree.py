from itertools import combinations, product
from random import Random

from guard.policy.findtree import AllNode, AnyNode, EntityNode, MatcherNode, hits, places
from guard.types.finding import Finding
from tests.unit.policy.makers import mail

A, B, C = (EntityNode(letter, None) for letter in "ABC")


def found(entity: str, start: int, end: int, path: str = "/text") -> Finding:
    return mail(start, end, path, entity_type=entity)


def test_entity_takes_its_own_subtype_and_no_finding_of_a_matcher():
    jwt = mail(entity_type="SECRET", subtype="jwt")
    other = mail(entity_type="SECRET", subtype="npm")
    of_policy = mail(entity_type="SECRET", matcher="p/r")
    everything = [jwt, other, of_policy]
    assert hits(EntityNode("SECRET", None), everything) == [jwt, other]
    assert hits(EntityNode("SECRET", "jwt"), everything) == [jwt]
    assert hits(MatcherNode("p/r"), everything) == [of_policy]


def test_all_parts_within_reach_of_each_other():
    a, near, far = found("A", 0, 10), found("B", 15, 20), found("B", 16, 20)
    assert hits(AllNode((A, B), 5), [a, near]) == [a, near]
    assert hits(AllNode((A, B), 5), [a, far]) == []
    assert hits(AllNode((A, B), 5), [near]) == []


def test_three_parts_must_be_near_pairwise_not_in_a_chain():
    chain = [found("A", 0, 1), found("B", 5, 6), found("C", 10, 11)]
    assert hits(AllNode((A, B, C), 4), chain) == []
    assert hits(AllNode((A, B, C), 9), chain) == chain


def test_only_members_of_a_group_count():
    group = [found("A", 0, 1), found("B", 3, 4)]
    alone = found("A", 500, 501)
    assert hits(AllNode((A, B), 10), [*group, alone]) == group


def test_without_within_anywhere_in_the_post_with_it_in_one_text():
    a, b = found("A", 0, 1), found("B", 0, 1, "/spoiler")
    assert hits(AllNode((A, B), None), [a, b]) == [a, b]
    assert hits(AllNode((A, B), 100), [a, b]) == []


def test_any_of_keeps_order_and_counts_once():
    a, b = found("A", 0, 1), found("B", 5, 6)
    assert hits(AnyNode((B, A, AnyNode((A, C)))), [a, b]) == [a, b]


def test_within_agrees_with_trying_every_group():
    rng = Random(7)
    for _ in range(500):
        findings = [
            found(rng.choice("ABC"), start, start + rng.randint(1, 12))
            for start in (rng.randint(0, 60) for _ in range(rng.randint(0, 9)))
        ]
        within = rng.randint(1, 15)
        parts = [[f for f in findings if f.entity_type == letter] for letter in "ABC"]
        wanted = {
            id(f)
            for group in product(*parts)
            if all(
                max(x.span.start, y.span.start) - min(x.span.end, y.span.end) <= within
                for x, y in combinations(group, 2)
            )
            for f in group
        }
        assert [id(f) for f in hits(AllNode((A, B, C), within), findings)] == [
            id(f) for f in findings if id(f) in wanted
        ]


def test_places_are_counted_apart():
    assert places([]) == 0
    assert places([mail(0, 5), mail(0, 5), mail(3, 8)]) == 1
    assert places([mail(0, 5), mail(5, 8)]) == 2
    assert places([mail(0, 5), mail(0, 5, "/alt")]) == 2
    assert places([mail(0, 5), mail(4, 9), mail(8, 12)]) == 2  # a bridge does not make two places one
