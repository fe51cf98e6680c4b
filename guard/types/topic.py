"""What a post can be about that belongs inside the company, as policies and records name it."""

from __future__ import annotations

from typing import Final

ENTITY: Final = "TOPIC"
"""Entity of a finding about a whole text; its subtype is the topic."""
TOPICS: Final = (
    "lost_deal",
    "client_relation",
    "layoffs",
    "financials",
    "mna",
    "product_unreleased",
    "security_incident",
    "legal",
    "customer_data",
    "staff_whereabouts",
    "internal_conflict",
)
ANY: Final = "any"
"""`topic: any`: whichever it is."""
