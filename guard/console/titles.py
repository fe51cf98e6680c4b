"""What rules are called, for pages that have only their names."""

from __future__ import annotations

from collections.abc import Mapping

from guard.console.page import Visit


def titles(visit: Visit) -> Mapping[str, Mapping[str, str]]:
    """What rules are called, by `policy/rule`."""
    bundle = visit.desk.inspector().bundle
    return {
        f"{policy.id}/{rule.source.id}": dict(rule.source.title) for policy in bundle.policies for rule in policy.rules
    }
