import pytest

from guard.errors import ModelError
from guard.models.shelf import Shelf
from guard.models.weights import Weights, pack, unpack
from guard.words.texts import words_of
from tests.unit.models.makers import shelf, topic_weights


def test_a_file_that_is_the_one_described_is_read(tmp_path):
    held = Shelf(shelf(tmp_path))
    assert [entry.kind for entry in held.entries] == ["topics"]
    assert held.entries[0].data == ("tests",)
    assert unpack(held.read("topics")).about["kind"] == "topics"


def test_an_altered_file_is_told_and_not_used(tmp_path):
    folder = shelf(tmp_path)
    data = bytearray((folder / "topics.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "topics.npz").write_bytes(data)
    with pytest.raises(ModelError, match="altered or damaged"):
        Shelf(folder).read("topics")


def test_a_missing_file_is_told_with_its_place(tmp_path):
    folder = shelf(tmp_path)
    (folder / "topics.npz").unlink()
    with pytest.raises(ModelError, match=r"topics\.npz: the model of topics cannot be read") as told:
        Shelf(folder).read("topics")
    assert "guard model train" in told.value.hint


def test_a_kind_that_is_not_there(tmp_path):
    with pytest.raises(ModelError, match="there is no model of names"):
        Shelf(shelf(tmp_path)).read("names")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"sha256": "12"}, "sha256: is no SHA-256"),
        ({"sha256": ""}, "sha256: is missing"),
        ({"file": "../topics.npz"}, "file: must lie beside the manifest"),
        ({"kind": ""}, "kind: is missing"),
    ],
)
def test_mistakes_of_a_manifest(tmp_path, changed, words):
    with pytest.raises(ModelError) as told:
        Shelf(shelf(tmp_path, **changed))
    assert words in str(told.value)


def test_no_manifest_broken_toml_and_two_of_a_kind(tmp_path):
    with pytest.raises(ModelError, match="there are no models here"):
        Shelf(tmp_path)
    (tmp_path / "manifest.toml").write_text("[[model")
    with pytest.raises(ModelError, match="cannot be read"):
        Shelf(tmp_path)
    text = (shelf(tmp_path) / "manifest.toml").read_text()
    (tmp_path / "manifest.toml").write_text(text + text)
    with pytest.raises(ModelError, match="a second model of the kind topics"):
        Shelf(tmp_path)


def test_equal_contents_give_equal_bytes_and_come_back():
    weights = topic_weights()
    assert pack(weights) == pack(Weights(dict(reversed(weights.about.items())), dict(reversed(weights.arrays.items()))))
    back = unpack(pack(weights))
    assert back.about == weights.about
    assert all((back.arrays[name] == array).all() for name, array in weights.arrays.items())


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no model at all", pack(topic_weights())[:5000]])
def test_what_is_no_model_file_is_told(data):
    with pytest.raises(ModelError, match="no model file"):
        unpack(data)


def test_an_array_of_another_shape_is_told():
    weights = topic_weights()
    assert weights.array("scales", 2, None).shape[0] == 2
    for shape in ((3, None), (2,), (2, 14, 1)):
        with pytest.raises(ModelError):
            weights.array("scales", *shape)
    with pytest.raises(ModelError, match="nothing is missing"):
        weights.array("nothing")


def test_what_is_wrong_is_told_in_french_too(tmp_path):
    with pytest.raises(ModelError) as caught:
        Shelf(shelf(tmp_path)).read("names")
    assert (
        words_of("fr")
        .told(caught.value)
        .replace("\u00a0", " ")
        .endswith(
            "il n’y a pas de modèle « names » (ajoutez-en un, ou reprenez le dossier de la version publiée ; il y a là : topics)"
        )
    )
