"""`guard user token`: API tokens of an account."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from guard.cli.arguments import add_verb
from guard.cli.output import number, result, result_json, talk
from guard.cli.user_store import OpenStore, find, named, print_table
from guard.types.account import ApiToken
from guard.types.principal import Permission
from guard.wiring.heart import now as clock
from guard.wiring.people import terminal
from guard.words.texts import Phrase

SCOPES = tuple(permission.value for permission in Permission)


def register(verbs: Any) -> None:
    example = '  guard user token ci --scope check --label "pre-publication check" --days 90\n  guard user token ci --list\n  guard user token ci --revoke 0123456789ab'
    token = named(add_verb(verbs, "token", Phrase("help.user.token"), example, tokens_of))
    token.add_argument("--scope", action="append", choices=SCOPES, default=[], metavar="SCOPE", help=", ".join(SCOPES))
    token.add_argument("--label", default="", help=Phrase("help.user.label"))
    token.add_argument("--days", type=number, default=90, help=Phrase("help.user.days"))
    other = token.add_mutually_exclusive_group()
    other.add_argument("--list", action="store_true", help=Phrase("help.user.tokens"))
    other.add_argument("--revoke", metavar="ID", help=Phrase("help.user.revoke"))


def tokens_of(arguments: argparse.Namespace) -> int:
    """Make, list or revoke API tokens."""
    with OpenStore(arguments.config) as opened:
        tokens, now = opened.known.tokens, clock()
        if arguments.list:
            found = opened.read(lambda tx: [_token(one) for one in tx.accounts.tokens(find(tx, arguments.name).id)])
            return _print_tokens(arguments, found)
        if arguments.revoke:
            opened.write(
                lambda tx: tokens.revoke(tx, now, arguments.revoke, by=terminal(), owner=find(tx, arguments.name).id)
            )
            talk(Phrase("accounts.revoked", id=arguments.revoke))
            return 0
        scopes, lasts = [Permission(scope) for scope in arguments.scope], timedelta(days=min(arguments.days, 10_000))
        bearer, made = opened.write(
            lambda tx: tokens.make(
                tx, now, find(tx, arguments.name), arguments.label or "token", scopes, lasts, by=terminal()
            )
        )
    if arguments.format == "json":
        result_json({**_token(made), "token": bearer})
    else:
        result(bearer)
        talk(Phrase("accounts.token-once", day=f"{made.expires:%Y-%m-%d}"))
    return 0


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "label": token.label,
        "scopes": sorted(token.scopes),
        "created": token.created.isoformat(timespec="seconds"),
        "expires": token.expires.isoformat(timespec="seconds"),
        "used": token.used.isoformat(timespec="seconds") if token.used else None,
    }


def _print_tokens(arguments: argparse.Namespace, found: list[dict[str, Any]]) -> int:
    if arguments.format == "json":
        result_json(found)
    elif found:
        print_table(found, ("id", "label", "scopes", "expires", "used"))
    else:
        talk(Phrase("accounts.no-tokens"))
    return 0
