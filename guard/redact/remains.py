"""What a safe version would still tell: a value that was cut, or who a sentence was about, stands elsewhere. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from guard.types.decision import Action, Cut, Decision
from guard.types.inspection import Edit
from guard.types.post import Post

_TELLING = 6
"""Letters and digits from which a value that is no mere words is looked for within longer ones too, however it is spaced."""
_LEAST = 3
"""Letters and digits from which it is looked for at all."""

_MOST = 500
"""Values that are looked for; a post with more of them has no safe version that anybody would want."""

_SIGN = r"[^\W_]"
_MARKED = re.compile(rf"(?<={_SIGN})[^\w\s'’-]+(?={_SIGN})")
"""A sign inside, as links and addresses have; not as `aujourd'hui` and `Jean-Luc`."""

_WORD = re.compile(rf"{_SIGN}+")
_CAPITAL = re.compile(r"(?<![^\W_])[A-ZÀ-Þ][^\W\d_]+")
_COMMON = re.compile(
    r"les?|la|une?|des?|du|aux?|notre|nos|votre|vos|mon|ma|mes|ton|ta|tes|son|sa|ses|leurs?|ce|cet|cette|ces|on|ils?|elles?|je|tu|nous|vous|"
    r"et|mais|ou|donc|or|ni|car|qu[ei]|quoi|dont|si|en|pour|par|avec|sans|sur|sous|dans|chez|apres|avant|depuis|quand|comme|tres|bien|"
    r"bonn?e?|bonjour|merci|bravo|pensees?|courage|alors|aussi|apparemment|mr|mrs|ms|mme|mlle|dr|"
    r"the|an|our|my|your|his|her|their|this|that|these|those|she|he|it|we|they|you|and|but|so|as|in|at|for|by|with|from|to|of|after|when|"
    r"not?|yes|thanks|please|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
)
"""Folded words that are written large at the beginning of a sentence, or always, and name nobody."""


def remains(post: Post, safe: Post, edits: Sequence[Edit], decision: Decision) -> str:
    """Why nobody should be offered this safe version, if so."""
    if said_again(post, safe, edits):
        return "said-again"
    return "named-elsewhere" if named_elsewhere(post, safe, edits, decision) else ""


def said_again(post: Post, safe: Post, edits: Sequence[Edit]) -> bool:
    """Whether a value that was cut still stands elsewhere in the post: a password said twice."""
    texts = {each.path: each.text for each in post.segments}
    left = [folded(each.text) for each in safe.segments]
    squeezed = "\n".join(map(_squeezed, left))
    cuts = {folded(texts[edit.path][edit.start : edit.end]) for edit in edits}
    if len(cuts) > _MOST:
        return True
    for cut in cuts:
        bare = _squeezed(cut)
        if len(bare) < _LEAST or bare not in squeezed:
            continue
        numbered = any(map(str.isdigit, bare))
        if len(bare) >= _TELLING and (numbered or _MARKED.search(cut)):
            return True
        if any(_alone(cut, spaced=numbered).search(text) for text in left):
            return True
    return False


def named_elsewhere(post: Post, safe: Post, edits: Sequence[Edit], decision: Decision) -> bool:
    """Whether a name in a sentence that was cut still stands in the post: who reads both knows of whom it told.

    What a name is, is told by its capital letter alone, so a noun that begins two sentences passes for one: then there is no safe
    version, which costs less than one that tells.
    """
    cut = [
        finding.span for match in decision.matches if match.cut is Cut.SENTENCE and match.action >= Action.REDACT
        for finding in match.findings
    ]  # fmt: skip
    texts = {each.path: each.text for each in post.segments}
    names: set[str] = set()
    for edit in edits:
        if any(span.segment == edit.path and edit.start <= span.start < edit.end for span in cut):
            found = _CAPITAL.findall(texts[edit.path][edit.start : edit.end])
            names.update(word for word in map(folded, found) if not _COMMON.fullmatch(word))
    return bool(names) and any(not names.isdisjoint(_WORD.findall(folded(each.text))) for each in safe.segments)


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
