"""The catalogue against the leaves themselves: every search against a plain look at each entry, proofs against the whole tree."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from guard.audit import merkle
from guard.audit.catalogue import catch_up, line_of, micros, seconds_of, step_of
from guard.audit.export import prove
from guard.audit.proofs import Tree
from guard.audit.verify import verify_proof
from guard.errors import VerificationError
from guard.store.catalogue import EntryQuery
from guard.types.audit import AuditEntry
from guard.types.held import CaseState, Form, Review
from tests.ledgers import NOW, held, opened

RULES = ("pii-fr/phone", "client-x/name", "it's/odd\"one")


@pytest.fixture
def ledger(tmp_path):
    with opened(tmp_path) as made:
        yield made


def fill(ledger, count=900):
    """Entries of all kinds over ten days, the clock going back once."""

    def work(tx):
        for number in range(count):
            hours = number * 240 // count - (30 if number == count // 2 else 0)
            kind = ("decision", "delivery", "review", "start")[(number % 7) % 4]
            data = {"network": ("mastodon", "x")[number % 5 == 0], "author": f"a{number % 11}"}
            if kind == "decision":
                data["action"] = ("allow", "hold", "block", "allow")[number % 4]
                data["matches"] = [{"rule": RULES[number % 3], "action": "hold"}] if number % 2 else []
                if number % 13 == 0:
                    data["case"] = 1001 + number % 5
            entry = AuditEntry(f"{number:028x}", kind, NOW + timedelta(hours=hours), data)
            ledger.log.append(tx, entry)

    ledger.store.write_now(work)


def catalogued(ledger, limit=100):
    while ledger.store.write_now(lambda tx: catch_up(tx, limit)):
        pass


def test_every_search_finds_what_a_plain_look_finds(ledger):
    fill(ledger)
    catalogued(ledger)
    leaves = ledger.store.read_now(lambda tx: [json.loads(leaf) for leaf in tx.leaves()])
    lines = [line_of(index, leaf) for index, leaf in enumerate(leaves)]
    start = micros("2026-11-24T00:00:00.000000Z")
    options = {
        "kind": (None, "decision", "review", "none"),
        "action": (None, "allow", "block"),
        "network": (None, "x"),
        "rule": (None, *RULES[1:]),
        "case": (None, 1002),
        "authors": (None, ["a1", "a7"]),
        "since": (None, start),
        "until": (None, start + 2 * 86_400_000_000),
    }
    asked = 0
    for values in itertools.product(*options.values()):
        query = EntryQuery(**dict(zip(options, values, strict=True)), limit=10_000)
        expected = [line.index for line in reversed(lines) if fits(line, query)]
        turned = replace(query, before=500, limit=7)
        back = replace(query, after=400, limit=7)
        for one, wanted in (
            (query, expected),
            (turned, [index for index in expected if index < 500][:7]),
            (back, sorted(index for index in expected if index > 400)[:7]),
        ):
            assert ledger.store.read_now(lambda tx, one=one: tx.catalogue.search(one)) == wanted, one
            asked += 1
    assert asked > 1000


def fits(line, query):
    return (
        (query.kind in {None, line.kind})
        and (query.action in {None, line.action})
        and (query.network in {None, line.network})
        and (query.rule is None or query.rule in line.rules)
        and (query.case in {None, line.case})
        and (query.authors is None or line.author in query.authors)
        and (query.since is None or line.time >= query.since)
        and (query.until is None or line.time < query.until)
    )


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 700, 1300])
def test_proofs_are_those_of_the_whole_tree_whether_catalogued_or_not(tmp_path, size):
    with opened(tmp_path) as ledger:
        ledger.add(size, note="x")
        leaves = ledger.store.read_now(lambda tx: [merkle.leaf_hash(leaf) for leaf in tx.leaves()])
        for _ in range(2):
            tree = lambda work: ledger.store.read_now(lambda tx: work(Tree(tx)))  # noqa: E731
            for index in {0, size // 3, size - 1}:
                path = tree(lambda one, index=index: one.inclusion(index, size))
                assert path == merkle.inclusion_proof(leaves, index)
            for old in {0, 1, size // 2, min(256, size), size}:
                path = tree(lambda one, old=old: one.consistency(old, size))
                assert path == merkle.consistency_proof(leaves, old)
            catalogued(ledger, 300)


def test_a_large_tree_has_the_same_roots(tmp_path):
    """Over 65,536 leaves: both levels of subtrees are used."""
    with opened(tmp_path) as ledger:
        for _ in range(17):
            ledger.store.write_now(
                lambda tx: ledger.log.put(
                    tx, *[("e", b"%d" % n) for n in range(tx.frontier.size, tx.frontier.size + 4000)]
                )
            )
        hashes = [merkle.leaf_hash(b"%d" % n) for n in range(68_000)]
        ledger.store.write_now(
            lambda tx: [
                tx.catalogue.put_subtrees(8, [(n, merkle.root(hashes[n << 8 : n + 1 << 8]))]) for n in range(265)
            ]
        )
        ledger.store.write_now(lambda tx: tx.catalogue.put_subtrees(16, [(0, merkle.root(hashes[:65_536]))]))
        found = ledger.store.read_now(
            lambda tx: (Tree(tx).inclusion(66_000, 68_000), Tree(tx).consistency(65_537, 68_000))
        )
        assert found == (merkle.inclusion_proof(hashes, 66_000), merkle.consistency_proof(hashes, 65_537))


def test_a_wrong_subtree_makes_no_wrong_proof(ledger):
    ledger.add(600, note="x")
    catalogued(ledger)
    ledger.store.write_now(lambda tx: tx.catalogue.put_subtrees(8, [(0, b"\x00" * 32)]))

    with pytest.raises(VerificationError):
        ledger.store.read_now(lambda tx: prove(tx, ledger.keys.verifier, 550))
    # In its own tile nothing is taken from there
    proof = ledger.store.read_now(lambda tx: tx.leaf_index("none") or prove(tx, ledger.keys.verifier, 3))
    assert verify_proof(proof, ledger.keys.verifier)[0] == 3


def test_counts_are_of_days_and_a_held_post_sent_again_is_one(ledger):
    def work(tx):
        tx.open_case(held(1001, event="e1", matches=("a/b",)))
        data = {"network": "x", "action": "hold", "case": 1001, "matches": [{"rule": "a/b", "action": "hold"}]}
        for event in ("e1", "e2", "e3"):
            ledger.log.append(tx, AuditEntry(event, "decision", NOW, data))

    ledger.store.write_now(work)
    catalogued(ledger, 2)
    day = micros("2026-11-22T00:00:00.000000Z") // 86_400_000_000

    def numbers(what):
        found = ledger.store.read_now(lambda tx: tx.catalogue.tallies(what, 0, 10**6))
        return {(one.day, one.a, one.b): one.number for one in found}

    assert numbers("decision") == {(day, "x", "hold"): 3}
    assert numbers("rule") == {(day, "a/b", "hold"): 3}
    assert numbers("held") == {(day, "8", ""): 1}


@pytest.mark.parametrize(
    ("approved", "form", "outcome"),
    [(True, Form.WRITTEN, "overturned"), (True, Form.REDACTED, "changed"), (False, Form.WRITTEN, "kept")],
)
def test_a_verdict_counts_once_for_each_rule(ledger, approved, form, outcome):
    at = NOW + timedelta(minutes=10)
    review = Review(approved, "ana", at, "", form)

    def work(tx):
        state = CaseState.APPROVED if approved else CaseState.REJECTED
        tx.open_case(held(1001, matches=("a/b", "c/d"), state=state, review=review))
        for moment, given in ((at - timedelta(minutes=1), 1), (at, 2)):
            data = {"case": 1001, "verdict": "approved", "approvals": given, "needed": 2}
            ledger.log.append(tx, AuditEntry("e", "review", moment, data))

    ledger.store.write_now(work)
    catalogued(ledger)
    found = ledger.store.read_now(lambda tx: tx.catalogue.tallies("verdict", 0, 10**6))
    assert [(one.a, one.b, one.number) for one in found] == [("a/b", outcome, 1), ("c/d", outcome, 1)]
    wait = ledger.store.read_now(lambda tx: tx.catalogue.tallies("wait", 0, 10**6))
    assert seconds_of(int(wait[0].a)) == pytest.approx(600, rel=0.05)


@pytest.mark.parametrize("seconds", [0, 1, 59, 600, 3600, 86_400, 10**7])
def test_a_step_is_near_what_it_stands_for(seconds):
    assert seconds_of(step_of(seconds)) == pytest.approx(seconds, rel=0.05, abs=0.1)
