r"""What stands in a plain view for which another reading may be worth making, in terms that an automaton takes.

Expressions mean the same to `re` and to hyperscan: no look-around, no `\b`, no class escapes but for digits' ranges. Each
is rare in ordinary posts (tests hold a bound); none may miss a text that its reading would change to some purpose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from guard.text import ciphered, tidied
from guard.text.words import ALPHABET_WORDS, GAP, NUMBER_WORDS, PICTURED_AT, PROVIDERS, SAID_DOT

_G1: Final = "[I-Za-f][C-HS-Xi-ny-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589]"
_BASE64: Final = f"{_G1}[A-Za-z0-9+/_-]{_G1}[A-Za-z0-9+/_-](?:{_G1}|[I-Za-f][C-HS-Xi-ny-z0-3]==)"
_SIGN: Final = "[A-Za-z0-9+/_-]"
_G2, _G3 = "[C-HS-Xi-ny-z0-3]", "[ABEFIJMNQRUVYZcdghklopstwx014589]"
ACCENTED_BASE64: Final = (
    f"{_G1}{_SIGN}w[4-7]{_G3}|w[4-7]{_G3}{_SIGN}{_G1}|{_G1}{_SIGN}[I-Za-f][Mcs8]O|[I-Za-f][Mcs8]O{_SIGN}{_G1}"
    f"|[I-Za-f]{_G2}[DHLPTXbfjnrvz37/_]D[g-v]{_G2}"
)
"""An accented letter (0xC3 and a byte that follows it) beside ASCII, at each of the three places of a group."""
_HEX: Final = r"[ ,:;-]{0,2}(?:0x|\\x)?[2-7][0-9A-Fa-f]"
_ACCENTED_HEX: Final = r"[cC]3[ ,:;-]{0,2}(?:0x|\\x)?[89abAB][0-9A-Fa-f]"
_BASE32: Final = "[E-P][ABEFIJMNQRUVYZ45][A-Z2-7][A-HQ-X][ACEGIKMOQSUWY246][I-Z2-7][BCDJKLRSTZ23][A-Z2-7][E-P][ABEFIJMNQRUVYZ45][A-Z2-7][A-HQ-X]"
_ODD_ALPHABETS: Final = (
    "\u0180-\u01c3\u01dd\u021c-\u0223\u0237-\u02af\u0370-\u03b1\u03b3-\u03bb\u03bd-\u03bf\u03c1-\u058f\u10e7\u13a0-\u13ff\u1400-\u167f"
    "\u1d00-\u1dbf\u2c60-\u2cff\ua4d0-\ua4ff\ua640-\ua69f\ua720-\ua7ff\uab30-\uabbf\U00010280-\U000105ff\U000118a0-\U000118ff\U00016ea0-\U00016fff"
    "\U0001f110-\U0001f1aa"
)
_ACCENTED: Final = "\u00c0-\u024f\u1e00-\u1eff"
_FLAG: Final = "\U0001f1e6-\U0001f1ff"
_NO_SIGN: Final = f"0-9A-Za-z{_ACCENTED}"
_WEIRD: Final = rf"[^{_NO_SIGN}]{{0,4}}[^{_NO_SIGN} .,:/()%€$£\n-][^{_NO_SIGN}]{{0,4}}"
_GAP: Final = r"[ ,.;:/_|*·\n-]{1,3}"
_TOKEN: Final = rf"(?:{NUMBER_WORDS}|[0-9]{{1,4}})"
_ALNUM: Final = f"[0-9A-Za-z{_ACCENTED}]"
_REMOVABLE: Final = "*_~^+=|$%€£•·°§\u00d7\u2600-\u27bf\U0001f300-\U0001faff"
_MARK: Final = r"(?:\*{1,3}|~~|`|\|\||__)"


_DOT_WORD: Final = "(?:dot|point|punto|punkt|pt)"
_HOST: Final = rf"[0-9a-z][0-9a-z_+-]{{0,60}}[^0-9a-z]{{0,4}}(?:\.|{_DOT_WORD}[^0-9a-z])"
_SPOKEN_HOST: Final = rf"[0-9a-z][0-9a-z._+-]{{0,60}}(?:[^0-9a-z]{{1,4}}{_DOT_WORD}|[ ]{{0,2}}[\[({{<][ ]{{0,2}}\.)[^0-9a-z]{{1,4}}[a-z]{{2,5}}(?:[^0-9a-z]|$)"


@dataclass(frozen=True, slots=True)
class Trigger:
    """`expression` stands in every plain view for which the readings of that kind may differ."""

    kind: str
    expression: str
    min_digits: int = 0
    """ASCII digits that every such text has at least."""
    signs: str = ""
    """`wide` (see prefilter.WIDE), or characters of which every such text has one; twice one that alone must stand there twice."""

    @property
    def python(self) -> re.Pattern[str]:
        """The same for `re`, compiled when first asked for: where there is an automaton, that is seldom."""
        return _compiled(self.expression)


@cache
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _any(*expressions: str) -> str:
    return "|".join(f"(?:{each})" for each in expressions)


TRIGGERS: Final = (
    Trigger(
        "decoded",
        _any(
            r"&(?:amp;){0,3}(?:#[0-9xX]|[B-Zb-fh-kmopr-z][A-Za-z0-9]{2,30};|(?:num|ast|nbsp|shy|auml|uml|acute);|[Aaglnq][A-Za-z0-9]{4,30};)",
            r"%[2-7][0-9A-Fa-f]|%[CcDd][0-9A-Fa-f]%[89ABab]",
            r"=[2-7C][0-9A-F]=[2-7A89B][0-9A-F]|=(?:40|2E)[A-Za-z]|=\r?\n",
            r"\\u\{|\\u00(?:2[DdEe]|3[0-9]|[4-6][0-9A-Fa-f]|7[0-9Aa]|[C-Fc-f][0-9A-Fa-f])|\\u(?:0[1-9A-Fa-f]|1[0-9A-Fa-f]|[DdFf])[0-9A-Fa-f]{2}|\\x[2-7][0-9A-Fa-f]|\\[01][0-7]{2}|[Uu]\+[0-9A-F]{4}",
        ),
        signs="&%=\\+",
    ),
    Trigger("decoded", "0x00[2-7]", 3),
    Trigger("decoded", "xn--[a-z0-9]{2}", signs="-"),
    # The others of its triggers stand apart: automata of one sort are far quicker.
    Trigger("decoded", _BASE64),
    Trigger("decoded", ACCENTED_BASE64),
    Trigger("decoded", rf"{_ACCENTED_HEX}(?:{_HEX}){{2}}|{_HEX}{_HEX}[ ,:;-]{{0,2}}(?:0x|\\x)?{_ACCENTED_HEX}", 4),
    Trigger("decoded", _BASE32),
    Trigger("decoded", "[a-z][a-z2-7]{0,6}[2-7][a-z2-7]{0,6}[a-z][a-z2-7]{0,6}[2-7][a-z2-7]{6}", 2),
    Trigger("decoded", "[A-Za-z2-7]{12}=", signs="="),
    Trigger("decoded", r"[2-7][0-9A-Fa-f](?:[ ,:;-]{0,2}(?:0x|\\x)?[2-7][0-9A-Fa-f]){7}", 8),
    Trigger("decoded", r"[01]{7,8}[ ,;-]{0,2}[01]{7,8}[ ,;-]{0,2}[01]{7,8}", 21),
    # Without a dash, Morse has four letters and a 5: no value, and no name.
    Trigger("decoded", r"[.\-·•_]{1,6}(?:[ /|\n]{1,4}[.\-·•_]{1,6}){4}", signs="-_"),
    Trigger("decoded", r"[A-Za-z.]-[a-z]{1,8}[0-9][a-z][a-z0-9]", 1, signs="-"),
    Trigger("decimal", r"(?:1[01][0-9]|12[0-6]|[3-9][0-9])(?:[ ,;/|-]{1,2}(?:1[01][0-9]|12[0-6]|[3-9][0-9])){5}", 12),
    Trigger(
        "look-alikes",
        _any(
            f"[0-9A-Za-z@][{_ODD_ALPHABETS}]|[{_ODD_ALPHABETS}](?:[0-9A-Za-z]|-[0-9])[0-9A-Za-z]|[{_ODD_ALPHABETS}][.]?@",
            f"[{_FLAG}]{{2}}-?[0-9]{{2}}|[{_FLAG}][.@]",
        ),
        signs="wide",
    ),
    Trigger("look-alikes", f"[{_ACCENTED}]-?[0-9]{{2}}", 2),
    Trigger(
        "turned",
        "[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎƐㄣㄥ⇂ᄅᘔϛƖ][0-9A-Za-z .@]{0,6}[ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎƐㄣㄥ⇂ᄅᘔϛƖ]",
        signs="wide",
    ),
    Trigger(
        "unmarked",
        _any(
            r"/\*[^*\n]{0,40}\*/|[0-9A-Za-z][\"'] ?\+ ?[\"'][0-9A-Za-z]",
            r"[0-9A-Za-z@.]</?[A-Za-z!][^<>]{0,60}>|</?[A-Za-z!][^<>]{0,60}>[0-9A-Za-z@.]|\[/?[A-Za-z]{1,8}\][0-9A-Za-z@.]{1,3}\[",
            rf"[0-9A-Za-z@.]{_MARK}[0-9A-Za-z@.]{{1,12}}{_MARK}[0-9A-Za-z@.]{{1,12}}{_MARK}",
        ),
        signs="*+<[~`|_",
    ),
    Trigger("spelled", rf"{_ALNUM}(?:[^0-9A-Za-z<>]{{1,6}}{_ALNUM}){{5}}(?:[^0-9A-Za-z]|$)"),
    Trigger(
        "rows",
        _any(
            rf"[0-9]{_WEIRD}[0-9]{{1,4}}{_WEIRD}[0-9]",
            rf"[0-9](?:[^{_NO_SIGN} .,:/\n-]{{1,3}}[0-9]{{1,4}}){{3}}",
            r"[0-9](?:[ .-]?[0-9]){2}[ ]?[\n\t][ ]?[0-9](?:[ .\n\t-]?[0-9]){2}",
            r"[0-9][\n\t][0-9]{1,4}[\n\t][0-9]{1,4}[\n\t][0-9]",
        ),
        3,
    ),
    Trigger("parted", "[0-9][A-Za-z][0-9]{1,4}[A-Za-z][0-9]{1,4}[A-Za-z][0-9]", 4),
    Trigger("unglued", r"#[0-9A-Za-z_]{0,60}[A-Za-z_][0-9]{9}|[a-z](?:[A-Z]{2})?[0-9]{10}|[0-9]{9}[A-Z][a-z]", 9),
    Trigger(
        "digits",
        _any(
            r"[0-9][ .\-/]?[0-9][ .\-/]?[0-9][ .\-/]?[0-9OoQDIl|!SsBbZz][ .\-/]?[OoQDIl|!SBZ][ .\-/]?[0-9OoIl|SBZ][ .\-/]?[0-9OoIl|SBZ]",
            r"[^0-9A-Za-z][OoIl|][0-9](?:[ .\-/]?[0-9OoIl|SBZ]){6}|^[OoIl|][0-9](?:[ .\-/]?[0-9OoIl|SBZ]){6}",
            r"(?:[0-9][ .\-/]?){6}[OoIl|!SBZ]",
            r"[A-Z]{2}[0-9OoIl]{2}[ .-]?[0-9OoIl|SBZ]{4}[ .-]?[0-9OoIl|SBZ]{4}[ .-]?[0-9OoIl|SBZ]{4}",
            r"[0-9][OoIl|SBZ](?:[ .\-/]?[0-9OoIl|SBZ]){6}",
        ),
        1,
    ),
    Trigger(
        "backwards",
        r"(?i:rf|moc|gro|ten|ue|ku|ed|se|ti|eb|hc|ul|oi|oc|em|ppa|ved|ofni|ac|su|tset|elpmaxe)\.[0-9A-Za-z.-]{1,60}@",
        signs="@",
    ),
    Trigger(
        "rows backwards",
        _any(
            r"[0-9]{2}(?:[ .\-/][0-9]{2}){3}[ .\-/][67]0(?:[^0-9A-Za-z]|$)",
            r"[0-9](?: ?[0-9A-Z]){8,30} ?[0-9]{2}[A-Z]{2}(?:[^0-9A-Za-z]|$)",
            r"[0-9](?:[ .\-/]?[0-9]){8,13}\+|[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{3}[2-6]",
        ),
        3,
    ),
    Trigger("ciphered", ciphered.TRIGGER),
    Trigger(
        "shifted",
        r"(?:^|[^0-9A-Za-z+])(?:[A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]{4}){3}|[1-9][0-9](?:[ .-][0-9]{2}){4}(?:[^0-9A-Za-z]|$))",
        2,
    ),
    Trigger("transliterated", "[\u0400-\u04ff]{3}|[\u0370-\u03ff]{3}|[\u0400-\u04ff]{2} ?[0-9]{2}", signs="wide"),
    Trigger(
        "leet",
        r"(?:^|[ \n\"'(#])(?:[A-Za-z@$!|]{1,12}[0-9$!|@]{1,3}[A-Za-z]{1,8}[0-9$!|@]|[0-9$]{1,3}[A-Za-z]{1,8}[0-9$!|@]{1,3}[A-Za-z])",
        1,
    ),
    Trigger(  # without any digit
        "leet",
        r"(?:^|[ \n\"'(#])(?:[A-Za-z@$!|]{1,12}[$!|@]{1,3}[A-Za-z]{1,8}[$!|@]|[$]{1,3}[A-Za-z]{1,8}[$!|@]{1,3}[A-Za-z])",
        signs="$!!|@",
    ),
    Trigger("acrostic address", r"\n[ \t>*-]{0,4}@[^\n]+(?:\n{1,2}[^\n]+){2}", signs="\n"),
    Trigger("acrostic", r"(?:^|\n)[^\n]+(?:\n{1,2}[^\n]+){5}", signs="\n"),
    Trigger(
        "addresses",
        _any(
            rf"(?i:[\[({{<»\"'_*~|-][ ]{{0,2}}(?:at|arobase|arrobase|chez|a)[ ]{{0,2}}[\])}}>»\"'_*~|-]{{1,2}}[ ]{{0,2}}{_HOST})",
            rf"(?i:[ \n]arr?obase[ \n]{{1,2}}{_HOST})",
            rf"(?i:[ \n](?:at|chez)[ \n]{{1,2}}{_SPOKEN_HOST})",
        ),
    ),
    Trigger(  # rare words: what stands around them is looked at by the reading
        "addresses",
        r"(?i:[^0-9a-z](?:arr?obas?|chiocciola|apenstaart(?:je)?|klammeraffe)[^0-9a-z]|[\[({<]ät[\])}>])",
    ),
    Trigger("addresses", rf"(?i:[0-9a-z]{PICTURED_AT}(?:{PROVIDERS})[.·])"),
    Trigger(
        "addresses",
        _any(
            r"[._][0-9A-Za-z]{2,40}\n@[0-9A-Za-z-]{1,40}\.[A-Za-z]{2}",
            rf"(?i:[\[({{<»\"'_*~|-][ ]{{0,2}}@[ ]{{0,2}}[\])}}>»\"'_*~|-]{{1,2}}[ ]{{0,2}}{_HOST})",
            rf"(?i:[ \n]@[ \n]{{1,2}}{_SPOKEN_HOST}|[ \n]@{_SPOKEN_HOST}|[0-9a-z]@[ \n]{{0,2}}{_SPOKEN_HOST})",
            r"(?i:[0-9a-z](?: ?#@|@[^0-9A-Za-z@]{1,5})[0-9a-z.-]{1,60}\.[a-z]{2})",
        ),
        signs="@",
    ),
    Trigger(
        "codes",
        rf"(?i:(?:code|pin|combin)[^0-9\n]{{0,40}}[^0-9a-z]{NUMBER_WORDS}{GAP}(?:et{GAP}|and{GAP})?(?:{NUMBER_WORDS}|[0-9]{{1,2}})(?:[^0-9a-z]|$))",
    ),
    Trigger(
        "machines",
        rf"(?i:[0-9]{{1,3}}{SAID_DOT}[0-9]{{1,3}}{SAID_DOT}[0-9]{{1,3}}{SAID_DOT}[0-9]{{1,3}}"
        r"|[0-9a-z](?:\[\.\]|\(\.\)|\{\.\})[0-9a-z]|hxxps?(?:://|\[:\]))",
    ),
    *(Trigger("tidied", each, 1) for each in tidied.TRIGGERS),
    Trigger("tidied", tidied.POINTED),
    Trigger("alphabet", rf"(?i:{ALPHABET_WORDS}[ ,./_|\n-]{{1,3}}{ALPHABET_WORDS})"),
    Trigger(
        "numbers",
        rf"(?i:{NUMBER_WORDS}{_GAP}(?:et{_GAP}|and{_GAP})?(?:{_TOKEN}{_GAP})?{NUMBER_WORDS}{_GAP}{_TOKEN}{_GAP}{_TOKEN}"
        rf"|{_TOKEN}{_GAP}{NUMBER_WORDS}{_GAP}(?:{_TOKEN}{_GAP})?{NUMBER_WORDS}{_GAP}{_TOKEN})",
    ),
    Trigger("numerals", r"(?:[IVXLC]{1,9}|N)(?:[ .,/_-]{1,2}(?:[IVXLC]{1,9}|N)){3}"),
    Trigger(
        "removed",
        r"(?i:enl[eè]v|retir|supprim|[oô]te|ignor|vire|oubli|sans|without|remov|delet|drop|strip|skip|minus|take out|omit)[a-z]{0,4}"
        r"(?i:[ \n](?:tous|toutes|les?|la|the|all|every|each|letters?|lettres?|caract[eè]res?|characters?|signes?)){0,3}"
        rf"[ \n][\"'«“(]?(?:[A-Z]|[{_REMOVABLE}])s?[\"'»”)]?(?:[ ,.;:!?)\n]|$)",
    ),
)
"""For each kind of reading that `readings` makes from the plain view, one or several."""
