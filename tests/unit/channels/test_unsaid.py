from __future__ import annotations

import pytest

from guard.channels.registry import channel
from guard.outbox.states import binding
from guard.types.http import HttpRequest
from tests.unit.channels.asking import as_form, as_json, as_multipart, part, read

M = channel("mastodon")
STATUSES = ("POST", "/api/v1/statuses")
TEXT = "Astreinte : 06 39 98 12 34\n\net 06 39 98 12 35"


def bound(request: HttpRequest) -> bytes:
    return binding(read(M, request).post)


ONE_POST = {
    "the web": as_json(*STATUSES, {
        "status": TEXT, "in_reply_to_id": None, "media_ids": [], "sensitive": False, "spoiler_text": "", "visibility": "public",
        "poll": None, "language": "fr", "scheduled_at": None,
    }),
    "a telephone": as_json(*STATUSES, {"status": TEXT, "visibility": "public", "sensitive": False, "spoiler_text": "", "media_attributes": []}),
    "a form": as_form(*STATUSES, [("status", TEXT), ("visibility", "public"), ("sensitive", "false"), ("spoiler_text", "")]),
    "multipart": as_multipart(*STATUSES, part("status", TEXT), part("sensitive", "0")),
    "no visibility": as_json(*STATUSES, {"status": TEXT, "visibility": ""}),
}  # fmt: skip


@pytest.mark.parametrize("app", ONE_POST)
def test_the_same_post_from_another_app_is_the_same_post(app: str) -> None:
    assert bound(ONE_POST[app]) == bound(as_json(*STATUSES, {"status": TEXT}))


@pytest.mark.parametrize(
    "more",
    [{"sensitive": True}, {"spoiler_text": "x"}, {"visibility": "unlisted"}, {"visibility": "local"}, {"in_reply_to_id": "5"}, {"local_only": False},
     {"quote_approval_policy": "public"}, {"scheduled_at": "2026-12-01T09:00:00Z"}, {"content_type": "text/plain"}, {"unheard_of": False}, {"unheard_of": ""}],
)  # fmt: skip
def test_what_says_something_makes_another_post(more: dict[str, object]) -> None:
    assert bound(as_json(*STATUSES, {"status": TEXT, **more})) != bound(as_json(*STATUSES, {"status": TEXT}))


def test_numbers_and_truths_count_the_same_in_a_form() -> None:
    asked = {
        "status": "?",
        "sensitive": True,
        "poll": {"options": ["a", "b"], "expires_in": 300, "multiple": True, "hide_totals": False},
    }
    form = [("status", "?"), ("sensitive", "true"), ("poll[options][]", "a"), ("poll[options][]", "b"), ("poll[expires_in]", "300")]  # fmt: skip
    assert bound(as_json(*STATUSES, asked)) == bound(as_form(*STATUSES, [*form, ("poll[multiple]", "true")]))
    assert bound(as_json(*STATUSES, asked)) != bound(as_form(*STATUSES, form))


def test_an_edit_counts_as_it_is_sent() -> None:
    """To leave the warning out keeps it, an empty one takes it away."""
    edit = ("PUT", "/api/v1/statuses/7")
    assert bound(as_json(*edit, {"status": "x"})) != bound(as_json(*edit, {"status": "x", "spoiler_text": ""}))
