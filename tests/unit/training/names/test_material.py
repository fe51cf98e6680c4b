"""How the sets are made alike."""

from guard.training.names.material import _handles, _untitled
from guard.training.names.sources import Example


def example(text: str, *names: tuple[str, str]) -> Example:
    return Example(
        text, tuple(sorted((text.index(name), text.index(name) + len(name), label) for name, label in names))
    )


def shown(one: Example | None) -> list[tuple[str, str]]:
    assert one is not None
    return [(one.text[start:end], label) for start, end, label in one.names]


def test_a_lone_at_is_labelled_as_its_handle() -> None:
    assert shown(_handles(example("RT @ lea : yo", ("lea", "PERSON")))) == [("@", "PERSON"), ("lea", "PERSON")]
    assert _handles(example("RT @ lea : yo")) is None
    assert (
        shown(
            _handles(
                example(
                    "see you @",
                )
            )
        )
        == []
    )


def test_a_hashtag_is_labelled_without_its_sign() -> None:
    assert shown(_handles(example("at #Leeds now", ("#Leeds", "LOCATION")))) == [("Leeds", "LOCATION")]


def test_titles_are_no_part_of_a_name() -> None:
    post = example(
        "Mme Gaudin, M. Ziani et Merlin", ("Mme Gaudin", "PERSON"), ("M. Ziani", "PERSON"), ("Merlin", "PERSON")
    )
    assert shown(_untitled(post)) == [("Gaudin", "PERSON"), ("Ziani", "PERSON"), ("Merlin", "PERSON")]
