"""What an author lately published: bounded, expiring, of this author alone."""

from datetime import UTC, datetime, timedelta

from guard.gateway.thread import LONGEST, ThreadMemory
from guard.types.inspection import Edit
from guard.types.post import Author, Post, Segment, Visibility

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ALICE = Author("mastodon", "alice@m.example")
BOB = Author("mastodon", "bob@m.example")


def post(text: str, author: Author = ALICE, **fields) -> Post:
    return Post("p", author.network, "status.create", author, (Segment("/status", "body", text),), **fields)


def texts(memory: ThreadMemory, author: Author = ALICE, now: datetime = NOW) -> list[str]:
    return [segment.text for one in memory.earlier(author, now) for segment in one.segments]


def test_the_latest_posts_oldest_first():
    memory = ThreadMemory(posts=3)
    for number in range(5):
        memory.remember(post(f"{number}"), (), NOW + timedelta(minutes=number))
    assert texts(memory, now=NOW + timedelta(hours=1)) == ["2", "3", "4"]
    assert texts(memory, BOB) == []
    (first, *_) = memory.earlier(ALICE, NOW + timedelta(hours=1))
    assert (first.network, first.operation, first.author) == ("mastodon", "status.create", ALICE)


def test_whom_a_post_was_for_is_remembered():
    memory = ThreadMemory()
    memory.remember(post("entre nous", visibility=Visibility.DIRECT), (), NOW)
    assert [one.visibility for one in memory.earlier(ALICE, NOW)] == [Visibility.DIRECT]


def test_they_expire():
    memory = ThreadMemory(hours=2)
    memory.remember(post("early"), (), NOW)
    memory.remember(post("late"), (), NOW + timedelta(hours=1))
    assert texts(memory, now=NOW + timedelta(hours=2)) == ["early", "late"]
    assert texts(memory, now=NOW + timedelta(hours=2, seconds=1)) == ["late"]
    assert texts(memory, now=NOW + timedelta(hours=4)) == []
    assert not memory._kept
    assert memory._size == 0


def test_nothing_is_kept_when_it_is_off():
    for memory in (ThreadMemory(posts=0), ThreadMemory(hours=0)):
        memory.remember(post("x"), (), NOW)
        assert texts(memory) == []


def test_nobody_s_posts_are_not_put_together():
    memory = ThreadMemory()
    nobody = Author("mastodon", "")
    memory.remember(post("x", nobody), (), NOW)
    assert texts(memory, nobody) == []


def test_what_is_remembered_is_what_went_out():
    memory = ThreadMemory()
    memory.remember(post("Appelez le 123"), (Edit("/status", 11, 14, "[x]"),), NOW)
    assert texts(memory) == ["Appelez le [x]"]


def test_joined_texts_file_names_and_contents_are_left_out():
    memory = ThreadMemory()
    parts = (
        Segment("/status", "body", "a"),
        Segment("/@file/x", "body", "b"),
        Segment("/@filename/x", "filename", "c"),
        Segment("/@joined", "joined", "d"),
    )
    memory.remember(Post("p", "mastodon", "status.create", ALICE, parts), (), NOW)
    memory.remember(Post("p", "mastodon", "status.reblog", ALICE, ()), (), NOW)
    assert texts(memory) == ["a"]
    assert len(memory.earlier(ALICE, NOW)) == 1


def test_of_a_long_text_the_end_is_kept():
    memory = ThreadMemory()
    memory.remember(post("a" * 10_000 + "b"), (), NOW)
    assert texts(memory) == ["a" * (LONGEST - 1) + "b"]


def test_all_authors_together_stay_within_the_total():
    memory = ThreadMemory(total=10_000)
    for number in range(100):
        memory.remember(post("x" * 300, Author("mastodon", f"a{number}")), (), NOW)
        assert memory._size <= 10_000
    assert texts(memory, Author("mastodon", "a0")) == []
    assert texts(memory, Author("mastodon", "a99")) == ["x" * 300]
    memory.forget_expired(NOW + timedelta(days=2))
    assert not memory._kept
    assert memory._size == 0


def test_one_post_alone_over_the_total_is_no_fault():
    memory = ThreadMemory(total=100)
    memory.remember(post("x" * 300), (), NOW)
    assert texts(memory) == []
    assert memory._size == 0


def test_half_a_surrogate_pair_is_kept_as_it_is():
    memory = ThreadMemory()
    memory.remember(post("a\ud800b"), (), NOW)
    assert texts(memory) == ["a\ud800b"]


def test_another_process_learns_it():
    one, two = ThreadMemory(), ThreadMemory()
    one.tell = two.learn
    one.remember(post("Bonjour"), (), NOW)
    assert texts(two) == texts(one) == ["Bonjour"]


def test_repr_shows_no_text():
    memory = ThreadMemory()
    memory.remember(post("secret words"), (), NOW)
    assert "secret" not in repr(memory) + repr(vars(memory))
    assert "secret" not in repr(memory.earlier(ALICE, NOW))
