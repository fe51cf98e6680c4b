"""A send of which nobody knows whether it arrived: the service is asked before the same post goes out again."""

from __future__ import annotations

from guard.channels.base import LookedUp, Refusal, Trouble
from guard.errors import ReviewError
from guard.gateway import words
from guard.gateway.gate import Gate
from guard.gateway.identify import ask
from guard.gateway.media import is_upload
from guard.types.held import Delivery
from guard.types.http import HttpReply, HttpRequest
from guard.types.inspection import Inspection
from guard.types.post import Post
from guard.words.texts import Phrase

OK, TOO_MANY, SERVER_ERROR = 200, 429, 500


async def settle_doubt(
    gate: Gate, request: HttpRequest, inspection: Inspection, doubt: Delivery, language: str
) -> HttpReply | None:
    """The published post's answer where it is there; None where it is not, or may as well be sent again.

    Where nobody can tell, the author is told so, and the next send of the same post is the author's own choice.
    """
    post = inspection.post
    forms = _forms(gate, inspection, doubt)
    if forms == ():  # it went inside, and the internal server knows a repetition by its key
        await gate.ledger.settle_doubt(doubt, arrived=False, how="sent-again")
        return None
    question = gate.channel.lookup(post)
    if question is None:
        gate.ledger.let_go(doubt)
        harmless = post.target is not None or is_upload(post)  # to change a thing twice is no second post
        return None if harmless else _told(gate, Phrase("author.cannot-look-up"), language)
    credentials = tuple(pair for pair in request.headers if pair[0] == b"authorization")
    headers = (*question.headers, *credentials)
    reply = await ask(gate.upstream, HttpRequest(question.method, question.path, question.query, headers))
    if reply.status == TOO_MANY or reply.status >= SERVER_ERROR:
        return _told(gate, Phrase("author.upstream-in-doubt"), language)
    found = _found(gate, forms, doubt, reply) if reply.status == OK and forms else LookedUp.UNSURE
    if found is LookedUp.UNSURE:
        gate.ledger.let_go(doubt)
        return _told(gate, Phrase("author.cannot-look-up"), language)
    await gate.ledger.settle_doubt(doubt, arrived=isinstance(found, bytes))
    if isinstance(found, bytes):
        return HttpReply(200, ((b"content-type", b"application/json; charset=utf-8"),), found)
    return None


def _forms(gate: Gate, inspection: Inspection, doubt: Delivery) -> tuple[Post, ...] | None:
    """In which forms it may have been sent to the service; None where nobody knows any more."""
    try:
        return gate.ledger.sent_forms(doubt, inspection)
    except ReviewError:
        return None


def _found(gate: Gate, forms: tuple[Post, ...], doubt: Delivery, reply: HttpReply) -> bytes | LookedUp:
    """The post in any of these forms; unsure as soon as one form is."""
    answers = [gate.channel.found(form, reply, doubt.created) for form in forms]
    there = next((answer for answer in answers if isinstance(answer, bytes)), None)
    if there is not None:
        return there
    return LookedUp.UNSURE if LookedUp.UNSURE in answers else LookedUp.ABSENT


def _told(gate: Gate, phrase: Phrase, language: str) -> HttpReply:
    return gate.channel.reply(Refusal(Trouble.UPSTREAM, words.tell(phrase, language), status=502))
