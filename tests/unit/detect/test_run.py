import threading
import traceback

import pytest

from guard.detect.base import DetectorInfo, Hit
from guard.detect.run import HIDDEN, Detectors
from guard.types.finding import Strength
from guard.types.inspection import DetectorFailure
from guard.types.matcher import RegexMatcher, TermsMatcher
from guard.types.post import ANONYMOUS, Post, Segment
from tests.unit.detect.marks import spans

NAMES = TermsMatcher("client-x/name", ("Client X", "Projet Aurore"), typos=1, confidential=True)
CODES = RegexMatcher("client-x/code", r"PRJ-\d{4}")


class Fake:
    def __init__(self, hits=(), error=None, name="fake", version="1"):
        self.info = DetectorInfo(name, version, frozenset({"FAKE"}))
        self.hits, self.error = hits, error

    def detect(self, text):
        yield from self.hits
        if self.error:
            raise self.error


def post(*texts):
    segments = tuple(Segment(f"/{index}", "body", text) for index, text in enumerate(texts))
    return Post("1", "mastodon", "status.create", ANONYMOUS, segments)


@pytest.fixture(scope="module")
def detectors():
    return Detectors.build([NAMES, CODES])


@pytest.mark.parametrize(
    ("entity", "marked"),
    [
        ("FR_NIR", "Mon NIR est [[2 55 08 14 168 025 38]], merci"),
        ("FR_NIR", "nir:[[255081416802538]]"),
        ("FR_NIR", "Référence colis 2 55 08 14 168 025 39"),
        ("FR_NIR", "2 550 814 168 vues cette année !"),
        ("IBAN_CODE", "Dons : [[FR14 2004 1010 0505 0001 3M02 606]] merci !"),
        ("IBAN_CODE", "FR14 2004 1010 0505 0001 3M02 607"),
        ("PHONE_NUMBER", "Appelez Marie au [[06 39 98 12 34]]"),
        ("PHONE_NUMBER", "Mon portable : [[+33 6 39 98 12 34]]"),
        ("PHONE_NUMBER", "tel [[06.39.98.12.34]]"),
        ("PHONE_NUMBER", "Astreinte : [[06 39 98 12 34]], [[06 39 98 12 35]] et [[06 39 98 12 36]]"),
        ("PHONE_NUMBER", "Notre standard : [[01 99 00 12 34]]"),
        ("PHONE_NUMBER", "Ticket 0639981234567"),
        ("PHONE_NUMBER", "[[٠٦ ٣٩ ٩٨ ١٢ ٣٤]] et [[0️⃣6️⃣ 39 98 12 34]]"),
        ("EMAIL_ADDRESS", "Écrivez à [[jean.dupont@example.org]]"),
        ("EMAIL_ADDRESS", "[[jean\u200b.dupont＠example.org]]"),
        ("EMAIL_ADDRESS", "Suivez @exemple@mastodon.social"),
        ("CODENAME", "encore un projet avec [[client X]] qui m'échappe, galère 20 personnes sur le carreau"),
        ("CUSTOM", "le [[PRJ-7741]]"),
        ("SECRET", "https://u:[[Tr0ub4dor]]@git.example.org"),
    ],
)
def test_exact_spans_in_the_original(detectors, entity, marked):
    text, expected = spans(marked)
    findings, failures = detectors.run(post(text))
    assert failures == ()
    assert [(each.span.start, each.span.end) for each in findings if each.entity_type == entity] == expected


def test_findings_name_their_detector_and_matcher(detectors):
    findings, _ = detectors.run(post("Client X, PRJ-7741, a.b@example.org"))
    assert [(each.detector, each.matcher, each.strength) for each in findings] == [
        ("dictionary", "client-x/name", Strength.DICTIONARY),
        ("regex", "client-x/code", Strength.PATTERN),
        ("patterns", None, Strength.PATTERN),
    ]


def test_findings_come_in_order_of_segment_and_start(detectors):
    findings, _ = detectors.run(post("b.c@example.org 06 39 98 12 34", "", "06 39 98 12 35", "rien"))
    assert [(each.span.segment, each.span.start) for each in findings] == [("/0", 0), ("/0", 16), ("/2", 0)]


def test_a_crash_is_a_failure_and_the_others_go_on():
    broken = Detectors.build(
        [], extra=[Fake(error=ValueError("the text"), name="broken"), Fake([Hit("FAKE", 0, 1, 0.5)])]
    )
    findings, failures = broken.run(post("06 39 98 12 34 x", "y"))
    assert failures == (DetectorFailure("broken", "ValueError"),)
    assert [each.entity_type for each in findings] == ["PHONE_NUMBER", "FAKE"]
    assert not broken.inline


@pytest.mark.parametrize("error", [SystemExit("the text"), GeneratorExit("the text")])
def test_a_detector_that_wants_to_end_the_program_has_failed(error):
    findings, failures = Detectors.build([], extra=[Fake(error=error)]).run(post("06 39 98 12 34"))
    assert failures == (DetectorFailure("fake", type(error).__name__),)
    assert [each.entity_type for each in findings] == ["PHONE_NUMBER"]


def test_ctrl_c_ends_the_program_only_in_the_main_thread_and_without_the_text():
    broken = Detectors.build([], extra=[Fake(error=KeyboardInterrupt("the text"))])
    with pytest.raises(KeyboardInterrupt) as caught:
        broken.run(post("abc"))
    assert "the text" not in "".join(traceback.format_exception(caught.value))
    results = []
    worker = threading.Thread(target=lambda: results.append(broken.run(post("abc"))))
    worker.start()
    worker.join()
    assert results == [((), (DetectorFailure("fake", "KeyboardInterrupt"),))]


CODED = [
    ("CODENAME", "avec [[Cl&#105;ent X]] perdu"),
    ("CODENAME", "avec [[Cl&#x69;ent&#32;X]] perdu"),
    ("CODENAME", "avec [[Client%20X]] perdu"),
    ("CODENAME", "https://ex.org/[[%43lient-X]]/a"),
    ("CODENAME", "le [[Cl&amp;#105;ent X]] deux fois"),
    ("CODENAME", "l'été [[Projet%20Aur%6Fre]]"),
    ("CODENAME", "Client X et [[Cl&#105;ent X]]"),
    ("EMAIL_ADDRESS", "[[jean&#64;exemple.org]]"),
    ("EMAIL_ADDRESS", "[[jean%40exemple.org]]"),
    ("SECRET", "mdp : [[Oubli&Oubli77]]; vu"),
]


@pytest.mark.parametrize(("entity", "marked"), CODED)
def test_what_is_coded_is_read_too_and_cut_exactly(detectors, entity, marked):
    text, expected = spans(marked)
    findings, failures = detectors.run(post(text))
    assert failures == ()
    hits = [(each.span.start, each.span.end) for each in findings if each.entity_type == entity and each.exact]
    assert set(expected) <= set(hits)
    assert len(hits) == len(set(hits)) == len(expected) + text.startswith("Client X")


def test_a_text_written_backwards_is_found_and_so_are_the_signs_that_turn_it(detectors):
    findings, _ = detectors.run(post("vu \u202eX tneilC\u202c hier"))
    assert [each.span.start for each in findings if each.matcher == NAMES.id] == [4]
    assert {each.subtype for each in findings if each.entity_type == HIDDEN} == {"direction override"}


@pytest.mark.parametrize("hit", [Hit("FAKE", -1, 2, 1), Hit("FAKE", 0, 9, 1), Hit("FAKE", 2, 2, 1)])
def test_offsets_outside_the_text_are_a_failure(hit):
    findings, failures = Detectors.build([], extra=[Fake([hit])]).run(post("abc"))
    assert findings == ()
    assert failures == (DetectorFailure("fake", "offsets outside the text"),)


def test_third_party_hits_are_mapped_back():
    findings, _ = Detectors.build([], extra=[Fake([Hit("FAKE", 1, 3, 0.5)])]).run(post("a \u200bbcd"))
    assert (findings[0].span.start, findings[0].span.end) == (1, 4)
    assert findings[0].detector == "fake"


def test_the_digest_tells_detectors_apart_but_not_terms():
    plain = Detectors.build([])
    assert plain.digest == Detectors.build([NAMES]).digest
    assert plain.digest != Detectors.build([], extra=[Fake()]).digest
    assert Detectors.build([], extra=[Fake()]).digest != Detectors.build([], extra=[Fake(version="2")]).digest
    assert plain.digest.startswith("sha256:")


def test_entity_types_and_inline(detectors):
    assert {"EMAIL_ADDRESS", "SECRET", "CODENAME", "CUSTOM"} <= detectors.entity_types
    assert detectors.inline
    assert "FAKE" in Detectors.build([], extra=[Fake()]).entity_types


def test_a_name_in_signs_for_letters_without_any_digit():
    named = Detectors.build([TermsMatcher("k", ("marshall",), confidential=True)])
    findings, _ = named.run(post("le projet m@r$h@|| avance"))
    assert [(each.span.start, each.span.end) for each in findings] == [(10, 18)]


@pytest.mark.parametrize(("text", "found"), [("le &#77;ercure", True), ("M3rcure", False), ("M e r c u r e", False)])
def test_terms_without_disguises_are_found_in_codes_only(text, found):
    plain = Detectors.build([TermsMatcher("p/r", ("Mercure",), disguises=False)])
    assert bool(plain.run(post(text))[0]) is found
    assert Detectors.build([TermsMatcher("p/r", ("Mercure",))]).run(post(text))[0]


@pytest.mark.parametrize(
    ("earlier", "text", "end"),
    [
        (["Une réponse", "client"], "X merci", 1),
        (["Bonjour à tous", "projet"], "aurore", 6),
        (["salut", "proj"], "et aurore", 9),
        (["salut", "Pro", "jet au"], "rore", 4),
        (["c'est noté.", "projet"], "aurore", 6),
    ],
)
def test_a_name_over_several_posts_is_found_whatever_was_posted_before(detectors, earlier, text, end):
    findings, _ = detectors.run(post(text), earlier)
    assert ("client-x/name", 0, end) in [(each.matcher, each.span.start, each.span.end) for each in findings]


def test_ordinary_posts_in_a_row_are_no_name(detectors):
    for earlier, text in ((["mon client"], "xavier est là"), (["le bon"], "client"), (["un projet", "auror"], "al")):
        assert [each for each in detectors.run(post(text), earlier)[0] if each.matcher] == []
