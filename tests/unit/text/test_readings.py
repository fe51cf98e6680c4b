import pytest

from guard.text.normalize import normalize
from guard.text.readings import TangledError, Trust, may_read_otherwise, readings
from tests.disguises import DISGUISES, VALUES, cases


def read(text):
    return [each.text.plain for each in readings(normalize(text))]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a&#98;c", "abc"),
        ("a&#x62;c &eacute;", "abc é"),
        ("%C3%A9t%c3%a9", "été"),
        ("&amp;#98;", "b"),
        ("a%2562", "ab"),
        ("x&#8203;y", "xy"),
        ("&#xFF21;", "A"),
        ("\u202ecba\u202cd", "abcd"),
        ("\u202ecba\nx", "abc\nx"),
        ("M&#68;YgMzkg OTggNDcgNjE=", "MDYgMzkg  98 47 61 "),
    ],
)
def test_read_as_meant(text, plain):
    assert may_read_otherwise(normalize(text))
    assert plain in read(text)


@pytest.mark.parametrize("text", ["abc", "100 % sûr", "R&D; AT&T", "a & b", "&nichts;", "%zz", ""])
def test_nothing_to_read_otherwise(text):
    assert read(text) == []


def test_ranges_lead_back_to_what_was_written():
    text = "à &#67;l%69ent"
    (reading,) = readings(normalize(text))
    assert reading.text.plain == "à Client"
    assert [reading.to_original(at, at + 1) for at in range(2, 8)] == [
        (2, 7), (7, 8), (8, 11), (11, 12), (12, 13), (13, 14)
    ]  # fmt: skip
    several = next(iter(readings(normalize("%C3%A9%C3%A8"))))
    assert several.to_original(0, 1) == (0, 12)  # a run of bytes belongs together


def test_each_disguise_falls_away_and_leads_back_to_where_it_stood():
    """In some reading each value stands in its own letters, and its range covers nothing but the disguise."""
    hopeless = {"two characters swapped", "translated", "glued into a hashtag", "upper/alternating case"}
    # The dictionary itself knows names backwards and shifted; a shifted address is an address; +33 6 is no 06.
    elsewhere = {
        ("reversed", "codename"), ("rot13 and rot5", "email"), ("rot13 and rot5", "codename"), ("Caesar +1", "email"),
        ("Caesar +1", "codename"), ("Atbash and nines' complement", "email"), ("Atbash and nines' complement", "codename"),
        ("leet", "codename"), ("[at], [dot] and plus trente-trois", "phone"), ("transliterated", "email"),
    }  # fmt: skip
    missed = []
    for case in cases():
        if case.disguise.klass in {"split", "volume"} or case.disguise.name in hopeless:
            continue
        if (case.disguise.name, case.kind) in elsewhere:
            continue
        (post,) = case.posts
        disguised = case.disguise.apply(VALUES[case.kind])
        start = post.index(disguised)
        if not any(_stands(text, way, VALUES[case.kind], start, start + len(disguised)) for text, way in _views(post)):
            missed.append((case.disguise.name, case.kind))
    assert missed == [], missed


def _views(post):
    seen = normalize(post)
    yield seen, seen.origin.to_original
    for reading in readings(seen):
        yield reading.text, lambda a, b, r=reading: r.to_original(*r.text.origin.to_original(a, b))


def _stands(text, way, value, start, end):
    bare = "".join(char for char in value.casefold() if char.isalnum())
    at = [place for place, char in enumerate(text.folded) if char.isalnum()]
    found = "".join(text.folded[place] for place in at).find(bare)
    leet = "".join(text.folded[place] for place in at).translate(str.maketrans("01345789", "oleastbg"))
    found = found if found >= 0 else leet.find(bare)
    if found < 0:
        return False
    first, _ = text.unfold.to_original(at[found], at[found] + 1)
    _, last = text.unfold.to_original(at[found + len(bare) - 1], at[found + len(bare) - 1] + 1)
    low, high = way(first, last)
    return start - 2 <= low and high <= end + 2


def test_codes_within_codes_are_read_twice():
    assert "Bluebird" in " ".join(read("%26%2366;luebird"))
    assert " 06 39 98 " in read("JTMwJTM2IDM5ICUzOTg=")


def test_kinds_come_from_the_caller_when_it_has_an_automaton():
    text = normalize("a%62c 06_|_39_|_98_|_47_|_61")
    assert [each.kind for each in readings(text, ["rows"], lambda _: ())] == ["rows"]
    assert list(readings(text, [])) == []
    asked = []
    list(readings(text, ["decoded"], lambda plain: asked.append(plain) or ()))
    assert asked == ["abc 06_|_39_|_98_|_47_|_61"]


def test_doubtful_readings_say_so():
    trust = {each.kind: each.trust for each in readings(normalize("%41, 16 74 89 93 60"))}
    assert trust["decoded"] is Trust.WRITTEN
    assert trust["rows backwards"] is Trust.CHECKED


def test_a_text_in_too_many_disguises_is_not_read_to_the_end():
    values = (VALUES["phone"], VALUES["email"])
    tangled = " ".join(
        each.apply(value) for each in DISGUISES for value in values if each.klass not in {"split", "volume"}
    )
    with pytest.raises(TangledError) as caught:
        list(readings(normalize(tangled)))
    assert "Bluebird" not in str(caught.value)
    assert caught.value.hint
