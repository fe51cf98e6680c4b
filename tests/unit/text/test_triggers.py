import hyperscan
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.text import dictated
from guard.text.normalize import normalize
from guard.text.readings import kinds_met, readings
from guard.text.triggers import TRIGGERS
from guard.text.ways import WAYS
from tests.disguises import cases

FLAGS = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_UTF8


@pytest.fixture(scope="module")
def automaton():
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=[each.expression.encode() for each in TRIGGERS],
        ids=list(range(len(TRIGGERS))),
        elements=len(TRIGGERS),
        flags=[FLAGS] * len(TRIGGERS),
    )
    scratch = hyperscan.Scratch(database)

    def met(plain):
        found = []
        database.scan(plain.encode(), lambda index, *_: found.append(TRIGGERS[index].kind), scratch=scratch)
        return found

    return met


def test_every_kind_has_its_way_and_its_trigger():
    assert {each.kind for each in TRIGGERS} == {*WAYS, "turned"}


def test_the_automaton_misses_nothing_that_re_finds(automaton):
    for case in cases():
        for post in case.posts:
            plain = normalize(post).plain
            assert set(kinds_met(plain)) <= set(automaton(plain))


def test_a_trigger_stands_wherever_a_reading_differs():
    """What a maker would change in a disguised post, its trigger tells of."""
    every = list(WAYS)
    for case in cases():
        text = normalize(case.posts[0])
        if len(text.plain) > 5000 or case.disguise.name == "upside down":
            continue
        made = {each.kind for each in readings(text, every, lambda _: ())} - {"override"}
        # A few makers also change what no detector looks for; the trigger need not tell of that.
        loose = {
            "transliterated",
            "removed",
            "unmarked",
            "spelled",
            "leet",
            "look-alikes",
            "acrostic",
            "addresses",
            "decoded",
            "tidied",
        }
        assert made - loose <= set(kinds_met(text.plain)), case.disguise.name


@given(
    st.sampled_from(["code", "digicode :", "pin is", "la combinaison, c'est"]),
    st.lists(st.sampled_from(["quatre", "four", "zéro", "vingt", "8", "12", "et", "and", "le", "X"]), max_size=8),
    st.sampled_from([" ", ", ", "-", ". ", "\n"]),
)
def test_no_trigger_of_spoken_codes_is_narrower_than_what_is_read(before, words, between):
    plain = normalize(f"{before} {between.join(words)}").plain
    if list(dictated.codes(plain)):
        assert "codes" in kinds_met(plain)


@pytest.mark.parametrize(
    "text",
    [
        "Belle journée à tous, on se retrouve à 18h30 place de la République !",
        "Just landed in Paris 🇫🇷 so happy 😍😍 #travel #love",
        "Prix : 12,50 € (-20 %) jusqu'au 31/12/2024, code NOEL24",
        "Thread 🧵 1/5: what we learned from 2,000 interviews.",
        "Réunion lundi 8h-9h30, salle B12, merci @user",
        "My number one rule: be kind. Two years, three cities.",
        "https://example.org/p/2024/11/article-sur-le-climat?id=42",
    ],
)
def test_ordinary_posts_trigger_nothing(automaton, text):
    assert automaton(normalize(text).plain) == []
