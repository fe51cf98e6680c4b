"""Texts as services show them, and the reason phrase."""

from datetime import UTC, datetime

import pytest

from guard.channels.plain import ascii_line, comparable, from_html, published_since


def test_html_to_text() -> None:
    assert from_html("<p>un<br/>deux</p><p>trois &lt;b&gt; &amp; &#39;x&#39;</p>") == "un\ndeux\ntrois <b> & 'x'"


def test_what_services_change_is_levelled() -> None:
    assert comparable("  Salut\r\n@bob@far.example  e\u0301te\u0301 ") == comparable("Salut @bob été")
    assert comparable("Salut") != comparable("salut")


@pytest.mark.parametrize(
    ("stamp", "fits"),
    [("2026-11-22T10:00:00.000Z", True), ("2026-11-22T10:00:00", True), ("2026-11-22T11:00:00+01:00", True), ("2026-11-22T09:56:00Z", True), ("2026-11-22T09:54:00Z", False),
     ("yesterday", False), (None, False), (5, False)],
)  # fmt: skip
def test_times(stamp: object, fits: bool) -> None:
    assert published_since(stamp, datetime(2026, 11, 22, 10, tzinfo=UTC)) is fits
    assert published_since(stamp, None)


def test_a_reason_phrase_is_one_line_of_ascii() -> None:
    line = ascii_line("Bloqué\r\n\tpar « client-x » — l’œuvre 日本…")
    assert line == 'Bloque par " client-x " - l\'oeuvre ??...'
    assert ascii_line("x" * 600) == "x" * 497 + "..."
    assert ascii_line("\x00\x7f\x1b") == "???"
