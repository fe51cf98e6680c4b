"""Frozen records that every floor speaks; no behaviour beyond their own invariants."""
