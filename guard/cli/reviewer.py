"""Who decides at the terminal: the system's user, whatever name they give."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from guard.errors import UsageError
from guard.store.base import Transaction
from guard.types.held import Review
from guard.types.principal import ALLOWS, Permission
from guard.words.texts import Phrase

LOGIN = Path("/proc/self/loginuid")
"""Who logged in, kept by the kernel through sudo and su; where nobody did, or on another system, it says nothing."""
_NOBODY = 2**32 - 1


def os_user() -> str:
    """Who logged in to this terminal, else whom the process belongs to. Never from the environment: anybody may write there."""
    number = _logged_in()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # containers run under bare numbers
        return f"uid-{number}"


def check_reviewer(tx: Transaction, verdict: Review) -> None:
    """UsageError when the name given is another's than the system's user's, and no account that may review."""
    if verdict.reviewer == verdict.terminal:
        return
    account = tx.accounts.named(verdict.reviewer)
    if account is None or account.disabled or not any(Permission.REVIEW in ALLOWS[role] for role in account.roles):
        raise UsageError(Phrase("cases.no-reviewer", name=repr(verdict.reviewer)), hint=Phrase("cases.do.reviewer"))


def _logged_in() -> int:
    try:
        number = int(LOGIN.read_text("ascii"))
    except (OSError, ValueError):
        return os.getuid()
    return os.getuid() if number == _NOBODY else number
