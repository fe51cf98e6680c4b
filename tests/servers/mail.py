"""A real mail server (aiosmtpd) in a thread of its own, with STARTTLS, a user, and faults on request."""

from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509

from tests.certificates import certificate

USER = "gate"
PASSWORD = "pass" + "word-of-the-gate"


class Mailbox:
    """What was taken; `refuse` holds answers by recipient, `deaf` refuses all."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuse: dict[str, str] = {}
        self.deaf = ""
        self.signed_in: list[bool] = []
        self.came = threading.Event()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.deaf:
            return self.deaf
        self.signed_in.append(session.authenticated)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.came.set()
        return "250 taken"


@contextmanager
def mail_server(folder: Path, *, tls: bool = True, auth: bool = True):
    """Yields the mailbox, the port and the certificate to trust."""
    box = Mailbox()
    options = {}
    cert = None
    if tls:
        cert, key = certificate(folder, x509.DNSName("localhost"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        options = {"tls_context": context, "require_starttls": True}
    if auth:

        def check(server, session, envelope, mechanism, data):
            given = (data.login.decode(), data.password.decode())
            return AuthResult(success=given == (USER, PASSWORD), handled=False)

        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": tls}
    with _running(lambda: SMTP(box, hostname="localhost", timeout=20, **options)) as port:
        yield box, port, cert


@contextmanager
def _running(protocol):
    """A loop in a thread; yields the port. aiosmtpd's own controller cannot take one that the system chooses."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = []

    def kept():
        made.append(protocol())
        return made[-1]

    server = asyncio.run_coroutine_threadsafe(_serve(loop, kept), loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server, made), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _serve(loop, protocol):
    return await loop.create_server(protocol, "127.0.0.1", 0)


async def _stop(server, made) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for each in made:
        if getattr(each, "transport", None) is not None:
            each.transport.abort()  # a client that is still there would leave its socket open
    await asyncio.sleep(0.01)
