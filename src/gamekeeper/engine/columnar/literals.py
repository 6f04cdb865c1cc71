"""The literals of a dataset's rules, laid out so that one pass over a value finds all of them.

A literal of four bytes or more is found by one of its four-byte *grams*, the one that ordinary logs and
the field's other literals hold least: a position of a text costs one look into a bitmap that stays in the
nearest cache, and rarely more. An automaton over 8,000 literals takes 40 MB and a cache miss for every
other byte; this takes some 100 kB. In fields without literals of one or two bytes, which are those of most
long texts, every other position will do: their bitmaps also hold what stands one byte later.

It does not handle classes of characters: predicates with those are asked later, one by one, and bring
literals of their own as a filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gamekeeper.engine.columnar.kernels import (
    BUCKET_AT,
    BUCKET_SHIFT,
    CLASS_AT,
    CONTAINS,
    EDGE_START,
    EQUAL_AT,
    EQUAL_SHIFT,
    EQUALS,
    FIELD_COLUMNS,
    GRAM_AT,
    GRAM_SHIFT,
    PAIR_AT,
    PAIR_SHIFT,
    SKIPS,
    TAIL_AT,
    TAIL_SHIFT,
    WIDE_START,
    Tables,
)
from gamekeeper.engine.columnar.ordinary import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_GRAM = 4
_EQUAL_LIMIT = 255
_OFFSET_BITS = 32
#: Entries that a field's shorter literals may add to its bitmap, so that every other position will do.
_WINDOW_LIMIT = 1 << 14
_MIX = np.uint32(2654435761)
_FNV = np.uint32(16777619)


@dataclass(frozen=True, slots=True)
class Literal:
    """A folded text that makes a predicate true where it stands as ``kind`` says; never empty, but
    for EQUALS."""

    field: int
    kind: int
    text: bytes
    predicate: int


class _Flat:
    """Literals as arrays, in one order, with their bytes side by side."""

    def __init__(self, literals: Sequence[Literal]) -> None:
        self.field = np.array([x.field for x in literals], np.int64)
        self.kind = np.array([x.kind for x in literals], np.uint8)
        self.predicate = np.array([x.predicate for x in literals], np.int32)
        self.length = np.array([len(x.text) for x in literals], np.int32)
        self.start = np.zeros(len(literals), np.int32)
        np.cumsum(self.length[:-1], out=self.start[1:])
        self.bytes = np.frombuffer(
            b"".join(x.text for x in literals) + bytes(_GRAM), np.uint8
        ).copy()

    def where(self, chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Positions of chosen literals, those of one field side by side."""
        found = np.flatnonzero(chosen)
        return found[np.argsort(self.field[found], kind="stable")]


def build_tables(
    literals: Sequence[Literal], wide: Sequence[tuple[int, int]], field_count: int
) -> Tables:
    """Return the tables.

    ``wide`` are (field, predicate) pairs that hold for every value with odd letters.
    """
    flat = _Flat(literals)
    is_equal = (flat.kind == EQUALS) & (flat.length <= _EQUAL_LIMIT)
    is_short = ~is_equal & (flat.length < _GRAM)
    edges = flat.where(is_short & (flat.kind != CONTAINS))
    wide_field = np.array([f for f, _ in wide], np.int64)
    wide_order = np.argsort(wide_field, kind="stable")
    fields = np.full((field_count + 1, FIELD_COLUMNS), -1, np.int64)
    fields[:, EDGE_START] = _starts(flat.field[edges], field_count)
    fields[:, WIDE_START] = _starts(wide_field, field_count)
    # Fields with anything to find inside a value get a bitmap, be it an empty one.
    is_inside = np.bincount(flat.field[~is_equal], minlength=field_count) > 0
    longs = flat.where(~is_equal & ~is_short)
    shorts = flat.where(is_short & (flat.kind == CONTAINS))
    fields[:-1, SKIPS] = _skips(flat, longs, shorts, field_count) & is_inside
    room = np.bincount(flat.field, minlength=field_count)
    room += np.bincount(wide_field, minlength=field_count)
    return Tables(
        literals=flat.bytes,
        fields=fields,
        **_grams(flat, longs, shorts, fields, is_inside=is_inside),
        **_shorts(flat, shorts, fields),
        edges=_table(
            flat.start[edges], flat.length[edges], flat.kind[edges], flat.predicate[edges]
        ),
        **_equals(flat, flat.where(is_equal), fields),
        wides=np.array([p for _, p in wide], np.int32)[wide_order],
        room=room.astype(np.int32),
    )


def _table(*columns: NDArray[np.generic]) -> NDArray[np.int32]:
    """Return the columns side by side; unsigned ones keep their bits."""
    return np.stack([np.asarray(c).astype(np.uint32).view(np.int32) for c in columns], axis=1)


def _starts(group: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return where each of ``count`` groups starts, in an array sorted by group."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(group, minlength=count), out=starts[1:])
    return starts


class _Buckets:
    """Hash tables of many fields in one array of starts; entries are sorted by (field, bucket)."""

    def __init__(
        self, field: NDArray[np.int64], mixed: NDArray[np.uint32], field_count: int
    ) -> None:
        counts = np.bincount(field, minlength=field_count)
        bits = np.ceil(np.log2(np.maximum(counts * 2, 2))).astype(np.int64)
        self.at = np.full(field_count, -1, np.int64)
        self.shift = 32 - bits
        sizes = np.where(counts > 0, (1 << bits) + 1, 0)
        self.at[counts > 0] = (np.cumsum(sizes) - sizes)[counts > 0]
        bucket = self.at[field] + (mixed >> self.shift[field].astype(np.uint32)).astype(np.int64)
        self.order = np.argsort(bucket, kind="stable")
        # The slot behind a field's last bucket only ends it: starts are entries that lie before.
        self.start = np.searchsorted(bucket[self.order], np.arange(sizes.sum())).astype(np.int32)


def _skips(
    flat: _Flat, longs: NDArray[np.intp], shorts: NDArray[np.intp], field_count: int
) -> NDArray[np.bool_]:
    """Say for which fields every other position of a text will do.

    A literal of one or two bytes would have to be told by less than there is to see at a position.
    """
    counts = [
        np.bincount(flat.field[group][flat.length[group] == length], minlength=field_count)
        for group, length in ((shorts, 1), (shorts, 2), (shorts, 3), (longs, 4))
    ]
    one, two, three, four = counts
    found: NDArray[np.bool_] = (one + two == 0) & (512 * three + 256 * four <= _WINDOW_LIMIT)
    return found


def _grams(
    flat: _Flat,
    chosen: NDArray[np.intp],
    shorts: NDArray[np.intp],
    fields: NDArray[np.int64],
    *,
    is_inside: NDArray[np.bool_],
) -> dict[str, Any]:
    field, start = flat.field[chosen], flat.start[chosen]
    skips = fields[:-1, SKIPS] > 0
    offset, gram = _rarest(flat, chosen, skips)
    buckets = _Buckets(field, gram * _MIX, len(is_inside))
    fields[:-1, BUCKET_AT] = buckets.at
    fields[:-1, BUCKET_SHIFT] = buckets.shift
    after = _windows_after(flat, chosen, offset, skips)
    around = _windows_around(flat, shorts, skips)
    window_field = np.concatenate([field, after[0], around[0]])
    window = np.concatenate([gram, after[1], around[1]])
    parts = (gram, offset, start, flat.length[chosen], flat.kind[chosen], flat.predicate[chosen])
    return {
        "gram_bits": _bitmap(window_field, window, fields, is_inside),
        "bucket_start": buckets.start,
        "grams": _table(*(part[buckets.order] for part in parts)),
    }


def _bitmap(
    field: NDArray[np.int64],
    window: NDArray[np.uint32],
    fields: NDArray[np.int64],
    is_inside: NDArray[np.bool_],
) -> NDArray[np.uint64]:
    """Return a bitmap of four-byte windows for each field with anything to find inside a value."""
    counts = np.bincount(field, minlength=len(is_inside))
    # Two kilobytes let next to nothing through by chance; 64 still fit the second cache.
    bits = np.clip(np.ceil(np.log2(np.maximum(counts * 32, 1))), 14, 19).astype(np.int64)
    words = np.where(is_inside, (1 << bits) >> 6, 0)
    at = np.where(is_inside, np.cumsum(words) - words, -1)
    bitmap = np.zeros(words.sum(), np.uint64)
    bit = (window * _MIX >> (32 - bits)[field].astype(np.uint32)).astype(np.int64)
    one = np.uint64(1) << (bit & 63).astype(np.uint64)
    np.bitwise_or.at(bitmap, at[field] + (bit >> 6), one)
    fields[:-1, GRAM_AT] = at
    fields[:-1, GRAM_SHIFT] = 32 - bits
    return bitmap


def _windows_after(
    flat: _Flat, chosen: NDArray[np.intp], offset: NDArray[np.int32], skips: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return (field, window) of the four bytes that end one behind a literal's gram."""
    kept = skips[flat.field[chosen]]
    chosen, offset = chosen[kept], offset[kept]
    field, start = flat.field[chosen], flat.start[chosen].astype(np.int64) + offset
    is_longer = flat.length[chosen] > _GRAM
    inside = _grams_at(flat.bytes, start[is_longer] + 1)
    # Behind a literal of four bytes anything may stand.
    ends = _grams_at(flat.bytes, start[~is_longer]) >> np.uint32(8)
    return (
        np.concatenate([field[is_longer], np.repeat(field[~is_longer], 256)]),
        np.concatenate([inside, _with_any(ends, 24)]),
    )


def _windows_around(
    flat: _Flat, shorts: NDArray[np.intp], skips: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Return (field, window) of the four bytes that literals of three bytes start or end."""
    shorts = shorts[skips[flat.field[shorts]]]
    field = np.repeat(flat.field[shorts], 256)
    text = _grams_at(flat.bytes, flat.start[shorts].astype(np.int64)) & np.uint32(0xFFFFFF)
    both = [_with_any(text << np.uint32(8), 0), _with_any(text, 24)]
    return np.concatenate([field, field]), np.concatenate(both)


def _with_any(windows: NDArray[np.uint32], place: int) -> NDArray[np.uint32]:
    """Return each window 256 times, with every byte at a place that is empty."""
    anything = np.arange(256, dtype=np.uint32) << np.uint32(place)
    return (windows[:, None] | anything).reshape(-1)


def _rarest(
    flat: _Flat, chosen: NDArray[np.intp], skips: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Return, for each literal, its gram that stands in the fewest literals of its field, and where."""
    if not len(chosen):
        return np.zeros(0, np.int32), np.zeros(0, np.uint32)
    # Where positions are skipped there must be a byte behind the gram, if the literal has one.
    is_cut = skips[flat.field[chosen]] & (flat.length[chosen] > _GRAM)
    counts = (flat.length[chosen] - _GRAM + 1 - is_cut).astype(np.int64)
    ends = np.cumsum(counts)
    owner = np.repeat(np.arange(len(chosen)), counts)
    offset = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
    at = flat.start[chosen].astype(np.int64)[owner] + offset
    gram = _grams_at(flat.bytes, at)
    keys = (flat.field[chosen][owner].astype(np.uint64) << np.uint64(32)) | gram
    distinct, inverse, counts_of = np.unique(keys, return_inverse=True, return_counts=True)
    # The upper half of a key is its field; what is left is the gram.
    commonness = (counts_of + 100 * _ordinary_uses(distinct.astype(np.uint32)))[inverse]
    also = is_cut[owner]
    commonness[also] += 100 * _ordinary_uses(_grams_at(flat.bytes, at[also] + 1))
    # The least common one of each literal, the leftmost where they tie: both in one number.
    starts = ends - counts
    least = np.minimum.reduceat(commonness << _OFFSET_BITS | offset, starts)
    best = least & ((1 << _OFFSET_BITS) - 1)
    return best.astype(np.int32), gram[starts + best]


def _ordinary_uses(gram: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return how often ordinary logs hold each gram, by our sample of them."""
    text = np.frombuffer(ORDINARY.encode(), np.uint8)
    ordinary, uses = np.unique(_grams_at(text, np.arange(len(text) - 3)), return_counts=True)
    place = np.minimum(np.searchsorted(ordinary, gram), len(ordinary) - 1)
    return np.where(ordinary[place] == gram, uses[place], 0)


def _grams_at(text: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.uint32]:
    gram = np.zeros(len(at), np.uint32)
    for index in range(_GRAM):
        gram |= text[at + index].astype(np.uint32) << np.uint32(8 * index)
    return gram


def _shorts(flat: _Flat, chosen: NDArray[np.intp], fields: NDArray[np.int64]) -> dict[str, Any]:
    """Literals of one byte by that byte, of two and three by a hash of their last two."""
    field_count = len(fields) - 1
    is_one = flat.length[chosen] == 1
    ones, tails = chosen[is_one], chosen[~is_one]
    key = flat.field[ones] * 257 + flat.bytes[flat.start[ones]]
    order = np.argsort(key, kind="stable")
    length, end = flat.length[tails], flat.start[tails] + flat.length[tails]
    mask = np.zeros(len(tails), np.uint32)
    gram = np.zeros(len(tails), np.uint32)
    for back in range(1, _GRAM):
        has = length >= back
        place = np.uint32(8 * (_GRAM - back))
        mask[has] |= np.uint32(255) << place
        gram[has] |= flat.bytes[end[has] - back].astype(np.uint32) << place
    last_two = gram & np.uint32(0xFFFF0000)
    buckets = _Buckets(flat.field[tails], last_two * _MIX, field_count)
    fields[:-1, TAIL_AT] = buckets.at
    fields[:-1, TAIL_SHIFT] = buckets.shift
    columns = (mask, gram, length, flat.predicate[tails])
    return {
        **_pairs(flat, chosen, fields),
        "ones_start": np.searchsorted(key[order], np.arange(field_count * 257 + 1)).astype(
            np.int32
        ),
        "ones": flat.predicate[ones][order],
        "tail_start": buckets.start,
        "tails": _table(*(column[buckets.order] for column in columns)),
    }


def _pairs(flat: _Flat, chosen: NDArray[np.intp], fields: NDArray[np.int64]) -> dict[str, Any]:
    """For each field the classes of bytes of its short literals, and what a pair of classes may be."""
    classes, pairs = [np.zeros(256, np.uint8)], [np.zeros(1, np.uint8)]
    fields[:, [CLASS_AT, PAIR_AT, PAIR_SHIFT]] = 0  # fields without short literals share a blank
    pair_count = 1
    for number in np.unique(flat.field[chosen]).tolist():
        mine = chosen[flat.field[chosen] == number]
        texts = [flat.bytes[flat.start[x] : flat.start[x] + flat.length[x]] for x in mine]
        known, table = _classed(texts)
        fields[number, [CLASS_AT, PAIR_AT]] = 256 * len(classes), pair_count
        fields[number, PAIR_SHIFT] = int(np.log2(len(table)))
        classes.append(known)
        pairs.append(table.reshape(-1))
        pair_count += table.size
    return {"classes": np.concatenate(classes), "pairs": np.concatenate(pairs)}


def _classed(texts: list[NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Number the bytes that occur, as long as there are numbers, and note what each pair may be.

    Beyond 255 bytes the last ones share a class, which only lets more through.
    """
    used = np.unique(np.concatenate(texts))
    known = np.zeros(256, np.uint8)
    known[used] = np.minimum(np.arange(1, len(used) + 1), 255)
    size = 1 << int(known.max()).bit_length()
    table = np.zeros((size, size), np.uint8)
    for text in texts:
        kinds = known[text]
        if len(text) == 1:
            table[:, kinds[0]] |= 1
        elif len(text) == 2:
            table[kinds[0], kinds[1]] |= 1
        else:
            table[kinds[1], kinds[2]] |= 2
            table[kinds[0], kinds[1]] |= 4
    return known, table


def _equals(flat: _Flat, chosen: NDArray[np.intp], fields: NDArray[np.int64]) -> dict[str, Any]:
    field = flat.field[chosen]
    field_count = len(fields) - 1
    buckets = _Buckets(field, _hashes(flat, chosen), field_count)
    fields[:-1, EQUAL_AT] = buckets.at
    fields[:-1, EQUAL_SHIFT] = buckets.shift
    lengths = np.zeros(field_count * 4, np.uint64)
    length = flat.length[chosen].astype(np.int64)
    one = np.uint64(1) << (length & 63).astype(np.uint64)
    np.bitwise_or.at(lengths, field * 4 + (length >> 6), one)
    chosen = chosen[buckets.order]
    return {
        "equal_start": buckets.start,
        "equals": _table(flat.start[chosen], flat.length[chosen], flat.predicate[chosen]),
        "equal_lengths": lengths,
    }


def _hashes(flat: _Flat, chosen: NDArray[np.intp]) -> NDArray[np.uint32]:
    """The hash of :func:`kernels.scan`, a byte of every literal at a time."""
    digest = np.full(len(chosen), 2166136261, np.uint32)
    length, start = flat.length[chosen], flat.start[chosen]
    for index in range(int(length.max(initial=0))):
        longer = length > index
        byte = flat.bytes[start[longer] + index]
        digest[longer] = (digest[longer] ^ byte) * _FNV
    return digest * _MIX
