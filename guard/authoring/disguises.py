"""Disguises as functions from a value to what a person would post instead.

`guard policy evade`, tests and benchmarks share them, so that what is promised is what is measured. All are total and
deterministic; one that does not apply to a value gives it back unchanged (`apply(value) == value` means "no case").
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guard.authoring import disguises_codes as codes
from guard.authoring import disguises_letters as letters
from guard.authoring import disguises_words as words
from guard.authoring.disguises_words import POST_BREAK
from guard.words.texts import Phrase

__all__ = ["DISGUISES", "POST_BREAK", "Disguise"]


@dataclass(frozen=True, slots=True)
class Disguise:
    """One technique, and the class it belongs to."""

    name: str
    klass: str
    apply: Callable[[str], str]


_EACH: Sequence[tuple[str, str, Callable[[str], str]]] = (
    ("alternating", "case", letters.alternating),
    ("cyrillic", "homoglyph", letters.by(letters.CYRILLIC)),
    ("greek", "homoglyph", letters.by(letters.GREEK)),
    ("confused", "homoglyph", letters.confused_digits),
    ("other-digits", "homoglyph", letters.other_digits),
    ("zero-width-space", "invisible", codes.between("\u200b")),
    ("zero-width-joiner", "invisible", codes.between("\u200d")),
    ("word-joiner", "invisible", codes.between("\u2060")),
    ("soft-hyphen", "invisible", codes.between("\u00ad")),
    ("grapheme-joiner", "invisible", codes.between("\u034f")),
    ("variation-selector", "invisible", codes.between("\ufe0f")),
    ("hangul-filler", "invisible", codes.between("\u3164")),
    ("tags", "invisible", codes.tags),
    ("selector-bytes", "invisible", codes.selectors),
    ("zalgo", "combining", codes.after_each("\u0336\u0353\u0301")),
    ("strike-through", "combining", codes.after_each("\u0336")),
    ("diacritics", "combining", letters.by(letters.ACCENTED)),
    ("full-width", "compat", letters.full_width),
    ("bold", "compat", letters.shifted(0x1D400, 0x1D41A, 0x1D7CE)),
    ("double-struck", "compat", letters.double_struck),
    ("circled", "compat", letters.shifted(0x24B6, 0x24D0, 0x24EA, 0x2460)),
    ("superscript", "compat", letters.by(letters.SUPERSCRIPT)),
    ("keycaps", "emoji", letters.emoji_letters),
    ("squared", "emoji", letters.negative_squared),
    ("small-capitals", "homoglyph", lambda value: letters.by(letters.SMALL_CAPITALS)(value.lower())),
    ("upside-down", "homoglyph", letters.turned),
    ("override", "bidi", lambda value: "\u202e" + value[::-1] + "\u202c"),
    ("isolates", "bidi", codes.between("\u2068\u2069")),
    ("reversed", "order", lambda value: value[::-1]),
    ("spaces", "spacing", codes.spread(" ")),
    ("dots", "spacing", codes.spread(".")),
    ("underscores", "spacing", lambda value: "_|_".join(codes.groups(value))),
    ("slashes", "spacing", codes.spread("/")),
    ("special-spaces", "spacing", lambda v: codes.between("\u00a0", "\u2009", "\u3000")(codes.bare(v))),
    ("line-breaks", "spacing", lambda value: "\n".join(codes.groups(value))),
    ("emoji", "spacing", codes.spread("🔥")),
    ("hashtag", "spacing", codes.glued),
    ("html", "markup", codes.spread("<b></b>")),
    ("markdown", "markup", codes.spread("**")),
    ("references", "encoding", lambda value: "".join(f"&#{ord(char)};" for char in value)),
    ("percent", "encoding", lambda value: "".join(f"%{byte:02X}" for byte in codes.octets(value))),
    ("json", "encoding", lambda value: "".join(f"\\u{ord(char):04x}" for char in value)),
    ("quoted-printable", "encoding", lambda value: "".join(f"={byte:02X}" for byte in codes.octets(value))),
    ("base64", "encoding", codes.in_base64),
    ("base64url", "encoding", codes.in_url),
    ("base32", "encoding", lambda value: base64.b32encode(codes.octets(value)).decode()),
    ("hex", "encoding", lambda value: codes.octets(value).hex()),
    ("binary", "encoding", lambda value: " ".join(f"{byte:08b}" for byte in codes.octets(value))),
    ("decimal", "encoding", lambda value: " ".join(str(byte) for byte in codes.octets(value))),
    ("rot13", "encoding", codes.caesar(13, 5)),
    ("caesar", "encoding", codes.caesar(1, 1)),
    ("atbash", "encoding", codes.mirrored),
    ("punycode", "encoding", codes.punycode),
    ("morse", "encoding", codes.morse),
    ("leet", "leet", letters.by(letters.LEET)),
    ("nato", "words", words.nato),
    ("french-digits", "words", words.digit_words(words.FRENCH)),
    ("french-pairs", "words", lambda value: words.pairs(value, words.french_number, "zéro")),
    ("mixed", "words", lambda value: words.pairs(value, words.french_number, "zéro", every=2)),
    ("english-digits", "words", words.digit_words(words.ENGLISH)),
    ("roman", "words", lambda value: words.pairs(value, words.roman, "N") if " " in value else value),
    ("spelled-signs", "words", words.spelled_signs),
    ("remove-x", "words", words.removable),
    ("swapped", "typo", words.swapped),
    ("transliterated", "translit", words.transliterated),
    ("translated", "translit", words.digit_words(words.SPANISH)),
    ("acrostic", "order", words.acrostic),
    ("two-posts", "split", words.two_posts),
    ("one-a-post", "split", lambda value: POST_BREAK.join(codes.bare(value))),
    ("half-hashtag", "split", words.half_hashtag),
    ("preamble", "volume", words.long_preamble),
)
DISGUISES = [
    Disguise(Phrase(f"disguise.{name}"), Phrase(f"disguise.class.{klass}"), apply) for name, klass, apply in _EACH
]
