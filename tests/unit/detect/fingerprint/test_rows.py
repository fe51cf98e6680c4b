"""Exact data match: two fields of one row are a hit, one is none, however they are written."""

from pathlib import Path

import pytest

from guard.detect.fingerprint.build import COMMON_ROWS, Editor, Source
from guard.detect.fingerprint.detector import FingerprintScanner
from guard.detect.fingerprint.rows import forms
from tests.unit.detect.fingerprint.test_detector import found, scanner

ROWS = [
    ["Marie Dupont", "06 39 98 12 34", "marie.dupont@example.com", "Lyon", "CL-2024-00017", "1250000.00"],
    ["Jean-Luc de la Tour", "+33 6 39 98 55 66", "jl@example.com", "Lille", "CL-2024-00018", "88"],
    ["Zoé Martin", "07700 900123", "zm@example.com", "Lyon", "CL-2024-00019", "120 000 €"],
]


@pytest.fixture
def scan(tmp_path: Path) -> FingerprintScanner:
    return scanner(tmp_path, Source("list.csv", rows=ROWS))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Rappeler Marie Dupont au +33 6 39 98 12 34", ["Marie Dupont", "33 6 39 98 12 34"]),
        ("DUPONT MARIE : 0639981234", ["DUPONT MARIE", "0639981234"]),
        ("tél. 06.39.98.12.34, client cl 2024 00017", ["06.39.98.12.34", "cl 2024 00017"]),
        ("jean luc de la tour habite à LILLE", ["jean luc de la tour", "LILLE"]),
        ("zoe martin, +44 7700 900123", ["zoe martin", "44 7700 900123"]),
        ("zm@example.com paie 120000 EUR", ["zm@example.com", "120000"]),
        ("Marie Dupont doit 1 250 000 euros", ["Marie Dupont", "1 250 000"]),
    ],
)
def test_two_fields_of_a_row(scan: FingerprintScanner, text: str, fields: list[str]) -> None:
    assert found(scan, text) == fields


@pytest.mark.parametrize(
    "text",
    [
        "Marie Dupont",
        "06 39 98 12 34",
        "Marie est à Lyon",
        "Marie Dupont et le 06 39 98 55 66",
        "Jean Dupont, Lyon",
        "marie.dupont@example.com",
        "Lyon Lyon Lyon",
        "Marie Dupont, Marie Dupont",
        "le 88 à Lille",
    ],
)
def test_one_field_or_fields_of_two_rows_say_nothing(scan: FingerprintScanner, text: str) -> None:
    assert found(scan, text) == []


def test_how_many_fields_is_the_owners_choice(tmp_path: Path) -> None:
    scan = scanner(tmp_path, Source("list.csv", rows=ROWS), fields=3)
    assert found(scan, "Marie Dupont, 0639981234") == []
    hits = list(scan.detect("Marie Dupont, 0639981234, Lyon"))
    assert [hit.explanation for hit in hits] == ["3 fields of one row of a protected list"] * 3


def test_what_many_rows_share_tells_none_of_them(tmp_path: Path) -> None:
    rows = [[f"Person{number:03} Smith", "Great Example Street"] for number in range(COMMON_ROWS + 1)]
    scan = scanner(tmp_path, Source("list.csv", rows=rows))
    assert found(scan, "Person001 Smith of Great Example Street") == []
    assert found(scanner(tmp_path, Source("list.csv", rows=rows[1:])), "Person001 Smith of Great Example Street") != []


def test_a_row_of_prose_is_quoted_like_a_document(tmp_path: Path) -> None:
    note = "wants to leave us for a rival because of the price rise"
    scan = scanner(tmp_path, Source("list.csv", rows=[["42", note]]))
    assert found(scan, f"He {note}!") == [note]


def test_rows_that_can_be_told_are_counted() -> None:
    rows = [
        ["Marie Dupont", "Lyon"],
        ["Jean", "Lille"],
        ["Jean Martin", ""],
        ["120000.00"],
        ["Zoé Martin", "Lyon", "Rhône"],
    ]
    assert Editor(bytes(32)).add(Source("list", rows=rows), "set").rows == 2
    assert Editor(bytes(32)).add(Source("list", rows=rows), "set", fields=3).rows == 1


@pytest.mark.parametrize("cell", ["", "  ", "oui", "True", "42", "75", "-", "…", "ab", "€", " ".join("abcdefghijklmn")])
def test_cells_that_tell_nothing(cell: str) -> None:
    assert forms(cell) == ()


def test_forms_of_numbers_and_words() -> None:
    assert [form.text for form in forms("+33 (0)6 39 98 12 34")] == ["639981234"]
    assert [form.text for form in forms("1 250 000,50 €")] == ["125000050", "1250000"]
    assert [(form.text, form.telling) for form in forms("Élodie")] == [("elodie", False)]
    assert [(form.text, form.telling) for form in forms("Dupont, Marie")] == [("dupont marie", True)]
