"""Kinds of field: what fits a shape is no text, everything else is."""

import pytest

from guard.channels.kinds import parse_kind
from guard.types.post import Limit, Unit

FITS = [
    ("id", "109876543210987654"), ("id", "01HZY3W6ABCDEFGHJKMNPQRSTV"), ("bool", "true"), ("bool", "0"), ("int", "86400"), ("datetime", "2026-12-01T09:00:00.123Z"),
    ("datetime", "2026-12-01T09:00:00+00:00"), ("language", "fr"), ("language", "zh-Hant-TW"), ("did", "did:plc:" + "a" * 24), ("cid", "bafkrei" + "2" * 52), ("tid", "3kabcdefghijk"),
    ("at-uri", "at://did:plc:" + "a" * 24 + "/app.bsky.feed.post/3kabcdefghijk"), ("handle", "alice.bsky.social"), ("rkey", "self"), ("media-type", "image/png"),
    ("focus", "-0.42,0.69"), ("words read|write:statuses", "read write:statuses"), ("words a|b", "a+b"),
    ("client-id", "0123456789abcdef" * 4), ("challenge", "aZ-_" * 10 + "abc"), ("block-key", "a1b2c"), ("date", "1990-01-02"), ("date", "1990-01-01T23:00:00.000Z"),
    ("credential", "AbC-_.~+/=:|1"), ("password", "anything at all"), ("login", "a.b+c@d.example"), ("enum a|b", "b"), ("size", "16777216"),
]  # fmt: skip
TEXT = [
    ("id", "jean-dupont"), ("id", "06 39 98 00 12"), ("bool", "peut-être"), ("int", "33639980012"), ("datetime", "demain"), ("datetime", "2026-12-01T09:00:00.0639980012Z"),
    ("language", "français"), ("did", "did:web:opale.example"), ("cid", "bafyopale"), ("tid", "opale"), ("at-uri", "at://opale.example/x"), ("rkey", "projet-opale"), ("handle", "Opale"),
    ("media-type", "image/opale"), ("focus", "0.0"), ("words read|write", "read opale"), ("words read", "read\u00a0read"),
    ("client-id", "projet-opale"), ("challenge", "opale"), ("block-key", "Client-X"), ("date", "avec Opale"), ("credential", "deux mots"), ("login", "deux mots"), ("password", "x" * 300), ("enum a|b", "c"), ("size", "639980012"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), FITS)
def test_what_fits(kind: str, value: str) -> None:
    fits = parse_kind(kind).fits
    assert fits is not None
    assert fits(value)


@pytest.mark.parametrize(("kind", "value"), TEXT)
def test_what_is_text(kind: str, value: str) -> None:
    parsed = parse_kind(kind)
    assert parsed.fits is not None
    assert not parsed.fits(value)
    assert kind == "password" or not parsed.fits(value + "\n")
    assert not parsed.redactable


def test_texts() -> None:
    body = parse_kind("body 500 code_points")
    assert (body.role, body.limit, body.redactable, body.fits) == ("body", Limit(500, Unit.CODE_POINTS), True, None)
    assert not parse_kind("link").redactable
    assert not parse_kind("profile fixed").redactable


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        parse_kind("opaque")
