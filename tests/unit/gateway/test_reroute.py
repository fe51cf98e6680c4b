"""What is published inside, and what is held because it cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.channels.joined import with_joined
from guard.gateway.reroute import Internal, kept_inside, parts
from guard.types.decision import Action, Decision
from guard.types.inspection import Inspection, Versions
from guard.types.post import Attachment, Author, Post, Segment, Visibility
from guard.upstream.client import Upstream

AUTHOR = Author("mastodon", "jeanne@m.example", "@jeanne@m.example")
INTERNAL = Internal(Upstream("http://127.0.0.1:9"), "t", "unlisted", 500)


def post(*texts: tuple[str, str], **more) -> Post:
    segments = tuple(Segment(f"/{number}", role, text) for number, (role, text) in enumerate(texts))
    return Post("p", "mastodon", "status.create", AUTHOR, with_joined(segments), **more)


def test_who_wrote_then_all_that_people_would_have_read() -> None:
    written = post(
        ("spoiler", "Travail"), ("body", "On déménage"), ("poll-option", "Lyon"), ("poll-option", "Nantes"), ("filename", "plan.pdf"),
        attachments=(Attachment("sha256:0", "image/png", 3),),
    )  # fmt: skip
    assert list(parts(written, 500, "fr")) == [
        "De jeanne@m.example (mastodon) :\nTravail\nOn déménage\n- Lyon\n- Nantes\n(Fichiers joints non repris : 1.)"
    ]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000))
def test_a_long_post_becomes_a_thread_that_loses_nothing(text: str) -> None:
    told = list(parts(post(("body", text)), 200, "en"))
    assert all(0 < len(part) <= 200 for part in told)
    said = "".join("".join(told).split())
    assert said.endswith("".join(text.split()))


@pytest.mark.parametrize(
    ("written", "internal", "creates", "action"),
    [
        (post(("body", "x")), INTERNAL, True, Action.REROUTE),
        (post(("body", "x"), visibility=Visibility.UNLISTED), INTERNAL, True, Action.REROUTE),
        (post(("body", "x"), visibility=Visibility.DIRECT), INTERNAL, True, Action.HOLD),
        (post(("body", "x"), visibility=Visibility.PRIVATE), INTERNAL, True, Action.HOLD),
        (post(("body", "x"), extra=(("scheduled_at", "2030"),)), INTERNAL, True, Action.HOLD),
        (post(("profile", "x")), INTERNAL, True, Action.HOLD),
        (post(("body", "x")), INTERNAL, False, Action.HOLD),
        (post(("body", "x")), None, True, Action.HOLD),
    ],
)
def test_what_cannot_be_rerouted_is_held(
    written: Post, internal: Internal | None, creates: bool, action: Action
) -> None:
    decision = Decision(Action.REROUTE, (), "sha256:0")
    inspection = Inspection(written, (), decision, None, (), (), Versions("1", "sha256:0", "sha256:0"), 0.1)
    got = kept_inside(inspection, internal, creates=creates).decision
    assert got.action is action
    assert got.reason == ("" if action is Action.REROUTE else "reroute-impossible")
