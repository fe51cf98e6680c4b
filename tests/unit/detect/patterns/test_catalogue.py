"""Every catalogue entry must find its examples, exactly, and none of its counter-examples, with either prefilter."""

import pytest
import regex
import tomli

from guard.detect.automata import prefilter
from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import CHECKS, PatternScanner, needs
from guard.errors import DetectorError
from guard.text.normalize import normalize
from tests.unit.detect.marks import spans

PATTERNS = catalogue.load()
BESIDE = (
    ("_", "_"),
    ("é", "é"),
    ("(", ")"),
    ("\n", "\n"),
    ("1.", ".1"),
    ("a_", "_a"),
    ("-", "-"),
    ("x", "x"),
    ("#", ",1"),
)
FAST = PatternScanner(PATTERNS)
PLAIN = PatternScanner(PATTERNS, use=prefilter.LiteralPrefilter(needs(PATTERNS)))


def found_by(scanner, pattern, text):
    plain = normalize(text).plain
    found = {
        (hit.start, hit.end)
        for hit in scanner.scan(plain)
        if (hit.entity_type, hit.subtype) == (pattern.entity, pattern.subtype)
    }
    # Two entries of one entity may each have their reading: a number with and without its key.
    return sorted(
        one for one in found if not any(one != other and other[0] <= one[0] and one[1] <= other[1] for other in found)
    )


@pytest.mark.parametrize("scanner", [FAST, PLAIN], ids=["fast", "plain"])
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_examples(pattern, scanner):
    assert pattern.examples
    assert pattern.counter_examples
    for example in pattern.examples:
        text, expected = spans(example)
        assert found_by(scanner, pattern, text) == expected, text
    for text in pattern.counter_examples:
        assert found_by(scanner, pattern, text) == [], text


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_what_is_confirmed_is_a_candidate_whatever_stands_beside_it(pattern):
    """Prefilters say what may stand beside a value: none may be tighter than its pattern."""
    index = PATTERNS.index(pattern)
    search = regex.compile(pattern.regex)
    check = CHECKS[pattern.validator] if pattern.validator else len
    group = "value" if "value" in search.groupindex else 0
    for example in pattern.examples:
        for before, after in BESIDE:
            plain = normalize(before + spans(example)[0] + after).plain
            found = (match[group] for match in search.finditer(plain, overlapped=True))
            if any(map(check, found)):
                assert index in FAST.candidates(plain), plain


def written_otherwise(text):
    """The same as others would write it: in capitals, on two lines, with other signs."""
    yield from (
        text,
        text.upper(),
        text.lower(),
        text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}"),
        text.replace(": ", " : "),
    )
    for at, sign in enumerate(text):
        if sign == " ":
            yield text[:at] + "\n" + text[at + 1 :]
            yield text[:at] + "\n\n" + text[at + 1 :]
            yield text[:at] + text[at + 1 :]


@pytest.mark.skipif(prefilter.hyperscan is None, reason="no automaton on this platform")
@pytest.mark.parametrize("index", range(len(PATTERNS)), ids=lambda index: PATTERNS[index].id)
def test_no_prefilter_is_narrower_than_its_regex(index):
    for example in PATTERNS[index].examples:
        for written in written_otherwise(spans(example)[0]):
            plain = normalize(written).plain
            if FAST.confirm(plain, [index]):
                assert index in FAST.candidates(plain), plain


def test_the_entities_promised_are_there():
    entities = {pattern.entity for pattern in PATTERNS}
    assert entities >= {
        "EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "CREDIT_CARD", "IP_ADDRESS", "MAC_ADDRESS", "CRYPTO", "SECRET",
        "FR_NIR", "FR_SIREN", "FR_SIRET", "FR_VAT", "FR_LICENSE_PLATE", "FR_PASSPORT", "FR_ID_CARD", "FR_DRIVER_LICENSE",
        "FR_RIB", "UK_NINO", "UK_NHS", "US_SSN", "EU_VAT", "BIRTH_DATE", "INTERNAL_URL", "USERNAME", "MONEY", "HEALTH",
        "LOCATION",
    }  # fmt: skip
    assert len({pattern.subtype for pattern in PATTERNS if pattern.entity == "SECRET"}) >= 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[pattern]]\nname = 'a'\nregex = 'a'\n", "incomplete"),
        ("[[pattern]]\nname = 'a'\nentity = 'A'\nregex = 'a'\ncolour = 'red'\n", "unknown key colour"),
        ("[[pattern", "unreadable"),
        ("[[pattern]]\nname='a'\nentity='A'\nregex='a'\n" * 2, "same name"),
    ],
)
def test_a_wrong_file_is_named(tmp_path, text, said):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(DetectorError, match=said):
        catalogue.load(tmp_path)


@pytest.mark.parametrize("line", ["regex = '('", "regex = 'a'\nvalidator = 'nobody'"])
def test_a_wrong_entry_does_not_start(tmp_path, line):
    (tmp_path / "bad.toml").write_text(f"[[pattern]]\nname = 'a'\nentity = 'A'\n{line}\n")
    with pytest.raises(DetectorError, match="bad/a"):
        PatternScanner(catalogue.load(tmp_path)).compile_all()


PARTS = """
[parts]
day = ["monday", "friday"]
when = "(?:on {{day}}|soon)"
[[pattern]]
name = "a"
entity = "A"
regex = "gone {{when}} x{2,3}"
prefilter = "gone {{when}}"
"""


def test_parts_stand_for_what_they_name(tmp_path):
    (tmp_path / "one.toml").write_text(PARTS)
    (pattern,) = catalogue.load(tmp_path)
    assert pattern.prefilter == "gone (?:on (?:monday|friday)|soon)"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (PARTS.replace("gone {{when}}", "gone {{whem}}"), "one.toml: a"),
        (PARTS.replace('day = ["monday", "friday"]\n', ""), "one.toml: parts.when"),
    ],
)
def test_a_part_that_is_not_there_is_named_with_its_place(tmp_path, text, place):
    (tmp_path / "one.toml").write_text(text)
    with pytest.raises(DetectorError, match="no part is called") as raised:
        catalogue.load(tmp_path)
    assert str(raised.value.location) == place


def test_every_part_is_used():
    for file in sorted(catalogue.FOLDER.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        for name in tomli.loads(text).get("parts", {}):
            assert "{{" + name + "}}" in text, f"{file.name}: {name}"
