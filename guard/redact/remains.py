"""What a safe version would still tell: a value that was cut and stands elsewhere, where no pattern knows it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from guard.types.inspection import Edit
from guard.types.post import Post

_TELLING = 6
"""Letters and digits from which a value that is no mere words is looked for within longer ones too, however it is spaced."""
_LEAST = 3
"""Letters and digits from which it is looked for at all."""

_SIGN = r"[^\W_]"
_MARKED = re.compile(rf"(?<={_SIGN})[^\w\s'’-]+(?={_SIGN})")
"""A sign inside, as links and addresses have; not as `aujourd'hui` and `Jean-Luc`."""


def said_again(post: Post, safe: Post, edits: Sequence[Edit]) -> bool:
    """Whether a value that was cut still stands elsewhere in the post: a password said twice."""
    texts = {each.path: each.text for each in post.segments}
    left = [folded(each.text) for each in safe.segments]
    squeezed = "\n".join(map(_squeezed, left))
    for cut in {folded(texts[edit.path][edit.start : edit.end]) for edit in edits}:
        bare = _squeezed(cut)
        if len(bare) < _LEAST or bare not in squeezed:
            continue
        numbered = any(map(str.isdigit, bare))
        if len(bare) >= _TELLING and (numbered or _MARKED.search(cut)):
            return True
        if any(_alone(cut, spaced=numbered).search(text) for text in left):
            return True
    return False


def folded(text: str) -> str:
    """As people compare texts: letters in one case, one width, and without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return apart if apart.isascii() else "".join(char for char in apart if not unicodedata.combining(char))


def _alone(cut: str, *, spaced: bool) -> re.Pattern[str]:
    """The same words with other signs between them; of a short code also its digits apart."""
    parts = _squeezed(cut) if spaced else re.findall(rf"{_SIGN}+", cut)
    between = r"[\W_]*" if spaced else r"[\W_]+"
    before, behind = (r"\d" if sign.isdigit() else _SIGN for sign in (parts[0][0], parts[-1][-1]))
    return re.compile(rf"(?<!{before}){between.join(map(re.escape, parts))}(?!{behind})")


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text))
