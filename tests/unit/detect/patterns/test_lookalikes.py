"""What an ordinary poster writes and no detector may take for something else: versions, draws, parcels, hashes, dates."""

import random
import string
import uuid
from itertools import pairwise

import pytest

from guard.detect.checks.plausible_numbers import drawn, like_version
from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import PatternScanner
from guard.text.normalize import normalize

SCANNER = PatternScanner(catalogue.load())
EACH = 60
QUIET = {"CREDIT_CARD", "FR_NIR", "FR_SIREN", "FR_SIRET", "IBAN_CODE", "IP_ADDRESS", "PHONE_NUMBER", "SECRET", "US_SSN"}
"""Entities that the shipped policies redact or block."""


def digits(draw, count):
    return "".join(draw.choices(string.digits, k=count))


def hexadecimal(draw, count):
    return "".join(draw.choices("0123456789abcdef", k=count))


def version(draw):
    return f"{draw.randint(1, 9)}{draw.randint(0, 9)}.{draw.randint(0, 20)}.{draw.randint(0, 60)}.{draw.randint(0, 60)}".lstrip(
        "1"
    )


def pairs(draw, count=5, most=49):
    separator = draw.choice([" ", "-", " - ", ", ", ".", "/"])
    while True:  # rising by one wide step they are a number that somebody made up
        balls = sorted(draw.sample(range(1, most + 1), count))
        if len({high - low for low, high in pairwise(balls[1:])}) > 1:
            return separator.join(f"{ball:02d}" for ball in balls)


def book(draw):
    number = "978" + draw.choice("012") + digits(draw, 8)
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(number)) % 10
    return f"{number[:3]}-{number[3]}-{number[4:8]}-{number[8:]}-{check}"


LOOK_ALIKES = {
    "versions": (["nginx/{}", "Excel {} plante", "Firefox {}", "passé à la {} ce matin", "pilote {}", "MAJ {} dispo", "{} patch notes"], version),
    "draws": (["Loto : {}", "bingo ! {}", "mes numéros fétiches {}", "{}, trois bons numéros", "grille {}"], pairs),
    "lists": (["chapitres {}", "tracks {} only", "horaires {}", "tailles {}"], lambda draw: pairs(draw, 5, 24)),
    "books": (["ISBN {}", "{} en librairie"], book),
    "parcels": (["colis {}", "suivi {}", "commande n°{}", "order #{} shipped", "facture {}"], lambda draw: digits(draw, draw.choice([8, 10, 13]))),
    "flights": (["vol AF{} annulé", "flight BA{}", "train {} en retard", "bus {}"], lambda draw: digits(draw, 4)),
    "commits": (["commit {}", "git checkout {}", "hash {} doesn't match", "blob {}"], lambda draw: "f" + hexadecimal(draw, 38) + "f"),
    "digests": (["sha256:{}", "checksum = {}", "{}  file.iso", "digest sha256:{}"], lambda draw: "a" + hexadecimal(draw, 62) + "e"),
    "identifiers": (["uuid {}", "id: {}", "request id {}", "X-Request-Id: {}"], lambda draw: str(uuid.UUID(int=draw.getrandbits(128), version=4))),
    "papers": (["doi:10.1038/s41586-{}", "arXiv:2401.{}", "RFC {}", "PMID {}", "CVE-2024-{}"], lambda draw: digits(draw, 5)),
    "amounts": (["{} vues", "+{} abonnés", "{} habitants", "budget de {} €", "{} km"], lambda draw: f"{draw.randint(1, 999)} {digits(draw, 3)} {digits(draw, 3)}"),
    "years": (["code du travail {}", "pin badges {}", "code source {}", "alarm since {}", "Advent of code {}"], lambda draw: str(draw.randint(1900, 2030))),
    "moments": (["{}", "IMG_{}.jpg", "sauvegarde {}"], lambda draw: f"20{draw.randint(10, 29)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}{draw.randint(0, 23):02d}{digits(draw, 1)}5{digits(draw, 1)}0"),
}  # fmt: skip


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_look_alikes_are_left_alone(kind):
    forms, make = LOOK_ALIKES[kind]
    draw = random.Random(20261122)
    taken = []
    for _ in range(EACH):
        for form in forms:
            text = form.format(make(draw))
            taken += [
                (text, hit.entity_type) for hit in SCANNER.scan(normalize(text).plain) if hit.entity_type in QUIET
            ]
    assert len(taken) <= EACH * len(forms) // 100, taken


@pytest.mark.parametrize("text", ["03 12 24 35 41", "01-02-03-04-05", "08, 10, 12, 14, 17", "0123456789"])
def test_drawn(text):
    assert drawn(text)


@pytest.mark.parametrize("text", ["06 39 98 12 34", "06 12 34 56 78", "06 11 22 33 44", "0639981234", "01 02 2024"])
def test_not_drawn(text):
    assert not drawn(text)


@pytest.mark.parametrize(
    ("text", "like"),
    [("16.0.12.3", True), ("115.0.2.71", True), ("2.4.0.190", True), ("203.0.113.7", False), ("10.0.0.5", False), ("82.64.13.200", False)],
)  # fmt: skip
def test_versions(text, like):
    assert like_version(text) is like


def test_few_numbers_and_addresses_are_lost():
    draw = random.Random(20261122)
    numbers = [f"06 {digits(draw, 2)} {digits(draw, 2)} {digits(draw, 2)} {digits(draw, 2)}" for _ in range(10_000)]
    addresses = [".".join(str(draw.randint(1, 254)) for _ in range(4)) for _ in range(10_000)]
    assert sum(map(drawn, numbers)) <= 30
    assert sum(map(like_version, addresses)) <= 250
