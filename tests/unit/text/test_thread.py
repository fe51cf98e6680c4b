import pytest

from guard.text.normalize import normalize
from guard.text.thread import joined
from guard.text.trust import Trust


def views(earlier, text):
    return [each.text.plain for each in joined(earlier, text)]


@pytest.mark.parametrize(
    ("earlier", "text", "meant"),
    [
        (["Appelez-moi au 06 39 9"], "8 47 61 demain", "06 39 98 47 61"),
        (["Appelez-moi au 06 39 9 (1/2)"], "(2/2) 8 47 61 demain", "06 39 98 47 61"),
        (["Appelez-moi au 06 39…"], "… 98 47 61 demain", "06 39 98 47 61"),
        (["projet Blue"], "bird en route", "Bluebird"),
        (list("063998476"), "1", "0639984761"),
        (["a", "b", "c", ".", "@", "d", "."], "e", "abc.@d.e"),
        (["Une réponse", "projet"], "aurore", "réponse-projet-aurore"),
    ],
)
def test_what_is_split_is_read_together(earlier, text, meant):
    assert any(meant in view for view in views(earlier, text))


def test_offsets_lie_in_the_new_post():
    (reading, *_) = joined(["Appelez-moi au 06 39 9"], "(2/2) 8 47 61 demain")
    at = reading.text.plain.index("06 39")
    assert reading.to_original(at, at + 14) == (0, 13)
    assert reading.to_original(0, 5) == (0, 0)
    last = reading.text.plain.index("demain")
    assert reading.to_original(last, last + 6) == (14, 20)


def test_only_what_is_surely_one_value_counts_as_written():
    def trust(earlier, text):
        return next(iter(joined(earlier, text))).trust

    assert trust(["écrire à jean.dupont"], "@exemple.fr merci") is Trust.WRITTEN
    assert trust(["écrire à jean.dupont@exem"], "ple.fr merci") is Trust.WRITTEN
    assert trust(["écrire à jean.dupont@mail.ex"], "emple.fr merci") is Trust.WRITTEN
    assert trust(["écrire à jean.dupont@exemple.co"], ".uk merci") is Trust.WRITTEN
    assert trust(["Bonne journée"], "@bob.exemple.fr merci") is Trust.CHECKED
    assert trust(["Écrivez à contact@exemple.fr"], "Planifié pour demain") is Trust.CHECKED
    assert trust(["Écrivez à contact@exemple.fr"], "bonjour tout le monde") is Trust.CHECKED
    assert trust(list("jean@ex"), ".") is Trust.WRITTEN
    assert trust(["06 39 9"], "8 47 61") is Trust.CHECKED


def test_nothing_to_join():
    assert views([], "abc") == []
    assert views([""], "abc") == []
    assert views(["abc"], "") == []


def test_long_threads_cost_little():
    for view in views(["x" * 5000] * 500, "y" * 5000):
        assert len(view) < 500
        assert normalize(view).plain == view
