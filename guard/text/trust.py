"""How far what is found in another reading of a text is to be believed."""

from __future__ import annotations

from enum import Enum


class Trust(Enum):
    """How far hits in a reading are to be believed."""

    WRITTEN = "written"
    """As good as written out."""
    CHECKED = "checked"
    """Only hits that a checksum, a numbering plan or a dictionary of the policies confirms."""
    PROVEN = "proven"
    """Only hits that a check confirms which chance hardly ever passes, or a dictionary of the policies."""
