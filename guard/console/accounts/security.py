"""One's own account: password, second factor, where one is signed in, API tokens.

Everything here is about whoever asks: no address and no field names another account. What a stolen session could use to
stay (password, second factor, tokens) asks for the password again, of people who have one here or in a directory.
"""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import Response

from guard.auth.entrance import Entered, Outcome, Refused
from guard.auth.tokens import longest
from guard.console.accounts.signin import door_of, new_factor, problem_of, tell_operator
from guard.console.door import Door
from guard.console.page import Anyone, Visit, go
from guard.errors import AccountError, ProviderError
from guard.types.account import LOCAL, SignedIn
from guard.types.principal import Permission

router = APIRouter(include_in_schema=False)
PAGE = "/me/security"
RECENT = timedelta(minutes=15)
"""Who has no password that we could ask for must have signed in within so long."""
DAYS = (7, 30, 90, 365)


@router.get(PAGE)
async def show(visit: Anyone) -> Response:
    return _page(visit, saved=visit.request.query_params.get("saved", ""))


@router.post(f"{PAGE}/password")
async def password(visit: Anyone) -> Response:
    door, me = _me(visit)
    try:
        if me.account.provider != LOCAL:
            raise AccountError("the password is elsewhere", key="elsewhere", name=me.account.name)
        if visit.form.all("new") != [visit.form.one("new")] * 2:
            raise AccountError("the two are not the same", key="not-the-same")
        await _confirm(visit, door, me)
        outcome = await door.own.change_password(me, visit.form.one("new"), visit.now)
    except AccountError as error:
        return _page(visit, 422, part="password", problem=problem_of(visit, error))
    return _on(door, outcome, "password")


@router.get(f"{PAGE}/second-factor")
async def offer(visit: Anyone) -> Response:
    _, me = _me(visit)
    if me.account.totp is not None:
        return go(PAGE)
    return visit.page("security-factor.html", 200, **new_factor(visit, me), problem="")


@router.post(f"{PAGE}/second-factor")
async def take(visit: Anyone) -> Response:
    door, me = _me(visit)
    secret = door.own.offered(me.account, visit.form.one("offer"), visit.now)
    if secret is None:
        problem = visit.words("signin.offer-over")
        return visit.page("security-factor.html", 422, **new_factor(visit, me), problem=problem)
    try:
        await _confirm(visit, door, me)
    except AccountError as error:
        return visit.page(
            "security-factor.html", 422, **new_factor(visit, me, secret), problem=problem_of(visit, error)
        )
    value, address = door.value(visit.request), door.address(visit.request)
    outcome, codes = await door.own.take_totp(value, secret, visit.form.one("code"), address, visit.now)
    if isinstance(outcome, Refused):
        problem = visit.words("signin.code-wrong")
        return visit.page("security-factor.html", 422, **new_factor(visit, me, secret), problem=problem)
    return door.let_in(visit.page("signin-codes.html", codes=codes, onward=PAGE), outcome)


@router.post(f"{PAGE}/second-factor/remove")
async def drop(visit: Anyone) -> Response:
    door, me = _me(visit)
    try:
        await _confirm(visit, door, me)
        outcome = await door.own.drop_totp(me, visit.now)
    except AccountError as error:
        return _page(visit, 422, part="factor", problem=problem_of(visit, error))
    return _on(door, outcome, "factor")


@router.post(f"{PAGE}/sessions/end")
async def end(visit: Anyone) -> Response:
    """One of one's own sessions by its handle, or with none all but this one."""
    door, me = _me(visit)
    await door.own.end_others(me, visit.form.one("session"), visit.now)
    return go(f"{PAGE}?saved=sessions")


@router.post(f"{PAGE}/tokens")
async def make_token(visit: Anyone) -> Response:
    door, me = _me(visit)
    form = visit.form
    scopes = [permission for permission in Permission if permission.value in form.all("scope")]
    days = int(form.one("days")) if form.one("days") in map(str, DAYS) else 0
    try:
        await _confirm(visit, door, me)
        bearer, _ = await door.entrance.store.write(
            lambda tx: door.tokens.make(
                tx, visit.now, me.account, form.one("label"), scopes, timedelta(days=days), by=me.account.id
            )
        )
    except AccountError as error:
        return _page(visit, 422, part="tokens", problem=problem_of(visit, error), label=form.one("label"))
    return _page(visit, part="tokens", bearer=bearer)


@router.post(f"{PAGE}/tokens/revoke")
async def revoke_token(visit: Anyone) -> Response:
    door, me = _me(visit)
    token = visit.form.one("token")
    try:
        await door.entrance.store.write(
            lambda tx: door.tokens.revoke(tx, visit.now, token, by=me.account.id, owner=me.account.id)
        )
    except AccountError as error:
        return _page(visit, 422, part="tokens", problem=problem_of(visit, error))
    return go(f"{PAGE}?saved=tokens")


def _me(visit: Visit) -> tuple[Door, SignedIn]:
    door = door_of(visit.request)
    me = door.find(visit.request)
    if me is None:  # the session ended between two lines of ours
        raise AccountError("this session is over")
    return door, me


async def _confirm(visit: Visit, door: Door, me: SignedIn) -> None:
    """AccountError when the password is asked for again and is not the right one."""
    if not _has_password(door, me):
        if visit.now - me.session.created > RECENT:
            raise AccountError("sign in again first", key="sign-in-again")
        return
    try:
        right = await door.own.confirm(me, visit.form.one("password"), door.address(visit.request), visit.now)
    except ProviderError as error:
        tell_operator(error)
        right = False
    if not right:
        raise AccountError("that is not the password", key="password-wrong")


def _has_password(door: Door, me: SignedIn) -> bool:
    """Whoever came by another provider's page has none that we could ask for."""
    redirect = door.entrance.redirect
    return redirect is None or me.account.provider != redirect.name


def _on(door: Door, outcome: Outcome, saved: str) -> Response:
    response = go(f"{PAGE}?saved={saved}")
    return door.let_in(response, outcome) if isinstance(outcome, Entered) else response


def _page(visit: Visit, status: int = 200, **values: object) -> Response:
    door, me = _me(visit)
    sessions, tokens = door.entrance.store.read_now(
        lambda tx: (tx.accounts.sessions(me.account.id), tx.accounts.tokens(me.account.id))
    )
    context = {
        "account": me.account,
        "this": me.session,
        "sessions": sessions,
        "tokens": tokens,
        "asks_password": _has_password(door, me),
        "scopes": [permission for permission in Permission if visit.may(permission)],
        "days": [days for days in DAYS if timedelta(days=days) <= longest(me.account)],
        "part": "",
        "problem": "",
        "saved": "",
        "bearer": "",
        "label": "",
    }
    return visit.page("security.html", status, **(context | values))
