import pytest

from guard.redact.measure import measure, widen
from guard.types.post import Unit

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "points", "clusters", "size", "weight"),
    [
        ("", 0, 0, 0, 0),
        ("abc", 3, 3, 3, 3),
        ("été", 3, 3, 5, 3),
        ("e\u0301", 2, 1, 3, 2),
        ("日本", 2, 2, 6, 4),
        (FAMILY, 5, 1, 18, 2),
        ("🇫🇷", 2, 1, 8, 2),
        ("1️⃣", 3, 1, 7, 2),
        ("a\r\nb", 4, 3, 4, 4),
        ("…", 1, 1, 3, 2),
        ("see https://example.org/" + "x" * 80 + " now", 108, 108, 108, 31),
        ("https://a.example http://b.example", 34, 34, 34, 47),
        ("example.org", 11, 11, 11, 23),
        ("a@example.org", 13, 13, 13, 13),
        ("\ud800", 1, 1, 3, 2),
    ],
)
def test_measure(text, points, clusters, size, weight):
    units = (Unit.CODE_POINTS, Unit.GRAPHEMES, Unit.UTF8_BYTES, Unit.WEIGHTED)
    assert [measure(text, unit) for unit in units] == [points, clusters, size, weight]


def test_widen_to_whole_clusters():
    text = f"a{FAMILY}e\u0301b"
    assert widen(text, 2, 4) == (1, 6)
    assert widen(text, 6, 7) == (6, 8)
    assert widen(text, 0, 1) == (0, 1)
    assert widen(text, 8, 9) == (8, 9)


def test_widen_in_a_long_stretch_without_a_sure_boundary():
    text = "日" * 300 + "か\u3099" * 100
    assert widen(text, 200, 201) == (200, 201)
    assert widen(text, 401, 403) == (400, 404)
    assert widen("🇫🇷" * 100, 100, 101) == (100, 102)
    assert widen("🇫🇷" * 100, 101, 103) == (100, 104)
