"""Rails' way of nesting, which all Mastodon clients rely on."""

from __future__ import annotations

import pytest

from guard.sandbox.params import BadParamsError, File, form_items, names, nest, texts, truth


@pytest.mark.parametrize(
    ("pairs", "nested"),
    [
        ([("status", "a"), ("status", "b")], {"status": "b"}),
        ([("media_ids[]", "1"), ("media_ids[]", "2")], {"media_ids": ["1", "2"]}),
        (
            [("poll[options][]", "x"), ("poll[options][]", "y"), ("poll[multiple]", "1")],
            {"poll": {"options": ["x", "y"], "multiple": "1"}},
        ),
        (
            [
                ("media_attributes[][id]", "1"),
                ("media_attributes[][description]", "d"),
                ("media_attributes[][id]", "2"),
            ],
            {"media_attributes": [{"id": "1", "description": "d"}, {"id": "2"}]},
        ),
        (
            [("fields_attributes[0][name]", "a"), ("fields_attributes[1][name]", "b")],
            {"fields_attributes": {"0": {"name": "a"}, "1": {"name": "b"}}},
        ),
    ],
)
def test_nest(pairs, nested) -> None:
    assert nest(pairs) == nested


@pytest.mark.parametrize("name", ["a[b", "[b]", "a[b]c", "a" + "[b]" * 9])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(BadParamsError):
        nest([(name, "x")])


def test_a_list_and_a_map_of_one_name_are_refused() -> None:
    with pytest.raises(BadParamsError):
        nest([("a[]", "x"), ("a[b]", "y")])
    with pytest.raises(BadParamsError):
        nest([("a[b]", "x"), ("a[]", "y")])


def test_names_leave_indices_out() -> None:
    given = {
        "a": "x",
        "poll": {"options": ["x"]},
        "fields_attributes": {"0": {"name": "n"}},
        "m": [{"id": "1"}],
        "e": [],
    }
    assert set(names(given)) == {"a", "poll[options][]", "fields_attributes[][name]", "m[][id]", "e[]"}


def test_small_readers() -> None:
    assert [truth(each) for each in (True, "true", "1", "on", False, "false", "0", "", None)] == [True] * 4 + [
        False
    ] * 5
    assert texts({"a": {"0": "x", "1": "y"}}, "a") == ["x", "y"]
    assert texts({}, "a") == []
    with pytest.raises(BadParamsError):
        texts({"a": "x"}, "a")


def test_forms() -> None:
    assert form_items("application/x-www-form-urlencoded", b"a=%C3%A9+1&b=&a=2") == [
        ("a", "é 1"),
        ("b", ""),
        ("a", "2"),
    ]
    body = (
        b'--b\r\nContent-Disposition: form-data; name="status"\r\n\r\nd\xc3\xa9j\xc3\xa0\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\r\n\x00--b\n\r\n'
        b"--b--\r\n"
    )
    status, (name, file) = form_items('multipart/form-data; boundary="b"', body)
    assert status == ("status", "déjà")
    assert name == "file"
    assert isinstance(file, File)
    assert (file.filename, file.content_type, file.data) == ("a.png", "image/png", b"\r\n\x00--b\n")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a=%E9"),
        ("multipart/form-data", b"--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx'),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    ],
)
def test_broken_forms_are_refused(kind: str, body: bytes) -> None:
    with pytest.raises(BadParamsError):
        form_items(kind, body)
