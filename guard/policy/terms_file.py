"""A file of terms, one a line: bytes to terms, every mistake with its line and never with its words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from guard.errors import Location, PolicyError
from guard.policy.cursor import Notes
from guard.policy.parse_terms import Terms, has_columns, read_term_line
from guard.words.texts import Phrase

MAX_TERMS_BYTES = 32 * 1024 * 1024
_HEADING_WORDS: Final = """
nom noms name names prénom prenom surname firstname lastname client clients customer customers cliente clientes société
societe sociétés societes entreprise entreprises company companies organisation organization account compte siren siret
ville city town adresse address pays country code id numéro numero number téléphone telephone phone tel e-mail email mail
courriel contact contacts terme termes term terms libellé libelle label titre title projet projets project projects
fournisseur fournisseurs supplier suppliers partenaire partenaires partner partners
"""
_HEADINGS: Final = frozenset(_HEADING_WORDS.split()) | {
    "raison sociale", "nom du client", "nom client", "code client", "code postal",
    "client name", "customer name", "company name", "full name", "first name", "last name",
}  # fmt: skip
"""What people write above a column of names."""


def read_terms(name: str, data: bytes, notes: Notes) -> Terms | None:
    """The terms of a file of that name; empty lines and lines that begin with # do not count. None for no terms file at all."""

    def problem(line: int | None, message: Phrase, hint: Phrase) -> None:
        notes.problems.append(PolicyError(message, hint=hint, location=Location(name, line)))

    if len(data) > MAX_TERMS_BYTES:
        problem(None, Phrase("loader.terms-too-long", most=MAX_TERMS_BYTES), Phrase("loader.do.split"))
        return None
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        line_number = data.count(b"\n", 0, error.start) + 1
        problem(line_number, Phrase("loader.not-utf8"), Phrase("loader.do.save-utf8-sheet"))
        return None
    lines = list(_counted(text))
    if (table := _table(lines)) is not None:
        problem(table, Phrase("loader.terms-table"), Phrase("loader.do.one-column"))
        return None
    notes.warnings += (PolicyError(said, hint=do, location=Location(name, line)) for line, said, do in _doubts(lines))
    terms: Terms = {}
    wrong = False
    for number, line in lines:
        read, mistake = read_term_line(line)
        if mistake:
            wrong = True
            problem(number, *mistake)
        for term, options in read.items():
            if terms.setdefault(term, options) != options:
                problem(number, Phrase("loader.term-twice-differs"), Phrase("loader.do.keep-one"))
    return None if wrong and not terms else terms


def _counted(text: str) -> Iterator[tuple[int, str]]:
    """The lines that count, with their numbers."""
    for number, line in enumerate(text.split("\n"), start=1):
        if (bare := line.strip()) and not bare.startswith("#"):
            yield number, bare


def _table(lines: Sequence[tuple[int, str]]) -> int | None:
    """The first line of a table with several columns, where it is one: its lines would be taken for terms as a whole."""
    if not lines:
        return None
    number, first = lines[0]
    cells = first.replace("\t", ";").replace(",", ";").split(";")
    if len(cells) > 1 and all(_is_heading(cell) for cell in cells):
        return number
    parted = [number for number, line in lines if has_columns(line)]
    return parted[0] if len(parted) * 2 > len(lines) else None


def _doubts(lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, Phrase, Phrase]]:
    """Lines that are terms, and were hardly meant as such."""
    if len(lines) > 1 and _is_heading(lines[0][1]):
        yield lines[0][0], Phrase("loader.terms-heading"), Phrase("loader.do.no-heading")
    for number, _ in [each for each in lines if has_columns(each[1])][:1]:
        yield number, Phrase("loader.term-parted"), Phrase("loader.do.part-terms")


def _is_heading(cell: str) -> bool:
    return cell.strip(" \"'").casefold() in _HEADINGS
