"""Scripts put together again from their parts.

PowerShell logs a script block of more than some 20 KB as several 4104 events, which share a
``ScriptBlockId`` and say ``MessageNumber`` of ``MessageTotal``. What is looked for may stand in two of
them, or across a border.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

#: Stands where parts are missing, so that two parts that are no neighbours make no word together. It is
#: neither a blank nor a letter of any script.
GAP: Final = "\N{REPLACEMENT CHARACTER}"

#: Numbers of parts as events write them; more digits are no number of anything.
_NUMBER: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Script:
    """One script block. Rows are positions in what was given; ``missing`` are ranges, both ends included.

    ``parts`` are in order of their number. A row that repeats a number is a copy where its text is the
    same, and a rival where it is not: the first one that was given counts, rivals are not in the text.
    """

    script_block_id: str  # as the first row spells it
    text: str
    parts: tuple[int, ...]
    total: int
    missing: tuple[tuple[int, int], ...] = ()
    copies: tuple[int, ...] = ()
    rivals: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all parts were there."""
        return not self.missing


def assemble(
    ids: Sequence[str | None],
    numbers: Sequence[str | int | None],
    totals: Sequence[str | int | None],
    texts: Sequence[str | None],
    groups: Sequence[Hashable] | None = None,
) -> list[Script]:
    """Return the scripts in these rows, in the order of their first rows; a script of one part is one, too.

    ``groups`` tells apart what an id alone does not, such as (host, channel) of each row. Rows with another
    total are another script. A row without id or text, or without a number from 1 to its total, belongs
    to none. Holds all texts twice.

    >>> [script] = assemble(["a", "a"], ["3", "1"], ["3", "3"], ["!", "hello"])
    >>> script.text, script.parts, script.missing
    ('hello\N{REPLACEMENT CHARACTER}!', (1, 0), ((2, 2),))
    """
    rows: dict[Hashable, list[int]] = defaultdict(list)
    places: dict[int, int] = {}
    for row, identity in enumerate(ids):
        at, total = place(numbers[row], totals[row])
        if identity and total and texts[row] is not None:
            places[row] = at
            rows[groups[row] if groups else None, fold(identity), total].append(row)
    return [_script(members, ids, totals, texts, places) for members in rows.values()]


def place(number: str | int | None, total: str | int | None) -> tuple[int, int]:
    """Return which part of how many, (0, 0) where that makes no sense.

    >>> place("2", "7"), place("8", "7"), place(None, "7"), place("one", "1")
    ((2, 7), (0, 0), (0, 0), (0, 0))
    """
    at, of = _number(number), _number(total)
    return (at, of) if 1 <= at <= of else (0, 0)


def _number(stated: str | int | None) -> int:
    text = "" if stated is None else str(stated)
    return int(text) if _NUMBER.fullmatch(text) else 0


def _script(
    members: Iterable[int],
    ids: Sequence[str | None],
    totals: Sequence[str | int | None],
    texts: Sequence[str | None],
    places: dict[int, int],
) -> Script:
    kept: dict[int, int] = {}
    copies: list[int] = []
    rivals: list[int] = []
    for row in members:
        first = kept.setdefault(places[row], row)
        if first != row:
            (copies if texts[first] == texts[row] else rivals).append(row)
    first = min(kept.values())
    total = place(places[first], totals[first])[1]
    numbers = sorted(kept)
    return Script(
        script_block_id=ids[first] or "",
        text=joined(numbers, [texts[kept[number]] or "" for number in numbers], total),
        parts=tuple(kept[number] for number in numbers),
        total=total,
        missing=gaps(numbers, total),
        copies=tuple(copies),
        rivals=tuple(rivals),
    )


def joined(numbers: Sequence[int], texts: Sequence[str], total: int) -> str:
    """Return parts, in order of their numbers, as one text, with a gap wherever parts are missing."""
    pieces: list[str] = []
    last = 0
    for number, text in zip(numbers, texts, strict=True):
        if number != last + 1:
            pieces.append(GAP)
        pieces.append(text)
        last = number
    if last != total:
        pieces.append(GAP)
    return "".join(pieces)


def gaps(numbers: Iterable[int], total: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of 1 to ``total`` that are not among ascending numbers.

    >>> gaps([2, 3, 7], 9)
    ((1, 1), (4, 6), (8, 9))
    """
    found: list[tuple[int, int]] = []
    last = 0
    for number in (*numbers, total + 1):
        if number > last + 1:
            found.append((last + 1, number - 1))
        last = number
    return tuple(found)


def spelled(ranges: Sequence[tuple[int, int]]) -> str:
    """Return ranges of parts in words, a few of many.

    >>> spelled(((3, 3), (5, 9)))
    '3, 5-9'
    """
    named = [str(low) if low == high else f"{low}-{high}" for low, high in ranges[:_SHOWN]]
    if len(ranges) > _SHOWN:
        named.append(f"and {len(ranges) - _SHOWN} more ranges up to {ranges[-1][1]}")
    return ", ".join(named)
