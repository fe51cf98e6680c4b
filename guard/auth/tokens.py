"""API tokens: `pgt_<id>_<secret>`. The id may be seen by anybody, of the secret only a hash is kept.

A token can do what its account can do within its scopes, at the moment it is used: roles that went, went for it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guard.auth.base import ACCOUNT, ASKED_AT_SIGN_IN, Notes, digest_of, new_secret, same
from guard.errors import AccountError
from guard.store.base import Transaction
from guard.types.account import Account, ApiToken
from guard.types.principal import Permission, Principal
from guard.words.texts import Phrase

PREFIX = "pgt_"
LONGEST = timedelta(days=366)
UNASKED = timedelta(days=30)
"""How long a token lasts at most for people whose provider cannot be asked about them while they are away."""
TOUCH = timedelta(hours=1)
"""A token's last use is written down this often at most."""
MOST = 50
"""Tokens of one account."""
_SHAPE = re.compile(r"pgt_([0-9a-f]{12})_([0-9a-f]{64})")


def longest(account: Account) -> timedelta:
    """How long a token of this account may last."""
    return UNASKED if account.provider in ASKED_AT_SIGN_IN else LONGEST


@dataclass(frozen=True, slots=True)
class Tokens:
    """Within a transaction of the caller's."""

    note: Notes
    principal: Callable[[Account], Principal]

    def make(
        self,
        tx: Transaction,
        now: datetime,
        account: Account,
        label: str,
        scopes: Collection[Permission],
        lasts: timedelta,
        *,
        by: str,
    ) -> tuple[str, ApiToken]:
        """The token, to be shown once. AccountError for scopes that the account itself does not have."""
        whole = self.principal(account)
        if lacking := sorted(scope for scope in scopes if not whole.may(scope)):
            raise AccountError(
                Phrase("accounts.scope", name=account.name, scopes=", ".join(lacking)),
                hint=Phrase("accounts.do.owner"),
                key="scope",
            )
        if not scopes or not timedelta(0) < lasts <= LONGEST or not 0 < len(label.strip()) <= 80:
            raise AccountError(Phrase("accounts.token-terms"), key="token")
        if longest(account) < lasts <= LONGEST:
            raise AccountError(
                Phrase("accounts.token-long", name=account.name, provider=account.provider, days=UNASKED.days),
                hint=Phrase("accounts.do.program"),
                key="token-long",
                days=UNASKED.days,
            )
        if len(tx.accounts.tokens(account.id)) >= MOST:
            raise AccountError(
                Phrase("accounts.many-tokens", name=account.name, most=MOST),
                hint=Phrase("accounts.do.revoke"),
                key="many-tokens",
            )
        secret, name = new_secret(), new_secret(6)
        token = ApiToken(name, account.id, label.strip(), digest_of(secret), frozenset(scopes), now, now + lasts)
        tx.accounts.add_token(token)
        self.note(tx, ACCOUNT, now, account, by, what="token-made", token=name, scopes=sorted(map(str, token.scopes)))
        return f"{PREFIX}{name}_{secret}", token

    def revoke(self, tx: Transaction, now: datetime, token: str, *, by: str, owner: str | None = None) -> ApiToken:
        """End it. AccountError when there is none, or none of `owner`'s."""
        found = tx.accounts.token(token)
        account = tx.accounts.get(found.account) if found else None
        if found is None or account is None or owner not in {None, found.account}:
            raise AccountError(Phrase("accounts.no-such-token"), hint="guard user token NAME --list", key="no-token")
        tx.accounts.remove_token(found.id)
        self.note(tx, ACCOUNT, now, account, by, what="token-revoked", token=found.id)
        return found

    def find(self, tx: Transaction, bearer: str | None, now: datetime) -> tuple[Principal, ApiToken] | None:
        """Who asks with this token; None when it is wrong, over, or its owner may not sign in any more."""
        shape = _SHAPE.fullmatch(bearer or "")
        token = tx.accounts.token(shape[1]) if shape else None
        if shape is None or token is None or not same(token.digest, digest_of(shape[2])) or now >= token.expires:
            return None
        account = tx.accounts.get(token.account)
        if account is None or account.disabled:
            return None
        if now - token.created >= longest(account):
            return None
        return replace(self.principal(account), scopes=token.scopes), token

    def stale(self, token: ApiToken, now: datetime) -> bool:
        """Whether its use should be written down again: `tx.accounts.use_token(token.id, now)`."""
        return token.used is None or now - token.used >= TOUCH
