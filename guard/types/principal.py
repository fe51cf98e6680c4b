"""Who acts at the console: a person, the roles they hold, and what a role allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for; one person may hold several."""

    REVIEWER = "reviewer"
    POLICY_AUTHOR = "policy-author"
    AUDITOR = "auditor"
    DPO = "dpo"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that can be done; pages and the API ask for these, never for roles."""

    REVIEW = "review"
    """See held posts with their text, claim and decide."""
    ASK = "ask"
    """Ask to see who an author is or what a held text says, or for an export: another person must agree (dual control)."""
    REVEAL = "reveal"
    """Agree that another sees it (never what one asked for oneself)."""
    AUDIT = "audit"
    """Search the log, take proofs. Shows no text."""
    OVERVIEW = "overview"
    """Plots and counts."""
    POLICIES = "policies"
    """Look at the policies in force, propose changes, run backtests."""
    ACTIVATE = "activate"
    """Agree to a policy change (never one's own)."""
    ACCOUNTS = "accounts"
    """People, roles, tokens."""
    CHECK = "check"
    """Playground and pre-check; every signed-in person has it, for a post of one's own."""


ALLOWS: dict[Role, frozenset[Permission]] = {
    Role.REVIEWER: frozenset({Permission.REVIEW, Permission.OVERVIEW}),
    Role.POLICY_AUTHOR: frozenset({Permission.POLICIES, Permission.OVERVIEW}),
    Role.AUDITOR: frozenset({Permission.AUDIT, Permission.ASK, Permission.OVERVIEW}),
    Role.DPO: frozenset(
        {
            Permission.REVIEW,
            Permission.ASK,
            Permission.REVEAL,
            Permission.AUDIT,
            Permission.OVERVIEW,
            Permission.ACTIVATE,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Permission.ACCOUNTS, Permission.POLICIES, Permission.ACTIVATE, Permission.OVERVIEW}),
}
"""Administrators run the gate and see no post; nobody's role alone lets them read what waits and activate what they wrote."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in person, or the bearer of an API token."""

    id: str
    """Opaque and stable; what records name."""
    name: str
    """Sign-in name, as people know it."""
    person: str
    """Who it is in authors.toml: nobody decides on their own post. The sign-in name when nothing else is known."""
    roles: frozenset[Role] = frozenset()
    groups: frozenset[str] = frozenset()
    """Rules name approvers as `group:NAME`."""
    listed: bool = False
    """Whether authors.toml names this person: only then are other people's accounts surely not theirs."""
    scopes: frozenset[Permission] | None = None
    """Of an API token: what of its roles' permissions it may use; None for a person at the console."""

    def may(self, permission: Permission) -> bool:
        """Whether the roles, within the token's scopes, allow it."""
        if self.scopes is not None and permission not in self.scopes:
            return False
        return permission is Permission.CHECK or any(permission in ALLOWS[role] for role in self.roles)
