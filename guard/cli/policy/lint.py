"""`guard policy lint`: what a policy says that its author cannot have meant."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from guard.authoring.lint.finding import Case, LintFinding, People, Severity
from guard.authoring.lint.sources import Sources
from guard.authoring.lint.table import BY_ID, RULES, in_order, lint, severity_of, told_by_loader
from guard.authoring.reports import Result, base_uri, sarif
from guard.cli.arguments import add_folder, moment, moment_of, settings_of, tell_missing
from guard.cli.output import result, result_json, told, visible
from guard.cli.parser import examples
from guard.errors import ProblemsError
from guard.inspector import Inspector
from guard.policy.bundle import Bundle, read_at_most
from guard.policy.terms_file import MAX_TERMS_BYTES
from guard.settings.accounts import AT_CONSOLE
from guard.settings.load import Settings, load_authors
from guard.wiring import heart
from guard.words.texts import Phrase

EPILOG = """\
  guard policy lint policies/
  guard policy lint policies/ --severity error --format sarif > lint.sarif
"""


def register(verbs: Any) -> None:
    """Add the verb to the group's parser."""
    parser = verbs.add_parser(
        "lint",
        help=Phrase("help.lint.short"),
        description=Phrase("help.lint.about"),
        epilog=examples(EPILOG, about=Phrase("help.lint.pages")),
    )
    add_folder(parser)
    parser.add_argument(
        "--severity", choices=[word.value for word in Severity], default="warning", help=Phrase("help.lint.severity")
    )
    parser.add_argument("--at", type=moment, metavar="TIME", help=Phrase("help.lint.at"))
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when nothing is found, 1 with findings, 2 when the folder or the settings cannot be read."""
    folder = heart.policies_folder(arguments.folder)
    settings = settings_of(arguments.config)
    found, files = _lint(folder, heart.as_settings_say(settings), partial(moment_of, arguments), _people(settings))
    if arguments.severity == Severity.ERROR:
        found = tuple(one for one in found if severity_of(one) is Severity.ERROR)
    if arguments.format == "json":
        result_json({"files": files, "findings": [_json(one) for one in found]})
    elif arguments.format == "sarif":
        results = [Result(one.rule, severity_of(one), _told(one), one.location) for one in found]
        titles, pages = {rule.id: rule.title for rule in RULES}, {rule.id: rule.page for rule in RULES}
        result_json(sarif(results, titles, base_uri(folder), pages=pages))
    else:
        _print(found, files)
    return 1 if found else 0


def _people(settings: Settings) -> People | None:
    """Those of the authors file; None where there is none."""
    if settings.authors_file is None:
        return None
    known = load_authors(settings.authors_file).by_account
    groups = frozenset(group for person in known.values() for group in person.groups)
    names = frozenset(name for network, name in known if network == AT_CONSOLE)
    return People(groups, names, elsewhere=settings.signin.oidc is not None or settings.signin.ldap is not None)


def _lint(
    folder: Path, settings: dict[str, Any], at: Callable[[Bundle], datetime], people: People | None
) -> tuple[tuple[LintFinding, ...], int]:
    """The findings, and how many policies were read. A file that does not load is told of; the others are linted without it."""
    told: list[LintFinding] = []
    broken: set[str] = set()
    whole, folder = folder, _home(folder)
    while True:
        try:
            inspector = _inspector(whole, broken, settings)
        except ProblemsError as error:
            placed = [one for one in error.problems if one.location and _lies_in(folder, one.location.file)]
            fresh = [one for one in placed if one.location and one.location.file not in broken]
            if not fresh and not broken:
                raise
            files = {one.location.file for one in fresh if one.location}
            told += told_by_loader(fresh, _sources(folder, files), refused=True)
            if not fresh or whole != folder:
                return in_order(told), _policies(broken | files)
            broken |= files | _that_name(folder, files)
            continue
        policies = {policy.source.file for policy in inspector.bundle.policies}
        found = lint(Case(inspector, _sources(folder, policies), at(inspector.bundle), people))
        return in_order([*told, *found]), len(policies) + _policies(broken)


def _home(folder: Path) -> Path:
    """The folder of policies; of a single file, the one it lies in."""
    return folder.parent if folder.is_file() else folder


def _lies_in(folder: Path, name: str) -> bool:
    """Whether a problem is one of a file here, and not of the folder itself."""
    return not Path(name).is_absolute() and (folder / name).exists()


def _sources(folder: Path, files: set[str]) -> Sources:
    return Sources({name: _read(folder / name) or b"" for name in files}, lambda name: _read(folder / name))


def _policies(names: set[str]) -> int:
    return sum(".yaml" in name.lower() or ".yml" in name.lower() for name in names)


def _inspector(folder: Path, broken: set[str], settings: dict[str, Any]) -> Inspector:
    """As the gate builds it, from a folder without the files that do not load."""

    def build(place: Path) -> Inspector:
        return heart.build_inspector(place, examples=False, cache=heart.user_cache(), warn=tell_missing, **settings)

    if not broken:
        return build(folder)
    with TemporaryDirectory(prefix="guard-lint-") as place:
        for path in folder.iterdir():
            if path.name not in broken:
                (Path(place) / path.name).symlink_to(path.resolve())
        return build(Path(place))


def _that_name(folder: Path, files: set[str]) -> set[str]:
    """Policies that need one of these terms files: without it they would be told of once more."""
    names = [name.encode() for name in files if not name.lower().endswith((".yaml", ".yml"))]
    policies = [path for path in folder.iterdir() if path.suffix.lower() in {".yaml", ".yml"}] if names else []
    return {path.name for path in policies if any(name in (_read(path) or b"") for name in names)}


def _read(path: Path) -> bytes | None:
    return read_at_most(path, MAX_TERMS_BYTES)


def _told(one: LintFinding) -> str:
    return one.message + (f" ({one.hint})" if one.hint else "")


def _json(one: LintFinding) -> dict[str, Any]:
    rule, place = BY_ID[one.rule], one.location
    return {
        "rule": rule.id, "severity": severity_of(one), "title": rule.title, "file": place.file, "line": place.line,
        "column": place.column, "field": place.field, "place": str(place), "message": one.message, "hint": one.hint,
        "page": rule.page,
    }  # fmt: skip


def _print(found: Sequence[LintFinding], files: int) -> None:
    for one in found:
        place = one.location
        where = ":".join(str(part) for part in (place.file, place.line, place.column) if part is not None)
        severity = Phrase(f"terminal.severity.{severity_of(one)}")
        line = Phrase("terminal.lint-line", where=where, severity=severity, message=one.message, rule=one.rule)
        result(visible(told(line)))
        if one.hint:
            result(visible(f"    {told(one.hint)}"))
    policies = Phrase("terminal.policies", count=files)
    if not found:
        result(Phrase("terminal.lint-clean", policies=policies))
        return
    number = sum(severity_of(one) is Severity.ERROR for one in found)
    errors = Phrase("terminal.errors", count=number)
    warnings = Phrase("terminal.warnings", count=len(found) - number)
    result(Phrase("terminal.lint-sum", policies=policies, errors=errors, warnings=warnings))
