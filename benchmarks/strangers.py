"""The shipped model of topics on posts by hands that no training saw, beside the model where everybody begins.

The peer is TF-IDF over words and letters with logistic regression, learnt in the same run from the first 4,600 posts. How well
it does tells how hard a pair of hands is: on some the leaks are plain, on others hardly anybody would see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from benchmarks import labelled
from benchmarks.figures import Row
from guard.models.shelf import Shelf
from guard.models.topics import TopicModel
from guard.models.weights import unpack
from guard.training.evaluate import evaluate, judge
from guard.training.posts import Labelled, read_posts
from guard.training.scores import auc, caught

Array = np.ndarray[Any, Any]

HANDS: Final = (("ab", "ac"), ("t", "u"), ("m", "n"))
"""One English, one French."""
_LOOSE: Final = 4.0


class Peer:
    """Tells leaks by how often each word and run of letters stood in one."""

    def __init__(self, posts: Sequence[Labelled]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression

        self._views = (
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode"),
            TfidfVectorizer(
                analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, strip_accents="unicode", min_df=2
            ),
        )
        for view in self._views:
            view.fit([post.text for post in posts])
        self._model = LogisticRegression(C=_LOOSE, max_iter=400)
        self._model.fit(self._seen(posts), [post.leaks for post in posts])

    def judge(self, posts: Sequence[Labelled]) -> Array:
        """The higher, the likelier a leak."""
        return np.asarray(self._model.decision_function(self._seen(posts)))

    def _seen(self, posts: Sequence[Labelled]) -> Any:
        from scipy.sparse import hstack

        return hstack([view.transform([post.text for post in posts]) for view in self._views]).tocsr()


def rows(shelf: Shelf) -> list[Row]:
    """Figures of each pair of hands; what the peer gets stands beside AUC and catching."""
    model = TopicModel(unpack(shelf.read("topics")))
    peer = Peer(read_posts([labelled.folder("posts")]))
    folder = shelf.folder / "data" / "unseen"
    found = []
    for hands in HANDS:
        posts = read_posts([file for hand in hands for file in sorted(folder.glob(f"??-{hand}.jsonl.gz"))])
        score, theirs = evaluate(posts, judge(model, posts))[-1], peer.judge(posts)
        leaks = np.array([post.leaks for post in posts])
        who = f"hands {' and '.join(hands)}"
        found += [
            Row(f"{who}: harmless against sensitive, AUC", score.auc, goal=0.95, peer=f"{auc(leaks, theirs):.3f}", note=f"{len(posts)} posts; TF-IDF in the same run"),
            Row(f"{who}: caught at 5 % false alarms", score.caught, goal=0.8, peer=f"{caught(leaks, theirs):.3f}"),
            Row(f"{who}: minimal pairs told apart", score.pairs, goal=0.85, note=f"{score.pair_count} pairs"),
            Row(f"{who}: macro F1 of topics", score.macro_f1, goal=0.7),
        ]  # fmt: skip
    return found
