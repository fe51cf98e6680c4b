"""A batch of units, some of which fail, leaves exactly what the others would have left one after another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard.audit.verify import verify_leaves
from guard.errors import StoreError
from guard.types.held import CaseState, DeliveryState
from guard.types.post import Author
from tests.ledgers import delivery, held, opened

NAMES = st.sampled_from(["a", "b", "c", "d"])
STATES = st.sampled_from([DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.IN_DOUBT])
OPERATIONS = st.one_of(
    st.tuples(st.just("leaf"), NAMES),
    st.tuples(st.just("deliver"), NAMES),
    st.tuples(st.just("settle"), NAMES, STATES),
    st.tuples(st.just("look"), NAMES),
    st.tuples(st.just("case")),
    st.tuples(st.just("author"), NAMES),
    st.tuples(st.just("fail")),
)
BATCHES = st.lists(st.lists(st.lists(OPERATIONS, max_size=5), min_size=1, max_size=6), min_size=1, max_size=3)
UNFINISHED = {DeliveryState.SENDING, DeliveryState.IN_DOUBT}


class Planned(Exception):
    pass


@dataclass
class Model:
    """What should be there."""

    leaves: list[str] = field(default_factory=list)
    deliveries: dict[str, DeliveryState] = field(default_factory=dict)
    cases: int = 0
    authors: set[str] = field(default_factory=set)

    def after(self, unit):
        """The model after the unit, or None when it fails."""
        new = Model(list(self.leaves), dict(self.deliveries), self.cases, set(self.authors))
        for name, *rest in unit:
            if name == "fail" or (name == "deliver" and rest[0] in new.deliveries):
                return None
            if name == "leaf":
                new.leaves.append(rest[0])
            elif name == "deliver":
                new.deliveries[rest[0]] = DeliveryState.SENDING
            elif name == "settle" and new.deliveries.get(rest[0]) in UNFINISHED:
                new.deliveries[rest[0]] = rest[1]
            elif name == "case":
                new.cases += 1
            elif name == "author":
                new.authors.add(rest[0])
        return new


def bound(name):
    return name.encode() * 32


def run(here, unit, seen):
    def work(tx):
        looks = []
        for name, *rest in unit:
            if name == "fail":
                raise Planned
            if name == "leaf":
                here.append(tx, note=rest[0])
            elif name == "deliver":
                tx.add_delivery(delivery(id=rest[0], binding=bound(rest[0])))
            elif name == "settle":
                tx.settle_delivery(rest[0], rest[1])
            elif name == "look":
                found = tx.delivery(rest[0])
                looks.append((rest[0], found is not None and found.state in UNFINISHED))
            elif name == "case":
                tx.open_case(held(tx.next_case_number()))
            elif name == "author":
                tx.put_author(rest[0], Author("mastodon", rest[0]))
        seen[id(unit)] = looks

    return work


def expected_looks(model, unit):
    looks, so_far = [], []
    for operation in unit:
        if operation[0] == "look":
            state = model.after(so_far).deliveries.get(operation[1])
            looks.append((operation[1], state in UNFINISHED))
        so_far.append(operation)
    return looks


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_batches_equal_units_one_after_another(tmp_path_factory, batches):
    model = Model()
    with opened(tmp_path_factory.mktemp("store")) as here:
        for batch in batches:
            seen = {}

            async def together(batch=batch, seen=seen):
                writes = (here.store.write(run(here, unit, seen)) for unit in batch)
                return await asyncio.gather(*writes, return_exceptions=True)

            for unit, outcome in zip(batch, asyncio.run(together()), strict=True):
                after = model.after(unit)
                assert isinstance(outcome, (Planned, StoreError)) == (after is None), outcome
                if after is not None:
                    assert seen[id(unit)] == expected_looks(model, unit)
                    model = after

        read = here.store.read_now
        states = {name: read(lambda tx, name=name: tx.delivery(name)) for name in "abcd"}
        assert {name: found.state for name, found in states.items() if found} == model.deliveries
        assert len(read(lambda tx: tx.cases(CaseState.OPEN))) == model.cases
        assert {name for name in "abcd" if read(lambda tx, name=name: tx.author(name))} == model.authors
        leaves = read(lambda tx: list(tx.leaves()))
        assert [leaf.split(b'"note":"')[1][:1].decode() for leaf in leaves] == model.leaves
        assert verify_leaves(leaves, read(lambda tx: tx.checkpoint()), here.keys.verifier).head.size == len(
            model.leaves
        )
