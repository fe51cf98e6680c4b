"""People of the console, for administrators: accounts, roles, lost passwords and phones, tokens.

Nobody changes their own roles here, so nobody makes themselves a reader of posts alone; a one-time password is shown once,
on the answer that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from guard.auth.passwords import one_time_password
from guard.auth.people import ONE_TIME, People
from guard.console.accounts.signin import door_of, problem_of
from guard.console.page import NotAllowedError, Visit, go, needs
from guard.errors import AccountError
from guard.store.base import Transaction
from guard.types.account import Account
from guard.types.principal import Permission, Role

router = APIRouter(include_in_schema=False)
Administrator = Annotated[Visit, Depends(needs(Permission.ACCOUNTS))]
PAGE = "/people"
LANGUAGES = ("fr", "en")


@router.get(PAGE)
async def listed(visit: Administrator) -> Response:
    return _list(visit)


@router.post(PAGE)
async def add(visit: Administrator) -> Response:
    form, entrance = visit.form, door_of(visit.request).entrance
    language = form.one("language")
    password = one_time_password()
    encoded = await entrance.local.hash(password)

    def work(tx: Transaction) -> Account:
        return entrance.people.add(
            tx, visit.now, form.one("name").strip(), _roles(visit), by=visit.principal.id, password=encoded,
            one_time=visit.now + ONE_TIME, person=form.one("person").strip()[:200],
            language=language if language in LANGUAGES else None,
        )  # fmt: skip

    try:
        account = await entrance.store.write(work)
    except AccountError as error:
        return _list(visit, 422, problem=problem_of(visit, error), typed=form)
    return _one(visit, account.id, password=password)


@router.get(PAGE + "/{account}")
async def show(visit: Administrator, account: str) -> Response:
    return _one(visit, account, saved="saved" in visit.request.query_params)


@router.post(PAGE + "/{account}/roles")
async def roles(visit: Administrator, account: str) -> Response:
    wanted = _roles(visit)

    def work(people: People, tx: Transaction, one: Account) -> None:
        _not_oneself(visit, one)
        people.set_roles(tx, visit.now, one, wanted, by=visit.principal.id)

    return await _do(visit, account, work)


@router.post(PAGE + "/{account}/password")
async def password(visit: Administrator, account: str) -> Response:
    entrance = door_of(visit.request).entrance
    made = one_time_password()
    encoded, until = await entrance.local.hash(made), visit.now + ONE_TIME

    def work(people: People, tx: Transaction, one: Account) -> None:
        _not_oneself(visit, one)
        people.set_password(tx, visit.now, one, encoded, by=visit.principal.id, one_time=until)

    return await _do(visit, account, work, password=made)


@router.post(PAGE + "/{account}/second-factor/remove")
async def drop_factor(visit: Administrator, account: str) -> Response:
    def work(people: People, tx: Transaction, one: Account) -> None:
        _not_oneself(visit, one)
        people.remove_totp(tx, visit.now, one, by=visit.principal.id)

    return await _do(visit, account, work)


@router.post(PAGE + "/{account}/disable")
async def disable(visit: Administrator, account: str) -> Response:
    def work(people: People, tx: Transaction, one: Account) -> None:
        _not_oneself(visit, one)
        people.disable(tx, visit.now, one, by=visit.principal.id)

    return await _do(visit, account, work)


@router.post(PAGE + "/{account}/enable")
async def enable(visit: Administrator, account: str) -> Response:
    def work(people: People, tx: Transaction, one: Account) -> None:
        people.enable(tx, visit.now, one, by=visit.principal.id)

    return await _do(visit, account, work)


@router.post(PAGE + "/{account}/sessions/end")
async def end_sessions(visit: Administrator, account: str) -> Response:
    def work(people: People, tx: Transaction, one: Account) -> None:
        people.end_sessions(tx, visit.now, one, by=visit.principal.id)

    return await _do(visit, account, work)


@router.post(PAGE + "/{account}/tokens/revoke")
async def revoke(visit: Administrator, account: str) -> Response:
    tokens, token = door_of(visit.request).tokens, visit.form.one("token")

    def work(_: People, tx: Transaction, one: Account) -> None:
        tokens.revoke(tx, visit.now, token, by=visit.principal.id, owner=one.id)

    return await _do(visit, account, work)


async def _do(
    visit: Visit, account: str, work: Callable[[People, Transaction, Account], object], password: str = ""
) -> Response:
    """One change to one account, then its page."""
    entrance = door_of(visit.request).entrance
    try:
        await entrance.store.write(lambda tx: work(entrance.people, tx, _found(tx, account)))
    except AccountError as error:
        return _one(visit, account, 422, problem=problem_of(visit, error))
    return _one(visit, account, password=password) if password else go(f"{PAGE}/{account}?saved")


def _found(tx: Transaction, account: str) -> Account:
    found = tx.accounts.get(account)
    if found is None:
        raise AccountError("there is no such account", key="no-account")
    return found


def _not_oneself(visit: Visit, account: Account) -> None:
    if account.id == visit.principal.id:
        raise AccountError("nobody changes their own roles or locks themselves out", key="own")


def _roles(visit: Visit) -> frozenset[Role]:
    return frozenset(role for role in Role if role.value in visit.form.all("role"))


def _list(visit: Visit, status: int = 200, problem: str = "", typed: object = None) -> Response:
    entrance = door_of(visit.request).entrance
    people = entrance.store.read_now(lambda tx: tx.accounts.all())
    unlisted = [
        one for one in people
        if not one.disabled and (who := entrance.sessions.principal(one)).may(Permission.REVIEW) and not who.listed
    ]  # fmt: skip
    groups = {one.id: entrance.sessions.principal(one).groups for one in people}
    return visit.page(
        "people.html",
        status,
        people=people,
        groups=groups,
        unlisted=unlisted,
        roles=list(Role),
        problem=problem,
        typed=typed,
    )


def _one(
    visit: Visit, account: str, status: int = 200, *, problem: str = "", password: str = "", saved: bool = False
) -> Response:
    def work(tx: Transaction) -> dict[str, object] | None:
        found = tx.accounts.get(account)
        if found is None:
            return None
        return {
            "account": found,
            "groups": door_of(visit.request).entrance.sessions.principal(found).groups,
            "sessions": tx.accounts.sessions(found.id),
            "tokens": tx.accounts.tokens(found.id),
        }

    found = door_of(visit.request).entrance.store.read_now(work)
    if found is None:
        raise NotAllowedError
    more = {"roles": list(Role), "problem": problem, "password": password, "saved": saved, "days": ONE_TIME.days}
    return visit.page("person.html", status, **(found | more))
