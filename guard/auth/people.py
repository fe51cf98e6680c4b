"""Changes to accounts, each with its audit entry in the same transaction; the terminal and the console's pages ask here.

Whatever changes what somebody may do, or with what they prove who they are, ends their sessions: one that was stolen, or
begun with the old rights, is worth nothing afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from guard.auth.base import ACCOUNT, Notes, digest_of, new_secret, same
from guard.auth.totp import SecretBox, plain_code
from guard.errors import AccountError
from guard.store.base import Transaction
from guard.types.account import LOCAL, THEMES, Account, Identity
from guard.types.principal import Role
from guard.words.texts import Phrase

_NAME = re.compile(r"[^\s/:@\\<>\"'&]+(?:[ .@'-][^\s/:@\\<>\"'&]+)*")
LONGEST_NAME = 80
ONE_TIME = timedelta(days=3)
"""How long a one-time password is good for."""
SHORTCUTS = 40
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class People:
    """Within a transaction of the caller's; `by` is the account id of who does it, or a word for the terminal."""

    note: Notes
    box: SecretBox
    at_console: Callable[[str], str] = lambda _: ""
    """Who authors.toml says signs in by that name; empty when it says nothing."""
    of_mail: Callable[[str], str] = lambda _: ""
    """Whose mail address authors.toml says it is. Asked only of addresses that people cannot give themselves."""

    def add(
        self,
        tx: Transaction,
        now: datetime,
        name: str,
        roles: Collection[Role],
        *,
        by: str,
        password: str = "",
        one_time: datetime | None = None,
        person: str = "",
        groups: Collection[str] = (),
        language: str | None = None,
    ) -> Account:
        """A local account; `password` is its hash. AccountError when the name is taken or is none."""
        check_name(name)
        if tx.accounts.named(name) is not None:
            raise AccountError(
                Phrase("accounts.taken", name=repr(name)), hint="guard user list", key="name-taken", name=name
            )
        account = Account(
            new_secret(12), name, now, person=person or self._person(name, name), roles=frozenset(roles), groups=frozenset(groups),
            password=password, one_time=one_time, language=language,
        )  # fmt: skip
        tx.accounts.add(account)
        known: dict[str, object] = {"person": True} if account.person else {}
        known |= {"groups": sorted(account.groups)} if account.groups else {}
        self.note(tx, ACCOUNT, now, account, by, what="added", roles=sorted(map(str, account.roles)), **known)
        return account

    def vouched(self, tx: Transaction, now: datetime, identity: Identity) -> Account | None:
        """The account of somebody whom another provider knows, made or brought up to date.

        None for people who are not admitted (any more), and when the name belongs to another account here: a directory
        must not take over a local person's work. Another name makes nobody another person: many providers let people
        choose theirs, and nobody is to decide on their own post by it, or read a colleague's.
        """
        account = tx.accounts.of_subject(identity.provider, identity.subject)
        if not identity.admitted:
            if account is not None:
                self._let_go(tx, now, account)
            return None
        name = identity.name if _fits(identity.name) else stand_in(identity.provider, identity.subject)
        bearer = tx.accounts.named(name)
        if account is None:
            if bearer is not None:
                return None
            who = (identity.provider, identity.subject)
            person = self._person(name, identity.mail)
            account = Account(new_secret(12), name, now, *who, person, identity.roles, identity.groups)
            tx.accounts.add(account)
            roles = sorted(map(str, account.roles))
            self.note(tx, ACCOUNT, now, account, what="added", roles=roles, via=identity.provider)
            return account
        if not account.person and (person := self._person(account.name, identity.mail)):
            account = self._change(tx, now, account, "authors.toml", "told-apart", person=person)
        if account.roles != identity.roles:
            account = self._change(tx, now, account, identity.provider, "roles", roles=identity.roles)
        if account.groups != identity.groups:
            account = replace(account, groups=identity.groups)
            tx.accounts.update(account)
        if account.name != name and bearer is None:  # renamed there, and nobody here has that name
            person = account.person or account.name
            account = self._change(tx, now, account, identity.provider, "renamed", name=name, person=person)
        return account

    def _person(self, name: str, mail: str) -> str:
        return self.at_console(name) or (self.of_mail(mail) if mail else "")

    def _let_go(self, tx: Transaction, now: datetime, account: Account) -> None:
        """Whom the directory does not admit any more keeps nothing: no role, no session, no token."""
        tokens = tx.accounts.tokens(account.id)
        if account.roles or tokens or tx.accounts.sessions(account.id):
            for token in tokens:
                tx.accounts.remove_token(token.id)
            self._change(tx, now, account, account.provider, "roles", roles=frozenset(), groups=frozenset())

    def set_roles(
        self, tx: Transaction, now: datetime, account: Account, roles: Collection[Role], *, by: str
    ) -> Account:
        """AccountError for the last administrator, and for people whose roles another provider tells."""
        if account.provider != LOCAL:
            hint = Phrase("accounts.do.group-there")
            raise AccountError(
                Phrase("accounts.roles-elsewhere", name=account.name, provider=account.provider),
                hint=hint,
                key="elsewhere",
                name=account.name,
            )
        wanted = frozenset(roles)
        if wanted == account.roles:
            return account
        if Role.ADMINISTRATOR not in wanted:
            self._not_the_last(tx, account)
        return self._change(tx, now, account, by, "roles", roles=wanted)

    def set_groups(
        self, tx: Transaction, now: datetime, account: Account, groups: Collection[str], *, by: str
    ) -> Account:
        """Those of the account itself; authors.toml may give more. AccountError for people whose groups another provider tells."""
        if account.provider != LOCAL:
            phrase = Phrase("accounts.groups-elsewhere", name=account.name, provider=account.provider)
            raise AccountError(phrase, hint=Phrase("accounts.do.group-there"), key="elsewhere", name=account.name)
        wanted = frozenset(groups)
        return account if wanted == account.groups else self._change(tx, now, account, by, "groups", groups=wanted)

    def told_apart(self, tx: Transaction, now: datetime) -> None:
        """What authors.toml says now of accounts of whom nothing was known."""
        for account in tx.accounts.all():
            mail = account.name if account.provider == LOCAL else ""
            if not account.person and (person := self._person(account.name, mail)):
                self._change(tx, now, account, "authors.toml", "told-apart", person=person)

    def set_person(self, tx: Transaction, now: datetime, account: Account, person: str, *, by: str) -> Account:
        """Who it is in authors.toml; empty: as the sign-in name."""
        return account if account.person == person else self._change(tx, now, account, by, "person", person=person)

    def end_sessions(self, tx: Transaction, now: datetime, account: Account, *, by: str) -> None:
        """Sign them out everywhere."""
        if tx.accounts.sessions(account.id):
            self._change(tx, now, account, by, "signed-out")

    def set_password(
        self,
        tx: Transaction,
        now: datetime,
        account: Account,
        encoded: str,
        *,
        by: str,
        one_time: datetime | None = None,
    ) -> Account:
        """A new hash. AccountError for people who have their password elsewhere."""
        if account.provider != LOCAL:
            raise AccountError(
                Phrase("accounts.password-elsewhere", name=account.name, provider=account.provider),
                key="elsewhere",
                name=account.name,
            )
        what = "one-time-password" if one_time else "password"
        return self._change(tx, now, account, by, what, password=encoded, one_time=one_time)

    def rehash(self, tx: Transaction, account: Account, encoded: str) -> None:
        """The same password under today's parameters: nothing that anybody need know."""
        tx.accounts.update(replace(account, password=encoded))

    def set_totp(
        self, tx: Transaction, now: datetime, account: Account, secret: bytes, recovery: Collection[str], *, by: str,
        step: int = 0,
    ) -> Account:  # fmt: skip
        """A new second factor with its recovery codes; `step` is that of the code it was shown to work with."""
        sealed = self.box.seal(f"totp {account.id}", secret)
        marks = tuple(self._mark(account, code) for code in recovery)
        return self._change(tx, now, account, by, "second-factor", totp=sealed, totp_step=step, recovery=marks)

    def without_code(self, account: Account, given: str) -> tuple[str, ...] | None:
        """What is left of the recovery codes once this one is used; None when it is none of them."""
        mark = self._mark(account, given)
        left = tuple(one for one in account.recovery if not same(one, mark))
        return left if len(left) < len(account.recovery) else None

    def _mark(self, account: Account, code: str) -> str:
        return self.box.mark(f"recovery {account.id}", plain_code(code))

    def totp_secret(self, account: Account) -> bytes | None:
        """AccountError when it cannot be opened."""
        return None if account.totp is None else self.box.open(f"totp {account.id}", account.totp)

    def remove_totp(self, tx: Transaction, now: datetime, account: Account, *, by: str) -> Account:
        """AccountError when there is none."""
        if account.totp is None:
            raise AccountError(
                Phrase("accounts.has-no-factor", name=account.name), key="no-second-factor", name=account.name
            )
        return self._change(tx, now, account, by, "second-factor-removed", totp=None, totp_step=0, recovery=())

    def disable(self, tx: Transaction, now: datetime, account: Account, *, by: str) -> Account:
        """Nobody signs in with it any more; its name stays in the records. AccountError for the last administrator."""
        self._not_the_last(tx, account)
        return account if account.disabled else self._change(tx, now, account, by, "disabled", disabled=True)

    def enable(self, tx: Transaction, now: datetime, account: Account, *, by: str) -> Account:
        return self._change(tx, now, account, by, "enabled", disabled=False) if account.disabled else account

    def prefer(
        self,
        tx: Transaction,
        account: Account,
        *,
        language: str | None,
        theme: str,
        shortcuts: Mapping[str, str],
    ) -> Account:
        """Taste, which no record needs. AccountError for what is none of the choices."""
        if language not in {None, *LANGUAGES} or theme not in THEMES:
            raise AccountError("there is no such language or theme")
        if len(shortcuts) > SHORTCUTS or any(len(word) > 40 for pair in shortcuts.items() for word in pair):
            raise AccountError("these are too many shortcuts")
        account = replace(account, language=language, theme=theme, shortcuts=dict(shortcuts))
        tx.accounts.update(account)
        return account

    def _change(self, tx: Transaction, now: datetime, account: Account, by: str, what: str, **changes: Any) -> Account:
        changed = replace(account, **changes)
        tx.accounts.update(changed)
        ended = tx.accounts.end_sessions_of(account.id)
        told = {"roles": changed.roles, "groups": changed.groups}
        data: dict[str, object] = {what: sorted(map(str, told[what]))} if what in told else {}
        self.note(tx, ACCOUNT, now, changed, by, what=what, sessions_ended=ended, **data)
        return changed

    def _not_the_last(self, tx: Transaction, account: Account) -> None:
        if Role.ADMINISTRATOR not in account.roles or account.disabled:
            return
        others = (
            other
            for other in tx.accounts.all()
            if other.id != account.id and Role.ADMINISTRATOR in other.roles and not other.disabled
        )
        if next(others, None) is None:
            hint = Phrase("accounts.do.another-first")
            raise AccountError(
                Phrase("accounts.last-administrator", name=account.name),
                hint=hint,
                key="last-administrator",
                name=account.name,
            )


def stand_in(provider: str, subject: str) -> str:
    """The sign-in name of somebody whose own name here cannot be one."""
    return f"{provider}-{digest_of(subject)[:10]}"


def _fits(name: str) -> bool:
    wrong = any(unicodedata.category(char)[0] in "CZ" and char != " " for char in name)
    return not wrong and 1 <= len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None


def check_name(name: str) -> None:
    """AccountError when this cannot be a sign-in name: empty, long, or with characters that deceive the eye."""
    if not _fits(name):
        hint = Phrase("accounts.do.name")
        raise AccountError(Phrase("accounts.no-name", name=repr(name[:LONGEST_NAME])), hint=hint, key="no-name")
