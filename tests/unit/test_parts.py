"""What an author calls the texts of a post, in both languages."""

import pytest

from guard.parts import names, offered, written
from guard.types.inspection import Edit
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
    assert called(("/0", "body", "a"), ("/1", "body", "b")) == ["text 1", "text 2"]
    assert called(*((f"/fields_attributes/{number}/value", "profile", "a") for number in (0, 1))) == [
        "profile, field 1", "profile, field 2",
    ]  # fmt: skip
    assert called(("/media/0/alt", "alt", "a"), ("/media/1/alt", "alt", "b"))[1] == "description of picture 2"


def test_texts_of_several_posts_are_told_with_their_post() -> None:
    batch = (
        ("/writes/0/value/text", "body", "a"),
        ("/writes/0/value/embed/images/0/alt", "alt", "b"),
        ("/writes/2/value/text", "body", "c"),
        ("/writes/2/value/embed/images/0/alt", "alt", "d"),
        ("/writes/2/value/embed/images/1/alt", "alt", "e"),
        ("/writes/2/value/title", "title", "f"),
        ("/writes/3/value/embed/images/0/alt", "alt", "g"),
        ("/note", "profile", "h"),
    )
    assert called(*batch) == [
        "text of post 1", "description of picture 1 of post 1",
        "text of post 2", "description of picture 1 of post 2", "description of picture 2 of post 2", "title of post 2",
        "description of picture 1 of post 3", "profile",
    ]  # fmt: skip
    assert called(*batch[:2]) == ["text", "description of picture 1"]
    assert called(*batch[:5], language="fr")[-1] == "description de l’image 2 du message 2"
    assert called(batch[1], batch[3])[1] == "description of picture 1 of post 2", "also where only pictures have texts"
    blocks = [(f"/writes/{post}/blocks/{number}", "body", "a") for post in (0, 1) for number in (0, 1)]
    assert called(*blocks)[2:] == ["text 1 of post 2", "text 2 of post 2"], "counted within their post"


def test_a_list_within_a_list_is_of_its_post() -> None:
    assert called(("/polls/0/0", "poll-option", "a"), ("/polls/1/1", "poll-option", "b")) == [
        "option 1 of post 1", "option 2 of post 2",
    ]  # fmt: skip


def version(*parts: tuple[str, str, str], label: str = "[téléphone]") -> list[tuple[str, str]]:
    """Of a post in which each number is to be replaced."""
    edits = [
        Edit(path, text.index("06 1"), text.index("06 1") + 4, label)
        for path, _, text in reversed(parts)
        if "06 1" in text
    ]
    return [(str(name), text) for name, text in offered(post(*parts), edits)]


def test_only_what_changes_and_can_be_changed() -> None:
    texts = (("/status", "body", "a"), ("/poll/options/0", "poll-option", " b 06 1 "), ("/@joined", "joined", "b 06 1"))
    assert version(*texts) == [("option 1", "b [téléphone]")]
    assert version(*texts, label="06 1") == [], "nothing changes"


def test_all_that_was_found_in_a_text_is_replaced() -> None:
    text = "Le 06 1 ou le 06 2 !"
    edits = [Edit("/status", start, start + 4, "[…]") for start in (14, 3)]
    assert [said for _, said in offered(post(("/status", "body", text)), edits)] == ["Le […] ou le […] !"]


BODY, FOUND = ("/status", "body", "Appelez le 06 1"), ("/status", "body", "06 1 !")
ALT, OPTION = ("/media/0/alt", "alt", "06 1"), ("/poll/options/0", "poll-option", "06 1")
WARNING = ("/spoiler_text", "spoiler", "06 1")


@pytest.mark.parametrize(
    ("texts", "changed"),
    [
        ((BODY,), 1),
        ((FOUND,), 0),
        ((BODY, OPTION), 0),
        ((BODY, WARNING), 0),
        ((BODY, ALT), 2),
        ((("/status", "body", "👍"), ALT), 1),
        ((FOUND, ALT), 0),
        ((FOUND, ("/media/0/alt", "alt", "Le 06 1")), 0),
        ((ALT,), 0),
        ((BODY, ("/@filename/0", "filename", "06 1")), 2),
    ],
)
def test_each_text_is_judged_by_itself_but_a_description_beside_its_post(texts, changed) -> None:
    assert len(version(*texts)) == changed


def test_a_description_is_judged_beside_its_own_post() -> None:
    first, second = ("/writes/0/value/text", "body", "Appelez"), ("/writes/1/value/text", "body", "06 1")
    alts = [(f"/writes/{number}/value/images/0/alt", "alt", "06 1") for number in (0, 1)]
    assert version(first, alts[0]) == [("description of picture 1", "[téléphone]")]
    assert version(first, alts[0], second) == []
    assert version(first, alts[1]) == []


@pytest.mark.parametrize("label", ["[…]", "", "(le numéro se trouve sur notre page de contact)", "[" + 60 * "x" + "]"])
def test_a_label_is_no_word_of_the_author_whatever_it_says(label: str) -> None:
    assert version(FOUND, label=label) == []
    assert version(("/status", "body", "Le 06 1"), label=label) != []


def test_brackets_of_the_author_are_their_words() -> None:
    assert version(("/status", "body", "[URGENT] 06 1")) == [("text", "[URGENT] [téléphone]")]


def test_where_a_record_is_put_is_no_text_of_its_author() -> None:
    repository = Segment("/repo", "other", "did:plc:abc", redactable=False)
    bluesky = Post("p", "bluesky", "create", ANONYMOUS, (repository, Segment("/record/text", "body", "a")))
    assert [part.role for part in written(bluesky)] == ["body"]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("[Notre collègue a un cancer.] Courage à tous", False),
        ("[Notre collègue a un cancer.] Elle revient dans trois mois, merci à tous", False),
        ("Inès a été opérée. [Notre collègue a un cancer !] On pense à elle.", False),
        ("[On vire Paul lundi.] Il est au courant de rien. Bonne journée à tous les autres.", False),
        ("[On vire Paul lundi.] Sa remplaçante arrive mardi par le train.", False),
        ("[On vire Paul lundi.] Il fait beau à Nantes, venez nombreux.", True),
        ("[Our intern is ill.] The meeting is at ten, see you there. He knows.", True),
        ("[Our intern is ill.]\nShe will be back in three months or so.", False),
        ("La réunion. [Notre collègue a un cancer.]", True),
        ("[06 1]\nmerci bien", True),
    ],
)
def test_what_hangs_on_a_sentence_that_goes_is_offered_to_nobody(text: str, *, made: bool) -> None:
    start, end = text.index("["), text.index("]") - 1
    plain = text.replace("[", "").replace("]", "")
    edit = Edit("/status", start, end, "[…]")
    assert bool(offered(post(("/status", "body", plain)), [edit])) is made
