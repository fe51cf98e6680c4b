"""What an author calls the texts of a post, in both languages."""

from guard.parts import changed, names, written
from guard.types.post import ANONYMOUS, Post, Segment
from guard.words.texts import words_of


def post(*parts: tuple[str, str, str]) -> Post:
    return Post("p", "mastodon", "status.create", ANONYMOUS, tuple(Segment(*part) for part in parts))


def called(*parts: tuple[str, str, str], language: str = "en") -> list[str]:
    return [words_of(language).told(name) for name in names(written(post(*parts)))]


def test_each_by_the_name_a_client_gives_it() -> None:
    whole = (
        ("/status", "body", "a"),
        ("/spoiler_text", "spoiler", "b"),
        ("/poll/options/0", "poll-option", "c"),
        ("/poll/options/1/label", "poll-option", "d"),
        ("/media_attributes/1/description", "alt", "e"),
        ("/xx", "other", "f"),
        ("/@joined", "joined", "a b c"),
    )
    assert called(*whole) == [
        "text", "content warning", "option 1", "option 2", "description of picture 2", "another field",
    ]  # fmt: skip
    assert called(*whole[1:3], language="fr") == ["avertissement de contenu", "option 1"]
    assert called(("/description", "alt", "a"), language="fr") == ["description de l’image"]


def test_several_of_a_kind_are_numbered() -> None:
    thread = [(f"/writes/{number}/value/text", "body", "a") for number in (0, 1)]
    assert called(*thread) == ["text 1", "text 2"]


def test_pictures_of_several_posts_are_told_with_their_post() -> None:
    batch = (
        ("/writes/0/value/text", "body", "a"),
        ("/writes/0/value/embed/images/0/alt", "alt", "b"),
        ("/writes/2/value/text", "body", "c"),
        ("/writes/2/value/embed/images/0/alt", "alt", "d"),
        ("/writes/2/value/embed/images/1/alt", "alt", "e"),
    )
    assert called(*batch) == [
        "text 1", "description of picture 1 of post 1",
        "text 2", "description of picture 1 of post 2", "description of picture 2 of post 2",
    ]  # fmt: skip
    assert called(*batch[:2]) == ["text", "description of picture 1"]
    assert called(*batch, language="fr")[-1] == "description de l’image 2 du message 2"
    assert called(("/media/0/alt", "alt", "a"), ("/media/1/alt", "alt", "b"))[1] == "description of picture 2"


def test_only_what_changes_and_can_be_changed() -> None:
    old = post(("/status", "body", "a"), ("/poll/options/0", "poll-option", "b"), ("/@joined", "joined", "a b"))
    new = post(("/status", "body", "a"), ("/poll/options/0", "poll-option", " c "), ("/@joined", "joined", "a c"))
    assert [(str(name), text) for name, text in changed(old, new)] == [("option 1", "c")]


def test_where_a_record_is_put_is_no_text_of_its_author() -> None:
    repository = Segment("/repo", "other", "did:plc:abc", redactable=False)
    bluesky = Post("p", "bluesky", "create", ANONYMOUS, (repository, Segment("/record/text", "body", "a")))
    assert [part.role for part in written(bluesky)] == ["body"]
