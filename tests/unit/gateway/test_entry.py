"""What a decision writes: quick ways to a leaf give the very bytes of the slow one."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.audit.encode import decode, encode, encode_entry, encode_parts
from guard.errors import StoreError
from guard.gateway.entry import delivery_leaf
from guard.types.audit import AuditEntry
from guard.types.held import Delivery, DeliveryState
from tests.gates import rig

START = datetime(2020, 1, 1, tzinfo=UTC)
TIMES = st.builds(
    lambda seconds, zone: (START + timedelta(seconds=seconds)).astimezone(zone),
    st.floats(0, 2e9),
    st.sampled_from([UTC, timezone(timedelta(hours=2))]),
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DATA = st.dictionaries(
    st.text("abcdefghij_", min_size=1, max_size=8),
    st.one_of(TEXT, st.integers(-(2**53) + 1, 2**53 - 1), st.booleans(), st.none(), st.lists(TEXT, max_size=3)),
    max_size=6,
)


@given(DATA, TIMES, st.sampled_from([None, "ab" * 32]))
def test_a_leaf_in_parts_is_the_leaf(data, time, commit):
    entry = AuditEntry("0123abcd", "decision", time, data)
    quick = encode_parts(encode(data), entry.id, entry.kind, time, commit)
    assert quick == encode_entry(entry, commit)
    assert decode(quick)["data"] == data


def test_a_leaf_in_parts_has_the_same_limit():
    with pytest.raises(StoreError, match="over the log's limit"):
        encode_parts(b'"' + b"x" * 65_000 + b'"', "e", "decision", datetime(2026, 1, 1, tzinfo=UTC))


@given(st.sampled_from(DeliveryState), TIMES, st.sampled_from(["answered", "looked-up", "restart"]))
def test_the_leaf_of_a_delivery(state, time, how):
    delivery = Delivery("00ff" * 7, b"b" * 32, "mastodon", "0a1b2c", time, DeliveryState.SENDING)
    data = {"delivery": delivery.id, "state": state.value, "how": how, "network": "mastodon", "author": "0a1b2c"}
    assert delivery_leaf("e1", delivery, state, time, how) == encode_entry(AuditEntry("e1", "delivery", time, data))


@pytest.mark.parametrize("network", ['a"b', "a b", "", "a\n"])
def test_a_network_that_is_no_plain_word_is_refused(network):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    delivery = Delivery("e", b"", network, "a", now, DeliveryState.SENDING)
    with pytest.raises(ValueError, match="plain word"):
        delivery_leaf("e1", delivery, DeliveryState.SENT, now, "answered")


def test_what_is_remembered_of_clean_posts_keeps_authors_and_audiences_apart(tmp_path):
    async def scenario():
        with rig(tmp_path) as made:
            await made.post("Bonjour")
            await made.post("Bonjour encore", visibility="private")
            await made.post("Appelez le 06 39 98 12 34")
            await made.post("Bonjour toujours")
            await made.ledger.settled()
            return [leaf for leaf in made.leaves() if leaf["kind"] == "decision"]

    decided = asyncio.run(scenario())
    assert [(leaf["visibility"], leaf["action"]) for leaf in decided] == [
        ("public", "allow"),
        ("private", "allow"),
        ("public", "redact"),
        ("public", "allow"),
    ]
    assert "entities" in decided[2]["data"]
    assert decided[0]["data"] == decided[3]["data"]
    assert all(json.dumps(leaf) for leaf in decided)
