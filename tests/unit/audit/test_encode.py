"""Canonical JSON: one entry, one spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from guard.audit.encode import MAX_ENTRY, decode, encode, encode_entry, timestamp
from guard.errors import StoreError
from guard.types.audit import AuditEntry
from guard.types.held import CaseState

NOW = datetime(2026, 11, 22, 9, 30, 0, 5, tzinfo=timezone(timedelta(hours=1)))


def test_the_examples_of_rfc_8785():
    value = {"numbers": [333333333], "string": '\u20ac$\u000f\u000aA\'B"\\\\"/', "literals": [None, True, False]}
    expected = '{"literals":[null,true,false],"numbers":[333333333],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert encode(value) == expected.encode()


def test_an_entry():
    raw = encode_entry(AuditEntry("e1", "decision", NOW, {"b": 1, "a": "é"}), "ab")
    assert raw.decode() == (
        '{"commit":"ab","data":{"a":"é","b":1},"id":"e1","kind":"decision","time":"2026-11-22T08:30:00.000005Z","v":1}'
    )
    assert decode(raw)["data"] == {"a": "é", "b": 1}


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), 2**53, -(2**53), {"é": 1}, {1: 2}, b"raw", {"a": {1, 2}}, object(), CaseState.OPEN, "\ud800"],
)
def test_what_has_no_canonical_form_is_refused_without_being_quoted(value):
    with pytest.raises(StoreError) as caught:
        encode({"text": value})
    assert repr(value) not in str(caught.value)


def test_too_deep_and_too_long():
    deep = []
    for _ in range(50):
        deep = [deep]
    with pytest.raises(StoreError, match="deep"):
        encode(deep)
    with pytest.raises(StoreError, match="65535"):
        encode_entry(AuditEntry("e", "k", NOW, {"a": "x" * MAX_ENTRY}))
    shell = len(encode_entry(AuditEntry("e", "k", NOW, {"a": ""})))
    assert len(encode_entry(AuditEntry("e", "k", NOW, {"a": "x" * (MAX_ENTRY - shell)}))) == MAX_ENTRY


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1.0}', b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{ "a":1}', b'{"a":1}\n', b'{"a":"\\u0041"}', b'{"a":NaN}',
        b'{"a":1e2}', b"[1]", b"", b'{"a":-0}', b"\xff", b'\xef\xbb\xbf{"a":1}', b'{"a":"\\ud800"}', b'{"a":01}',
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)  # fmt: skip
def test_other_spellings_are_not_read(raw):
    with pytest.raises(StoreError, match="not canonical"):
        decode(raw)


def test_times_are_sorted_as_text():
    times = [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC), NOW]
    assert [timestamp(time) for time in times] == sorted(timestamp(time) for time in times)
    with pytest.raises(StoreError, match="zone"):
        timestamp(NOW.replace(tzinfo=None))
