"""How each kind of reading is made, and how far it is to be believed: the table that ties triggers to makers.

Loaded when a trigger first stands in a text, so that a start does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from guard.text import ciphered, decoders, dictated, disguises, spoken, tidied
from guard.text.edits import Edit
from guard.text.trust import Trust


@dataclass(frozen=True, slots=True)
class Way:
    """How the readings of one kind are made: each maker gives the edits of one reading."""

    makers: tuple[Callable[[str], Iterable[Edit]], ...]
    trust: Trust = Trust.CHECKED
    exact: bool = True
    again: bool = False
    """Whether what it gives may be read otherwise once more."""


def _shift(table: dict[int, int]) -> Callable[[str], Iterable[Edit]]:
    return lambda plain: disguises.shifted(plain, table)


WAYS: Final = {
    "decoded": Way((decoders.decoded,), Trust.WRITTEN, again=True),
    "decimal": Way((decoders.decimal,), Trust.WRITTEN, again=True),
    "look-alikes": Way((disguises.look_alikes,), Trust.WRITTEN, again=True),
    "unmarked": Way((disguises.unmarked,), Trust.WRITTEN, again=True),
    "spelled": Way((disguises.spelled,), Trust.WRITTEN, again=True),
    "addresses": Way((spoken.addresses,), Trust.WRITTEN),
    "codes": Way((dictated.codes,), Trust.WRITTEN),
    "machines": Way((dictated.machines,), Trust.WRITTEN),
    "tidied": Way((tidied.tidied,), Trust.WRITTEN),
    "alphabet": Way((spoken.alphabet,), Trust.WRITTEN),
    "backwards": Way((disguises.addresses_backwards,), Trust.WRITTEN),
    "ciphered": Way((ciphered.rot13, ciphered.line_backwards, ciphered.words_backwards), Trust.WRITTEN),
    "removed": Way((disguises.removed,), Trust.WRITTEN),
    "acrostic address": Way((disguises.acrostic_address,), Trust.WRITTEN, exact=False),
    "numbers": Way((spoken.numbers, spoken.american)),
    "numerals": Way((spoken.numerals,)),
    "rows": Way((disguises.rows,)),
    "parted": Way((disguises.parted,)),
    "unglued": Way((disguises.unglued,)),
    "digits": Way((disguises.digits,)),
    "rows backwards": Way((disguises.rows_backwards,)),
    "shifted": Way(tuple(_shift(table) for table in disguises.SHIFTS.values()), Trust.PROVEN),
    "transliterated": Way((disguises.transliterated,)),
    "leet": Way((disguises.leet,)),
    "acrostic": Way((disguises.acrostic,), exact=False),
}
