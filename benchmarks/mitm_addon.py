"""The two-regex add-on of the mitmproxy peer: what a person writes first when asked to stop e-mails and phone numbers."""

import re

from mitmproxy import http

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
PHONE = re.compile(r"(?:\+33|0)\s?[1-9](?:[\s.-]?\d{2}){4}")


def request(flow: http.HTTPFlow) -> None:
    """Answer 422 when the body holds either."""
    text = flow.request.get_text(strict=False) or ""
    if flow.request.method == "POST" and (EMAIL.search(text) or PHONE.search(text)):
        flow.response = http.Response.make(422, b'{"error":"refused"}', {"Content-Type": "application/json"})
