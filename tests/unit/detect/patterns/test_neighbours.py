"""Values that stand beside each other: each is found, whole, whatever separates them and whatever number stands there."""

import pytest

from guard.detect.checks import checksums
from guard.detect.checks.plausible import PLAUSIBLE
from guard.detect.checks.told import WORDED
from guard.detect.patterns import catalogue, confirm
from guard.detect.patterns.scanner import PatternScanner
from guard.detect.run import Detectors
from guard.types.post import ANONYMOUS, Post, Segment
from tests.unit.detect.marks import spans

DETECTORS = Detectors.build([])
PATTERNS = catalogue.load()
SEPARATORS = [" ", ", ", " / ", "\n", " et ", " - ", "; "]
OPEN_ENDED = "secrets/private-key"
"""A key block without its end line (its second example): what may be base64 after it counts as the key."""
CARD = "4111 1111" + " 1111 1111"
CARD_TOGETHER = "41111111" + "11111111"
NIR = "25508141" + "6802538"
SPACED_NIR = "2 55 08 14 168 025 38"
IBAN = "FR14 2004 1010 0505 0001 3M02 606"
BRITISH_IBAN = "GB82WEST" + "12345698765432"
PHONE, PHONE_TOGETHER, BRITISH, AMERICAN = "06 39 98 12 34", "0639981234", "07700 900123", "202-555-0143"
VALUES = {
    "CREDIT_CARD": [CARD, CARD_TOGETHER, CARD.replace(" ", "-")],
    "FR_NIR": [NIR, SPACED_NIR],
    "IBAN_CODE": [IBAN, BRITISH_IBAN],
    "PHONE_NUMBER": [PHONE, PHONE_TOGETHER, "06.39.98.12.34", "+33 6 39 98 12 34", BRITISH, AMERICAN],
    "EMAIL_ADDRESS": ["a.b@example.org"],
    "IP_ADDRESS": ["203.0.113.7", "2001:db8::8a2e:370:7334"],
}


def found_in(text, *, also_inexact=False):
    for _ in range(3):  # a machine that stood still for the time limit's 0.2 s gives an inexact hit: ask again
        findings, failures = DETECTORS.run(
            Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/t", "body", text),))
        )
        assert failures == ()
        if not any(each.explanation == "time limit reached" for each in findings):
            break
    return [(each.entity_type, each.span.start, each.span.end) for each in findings if each.exact or also_inexact]


def beside(left, separator, right):
    """Both marked texts as one, and where their marks lie in it."""
    text, left_spans = spans(left)
    text += separator
    shift = len(text)
    tail, right_spans = spans(right)
    return text + tail, left_spans, [(start + shift, end + shift) for start, end in right_spans]


def is_sure(pattern):
    """Whether an entry needs no word beside it and chance seldom passes its check: then a neighbour may not hide it."""
    if pattern.context_required or pattern.id == OPEN_ENDED:
        return False
    return (
        pattern.score >= 0.9
        if pattern.validator is None
        else pattern.validator not in (checksums.WEAK | {*PLAUSIBLE, *WORDED})
    )


SURE = [pattern for pattern in PATTERNS if is_sure(pattern)]
NEIGHBOURS = 9
"""Others that each entry is put beside: all pairs would be half a million."""


@pytest.mark.parametrize("place", range(len(SURE)), ids=lambda place: SURE[place].id)
def test_two_examples_side_by_side_are_both_found(place):
    first, missed = SURE[place], []
    for step in range(NEIGHBOURS):
        other = SURE[(place + 1 + step * step * 13) % len(SURE)]
        for left in first.examples[:2]:
            text, mine, theirs = beside(left, SEPARATORS[(place + step) % len(SEPARATORS)], other.examples[0])
            found = found_in(text)
            wanted = {(first.entity, *span) for span in mine} | {(other.entity, *span) for span in theirs}
            if wanted <= set(found):
                continue
            # In one row of digits or letters it cannot be told where a value ends: then it is enough that all is covered.
            covering = found_in(text, also_inexact=True)
            missed += [(text, each) for each in wanted - set(found) if not is_covered(text, each[1:], covering)]
    assert missed == []


def is_covered(text, span, found):
    told = [place for place in range(*span) if text[place].isalnum()]
    return all(any(start <= place < end for _, start, end in found) for place in told)


def test_what_an_open_key_block_takes_with_it_is_covered():
    block = next(pattern for pattern in PATTERNS if pattern.id == OPEN_ENDED).examples[1]
    for other in SURE[::5]:
        text, (key,), theirs = beside(block, " ", other.examples[0])
        found = found_in(text)
        assert all(is_covered(text, span, found) for span in [key, *theirs]), text


@pytest.mark.parametrize("count", [2, 3, 20])
@pytest.mark.parametrize("separator", [" ", ",", ", ", "/", ";", "\n", " et "])
@pytest.mark.parametrize(("entity", "value"), [(entity, value) for entity in VALUES for value in VALUES[entity]])
def test_lists(entity, value, separator, count):
    size = len(value) + len(separator)
    wanted = [(entity, place * size, place * size + len(value)) for place in range(count)]
    if entity == "EMAIL_ADDRESS" or ":" not in value or separator != "/":
        assert found_in(separator.join([value] * count)) == wanted


@pytest.mark.parametrize(
    ("entity", "marked"),
    [
        ("CREDIT_CARD", f"le 4 [[{CARD}]]"),
        ("CREDIT_CARD", f"[[{CARD}]] 12/27 123"),
        ("CREDIT_CARD", f"[[{CARD}]] 123"),
        ("CREDIT_CARD", f"carte=[[{CARD_TOGETHER}]],[[{CARD_TOGETHER}]]"),
        ("CREDIT_CARD", f"https://shop.example/?id={CARD_TOGETHER} x.example/a/{CARD_TOGETHER}"),
        ("PHONE_NUMBER", f"12 rue X [[{PHONE}]]"),
        ("PHONE_NUMBER", f"le 12 [[{BRITISH}]] 12 [[{AMERICAN}]] 7"),
        ("PHONE_NUMBER", f"dossier 639981, tel [[{PHONE_TOGETHER}]]"),
        ("PHONE_NUMBER", f"ticket 63998123, tel [[{PHONE_TOGETHER}]]"),
        ("PHONE_NUMBER", "[[01 06 39 98 12 34]]"),  # either five pairs may be the number
        ("IBAN_CODE", f"n° 1234 [[{IBAN}]]"),
        ("IBAN_CODE", f"Dons : [[{IBAN}]] ou [[{BRITISH_IBAN}]]"),
        ("FR_NIR", f"2 [[{SPACED_NIR}]] 2"),
        ("FR_SIREN", "TVA FR 12 [[732 829 320]]"),
        ("FR_SIREN", "SIREN 732 829 320 00075"),
        ("FR_SIRET", "SIRET 2 [[732 829 320 00074]] 75 Paris"),
        ("IP_ADDRESS", "ip:[[2001:db8::1]], 12 [[203.0.113.7]] 8"),
        ("SECRET", "mdp [[accueil2019]], le mot de passe est [[Licorne-4TheWin!]];"),
    ],
)
def test_beside_other_numbers(entity, marked):
    text, wanted = spans(marked)
    assert [(start, end) for kind, start, end in found_in(text) if kind == entity] == wanted


def test_more_candidates_than_may_be_tried_hold(monkeypatch):
    monkeypatch.setattr(confirm, "TRIES", 0)
    scanner = PatternScanner(PATTERNS)
    text = " ".join(f"{number:04d}" for number in range(2000, 2060))  # a candidate for a card at each group
    assert [hit for hit in scanner.scan(text) if not hit.exact] == []
    monkeypatch.setattr(confirm, "_TRIES_PER_CHARACTER", 0.01)
    held = [hit for hit in scanner.scan(text) if not hit.exact]
    assert {(hit.start, hit.end, hit.explanation) for hit in held} == {(0, len(text), "too many candidates")}
