"""The gate's listeners: uvicorn's HTTP/1.1 protocol made strict, several of them in one event loop.

A proxy that understands a request otherwise than the service behind it can be talked past, so whatever two servers might
read differently (RFC 9112, 11.2) is refused here, before any application sees it.
"""

from __future__ import annotations

import asyncio
import logging
import re
import signal
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from guard.errors import GuardError, RequestError, SettingsError

Scope = dict[str, Any]
"""ASGI."""
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]
App = Callable[[Scope, Receive, Send], Any]
