"""A QR code (ISO/IEC 18004) of a short text, as the path of an SVG: for the secret of a second factor.

Bytes mode, error correction level L, versions 1 to 10: 271 bytes, on a screen, are all that is needed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, pairwise, zip_longest

_BLOCKS = {
    1: (7, (19,)), 2: (10, (34,)), 3: (15, (55,)), 4: (20, (80,)), 5: (26, (108,)), 6: (18, (68, 68)), 7: (20, (78, 78)),
    8: (24, (97, 97)), 9: (30, (116, 116)), 10: (18, (68, 68, 69, 69)),
}  # fmt: skip
"""Version -> code words for correction of each block, and data code words of the blocks (table 9, level L)."""
_ALIGNMENT = {1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42), 9: (6, 26, 46), 10: (6, 28, 50)}  # fmt: skip
_MASKS = (
    lambda y, x: (y + x) % 2, lambda y, _: y % 2, lambda _, x: x % 3, lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2, lambda y, x: y * x % 2 + y * x % 3, lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)  # fmt: skip
"""A module is turned over where these are 0."""

Grid = list[list[int | None]]


def qr_path(text: str) -> tuple[int, str] | None:
    """Side in modules, with the quiet zone, and the `d` of a path; None for a text that is too long."""
    data = text.encode()
    version = next(
        (each for each, (_, blocks) in _BLOCKS.items() if len(data) <= sum(blocks) - (2 if each < 10 else 3)), 0
    )
    if not version:
        return None
    modules = matrix(data, version)
    runs = (f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)
    return len(modules) + 8, "".join(runs)


def matrix(data: bytes, version: int) -> list[list[int]]:
    """Dark modules as 1, without the quiet zone; of the eight masks the one that reads best."""
    empty = _patterns(version)
    placed = _placed(empty, _bits(_interleaved(_words(data, version), version)))
    filled = [_masked(empty, placed, mask) for mask in range(8)]
    return min(filled, key=_penalty)


def _words(data: bytes, version: int) -> list[int]:
    """Mode, length, bytes, end and padding (7.4)."""
    room = sum(_BLOCKS[version][1])
    head = f"0100{len(data):0{8 if version < 10 else 16}b}"
    bits = head + "".join(f"{byte:08b}" for byte in data) + "0000"
    bits = bits[: room * 8] + "0" * (-len(bits) % 8)
    words = [int(bits[start : start + 8], 2) for start in range(0, len(bits), 8)][:room]
    return words + [(0xEC, 0x11)[number % 2] for number in range(room - len(words))]


def _interleaved(words: Sequence[int], version: int) -> list[int]:
    """Blocks with their correction, first words of all blocks first (7.6)."""
    size, lengths = _BLOCKS[version]
    blocks, start = [], 0
    for length in lengths:
        blocks.append(list(words[start : start + length]))
        start += length
    columns = chain(zip_longest(*blocks), zip_longest(*(correction(block, size) for block in blocks)))
    return [word for column in columns for word in column if word is not None]


def correction(block: Sequence[int], size: int) -> list[int]:
    """Reed-Solomon remainder over GF(256) with the polynomial 0x11D (7.5)."""
    generator = [1]
    for power in range(size):
        root = _power(power)
        generator = [_times(a, root) ^ b for a, b in zip([0, *generator], [*generator, 0], strict=True)]
    rest = [*block, *[0] * size]
    for place in range(len(block)):
        factor = rest[place]
        for offset, coefficient in enumerate(generator):
            rest[place + offset] ^= _times(coefficient, factor)
    return rest[len(block) :]


def _times(one: int, other: int) -> int:
    product = 0
    while other:
        product ^= one if other & 1 else 0
        one = one << 1 ^ (0x11D if one & 0x80 else 0)
        other >>= 1
    return product


def _power(exponent: int) -> int:
    value = 1
    for _ in range(exponent):
        value = _times(value, 2)
    return value


def _patterns(version: int) -> Grid:
    """What is the same in every code of a version; None where data goes. Room for the format is kept."""
    side = 17 + 4 * version
    grid: Grid = [[None] * side for _ in range(side)]
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        for y in range(max(top - 1, 0), min(top + 8, side)):
            for x in range(max(left - 1, 0), min(left + 8, side)):
                away = max(abs(y - top - 3), abs(x - left - 3))
                grid[y][x] = int(away not in {2, 4})
    around = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
    for y, x in ((y, x) for y in _ALIGNMENT[version] for x in _ALIGNMENT[version]):
        if grid[y][x] is None:
            for dy, dx in around:
                grid[y + dy][x + dx] = int(max(abs(dy), abs(dx)) != 1)
    for place in range(8, side - 8):
        grid[6][place] = grid[place][6] = 1 - place % 2
    for y, x, _ in _format(side, 0):
        grid[y][x] = 0
    if version >= 7:
        word = version << 12 | _remainder(version << 12, 0x1F25)
        for bit in range(18):
            y, x = bit // 3, side - 11 + bit % 3
            grid[y][x] = grid[x][y] = word >> bit & 1
    return grid


def _format(side: int, mask: int) -> Iterator[tuple[int, int, int]]:
    """Places and bits of the format, twice, and the one module that is always dark (7.9)."""
    word = ((0b01 << 3 | mask) << 10 | _remainder((0b01 << 3 | mask) << 10, 0x537)) ^ 0x5412
    along = [0, 1, 2, 3, 4, 5, 7, 8]
    for bit in range(15):
        value = word >> bit & 1
        yield (along[bit], 8, value) if bit < 8 else (8, [*along[6::-1]][bit - 8], value)
        yield (8, side - 1 - bit, value) if bit < 8 else (side - 15 + bit, 8, value)
    yield side - 8, 8, 1


def _remainder(value: int, polynomial: int) -> int:
    length = polynomial.bit_length()
    while value.bit_length() >= length:
        value ^= polynomial << value.bit_length() - length
    return value


def _bits(words: Sequence[int]) -> Iterator[int]:
    return (word >> bit & 1 for word in words for bit in range(7, -1, -1))


def _placed(empty: Grid, bits: Iterator[int]) -> dict[tuple[int, int], int]:
    """Data in two-wide columns from the right, up and down in turn, past the vertical timing pattern (7.7.3)."""
    side, placed, up = len(empty), {}, True
    for right in [*range(side - 1, 6, -2), *range(5, 0, -2)]:
        for y in range(side - 1, -1, -1) if up else range(side):
            for x in (right, right - 1):
                if empty[y][x] is None:
                    placed[y, x] = next(bits, 0)
        up = not up
    return placed


def _masked(empty: Grid, placed: dict[tuple[int, int], int], mask: int) -> list[list[int]]:
    grid = [[value or 0 for value in row] for row in empty]
    for (y, x), value in placed.items():
        grid[y][x] = value ^ (not _MASKS[mask](y, x))
    for y, x, value in _format(len(grid), mask):
        grid[y][x] = value
    return grid


def _penalty(grid: list[list[int]]) -> int:
    """Long runs and blocks of one colour are hard to read (7.8.3, its first two rules)."""
    lines = [*grid, *map(list, zip(*grid, strict=True))]
    lengths = (len(list(run)) for line in lines for _, run in groupby(line))
    runs = sum(length - 2 for length in lengths if length >= 5)
    squares = sum(
        3
        for above, below in pairwise(grid)
        for x in range(len(above) - 1)
        if above[x] == above[x + 1] == below[x] == below[x + 1]
    )
    return runs + squares
