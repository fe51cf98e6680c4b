"""Makes guard/text/lookalikes.py from the confusables data of Unicode UTS #39; run it when a new version of them is out.

    python benchmarks/lookalikes.py confusables.txt > guard/text/lookalikes.py
    python benchmarks/lookalikes.py path/to/libicui18n.so.78 > guard/text/lookalikes.py

The second form asks an ICU library for the same data (its name ends in its version; its sister libraries lie beside it).
"""

from __future__ import annotations

import ctypes
import re
import string
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

_KEPT = string.ascii_letters + string.digits
_HEAD = '''"""Characters that Unicode's confusables data (UTS #39, version {version}) calls look-alikes of one ASCII letter or digit.

Made by benchmarks/lookalikes.py; do not edit. Left out: what compatibility forms and decimal digits already tell, and marks.
Unicode data files are © Unicode, Inc., used under the Unicode License v3 (https://www.unicode.org/license.txt).
"""

from typing import Final

LETTERS: Final = {{
'''


def main() -> None:
    source = Path(sys.argv[1])
    version, pairs = _from_file(source) if source.suffix == ".txt" else _from_icu(source)
    groups: dict[str, list[str]] = {}
    for char, meant in pairs:
        if _wanted(char, meant):
            groups.setdefault(meant, []).append(char)
    sys.stdout.write(_HEAD.format(version=version))
    _print(groups, string.ascii_letters)
    sys.stdout.write("}\n\nDIGITS: Final = {\n")
    _print(groups, string.digits)
    sys.stdout.write("}\n")


def _print(groups: dict[str, list[str]], keys: str) -> None:
    for key in keys:
        if key in groups:
            sys.stdout.write(f'    "{key}": "{"".join(_written(char) for char in sorted(groups[key]))}",\n')


def _written(char: str) -> str:
    """Right-to-left characters and those few fonts have as escapes, so that the file reads in one direction."""
    odd = unicodedata.bidirectional(char) not in {"L", "ON"} or ord(char) > 0xFFFF
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}" if odd else char


def _wanted(char: str, meant: str) -> bool:
    if len(char) != 1 or len(meant) != 1 or meant not in _KEPT or char.isascii():
        return False
    if unicodedata.category(char)[0] == "M" or unicodedata.digit(char, None) is not None:
        return False
    return unicodedata.normalize("NFKC", char) == char


def _from_file(path: Path) -> tuple[str, Iterator[tuple[str, str]]]:
    text = path.read_text(encoding="utf-8-sig")
    version = re.search(r"Version:\s*([\d.]+)", text)
    rows = re.findall(r"^([0-9A-F ]+?)\s*;\s*([0-9A-F ]+?)\s*;", text, re.MULTILINE)
    pairs = (tuple("".join(chr(int(point, 16)) for point in side.split()) for side in row) for row in rows)
    return version[1] if version else "?", pairs  # type: ignore[return-value]


def _from_icu(path: Path) -> tuple[str, Iterator[tuple[str, str]]]:
    stem, _, number = path.name.partition(".so.")
    major = number.partition(".")[0]
    libraries = {}
    for name in ("icudata", "icuuc", "icui18n"):
        found = next(path.parent.glob(re.sub(r"icui18n.*", name, stem) + "*.so." + number))
        libraries[name] = ctypes.CDLL(str(found), mode=ctypes.RTLD_GLOBAL)
    version = (ctypes.c_uint8 * 4)()
    libraries["icuuc"][f"u_getUnicodeVersion_{major}"](version)
    opener = libraries["icui18n"][f"uspoof_open_{major}"]
    opener.restype = ctypes.c_void_p
    status = ctypes.c_int(0)
    checker = ctypes.c_void_p(opener(ctypes.byref(status)))
    skeleton = libraries["icui18n"][f"uspoof_getSkeletonUTF8_{major}"]

    def pairs() -> Iterator[tuple[str, str]]:
        for point in [*range(0x80, 0xD800), *range(0xE000, 0x110000)]:
            data, out, failed = chr(point).encode(), ctypes.create_string_buffer(256), ctypes.c_int(0)
            size = skeleton(checker, 0, data, len(data), out, 256, ctypes.byref(failed))
            if failed.value <= 0 and (meant := out.raw[:size].decode()) != chr(point):
                yield chr(point), meant

    return ".".join(map(str, list(version)[:3])), pairs()


if __name__ == "__main__":
    main()
