"""The loops of the columnar engine, in C: ``native/columnar/`` has a file for each step of a batch.

Texts are ranges of one byte array. A *value* is a distinct text of one field, numbered through the whole
batch; a *hit* is a predicate that is true for a value. Arrays cross the border in structures, which check
their types, keep them alive and know their addresses. What the arrays say is trusted: positions come from
this package's own compiler and from Arrow.
"""

from __future__ import annotations

from ctypes import c_bool, c_int64, c_uint32, c_void_p
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamekeeper.native import function

if TYPE_CHECKING:
    from collections.abc import Sequence

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]

CONTAINS: Final = 0
STARTSWITH: Final = 1
ENDSWITH: Final = 2
EQUALS: Final = 3

#: Operations of a condition's program, a stack machine over FALSE, UNKNOWN, TRUE.
LITERAL: Final = 0  # argument: predicate that the scan decides, or a field's presence
PRESENT: Final = 1  # argument: field; written as LITERAL
SLOW: Final = 2  # argument: predicate that is unknown until somebody asks
AND: Final = 3
OR: Final = 4
NOT: Final = 5
IF_FALSE: Final = 6  # argument: where to go on with FALSE on the stack
IF_TRUE: Final = 7
CONSTANT: Final = 8  # argument: the value
ANY: Final = 9  # argument: how many literals follow, of which one must be true
ALL: Final = 10

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

#: Columns of ``Tables.fields``; what is -1 is not there.
GRAM_AT: Final = 0  # first word of the field's bitmap of four-byte grams
GRAM_SHIFT: Final = 1
BUCKET_AT: Final = 2  # first bucket of grams
BUCKET_SHIFT: Final = 3
EQUAL_AT: Final = 4  # first bucket of whole values
EQUAL_SHIFT: Final = 5
TAIL_AT: Final = 6  # first bucket of two- and three-byte literals, by their last two bytes
TAIL_SHIFT: Final = 7
CLASS_AT: Final = 8  # first of 256 classes of bytes
PAIR_AT: Final = 9  # first pair of classes
PAIR_SHIFT: Final = 10
EDGE_START: Final = 11
WIDE_START: Final = 12
SKIPS: Final = 13  # 1 where every other position will do
FIELD_COLUMNS: Final = 14

_TYPES: Final[dict[str, np.dtype[Any]]] = {
    "u8": np.dtype(np.uint8),
    "i32": np.dtype(np.int32),
    "i64": np.dtype(np.int64),
    "u64": np.dtype(np.uint64),
}
#: Leaders that :func:`group` remembers; the table fits the second cache.
_SLOTS: Final = 1 << 16

_lay_out = function("gk_lay_out", c_bool, c_void_p, c_int64, c_void_p, c_int64, *[c_void_p] * 4)
_codes = function("gk_codes", None, c_void_p, c_void_p, c_int64, c_int64, c_void_p)
_matrix = function("gk_matrix", None, *[c_void_p] * 3, c_int64, c_int64, c_void_p)
_count_present = function(
    "gk_count_present", None, c_void_p, c_int64, c_void_p, c_uint32, c_void_p, c_void_p
)
_scan = function("gk_scan", c_int64, *[c_void_p] * 4, c_int64, c_void_p, c_void_p, c_int64)
_choose = function("gk_choose", None, c_void_p, c_void_p, c_int64, *[c_void_p] * 4)
_candidates = function("gk_candidates", c_int64, c_void_p, c_int64, *[c_void_p] * 5)
_pair = function("gk_pair", c_int64, *[c_void_p] * 5, c_int64)
_group = function("gk_group", c_int64, *[c_void_p] * 5, c_int64, c_void_p, c_void_p)
_judge = function("gk_judge", c_int64, *[c_void_p] * 8, c_int64)
_possible = function("gk_possible", None, *[c_void_p] * 4)


def address(array: NDArray[Any], kind: str) -> int:
    """Return the address of an array, which must be as C takes it."""
    if array.dtype != _TYPES[kind] or not array.flags.c_contiguous:
        message = f"C takes contiguous {kind} here, not {array.dtype} with strides {array.strides}"
        raise TypeError(message)
    found: int = array.ctypes.data
    return found


class Structure:
    """Addresses and numbers side by side, as a structure in C has them; keeps the arrays alive.

    ``layout`` names the type of each array, and is "n" for a number.
    """

    __slots__ = ("_layout", "_parts", "at", "words")

    def __init__(self, layout: str, *parts: NDArray[Any] | int) -> None:
        self._layout, self._parts = layout, parts
        self._address()

    def _address(self) -> None:
        self.words = np.array(
            [
                part if isinstance(part, int) else address(part, kind)
                for kind, part in zip(self._layout.split(), self._parts, strict=True)
            ],
            np.int64,
        )
        self.at = address(self.words, "i64")

    def __getstate__(self) -> dict[str, object]:
        """Return all but the addresses, which hold in this process only."""
        names = {name for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ())}
        return {name: getattr(self, name) for name in sorted(names - {"at", "words"})}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Take what another process knew, and find where it stands in this one."""
        for name, value in state.items():
            setattr(self, name, value)
        self._address()


class Tables(NamedTuple):
    """The literals of one dataset."""

    literals: U8  # all literals' bytes
    fields: I64  # field x the columns above, and one row more to end the last field
    gram_bits: U64
    bucket_start: I32
    grams: I32  # gram, its offset within the literal, literal, length, kind, predicate
    classes: U8  # of bytes that stand in short literals; 0 for all others
    pairs: U8  # bit 0: a literal ends here; 1: one of three bytes may end here; 2: may have begun
    ones_start: I32  # 257 a field: literals of one byte
    ones: I32  # predicate
    tail_start: I32
    tails: I32  # mask and bytes of a gram, length, predicate
    edges: I32  # short literals at a border: literal, length, kind, predicate
    equal_start: I32
    equals: I32  # literal, length, predicate
    equal_lengths: U64  # four words a field: bit n stands where a literal of n bytes exists
    wides: I32  # predicates that hold for every odd value
    room: I32  # the largest number of hits that a value of each field can have

    def structure(self) -> Structure:
        """Return the tables as C takes them."""
        layout = "u8 i64 u64 i32 i32 u8 u8 i32 i32 i32 i32 i32 i32 i32 u64 i32 i32"
        return Structure(layout, *self)


class Texts(Structure):
    """The distinct values of a batch: folded texts, their fields, and which hold odd letters."""

    __slots__ = ("count",)

    def __init__(self, text: U8, starts: I64, ends: I64, fields: I32, odd: U8) -> None:
        self.count = len(starts)
        super().__init__("u8 i64 i64 i32 u8 n", text, starts, ends, fields, odd, self.count)


class Hits(Structure):
    """For each value, the literals that are true for it."""

    __slots__ = ("predicate", "start")

    def __init__(self, start: I64, predicate: I32) -> None:
        self.start, self.predicate = start, predicate
        super().__init__("i64 i32", start, predicate)

    @property
    def count(self) -> int:
        """How many values there are."""
        return len(self.start) - 1


class Rows(Structure):
    """Which values the rows have: a matrix of columns, and pairs for what repeats or has no column."""

    __slots__ = ("extra_start", "fields", "values")

    def __init__(
        self, values: I32, fields: I32, extra_start: I64, extra_values: I32, extra_fields: I32
    ) -> None:
        self.values, self.fields, self.extra_start = values, fields, extra_start
        arrays = (values, fields, extra_start, extra_values, extra_fields)
        super().__init__("i32 i32 i64 i32 i32 n n", *arrays, *values.shape)


class Covers(Structure):
    """Sets of literals of which one must be true: by condition, by cover, and by literal."""

    __slots__ = ("condition_count", "cover_count", "link_start", "predicate_count")

    def __init__(
        self, first: I32, member_start: I32, members: I32, links: tuple[I32, I32, I32]
    ) -> None:
        self.condition_count = len(first) - 1
        self.cover_count = len(member_start) - 1
        self.link_start = links[0]
        self.predicate_count = len(links[0]) - 1
        arrays = (first, member_start, members, *links)
        super().__init__("i32 i32 i32 i32 i32 i32 n", *arrays, self.condition_count)


class Kinds(Structure):
    """The kinds of a batch: each row's, and for each kind the conditions that can be true."""

    __slots__ = ("alive", "always", "always_start", "of_row")

    def __init__(self, of_row: I32, alive: U8, always_start: I32, always: I32) -> None:
        self.of_row = of_row
        self.alive = alive  # kind x condition
        self.always_start = always_start  # kind: its conditions without a witness
        self.always = always
        arrays = (of_row, alive, always_start, always)
        super().__init__("i32 u8 i32 i32 n", *arrays, alive.shape[1])


class Pairs(Structure):
    """Rows and conditions to judge, sorted by row; the buffers may be longer than they are full."""

    __slots__ = ("_conditions", "_rows")

    def __init__(self, rows: I32, conditions: I32, count: int | None = None) -> None:
        self._rows, self._conditions = rows, conditions
        size = len(rows)
        super().__init__("i32 i32 n n", rows, conditions, size, size if count is None else count)

    @classmethod
    def empty(cls, size: int) -> Pairs:
        """Return room for a number of pairs."""
        return cls(np.empty(size, np.int32), np.empty(size, np.int32), 0)

    def __len__(self) -> int:
        return int(self.words[3])

    @property
    def rows(self) -> I32:
        """The rows."""
        return self._rows[: len(self)]

    @property
    def conditions(self) -> I32:
        """The conditions."""
        return self._conditions[: len(self)]

    def take(self, chosen: NDArray[Any]) -> Pairs:
        """Return some of the pairs, in the order given."""
        return Pairs(self.rows[chosen], self.conditions[chosen])


class Looks(Structure):
    """At which columns each condition looks; those of keywords, which look everywhere, start with -1."""

    __slots__ = ()

    def __init__(self, start: I32, columns: I32) -> None:
        super().__init__("i32 i32", start, columns)


class Code(Structure):
    """The programs of all conditions, and room for the stack that they need."""

    __slots__ = ("condition_count", "longest", "stack")

    def __init__(self, start: I32, code: I32, depth: int) -> None:
        self.condition_count = len(start) - 1
        self.longest = int(np.diff(start).max(initial=0))
        # One place below, and one above that holds what is compared.
        self.stack = np.zeros(depth + 2, np.uint8)
        super().__init__("i32 i32 n", start, code, self.condition_count)


class Facts(Structure):
    """What a row holds, stamped with the row's tick: predicates that are true, fields that are there."""

    __slots__ = ()

    def __init__(self, predicate_count: int, field_count: int, code: Code) -> None:
        stamps = np.zeros(predicate_count + field_count, np.int64)
        told = np.zeros(predicate_count, np.int64)
        super().__init__("i64 i64 n n u8", stamps, told, predicate_count, 0, code.stack)


class Questions(Structure):
    """Slow predicates asked of rows, in the order of rows; answers, where there are any, are 0 or 1."""

    __slots__ = ("predicates", "rows")

    def __init__(self, predicates: I32, rows: I32, answers: U8 | None = None) -> None:
        self.predicates, self.rows = predicates, rows
        given = np.zeros(len(rows), np.uint8) if answers is None else answers
        super().__init__("i32 i32 u8 n n", predicates, rows, given, len(rows), len(rows))

    def __len__(self) -> int:
        return len(self.rows)


NOTHING_KNOWN: Final = Questions(np.zeros(0, np.int32), np.zeros(0, np.int32))


class Layout:
    """The values of a batch, laid out one Arrow array after the other with ASCII letters folded."""

    def __init__(self, text_size: int, count: int) -> None:
        self.text = np.empty(text_size, np.uint8)
        self.starts = np.empty(count, np.int64)
        self.ends = np.empty(count, np.int64)
        self.has_other = np.empty(count, np.uint8)  # any byte beyond ASCII
        self._at = self._value = 0

    def add(self, offsets: I32, data: U8) -> None:
        """Lay out the texts between offsets into ``data``."""
        count = len(offsets) - 1
        stop = self._value + count
        size = int(offsets[-1] - offsets[0])
        if stop > len(self.starts) or self._at + size > len(self.text) or offsets[-1] > len(data):
            raise ValueError(f"no room for {count} texts of {size} bytes")
        here = slice(self._value, stop)
        ascends = _lay_out(
            address(offsets, "i32"),
            count,
            address(data, "u8"),
            self._at,
            address(self.text, "u8"),
            address(self.starts[here], "i64"),
            address(self.ends[here], "i64"),
            address(self.has_other[here], "u8"),
        )
        if not ascends:
            raise ValueError("texts whose ends lie before their starts")
        self._at, self._value = self._at + size, stop


def codes_with_gaps(codes: I32, is_valid: U8, at: int) -> I32:
    """Return codes with -1 where a bitmap, from bit ``at`` on, says that there is nothing."""
    if at + len(codes) > 8 * len(is_valid):
        raise ValueError(f"a bitmap of {len(is_valid)} bytes for {len(codes)} rows from {at} on")
    out = np.empty(len(codes), np.int32)
    bitmap = address(is_valid, "u8")
    _codes(address(codes, "i32"), bitmap, at, len(codes), address(out, "i32"))
    return out


def matrix(columns: Sequence[tuple[I32, int, int]], row_count: int) -> I32:
    """Return the values of rows by column.

    A column is positions in its dictionary, the number of its first value, and how many there are.
    """
    out = np.empty((row_count, len(columns)), np.int32)
    if any(len(codes) != row_count for codes, _, _ in columns):
        raise ValueError(f"a column of other than {row_count} rows")
    codes = Structure("i32 " * len(columns), *(codes for codes, _, _ in columns))
    bases = np.array([base for _, base, _ in columns], np.int32)
    sizes = np.array([size for _, _, size in columns], np.int32)
    numbers = (address(bases, "i32"), address(sizes, "i32"))
    _matrix(codes.at, *numbers, len(columns), row_count, address(out, "i32"))
    return out


def scan(texts: Texts, tables: Structure, marks: tuple[I64, I64], room: int) -> Hits:
    """Find the literals that are true for each value.

    ``marks`` are a number for each predicate and a tick, zeros at first; ``room`` is that for hits, which
    is doubled as often as need be, and must do for one value.
    """
    starts = np.zeros(texts.count + 1, np.int64)
    out = np.empty(room, np.int32)
    seen, tick = (address(array, "i64") for array in marks)
    first = 0
    while True:
        where = (address(starts, "i64"), address(out, "i32"), len(out))
        first = _scan(texts.at, tables.at, seen, tick, first, *where)
        if first >= texts.count:
            return Hits(starts, out[: starts[-1]])
        out = np.concatenate([out, np.empty(len(out), np.int32)])


def candidates(rows: Rows, hits: Hits, covers: Covers) -> tuple[I64, I32]:
    """Return, for each value, the conditions that it is a witness of, where each one starts.

    The witnesses of a condition are the cover of it that the fewest rows hold.
    """
    row_counts = np.zeros(hits.count, np.int64)
    uses = np.zeros(covers.predicate_count, np.int64)
    chosen = np.empty(covers.cover_count, np.uint8)
    choice = address(chosen, "u8")
    scratch = (address(row_counts, "i64"), address(uses, "i64"))
    _choose(rows.at, hits.at, hits.count, covers.at, *scratch, choice)
    seen = np.full(covers.condition_count, -1, np.int64)
    starts = np.zeros(hits.count + 1, np.int64)
    count = _candidates(hits.at, hits.count, covers.at, choice, None, None, None)
    out = np.empty(count, np.int32)
    where = (address(seen, "i64"), address(starts, "i64"), address(out, "i32"))
    count = _candidates(hits.at, hits.count, covers.at, choice, *where)
    return starts, out[:count]


class Pairing:
    """Pairs the rows of a batch with the conditions that they may fulfil, some rows at a time.

    ``columns`` are the places of the columns in which witnesses stand.
    """

    def __init__(
        self, rows: Rows, kinds: Kinds, witnesses: tuple[I64, I32], columns: I32, room: int
    ) -> None:
        self._rows, self._kinds = rows, kinds
        starts, conditions = witnesses
        self._witnesses = Structure("i64 i32 i32 n", starts, conditions, columns, len(columns))
        self._seen = np.full(kinds.alive.shape[1], -1, np.int32)
        self._pairs = Pairs.empty(max(room, len(self._seen)))
        self._next = 0

    def next(self) -> Pairs | None:
        """Return more pairs, which stand until the next call, or None."""
        if self._next >= len(self._rows.values):
            return None
        self._next = _pair(
            self._rows.at,
            self._kinds.at,
            self._witnesses.at,
            address(self._seen, "i32"),
            self._pairs.at,
            self._next,
        )
        return self._pairs


def group(rows: Rows, pairs: Pairs, is_loose: U8, looks: Looks) -> tuple[Pairs, I32]:
    """Return the pairs that lead others, which must have the same verdict, and the leader of each pair.

    Pairs are alike in condition and in the values of all columns that it looks at. Rows that are loose
    (repeated fields) lead themselves, and so do conditions of keywords.
    """
    count = len(pairs)
    table = np.empty(_SLOTS, np.int32)
    leaders, leader = Pairs.empty(count), np.empty(count, np.int32)
    where = (address(table, "i32"), _SLOTS - 1, leaders.at, address(leader, "i32"))
    _group(rows.at, pairs.at, address(is_loose, "u8"), looks.at, *where)
    return leaders, leader


def judge(
    rows: Rows, hits: Hits, conditions: tuple[Code, Facts], pairs: Pairs, known: Questions
) -> tuple[U8, Questions]:
    """Return the verdict on each pair, and the questions that open verdicts hang on."""
    code, facts = conditions
    verdicts = np.empty(len(pairs), np.uint8)
    size = max(_SLOTS, code.longest)
    asked = Questions(np.empty(size, np.int32), np.empty(size, np.int32))
    predicates, at_rows = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)]
    first = 0
    where = address(verdicts, "u8")
    while first < len(pairs):
        parts = (rows.at, hits.at, code.at, facts.at, pairs.at, known.at, asked.at)
        first = _judge(*parts, where, first)
        count = asked.words[4]
        predicates.append(asked.predicates[:count].copy())
        at_rows.append(asked.rows[:count].copy())
    return verdicts, Questions(np.concatenate(predicates), np.concatenate(at_rows))


def possible(code: Code, state: U8) -> U8:
    """Say which conditions can be true when ``state`` is all that is known of predicates and fields."""
    out = np.zeros(code.condition_count, np.uint8)
    _possible(code.at, address(state, "u8"), address(code.stack, "u8"), address(out, "u8"))
    return out


def count_present(codes: I32, says: U8, group: I32, out: I64) -> None:
    """Count, for each group of rows, those whose value says something; ``says`` ends with that of -1."""
    sums = (address(group, "i32"), address(out, "i64"))
    _count_present(address(codes, "i32"), len(codes), address(says, "u8"), len(says) - 1, *sums)
