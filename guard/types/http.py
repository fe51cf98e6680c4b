"""HTTP messages held whole, between gateway, channels and upstream client."""

from __future__ import annotations

from dataclasses import dataclass

Headers = tuple[tuple[bytes, bytes], ...]
"""Names in lower case, in the order received."""


@dataclass(frozen=True, slots=True, repr=False)
class HttpRequest:
    """A request with its whole body. As received, or as rebuilt for the service."""

    method: str
    path: str
    """As on the wire: ASCII, still percent-encoded, without the query."""
    query: str = ""
    """As on the wire, without the `?`."""
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: bytes) -> bytes | None:
        """Value of the first header of that lower-case name."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def __repr__(self) -> str:
        return f"HttpRequest({self.method} {self.path}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True, repr=False)
class HttpReply:
    """An answer with its whole body."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str = ""
    """Reason phrase for HTTP/1.1, ASCII; empty: the standard one. xdk shows authors nothing else."""

    def header(self, name: bytes) -> bytes | None:
        """Value of the first header of that lower-case name."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def __repr__(self) -> str:
        return f"HttpReply({self.status}, {len(self.body)} bytes)"
