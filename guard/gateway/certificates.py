"""TLS of the listeners: made of certificate files, which are read again without a stop once they were renewed."""

from __future__ import annotations

import ssl
from pathlib import Path

from guard.errors import SettingsError
from guard.words.texts import Phrase


def context_of(name: str, cert: Path, key: Path | None) -> ssl.SSLContext:
    """What the connections of the listener of that name are made with. SettingsError when the files cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        message = Phrase("settings.certificate", name=repr(name), file=str(cert))
        raise SettingsError(message, hint=Phrase("settings.do.pem-pair")) from error
    return context
