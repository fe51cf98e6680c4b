"""Errors that people read: each says what happened, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from guard.words.texts import Phrase, Words


@dataclass(frozen=True, slots=True)
class Location:
    """Where in a user's file, request or record an error lies; lines and columns count from 1."""

    file: str
    line: int | None = None
    column: int | None = None
    field: str | None = None
    """Dotted path of the field, as `rules[0].do`, or a JSON Pointer in a request."""

    def __str__(self) -> str:
        return self._shown(self.file, self.field)

    def told(self, words: Words) -> str:
        """As `str` says it, its parts that are phrases in this language."""
        return self._shown(words.told(self.file), words.told(self.field) if self.field else None)

    def _shown(self, place: str, field: str | None) -> str:
        if self.line is not None:
            place += f":{self.line}"
            if self.column is not None:
                place += f":{self.column}"
        return f"{place}: {field}" if field else place


def place_of(error: BaseException) -> str:
    """`file.py:line` where an exception was raised, without its message, which might quote a post."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"


class GuardError(Exception):
    """Base of all errors this project raises on purpose; `hint` says what to do, `location` where."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str = "", location: Location | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.location = location

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")

    def told(self, words: Words) -> str:
        """As `str` says it, in the language of these words as far as it can be told in both."""
        place = f"{self.location.told(words)}: " if self.location else ""
        return f"{place}{words.told(self.message)}" + (f" ({words.told(self.hint)})" if self.hint else "")


class PhrasedError(GuardError):
    """One that is told in both languages: mypy refuses plain text."""

    def __init__(self, message: Phrase, *, hint: Phrase | None = None, location: Location | None = None) -> None:
        super().__init__(message, hint=hint or "", location=location)


class UsageError(GuardError):
    """The command line was wrong."""

    exit_code = 2


class SettingsError(PhrasedError):
    """`guard.toml` or `authors.toml` is wrong."""

    exit_code = 2


class PolicyError(PhrasedError):
    """One located mistake in a policy file."""

    exit_code = 2


class ProblemsError(GuardError):
    """All mistakes of a load at once, in file order."""

    exit_code = 2

    def __init__(self, problems: list[GuardError] | tuple[GuardError, ...]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def told(self, words: Words) -> str:
        return "\n".join(problem.told(words) for problem in self.problems)


class RequestError(PhrasedError):
    """A client's request that is not forwarded because of its form; `status` is the HTTP status to answer."""

    def __init__(
        self, message: Phrase, *, status: int = 400, hint: Phrase | None = None, location: Location | None = None
    ) -> None:
        super().__init__(message, hint=hint, location=location)
        self.status = status


class DetectorError(GuardError):
    """A detector could not be loaded or did not finish."""


class ModelError(PhrasedError, DetectorError):
    """A model is missing, altered, or not one that this version can run. The rules that need no model go on."""


class TrainingError(PhrasedError):
    """No model was made: too little to learn from, or what was learnt does no good. Nothing was written."""

    exit_code = 1


class StoreError(GuardError):
    """Nothing could be recorded: the disk is full, the file is locked or damaged."""


class KeyFileError(PhrasedError):
    """A signing or sealing key is missing, unreadable or open to others."""

    exit_code = 2


class VerificationError(GuardError):
    """An audit log, proof or checkpoint does not verify."""

    exit_code = 1


class ReviewError(GuardError):
    """A review that cannot be made: unknown case, already decided, an edit that would itself be stopped."""

    exit_code = 2


class MotionError(GuardError):
    """A request that needs two people cannot be made, answered or used so."""

    exit_code = 2


class AccountError(GuardError):
    """A change to an account, session or token that cannot be made; nothing was changed.

    `key` names the same in the console's texts (`problem.<key>`), into which `values` are put.
    """

    exit_code = 2

    def __init__(self, message: str, *, key: str = "other", hint: str = "", **values: object) -> None:
        super().__init__(message, hint=hint)
        self.key = key
        self.values = values


class ProviderError(GuardError):
    """An identity provider did not answer, or not as it must; nobody was signed in. Holds nothing a person typed."""


class UpstreamError(GuardError):
    """The service could not be reached, or broke off; `sent` tells whether it may have acted on the request."""

    def __init__(self, message: str, *, sent: bool, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.sent = sent


class UnsendableError(UpstreamError):
    """A request that has no form on the wire: nothing was sent, and of the service it says nothing."""

    def __init__(self, message: str) -> None:
        super().__init__(message, sent=False)
