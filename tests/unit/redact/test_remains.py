import pytest

from guard.redact.remains import said_again
from guard.types.inspection import Edit
from guard.types.post import Author, Post, Segment


def post(*texts: str) -> Post:
    return Post("p", "x", "o", Author("x", "1"), tuple(Segment(f"/{n}", "body", each) for n, each in enumerate(texts)))


@pytest.mark.parametrize(
    ("cut", "left", "again"),
    [
        ("Tulipe2024!", "je redis tulipe2024", True),
        ("Tulipe2024!", "xtulipe2024x", True),
        ("Tulipe2024!", "une tulipe, 2024", True),
        ("Tulipe2024!", "ma tulipe", False),
        ("4821", "bon, 48 21", True),
        ("4821", "x4821x", True),
        ("4821", "le 14821 et le 48210", False),
        ("Hortensia", "HORTENSIA !", True),
        ("Hortensia", "des hortensias", False),
        ("Inès", "ines", True),
        ("Odile Martin", "Odile\u00a0 MARTIN", True),
        ("Odile Martin", "Odile et Martin", False),
        ("http://intranet/rh/paie", "(xhttp://intranet/rh/paie)", True),
        ("aujourd'hui", "haujourd'huix", False),
        ("Ｔｕｌｉｐｅ２０２４", "tulipe2024", True),
        ("RH", "rh", False),
        ("…!?", "…!?", False),
    ],
)
def test_said_again_in_the_same_text_or_another(cut: str, left: str, *, again: bool) -> None:
    edit = Edit("/0", 4, 4 + len(cut), "[…]")
    for given, safe in (((f"dit {cut}, {left}",), (f"dit […], {left}",)), ((f"dit {cut}", left), ("dit […]", left))):
        assert said_again(post(*given), post(*safe), [edit]) is again


def test_many_values_and_long_texts_cost_little() -> None:
    text = " ".join(f"a{number}" for number in range(100, 2_000))
    assert not said_again(post(text), post("b c " * 20_000), [Edit("/0", 5 * n, 5 * n + 4, "") for n in range(450)])
    assert said_again(post(text), post("b"), [Edit("/0", 5 * n, 5 * n + 4, "") for n in range(900)]), (
        "none that anybody would want"
    )
    assert not said_again(post("!" * 50_000 + "a"), post("x"), [Edit("/0", 0, 50_001, "")])
