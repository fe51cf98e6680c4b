import re
import time
import unicodedata

import pytest

from guard.text.fold import FOLDED, STEADY, fold, fold_steady
from guard.text.normalize import normalize


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("déjà vu", "déjà vu"),
        ("de\u0301ja\u0300", "déjà"),
        ("B\u200blu\u00ade\u2060bird", "Bluebird"),
        ("Hangul\u3164filler\u034f", "Hangulfiller"),
        ("Ｂｌｕｅ", "Blue"),
        ("𝐁𝐥𝐮𝐞 ⓑⓘⓡⓓ", "Blue bird"),
        ("٠٦ ١٢ ०९", "06 12 09"),
        ("06\u00a039\u202f98\u201112–34", "06 39 98-12-34"),
        ("0\ufe0f\u20e36\ufe0f\u20e3", "06"),
        ("0\u03366\u0336", "06"),
        ("a\u202eb\u202cc\u2066d\u2069", "abcd"),
        ("❤\ufe0f", "❤"),
        ("½ ⁄", "1/2 /"),
        ("a\ud800b", "a\ufffdb"),
        ("a\x00b\x07", "ab"),
        ("x\u2028y\u0085z", "x\ny\nz"),
        ("\u0301début", "début"),
        ("ok\U000e0042\U000e006c!", "ok Bl !"),
        ("😀" + "".join(chr(0xE0100 + ord(char) - 16) for char in "Blue bird") + "!", "😀 Blue bird !"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4"),
    ],
)
def test_plain_view(text, plain):
    assert normalize(text).plain == plain


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉTÉ à Łódź, Ørsted", "ete a lodz, orsted"),
        ("Сlіеnt", "client"),
        ("ΑΒ", "ab"),
        ("ʙʟᴜᴇ", "blue"),
        ("🅱🇾", "by"),
        ("pɹᴉqǝnlq", "priqenlq"),
        ("Straße œuvre Æ", "strasse oeuvre ae"),
        ("l’été", "l'ete"),
        ("Đà Nẵng", "da nang"),
        ("東京", "東京"),
    ],
)
def test_folded_view(text, folded):
    assert normalize(text).folded == folded


def test_spans_lead_back_to_the_author_s_own_code_points():
    text = "au 0\u200b6\u200b 39 ﬁn"
    seen = normalize(text)
    start = seen.plain.index("06")
    assert seen.origin.to_original(start, start + 5) == (3, 10)
    fin = seen.plain.index("fin")
    first, last = seen.origin.to_original(fin, fin + 1)
    assert text[first:last] == "ﬁ"


@pytest.mark.parametrize(
    ("text", "plain", "places"),
    [
        ("a\u0323\u200b\u0302z", "\u1eadz", [(0, 4), (4, 5)]),  # a mark, something dropped, another mark
        ("e\u0301\u200b\u0327x", "ex", [(0, 4), (4, 5)]),  # no letter has both
        ("o\u0336\u0301n", "on", [(0, 3), (3, 4)]),  # struck through: no accent either
        ("\u200bﬃ\u0301 \u00a0a", "ffí  a", [(1, 2), (1, 2), (1, 3), (3, 4), (4, 5), (5, 6)]),
        ("a" + "\u0301" * 6 + "b", "ab", [(0, 7), (7, 8)]),
        ("x\U000e0041y", "x A y", [(0, 1), (1, 1), (1, 2), (2, 2), (2, 3)]),
        ("\u0301\u200b", "", []),
    ],
)
def test_what_is_dropped_or_laid_on_keeps_its_place(text, plain, places):
    seen = normalize(text)
    assert seen.plain == plain
    assert [seen.origin.to_original(at, at + 1) for at in range(len(plain))] == places


def test_plain_forms_hold_nothing_that_has_another():
    for point in (*range(0x3400), *range(0xA000, 0xAC10), *range(0xD7A0, 0x1F000, 3)):
        view = normalize(chr(point)).plain
        assert normalize(view).plain == view


def test_folding_that_lengthens_keeps_its_own_map():
    seen = normalize("Æon Straße X")
    at = seen.folded.index("x")
    assert seen.plain[slice(*seen.unfold.to_original(at, at + 1))] == "X"


def test_characters_called_steady_do_not_change():
    steady = re.compile(f"[{STEADY}]")
    found = 0
    for point in range(0x110000):
        char = chr(point)
        if steady.match(char):
            found += 1
            view = normalize("é\u200b" + char).plain[1:]  # the invisible one forces the slow path
            assert view == char, hex(point)
    assert found > 2000


def test_most_posts_cost_no_map():
    assert normalize("Été comme hiver, 20 € l’entrée… 🔥").origin.is_identity
    assert normalize("plain ascii").unfold.is_identity
    assert normalize("un\u00a0deux – trois").origin.is_identity


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ud800" * 1000,
        "\x00",
        "e" + "\u0301" * 10_000,
        "a" * 1_000_000,
        "\u200b" * 200_000,
        "é\u0301" * 100_000,
        "\U000e0041" * 50_000,
        "ﷺ" * 20_000,
        "אבג\u202eabc\u202c",
    ],
)
def test_hostile_texts_take_linear_time_and_never_raise(text):
    started = time.perf_counter()
    seen = normalize(text)
    assert time.perf_counter() - started < 5
    assert normalize(seen.plain).plain == seen.plain
    size = len(seen.plain)
    start, end = seen.origin.to_original(0, size) if size else (0, 0)
    assert 0 <= start <= end <= len(text)


def test_repr_shows_no_text():
    assert "secret" not in repr(normalize("secret"))


def test_fold_rests_after_one_step():
    for point in range(0x3000):
        char = unicodedata.normalize("NFKC", chr(point))
        assert fold(fold(char)) == fold(char)


def test_joiners_of_emoji_hide_nothing_and_keep_the_way_back():
    text = "vu ❤\ufe0f avec \U0001f469\u200d\U0001f4bb Zoé"
    seen = normalize(text)
    assert seen.plain == "vu ❤ avec \U0001f469\U0001f4bb Zoé"
    assert not seen.hides
    start = seen.plain.index("Zoé")
    assert text[slice(*seen.origin.to_original(start, start + 3))] == "Zoé"
    assert seen.origin.to_original(3, 4) == (3, 4)
    assert normalize("cli\u200dent ❤\ufe0f").hides


@pytest.mark.parametrize("text", ["é…’“x” Ÿ ß", "\0é", "é\ufffe", "½ é", "\u0130ı", "œuf…"])
def test_common_texts_fold_as_others_do(text):
    assert fold(text) == "".join(FOLDED[char] if char > "\x7f" else char.lower() for char in text)
    quick = fold_steady(text)
    assert quick in {None, fold(text)}
    assert quick is None or normalize(text).plain == text


def test_a_view_as_long_as_its_text_may_still_have_moved():
    text = "\u200b\N{LATIN SMALL LIGATURE FI}n 06"
    seen = normalize(text)
    assert seen.plain == "fin 06"
    assert len(seen.plain) == len(text)
    assert text[slice(*seen.origin.to_original(0, 3))] == text[1:3]
