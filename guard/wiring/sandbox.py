"""What `make run` shows beside a gate: addresses, things to try, and a post that waits for a person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from guard import observe
from guard.errors import GuardError
from guard.gateway.server import Address
from guard.sandbox.world import invented
from guard.settings.accounts import AT_CONSOLE
from guard.settings.load import Authors, Person
from guard.store.base import Reader
from guard.types.http import HttpRequest
from guard.upstream.client import Upstream

HELD = "Astreinte : 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36"
NETWORK, HOST = "mastodon", "127.0.0.1"
"""As the gate calls the sandbox's accounts."""
BEARER = "me"
_HEADERS = ((b"authorization", f"Bearer {BEARER}".encode()), (b"content-type", b"application/x-www-form-urlencoded"))


async def hold_example(store: Reader, gate: str) -> None:
    """Post the held example through the gate, as a client would, so that the console has something to show the first time."""
    if store.read_now(lambda tx: tx.cases(limit=1)):
        return
    client = Upstream(gate)
    try:
        body = urlencode({"status": HELD}).encode()
        await client.fetch(HttpRequest("POST", "/api/v1/statuses", "", _HEADERS, body))
    except GuardError as error:
        observe.warn("example-not-held", error=type(error).__name__)
    finally:
        await client.close()


def invented_authors() -> Authors:
    """Who is behind the account of the posts to try, and that whoever signs in is somebody else."""
    name, shown = invented(BEARER)
    return Authors({(NETWORK, f"{name}@{HOST}"): Person(shown), (AT_CONSOLE, "admin"): Person("admin")})


def listening(addresses: Sequence[Address]) -> str:
    """A line for each address."""
    return "\n".join(f"{address.name:<16} {address.url}" for address in addresses)


def greeting(addresses: Sequence[Address], person: tuple[str, str] | None) -> str:
    """The addresses, whom to sign in as, and one post of each kind."""
    gate, console, page = addresses[0].url, addresses[-2].url, addresses[-1].url
    leak = "Pff, encore un projet avec client X qui m'échappe, galère 20 personnes sur le carreau"
    body = json.dumps({"status": leak}, ensure_ascii=False).replace("'", "'\\''")
    who = f"sign in as {person[0]!r} with the one-time password {person[1]}" if person else "sign in as before"
    return f"""
{listening(addresses)}

A post that must not leave (any bearer token will do here):

  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -H 'Content-Type: application/json' \\
    -d '{body}'

One that is masked first, one that passes as written, and one that waits for a person; look at {page} afterwards:

  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -d 'status=Appelez Marie au 06 39 98 12 34'
  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -d 'status=Bonjour tout le monde'
  curl -s {gate}/api/v1/statuses -H 'Authorization: Bearer me' -d 'status={HELD}'

The last one waits already as case 1001, the first time. At {console} {who};
there press s, a and y: take it, approve as written, submit. Ten seconds later the same curl passes once.

Ctrl-C stops the gate.
"""
