"""Signing in: password, second factor, a first password of one's own, another provider's page; and signing out.

Before that there is no session whose token a form could carry: a POST must come from our own page (forms.same_origin),
and from the second step on it carries the half-finished session's token.
"""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from guard import observe
from guard.auth import totp
from guard.auth.entrance import Entered, Outcome, Reason, Refused
from guard.auth.sessions import form_is_own
from guard.console.accounts.qr import qr_path
from guard.console.door import Door
from guard.console.forms import CSRF
from guard.console.page import SIGN_IN, AnyGuest, Anyone, Guest, go
from guard.console.preferences import local
from guard.errors import AccountError, ProviderError
from guard.types.account import SignedIn, Stage

router = APIRouter(include_in_schema=False)
STEPS = {
    Stage.SECOND_FACTOR: "/sign-in/code",
    Stage.NEW_PASSWORD: "/sign-in/password",
    Stage.ENROL: "/sign-in/second-factor",
}
STATUS = {Reason.WAIT: 429, Reason.NOT_ADMITTED: 403}
ISSUER = "postguard"


def door_of(request: Request) -> Door:
    """The door of this console."""
    door: Door = request.app.state.door
    return door


@router.get(SIGN_IN)
async def show(visit: AnyGuest) -> Response:
    door = door_of(visit.request)
    if door.find(visit.request) is not None:
        return go(_next(visit))
    if door.lapsed(visit.request):
        return go(f"/sign-in/oidc?quiet&next={quote(_next(visit), safe='')}")
    return _page(visit, out="out" in visit.request.query_params)


@router.post(SIGN_IN)
async def enter(visit: AnyGuest) -> Response:
    door, form = door_of(visit.request), visit.form
    name, password = form.one("name").strip(), form.one("password")
    address, old = door.address(visit.request), door.value(visit.request)
    try:
        outcome = await door.entrance.enter(name, password, address, visit.now, old)
    except ProviderError as error:
        return _no_provider(visit, error, name)
    return _page_for(visit, outcome, name) if isinstance(outcome, Refused) else _onward(visit, outcome)


@router.get("/sign-in/code")
async def ask_code(visit: AnyGuest) -> Response:
    half = _half(visit, Stage.SECOND_FACTOR)
    return go(SIGN_IN) if half is None else visit.page("signin-code.html", 200, **_step(visit, half))


@router.post("/sign-in/code")
async def code(visit: AnyGuest) -> Response:
    door, half = door_of(visit.request), _half(visit, Stage.SECOND_FACTOR)
    if half is None:
        return _page(visit, 401, problem="signin.expired")
    address = door.address(visit.request)
    outcome = await door.entrance.code(door.value(visit.request), visit.form.one("code"), address, visit.now)
    if isinstance(outcome, Entered):
        return _onward(visit, outcome)
    if outcome.reason is Reason.EXPIRED:
        return _page(visit, 401, problem="signin.expired")
    problem, status = _told(visit, outcome)
    return visit.page("signin-code.html", status, **_step(visit, half, problem))


@router.get("/sign-in/password")
async def ask_password(visit: AnyGuest) -> Response:
    half = _half(visit, Stage.NEW_PASSWORD)
    return go(SIGN_IN) if half is None else visit.page("signin-password.html", 200, **_step(visit, half))


@router.post("/sign-in/password")
async def first_password(visit: AnyGuest) -> Response:
    door, half = door_of(visit.request), _half(visit, Stage.NEW_PASSWORD)
    if half is None:
        return _page(visit, 401, problem="signin.expired")
    try:
        if visit.form.all("new") != [visit.form.one("new")] * 2:
            raise AccountError("the two are not the same", key="not-the-same")
        outcome = await door.entrance.first_password(door.value(visit.request), visit.form.one("new"), visit.now)
    except AccountError as error:
        return visit.page("signin-password.html", 422, **_step(visit, half, problem_of(visit, error)))
    return _page(visit, 401, problem="signin.expired") if isinstance(outcome, Refused) else _onward(visit, outcome)


@router.get("/sign-in/second-factor")
async def offer(visit: AnyGuest) -> Response:
    half = _half(visit, Stage.ENROL)
    return go(SIGN_IN) if half is None else _offer(visit, half)


@router.post("/sign-in/second-factor")
async def take(visit: AnyGuest) -> Response:
    half = _half(visit, Stage.ENROL)
    if half is None:
        return _page(visit, 401, problem="signin.expired")
    door = door_of(visit.request)
    secret = door.own.offered(half.account, visit.form.one("offer"), visit.now)
    if secret is None:
        return _offer(visit, half, 422, problem=visit.words("signin.offer-over"))
    given, address = visit.form.one("code"), door.address(visit.request)
    outcome, codes = await door.own.take_totp(door.value(visit.request), secret, given, address, visit.now)
    if isinstance(outcome, Refused):
        problem, status = _told(visit, outcome)
        return _offer(visit, half, status, secret=secret, problem=problem)
    shown = visit.page("signin-codes.html", codes=codes, onward=_next(visit))
    return door.let_in(shown, outcome)


@router.get("/sign-in/oidc")
async def depart(visit: AnyGuest) -> Response:
    """A link, not a form: the policy of the page lets forms go nowhere else."""
    door = door_of(visit.request)
    if door.entrance.redirect is None:
        return go(SIGN_IN)
    quiet = "quiet" in visit.request.query_params
    try:
        url, baggage = await door.entrance.depart(_next(visit), visit.now, quiet=quiet)
    except ProviderError as error:
        return _no_provider(visit, error)
    return door.send_off(RedirectResponse(url, 303), baggage)


@router.get("/sign-in/oidc/back")
async def arrive(visit: AnyGuest) -> Response:
    door, request = door_of(visit.request), visit.request
    query = dict(request.query_params)
    address, old = door.address(request), door.value(request)
    try:
        outcome = await door.entrance.arrive(query, door.baggage(request), address, visit.now, old)
    except ProviderError as error:
        tell_operator(error)
        response: Response = _page(visit, 502, problem="signin.provider-wrong")
    else:
        response = _back_page(visit, outcome)
    door.baggage(request, response)
    return response


@router.post("/sign-out")
async def sign_out(visit: Anyone) -> Response:
    door = door_of(visit.request)
    await door.entrance.leave(door.value(visit.request), visit.now)
    return door.let_out(go(f"{SIGN_IN}?out"))


def tell_operator(error: ProviderError) -> None:
    """The person is told that it is not their fault; what is wrong is the operator's to read."""
    observe.warn("sign-in-provider", problem=str(error))


def problem_of(visit: Guest, error: AccountError) -> str:
    """The error in the language of whoever asks."""
    return visit.words(f"problem.{error.key}", **error.values)


def new_factor(visit: Guest, signed_in: SignedIn, secret: bytes | None = None) -> dict[str, object]:
    """What a page shows of a new second factor, the same one again when there is one already."""
    if secret is None:
        secret, sealed = door_of(visit.request).own.offer_totp(signed_in.account, visit.now)
    else:
        sealed = visit.form.one("offer")
    name = signed_in.account.name
    uri = totp.otpauth_uri(secret, name, ISSUER)
    return {"secret": totp.shown_secret(secret), "uri": uri, "picture": qr_path(uri), "offer": sealed}


def _offer(visit: Guest, half: SignedIn, status: int = 200, secret: bytes | None = None, problem: str = "") -> Response:
    shown = new_factor(visit, half, secret)
    return visit.page("signin-second-factor.html", status, **_step(visit, half, problem), **shown)


def _half(visit: Guest, stage: Stage) -> SignedIn | None:
    """Who is at this step; for a POST, only with the step's own token."""
    half = door_of(visit.request).half(visit.request)
    if half is None or half.session.stage is not stage:
        return None
    return half if visit.request.method == "GET" or form_is_own(half.session, visit.form.one(CSRF)) else None


def _step(visit: Guest, half: SignedIn, problem: str = "") -> dict[str, object]:
    return {"step_csrf": half.session.csrf, "who": half.account.name, "next": _next(visit), "problem": problem}


def _onward(visit: Guest, entered: Entered, to: str | None = None) -> Response:
    to = _next(visit) if to is None else local(to)
    if entered.session.stage is not Stage.FULL:
        to = f"{STEPS[entered.session.stage]}?next={quote(to, safe='')}"
    return door_of(visit.request).let_in(go(to), entered)


def _next(visit: Guest) -> str:
    """Where the person wanted to go: a page of ours."""
    return local(visit.form.one("next") or visit.request.query_params.get("next", "/"))


def _told(visit: Guest, refused: Refused) -> tuple[str, int]:
    """Why, in words, and the status of the answer."""
    wait = {"count": -(-refused.wait_s // 60)} if refused.reason is Reason.WAIT else {}
    return visit.words(f"signin.{refused.reason}", **wait), STATUS.get(refused.reason, 401)


def _no_provider(visit: Guest, error: ProviderError, name: str = "") -> Response:
    tell_operator(error)
    return _page(visit, 503, problem="signin.no-provider", name=name)


def _back_page(visit: Guest, outcome: Outcome) -> Response:
    """After another provider's page, where no password of ours was typed."""
    if isinstance(outcome, Refused):
        return (
            _page(visit, 401, problem="signin.gave-up") if outcome.reason is Reason.WRONG else _page_for(visit, outcome)
        )
    return _onward(visit, outcome, outcome.next)


def _page_for(visit: Guest, refused: Refused, name: str = "") -> Response:
    problem, status = _told(visit, refused)
    response = _page(visit, status, name=name, said=problem)
    if refused.wait_s:
        response.headers["Retry-After"] = str(refused.wait_s)
    return response


def _page(
    visit: Guest, status: int = 200, *, problem: str = "", said: str = "", name: str = "", out: bool = False
) -> Response:
    redirect = door_of(visit.request).entrance.redirect
    return visit.page(
        "signin.html",
        status,
        problem=visit.words(problem) if problem else said,
        name=name,
        out=out,
        next=_next(visit),
        provider=redirect.label if redirect else "",
        farewell=redirect.farewell() if redirect and out else None,
    )
