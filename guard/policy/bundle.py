"""A folder of policy files to a Bundle: the only file of this room that reads files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from guard.errors import GuardError, Location, PolicyError, ProblemsError
from guard.policy.compile import Bundle, compile_bundle, finds, terms_path
from guard.policy.cursor import Notes
from guard.policy.load import MAX_BYTES
from guard.policy.names import Known, unknown_names
from guard.policy.parse import parse_policy
from guard.policy.parse_find import lies_beside
from guard.policy.schema import Policy, SealedFind, TermsFind
from guard.policy.terms_file import MAX_TERMS_BYTES
from guard.policy.unread import is_policy, unread
from guard.words.texts import Phrase

__all__ = [
    "Bundle",
    "bundle_from_texts",
    "day_begins",
    "load_bundle",
    "overdue",
    "read_at_most",
]

MAX_SHOWN = 200
_MISNAMED = (".yaml.txt", ".yml.txt")


def load_bundle(folder: Path, known: Known | None = None) -> Bundle:
    """All `*.yaml` and `*.yml` of a folder but `*_test.yaml`, in capitals or not, and but hidden ones; or one such file.

    ProblemsError with every located mistake of all of them, names that are not `known` among them. What was meant as a
    policy and is not read is a warning.
    """
    if folder.is_file() and not is_policy(folder.name):
        raise _folder_error(folder, Phrase("loader.no-policy-file"))
    notes = Notes()
    try:
        if folder.is_file():
            folder, names = folder.parent, [folder.name]
        else:
            names = sorted(path.name for path in folder.iterdir())
            notes.warnings += unread(folder, but=_MISNAMED)
    except OSError as error:
        raise _folder_error(folder, Phrase("loader.folder-unreadable", why=error.strerror or "")) from None
    problems: list[GuardError] = [*_misnamed(names)]
    paths = [folder / name for name in names if is_policy(name)]
    if not paths and not problems:
        empty = _folder_error(folder, Phrase("loader.folder-empty"))
        raise ProblemsError([*notes.warnings, *empty.problems])
    files: dict[str, bytes] = {}
    for path in paths:
        data = read_at_most(path, MAX_BYTES)
        if data is None:
            location = Location(path.name)
            hint = Phrase("loader.do.check-file")
            problems.append(PolicyError(Phrase("loader.file-unreadable"), hint=hint, location=location))
        else:
            files[path.name] = data
    return _bundle(files, lambda name: read_at_most(folder / name, MAX_TERMS_BYTES), problems, notes, known)


def bundle_from_texts(texts: Mapping[str, str]) -> Bundle:
    """As load_bundle, from texts by file name; those that do not end in .yaml or .yml are terms files."""
    files = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
    policies = {name: data for name, data in files.items() if is_policy(name)}
    problems: list[GuardError] = [*_misnamed(sorted(texts))]
    if not policies and not problems:
        raise ProblemsError([PolicyError(Phrase("loader.no-policy"), hint=Phrase("loader.do.name-yaml"))])
    return _bundle(policies, files.get, problems, Notes())


def overdue(bundle: Bundle, now: datetime) -> tuple[PolicyError, ...]:
    """A remark for each policy whose `review_by` has passed at `now`. Its rules keep working."""
    hint = Phrase("loader.do.review")
    return tuple(
        PolicyError(Phrase("loader.review-over"), hint=hint, location=policy.source.review_place)
        for policy in bundle.policies
        if policy.source.review_by and policy.source.review_by <= now
    )


def day_begins(bundle: Bundle, day: date) -> datetime:
    """The moment from which that day is there for all of these policies: what ends with the day before is over for each."""
    zones = {policy.source.zone for policy in bundle.policies} or {UTC}
    return max(datetime.combine(day, time(0), tzinfo=zone) for zone in zones)


def _misnamed(names: Iterable[str]) -> Iterator[PolicyError]:
    """Files that were meant as policies: passed over in silence, their rules would not be there."""
    for name in names:
        inner, dot, _ = name.rpartition(".")
        if dot and name.lower().endswith(_MISNAMED) and not name.startswith("."):
            hint = Phrase("loader.do.rename", name=Path(inner).name)
            yield PolicyError(Phrase("loader.misnamed"), hint=hint, location=Location(name))


def _folder_error(folder: Path, message: Phrase) -> ProblemsError:
    hint = Phrase("loader.do.name-folder")
    return ProblemsError([PolicyError(message, hint=hint, location=Location(str(folder)))])


def read_at_most(path: Path, limit: int) -> bytes | None:
    """The file's bytes, one more than `limit` at most; None when it cannot be read, or is no ordinary file."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError):
        return None


def _bundle(
    files: Mapping[str, bytes],
    read: Callable[[str], bytes | None],
    problems: list[GuardError],
    notes: Notes,
    known: Known | None = None,
) -> Bundle:
    policies: list[Policy] = []
    terms: dict[str, bytes] = {}
    for name in sorted(files):
        try:
            policy = parse_policy(name, files[name], notes)
        except ProblemsError as error:
            problems.extend(error.problems)
            continue
        if policy:
            policies.append(policy)
            terms.update(_terms_of(policy, read))
    bundle = compile_bundle(policies, terms, _digest({**files, **terms}), notes)
    problems.extend(notes.problems)
    if known is not None:
        problems.extend(unknown_names(bundle, known))
    if problems:
        once = {str(problem): problem for problem in problems}  # two readers may have stumbled over one value
        shown = sorted(once.values(), key=_order)
        more = len(shown) - MAX_SHOWN
        if more > 0:
            rest = PolicyError(Phrase("loader.more", count=more), location=shown[MAX_SHOWN].location)
            shown[MAX_SHOWN:] = [rest]
        raise ProblemsError(shown)
    return bundle


def _terms_of(policy: Policy, read: Callable[[str], bytes | None]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for rule in policy.rules:
        for find in finds(rule.find):
            if isinstance(find, (TermsFind, SealedFind)) and find.file and lies_beside(find.file):
                name = terms_path(policy.file, find.file)
                data = read(name)
                if data is not None:
                    found[name] = data
    return found


def _digest(files: Mapping[str, bytes]) -> str:
    """Names and contents, each with its length, in the order of the names: no two different folders are alike."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode("utf-8", "surrogatepass"), files[name]):
            digest.update(len(part).to_bytes(8, "big") + part)
    return f"sha256:{digest.hexdigest()}"


def _order(problem: GuardError) -> tuple[str, int, int]:
    place = problem.location
    return (place.file, place.line or 0, place.column or 0) if place else ("", 0, 0)
