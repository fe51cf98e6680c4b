"""What learns and what is kept work out the same. Needs the extra `train`."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from guard.models.names.encoder import Encoder  # noqa: E402
from guard.models.names.reader import PERSON_FACTS  # noqa: E402
from guard.training.names.batches import Words, batches  # noqa: E402
from guard.training.names.export import export  # noqa: E402
from guard.training.names.ground import Ground  # noqa: E402
from guard.training.names.net import Net  # noqa: E402
from guard.training.names.sources import Example  # noqa: E402
from guard.training.names.subwords import reduced  # noqa: E402
from tests.unit.models.names.listing import SUBWORDS, arrays, lists  # noqa: E402

POSTS = ("Sophie Binet", "le LYON, sophie https://a.example Éléonore !", "x")


def test_the_net_that_learns_and_its_file_give_the_same_scores() -> None:
    chance = np.random.default_rng(1)
    words = ["le", "sophie", "<url>", ","]
    table = chance.normal(size=(len(SUBWORDS), 6))
    ground = Ground(
        words, chance.normal(size=(4, 5)).astype(np.float32), arrays(), arrays(), reduced(SUBWORDS, table, 3)
    )
    torch.manual_seed(1)
    net = Net(ground.table(), ground.subwords.table(), 16, 2)
    for each in net.parameters():  # a new net's first numbers are too small to tell
        if each.requires_grad:
            torch.nn.init.normal_(each, std=0.2)
    net.pieces.weight.data[-1] = 0  # stands for no piece
    net.eval()
    kept = Encoder(export(net, ground, (np.zeros(16 + len(PERSON_FACTS) + 1), 0.0)), lists())
    described = Words(ground.rows(), lists(), ground.subwords.numbers())
    encoded = [described.encode(Example(text, ())) for text in POSTS]
    with torch.no_grad():
        for batch in batches(encoded, described):
            scores, states = net(batch)
            for row, state, texts, place in zip(scores, states, batch.texts, batch.places, strict=True):
                theirs = kept(texts, encoded[place].marks)
                for mine, other in zip((row, state), theirs, strict=True):
                    assert np.allclose(mine[: len(texts)].numpy(), other, rtol=0.02, atol=0.1)
                    assert np.abs(other).max() > 1
