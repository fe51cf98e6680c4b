"""Apps write out what others leave out: no warning, not sensitive, for everybody. To an approval both are one post.

Only fields named here, where leaving out and writing out come to the same at the service; every other one counts as it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EMPTY = frozenset({"spoiler_text", "in_reply_to_id", "quoted_status_id", "scheduled_at", "poll", "media_attributes"})
_FALSE = frozenset({"sensitive", "multiple", "hide_totals"})


def without_unsaid(status: Mapping[str, Any]) -> dict[str, Any]:
    """A new status of Mastodon's dialect as all apps would write it, from JSON or from a form."""
    said = {name: value for name, value in status.items() if not _unsaid(name, value)}
    poll = said.get("poll")
    if isinstance(poll, dict):
        said["poll"] = {name: _spelt(value) for name, value in poll.items() if not _unsaid(name, value)}
    if "sensitive" in said:
        said["sensitive"] = _spelt(said["sensitive"])
    return said


def is_false(value: Any) -> bool:
    """As JSON and as forms say it."""
    return value is None or value is False or value in ("", "false", "0")


def _unsaid(name: str, value: Any) -> bool:
    if name in _FALSE:
        return is_false(value)
    if name == "visibility":  # who may read it is bound beside: what is left out is judged as public
        return value in (None, "", "public")
    return name in _EMPTY and value in (None, "", [], {})


def _spelt(value: Any) -> Any:
    """A number or a truth as a form has it."""
    if value is True:
        return "true"
    return str(value) if type(value) is int else value
