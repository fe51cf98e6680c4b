"""What must always hold of the channels: nothing is lost, nothing changes unasked, nothing crashes, nothing hides."""

import base64
import decimal
import json
import string
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.channels.base import LookedUp
from guard.channels.edits import apply_edits
from guard.channels.facets import repaired
from guard.channels.form import decode, encode, nest
from guard.channels.joined import joined
from guard.channels.registry import CHANNELS, channel
from guard.errors import RequestError
from guard.types.http import HttpReply, HttpRequest
from guard.types.inspection import Edit
from guard.types.post import Segment
from tests.unit.channels.asking import PNG, as_form, as_json, as_multipart, ask, part, read, sent

ALL = {name: channel(name) for name in CHANNELS}
POSTS = {"mastodon": "/api/v1/statuses", "atproto": "/xrpc/com.atproto.repo.createRecord", "x": "/2/tweets"}
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
NAME = TEXT.filter(lambda one: not one.startswith("@") and one not in {"_method", "access_token", "bearer_token"})
LEAF = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXT
JSON = st.dictionaries(
    NAME,
    st.recursive(
        LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
    ),
    max_size=6,
)


@pytest.mark.parametrize("name", sorted(ALL))
@given(content=JSON)
def test_json_goes_out_as_it_came_in(name: str, content: dict[str, object]) -> None:
    out = sent(ALL[name], as_json("POST", POSTS[name], content))
    assert json.loads(out.body) == content


@pytest.mark.parametrize("name", sorted(ALL))
@given(content=JSON, marker=st.integers(0, 10**6))
def test_no_string_hides(name: str, content: dict[str, object], marker: int) -> None:
    """A marked word at any place of any request is read."""
    word = f"Opale{marker} ici"
    marked = json.loads(json.dumps(content))
    places = [(marked, "unheard_of")]
    todo: list[object] = [marked]
    while todo:
        node = todo.pop()
        items = (
            list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
        )
        for key, item in items:
            if isinstance(item, str):
                places.append((node, key))
            todo.append(item)
    holder, key = places[marker % len(places)]
    holder[key] = word
    found = {one.text for one in read(ALL[name], as_json("POST", POSTS[name], marked)).post.segments}
    assert word in found
    listed = ALL[name].route(as_json("POST", POSTS[name], {})).fields
    known = {pointer.split("/")[1] for pointer in listed}
    named = {one for one in marked if one and one not in known and not one.isdecimal()}
    assert named <= found


FORM_NAMES = st.text(string.ascii_lowercase, min_size=1, max_size=8)


@given(st.dictionaries(FORM_NAMES, TEXT, max_size=6))
def test_a_form_survives(content: dict[str, str]) -> None:
    pairs = list(content.items())
    tree, nested = nest(pairs)
    assert tree == content
    assert decode(encode(nested)) == pairs


@given(st.lists(st.fixed_dictionaries({"id": TEXT, "description": TEXT}), min_size=1, max_size=5))
def test_lists_of_objects_in_forms(items: list[dict[str, str]]) -> None:
    pairs = [(f"media[][{key}]", value) for item in items for key, value in item.items()]
    tree, nested = nest(pairs)
    assert tree == {"media": items}
    assert [pointer for _, pointer, _ in nested] == [
        f"/media/{index}/{key}" for index, item in enumerate(items) for key in item
    ]


@given(
    st.dictionaries(FORM_NAMES.filter(lambda one: one not in {"file", "thumbnail"}), TEXT, max_size=5),
    st.binary(max_size=200),
)
def test_multipart_survives(content: dict[str, str], data: bytes) -> None:
    boundary = "b0undary-of-this-test"
    parts = [part(name, value) for name, value in content.items()] + [
        part("file", b"\x89PNG\r\n\x1a\n" + data, filename="x.png", kind="image/png")
    ]
    request = as_multipart("POST", "/api/v2/media", *parts, boundary=boundary)
    first = read(ALL["mastodon"], request)
    out = ALL["mastodon"].render(first, (), request.headers)
    again = read(ALL["mastodon"], ask("POST", out.path, out.body, (out.header(b"content-type") or b"").decode()))
    assert [pair for pair in first.body.body.pairs if isinstance(pair[2], str)] == [
        pair for pair in again.body.body.pairs if isinstance(pair[2], str)
    ]
    assert again.post.attachments == first.post.attachments


@st.composite
def edited_text(draw: st.DrawFn) -> tuple[str, list[Edit], list[tuple[int, int]]]:
    """A text, edits that do not overlap, and facets over whole characters."""
    text = draw(st.text(st.sampled_from("aé€😀 b"), min_size=1, max_size=30))
    bounds = st.integers(0, len(text))
    cuts = sorted(draw(st.lists(bounds, max_size=6)))
    edits = [
        Edit("/t", start, end, draw(st.text("xé😀", max_size=4)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    edits = [edit for place, edit in enumerate(edits) if place == 0 or edit.start > edits[place - 1].end]
    spans = draw(st.lists(st.tuples(bounds, bounds).filter(lambda pair: pair[0] < pair[1]), max_size=5))
    return text, edits, spans


@given(edited_text())
def test_a_kept_facet_covers_the_same_text(case: tuple[str, list[Edit], list[tuple[int, int]]]) -> None:
    text, edits, spans = case
    facets = [
        {
            "index": {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())},
            "features": [{"number": number}],
        }
        for number, (start, end) in enumerate(spans)
    ]
    after = apply_edits(text, edits).encode()
    kept = repaired(facets, text, edits)
    for facet in kept:
        start, end = spans[facet["features"][0]["number"]]
        assert after[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() == text[start:end]
    untouched = [
        number
        for number, (start, end) in enumerate(spans)
        if all(edit.end <= start or edit.start >= end for edit in edits)
    ]
    assert [facet["features"][0]["number"] for facet in kept] == untouched


KINDS = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "image/png",
    "text/plain",
    "*/*",
    "é",
    "multipart/form-data",
]
WRITES = [
    (name, spec.method, spec.template)
    for name, one in ALL.items()
    for spec in one.table.specs
    if spec.method not in {"GET", "HEAD"}
]


@settings(max_examples=400)
@given(
    st.sampled_from(WRITES), st.sampled_from(KINDS), st.binary(max_size=60) | st.text(max_size=60).map(lambda one: one.encode("utf-8", "surrogatepass")), st.text(max_size=10)
)  # fmt: skip
def test_any_bytes_get_an_answer(write: tuple[str, str, str], kind: str, body: bytes, query: str) -> None:
    name, method, template = write
    request = HttpRequest(method, template.replace(":", ""), query, ((b"content-type", kind.encode()),), body)
    try:
        route = ALL[name].route(request)
        if route.kind.value in {"inspect", "harmless"}:
            submission = ALL[name].read(request, route, "p")
            ALL[name].render(submission, (), request.headers)
    except RequestError as error:
        assert 400 <= error.status < 500  # noqa: PT017


@settings(max_examples=300)
@given(st.text(max_size=40), st.sampled_from(["GET", "POST", "HEAD", "DELETE", "OPTIONS", "PUT"]))
def test_any_path_gets_an_answer(path: str, method: str) -> None:
    for one in ALL.values():
        try:
            route = one.route(HttpRequest(method, path))
        except RequestError as error:
            assert error.status == 400  # noqa: PT017
        else:
            assert route.path.isascii()


@given(st.binary(max_size=100), st.sampled_from(sorted(ALL)))
def test_any_answer_of_a_service_is_borne(body: bytes, name: str) -> None:
    one = ALL[name]
    for data in (
        body,
        b"[" + body + b"]",
        b'{"data":' + body + b"}",
        json.dumps({"didDoc": body.decode("latin-1")}).encode(),
        b'{"id":[]}',
        b"[[1]]",
    ):
        reply = HttpReply(200, ((b"link", body), (b"location", body), (b"set-cookie", body)), data)
        one.author(reply, "https://x.example")
        one.upstream_id(reply)
        for spec in one.table.specs:
            if spec.rewrite:
                one.rewrite(one.route(ask(spec.method, spec.template)), reply, "http://g.example", "https://x.example")


@given(st.dictionaries(FORM_NAMES, TEXT, max_size=4))
def test_a_form_of_any_fields_is_read_whole(content: dict[str, str]) -> None:
    found = [
        one.text
        for one in read(
            ALL["mastodon"],
            as_form("POST", "/api/v1/accounts/1/note", [(f"x_{key}", value) for key, value in content.items()]),
        ).post.segments
    ]
    assert all(value in found for value in content.values() if value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers(-30, 30), st.sampled_from(sorted(ALL)))
def test_a_number_is_read_as_it_is_sent(number: decimal.Decimal, exponent: int, name: str) -> None:
    literal = f"{number:f}e{exponent}"
    try:
        submission = read(ALL[name], ask("POST", POSTS[name], f'{{"zz":{literal}}}'.encode()))
    except RequestError:
        return
    out = ALL[name].render(submission, (), ()).body.decode()
    written = out.removeprefix('{"zz":').removesuffix("}")
    found = [one.text for one in submission.post.segments if one.path == "/zz"]
    assert found == ([written] if sum(map(str.isdigit, written)) >= 6 else [])
    assert float(written) == float(literal)


@given(st.binary(max_size=120), st.sampled_from(sorted(ALL)))
def test_any_list_of_posts_is_borne(body: bytes, name: str) -> None:
    one = ALL[name]
    content = {"status": "x", "text": "x", "record": {"text": "x"}, "collection": "c"}
    post = read(one, as_json("POST", POSTS[name], content)).post
    inner = json.dumps(body.decode("latin-1")).encode()
    for data in (
        body,
        b"[{}]",
        b"[" + inner + b"]",
        b'{"data":[{"text":' + inner + b"}]}",
        b'{"records":[{"value":{"text":' + inner + b"}}]}",
    ):
        found = one.found(post, HttpReply(200, (), data), datetime(2026, 11, 22, tzinfo=UTC))
        assert isinstance(found, bytes | LookedUp)


@given(st.lists(TEXT, max_size=8), st.binary(max_size=60))
def test_joined_texts_can_be_told_apart(found: list[str], data: bytes) -> None:
    parts = [Segment(f"/{place}", "body", text) for place, text in enumerate(found)]
    whole = joined(parts)
    assert (whole is None) == (len(found) < 2)
    if whole is not None:
        assert len(whole.text.split("\n")) == len(found)
    data = PNG + data
    address = "data:image/png;base64," + base64.b64encode(data).decode()
    post = read(
        ALL["mastodon"], as_json("POST", "/api/v1/statuses", {"status": "x", "y": "data:image/png," + quote(data)})
    ).post
    assert len(post.attachments) == 1
    assert (
        post.attachments
        == read(ALL["mastodon"], as_json("POST", "/api/v1/statuses", {"status": address})).post.attachments
    )
