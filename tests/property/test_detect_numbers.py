"""Identifiers on hostile text: no check ever raises, hits lie in the text, and what is found is refused with a digit less."""

from hypothesis import given, settings
from hypothesis import strategies as st

from guard.detect.checks.checksums import VALIDATORS
from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import PatternScanner
from guard.text.normalize import normalize
from tests.unit.detect.marks import spans

FILES = ("finance", "phones", "people-", "companies-", "devices")
PATTERNS = [pattern for pattern in catalogue.load() if pattern.id.startswith(FILES)]
SCANNER = PatternScanner(PATTERNS)
EXAMPLES = [normalize(spans(example)[0]).plain for pattern in PATTERNS for example in pattern.examples]
WORDS = sorted({word for pattern in PATTERNS for word in pattern.context})
SIGNS = st.text("0123456789ABab XZ.,-/()+xé°'\n", max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(EXAMPLES), st.sampled_from(WORDS), SIGNS), max_size=8))
def test_hits_lie_in_the_text(parts):
    text = "".join(parts)
    for hit in SCANNER.scan(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.exact


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXAMPLES), st.data())
def test_a_changed_example_never_raises(example, data):
    place = data.draw(st.integers(0, len(example)))
    cut = data.draw(st.integers(0, 3))
    SCANNER.scan(example[:place] + data.draw(SIGNS) + example[place + cut :])


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=30))
def test_digits_alone_never_raise_in_checks_of_digits(number):
    for name in (
        "card",
        "luhn",
        "siren",
        "siret",
        "nhs",
        "utr",
        "ssn",
        "aba",
        "npi",
        "german_tax",
        "imei",
        "phone",
        "loose_phone",
    ):
        assert VALIDATORS[name](number) in range(len(number) + 1)
