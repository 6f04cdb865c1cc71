"""The loops of the columnar engine, compiled: folding, scanning, pairing and judging.

Texts are ranges of one byte array. A *value* is a distinct text of one field, numbered through the whole
batch; a *hit* is a predicate that is true for a value. Kernels that fill a buffer stop where it is full
and say where to go on.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamekeeper.kernel_cache import kernel

Int = int | np.int64
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]

CONTAINS: Final = 0
STARTSWITH: Final = 1
ENDSWITH: Final = 2
EQUALS: Final = 3

#: Operations of a condition's program, a stack machine over FALSE, UNKNOWN, TRUE.
LITERAL: Final = (
    0  # argument: predicate that the scan decides, or what stands for a field's presence
)
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

_MIX: Final = np.uint32(2654435761)
_FNV: Final = np.uint32(16777619)


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
FIELD_COLUMNS: Final = 13


class Tables(NamedTuple):
    """The literals of one dataset. Few arrays with many columns: each array costs compile time."""

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


class Rows(NamedTuple):
    """Which values the rows have: a matrix of columns, and pairs for what repeats or has no column."""

    codes: I32  # column x row: position in the column's dictionary, -1 where absent
    columns: I32  # column: number of its first value, field
    extra_start: I64  # row: its first pair
    extras: I32  # pair: value, field


@kernel()
def fold_ascii(text: U8, starts: I64, ends: I64, has_other: U8) -> None:
    """Fold ASCII letters in place; mark values that hold any byte beyond ASCII."""
    for value in range(len(starts)):
        seen = np.uint8(0)
        for index in range(np.uintp(starts[value]), np.uintp(ends[value])):
            byte = text[index]
            seen |= byte
            is_upper = np.uint8(byte - np.uint8(65)) < np.uint8(26)
            text[index] = byte | np.uint8(32) if is_upper else byte
        has_other[value] = seen >> np.uint8(7)


@kernel()
def sift(
    text: U8,
    start: int,
    first: int,
    stop: int,
    row: I64,
    bits: U64,
    classes: U8,
    pairs: U8,
    places: I64,
) -> int:
    """Write the positions from ``first`` at which a literal may have its gram or its last byte.

    Free of branches: what the next byte brings cannot be foretold. Unsigned positions spare Numba the
    question whether an index counts from the end.
    """
    bits_at = np.uintp(row[GRAM_AT])
    down = np.uint32(row[GRAM_SHIFT])
    class_at = np.uintp(row[CLASS_AT])
    pair_at = np.uintp(row[PAIR_AT])
    pair_shift = np.uintp(row[PAIR_SHIFT])
    gram = np.uint32(0)
    before = np.uintp(0)
    pair_before = np.uint8(0)
    for index in range(max(start, first - 3), first):
        gram = np.uint32((gram >> np.uint32(8)) | (np.uint32(text[index]) << np.uint32(24)))
        kind = np.uintp(classes[class_at + np.uintp(text[index])])
        pair_before = pairs[pair_at + ((before << pair_shift) | kind)]
        before = kind
    count = np.uintp(0)
    if row[PAIR_AT] == 0:  # no short literals
        for index in range(np.uintp(first), np.uintp(stop)):
            gram = np.uint32((gram >> np.uint32(8)) | (np.uint32(text[index]) << np.uint32(24)))
            bit = np.uintp(np.uint32(gram * _MIX) >> down)
            word = bits[bits_at + (bit >> np.uintp(6))] >> np.uint64(bit & np.uintp(63))
            places[count] = index
            count += np.uintp(word & np.uint64(1))
        return np.int64(count)  # type: ignore[return-value]
    for index in range(np.uintp(first), np.uintp(stop)):
        byte = text[index]
        gram = np.uint32((gram >> np.uint32(8)) | (np.uint32(byte) << np.uint32(24)))
        kind = np.uintp(classes[class_at + np.uintp(byte)])
        pair_here = pairs[pair_at + ((before << pair_shift) | kind)]
        short = pair_here | ((pair_here >> np.uint8(1)) & (pair_before >> np.uint8(2)))
        before = kind
        pair_before = pair_here
        bit = np.uintp(np.uint32(gram * _MIX) >> down)
        word = bits[bits_at + (bit >> np.uintp(6))] >> np.uint64(bit & np.uintp(63))
        places[count] = index
        count += np.uintp((word | np.uint64(short)) & np.uint64(1))
    return np.int64(count)  # type: ignore[return-value]


@kernel()
def stands(
    text: U8, start: Int, end: Int, at: Int, kind: Int, length: Int, literal: Int, literals: U8
) -> bool:
    """Say whether a literal stands at ``at`` and where its kind asks."""
    if at < start or at + length > end:
        return False
    if (kind == STARTSWITH or kind == EQUALS) and at != start:
        return False
    if (kind == ENDSWITH or kind == EQUALS) and at + length != end:
        return False
    for index in range(length):
        if text[at + index] != literals[literal + index]:
            return False
    return True


@kernel()
def scan(
    text: U8,
    starts: I64,
    ends: I64,
    fields: I32,
    odd: U8,
    tables: Tables,
    seen: I64,
    room: I32,
    out: I32,
    out_start: I64,
    first: int,
    tick: int,
) -> tuple[int, int]:
    """Write the predicates that are true for each value; return the value to go on with, and the tick.

    ``room`` is the largest number of hits that a value of a field can have. One long function: arrays
    that are handed on cost more, at so short values, than what is done with them.
    """
    literals, table, gram_bits = tables.literals, tables.fields, tables.gram_bits
    bucket_start, grams = tables.bucket_start, tables.grams
    classes, pairs = tables.classes, tables.pairs
    ones_start, ones = tables.ones_start, tables.ones
    tail_start, tails = tables.tail_start, tables.tails
    edges, wides = tables.edges, tables.wides
    equal_start, equals, equal_lengths = tables.equal_start, tables.equals, tables.equal_lengths
    places = np.empty(4096, np.int64)
    count = out_start[first]
    for value in range(first, len(starts)):
        field = np.int64(fields[value])
        if count + room[field] > len(out):
            return value, tick
        tick += 1
        start = starts[value]
        end = ends[value]
        size = end - start
        # Short literals at a border.
        for entry in range(table[field, EDGE_START], table[field + 1, EDGE_START]):
            length = np.int64(edges[entry, 1])
            kind = np.int64(edges[entry, 2])
            at = start if kind == STARTSWITH else end - length
            if stands(text, start, end, at, kind, length, np.int64(edges[entry, 0]), literals):
                out[count] = edges[entry, 3]
                count += 1
        # Literals that are the whole value.
        if table[field, EQUAL_AT] >= 0 and size <= 255:
            word = equal_lengths[field * 4 + (size >> 6)]
            if (word >> np.uint64(size & 63)) & np.uint64(1):
                digest = np.uint32(2166136261)
                for index in range(start, end):
                    digest = np.uint32((digest ^ np.uint32(text[index])) * _FNV)
                shifted = np.uint32(digest * _MIX) >> np.uint32(table[field, EQUAL_SHIFT])
                bucket = table[field, EQUAL_AT] + np.int64(shifted)
                for entry in range(equal_start[bucket], equal_start[bucket + 1]):
                    length = np.int64(equals[entry, 1])
                    literal = np.int64(equals[entry, 0])
                    if stands(text, start, end, start, np.int64(EQUALS), length, literal, literals):
                        out[count] = equals[entry, 2]
                        count += 1
        # Literals anywhere: those whose gram, and short ones whose last byte, stands at a place.
        next_first = start if table[field, GRAM_AT] >= 0 else end
        while next_first < end:
            stop = min(end, next_first + len(places) - 1)
            found = sift(
                text, start, next_first, stop, table[field], gram_bits, classes, pairs, places
            )
            for place in range(found):
                index = places[place]
                gram = np.uint32(0)
                for back in range(min(4, index + 1 - start)):
                    gram |= np.uint32(text[index - back]) << np.uint32(24 - 8 * back)
                key = field * 257 + np.int64(text[index])
                for entry in range(ones_start[key], ones_start[key + 1]):
                    predicate = ones[entry]
                    if seen[predicate] != tick:
                        seen[predicate] = tick
                        out[count] = predicate
                        count += 1
                if table[field, TAIL_AT] >= 0:
                    last_two = np.uint32(gram & np.uint32(0xFFFF0000))
                    shifted = np.uint32(last_two * _MIX) >> np.uint32(table[field, TAIL_SHIFT])
                    bucket = table[field, TAIL_AT] + np.int64(shifted)
                    for entry in range(tail_start[bucket], tail_start[bucket + 1]):
                        predicate = tails[entry, 3]
                        if (
                            np.int32(gram) & tails[entry, 0] == tails[entry, 1]
                            and seen[predicate] != tick
                            and index + 1 - start >= tails[entry, 2]
                        ):
                            seen[predicate] = tick
                            out[count] = predicate
                            count += 1
                if table[field, BUCKET_AT] < 0:
                    continue
                shifted = np.uint32(gram * _MIX) >> np.uint32(table[field, BUCKET_SHIFT])
                bucket = table[field, BUCKET_AT] + np.int64(shifted)
                for entry in range(bucket_start[bucket], bucket_start[bucket + 1]):
                    predicate = grams[entry, 5]
                    if grams[entry, 0] != np.int32(gram) or seen[predicate] == tick:
                        continue
                    at = index - 3 - grams[entry, 1]
                    length = np.int64(grams[entry, 3])
                    literal = np.int64(grams[entry, 2])
                    kind = np.int64(grams[entry, 4])
                    if stands(text, start, end, at, kind, length, literal, literals):
                        seen[predicate] = tick
                        out[count] = predicate
                        count += 1
            next_first = stop
        # What stands for letters that fold in more than one way.
        if odd[value]:
            for index in range(table[field, WIDE_START], table[field + 1, WIDE_START]):
                predicate = wides[index]
                if seen[predicate] != tick:
                    seen[predicate] = tick
                    out[count] = predicate
                    count += 1
        out_start[value + 1] = count
    return len(starts), tick


@kernel()
def pair(
    rows: Rows,
    candidate_start: I64,
    candidates: I32,
    row_kind: I32,
    alive: U8,
    always_start: I32,
    always: I32,
    seen: I32,
    out: I32,
    first: int,
) -> tuple[int, int]:
    """Write the (row, condition) pairs to judge; return the row to go on with, and how many there are.

    ``alive`` (kind x condition) holds what a row's channel and event id leave possible.
    """
    codes, columns = rows.codes, rows.columns
    extra_start, extras = rows.extra_start, rows.extras
    count = 0
    column_count, row_count = codes.shape
    for row in range(first, row_count):
        if count + alive.shape[1] > out.shape[1]:
            return row, count
        kind = row_kind[row]
        for index in range(always_start[kind], always_start[kind + 1]):
            out[0, count] = row
            out[1, count] = always[index]
            count += 1
        extra_at = extra_start[row]
        for place in range(column_count + extra_start[row + 1] - extra_at):
            if place < column_count:
                code = codes[place, row]
                if code < 0:
                    continue
                value = columns[place, 0] + code
            else:
                value = extras[extra_at + place - column_count, 0]
            for index in range(candidate_start[value], candidate_start[value + 1]):
                condition = candidates[index]
                if seen[condition] != row and alive[kind, condition]:
                    seen[condition] = row
                    out[0, count] = row
                    out[1, count] = condition
                    count += 1
    return row_count, count


@kernel()
def group(
    codes: I32, pairs: I32, is_loose: U8, column_start: I32, columns: I32, table: I32, leader: I32
) -> None:
    """Write for each pair the first one that must have the same verdict: same condition, same values in
    all columns that the condition looks at.

    ``table`` holds leaders by hash and forgets the older of two with one place. Rows that are loose
    (repeated fields) lead themselves, and so do conditions whose first column is -1 (keywords).
    """
    mask = np.uint64(len(table) - 1)
    table[:] = -1
    for index in range(pairs.shape[1]):
        leader[index] = index
        row = pairs[0, index]
        condition = pairs[1, index]
        first = column_start[condition]
        last = column_start[condition + 1]
        if is_loose[row] or (first < last and columns[first] < 0):
            continue
        mixed = np.uint64(condition) * np.uint64(0x9E3779B97F4A7C15)
        for place in range(first, last):
            mixed = (mixed ^ np.uint64(codes[columns[place], row])) * np.uint64(0xFF51AFD7ED558CCD)
            mixed ^= mixed >> np.uint64(32)
        slot = np.int64(mixed & mask)
        other = table[slot]
        if other >= 0 and pairs[1, other] == condition:
            other_row = pairs[0, other]
            is_same = True
            for place in range(first, last):
                if codes[columns[place], other_row] != codes[columns[place], row]:
                    is_same = False
                    break
            if is_same:
                leader[index] = other
                continue
        table[slot] = index


@kernel()
def judge(
    rows: Rows,
    hit_start: I64,
    hits: I32,
    pairs: I32,
    code_start: I32,
    code: I32,
    known: I64,
    answers: U8,
    stamps: I64,
    field_at: int,
    stack: U8,
    verdict: U8,
    asked: I64,
    tick: int,
    first: int,
) -> tuple[int, int, int]:
    """Run the condition of each pair; ``asked`` takes the (predicate, row) keys that it could not know.

    Pairs (rows, conditions) come sorted by row. Returns the pair to go on with, the number of
    questions, and the tick.
    """
    codes, columns = rows.codes, rows.columns
    extra_start, extras = rows.extra_start, rows.extras
    count = 0
    before = -1
    column_count, row_count = codes.shape
    for index in range(first, pairs.shape[1]):
        row = pairs[0, index]
        if row != before:
            # Stamp every predicate that is true and every field that is present on this row.
            tick += 1
            before = row
            extra_at = extra_start[row]
            for place in range(column_count + extra_start[row + 1] - extra_at):
                if place < column_count:
                    position = codes[place, row]
                    if position < 0:
                        continue
                    value = columns[place, 0] + position
                    field = columns[place, 1]
                else:
                    value = extras[extra_at + place - column_count, 0]
                    field = extras[extra_at + place - column_count, 1]
                stamps[field_at + field] = tick
                for hit in range(hit_start[value], hit_start[value + 1]):
                    stamps[hits[hit]] = tick
        at = code_start[pairs[1, index]]
        stop = code_start[pairs[1, index] + 1]
        if count + (stop - at) // 2 > len(asked):
            return index, count, tick
        questions = count
        top = -1
        while at < stop:
            operation = code[at]
            argument = code[at + 1]
            at += 2
            if operation == LITERAL:
                top += 1
                stack[top] = TRUE if stamps[argument] == tick else FALSE
            elif operation == ANY:
                top += 1
                stack[top] = FALSE
                for place in range(at, at + argument):
                    if stamps[code[place]] == tick:
                        stack[top] = TRUE
                        break
                at += argument
            elif operation == ALL:
                top += 1
                stack[top] = TRUE
                for place in range(at, at + argument):
                    if stamps[code[place]] != tick:
                        stack[top] = FALSE
                        break
                at += argument
            elif operation == IF_FALSE:
                if stack[top] == FALSE:
                    at = argument
            elif operation == IF_TRUE:
                if stack[top] == TRUE:
                    at = argument
            elif operation == AND:
                top -= 1
                stack[top] = min(stack[top], stack[top + 1])
            elif operation == OR:
                top -= 1
                stack[top] = max(stack[top], stack[top + 1])
            elif operation == NOT:
                stack[top] = TRUE - stack[top]
            elif operation == CONSTANT:
                top += 1
                stack[top] = argument
            else:
                key = np.int64(argument) * row_count + row
                low = 0
                high = len(known)
                while low < high:
                    middle = (low + high) // 2
                    if known[middle] < key:
                        low = middle + 1
                    else:
                        high = middle
                top += 1
                if low < len(known) and known[low] == key:
                    stack[top] = answers[low]
                else:
                    stack[top] = UNKNOWN
                    asked[count] = key
                    count += 1
        verdict[index] = stack[0]
        if stack[0] != UNKNOWN:
            count = questions
    return pairs.shape[1], count, tick


@kernel()
def possible(code_start: I32, code: I32, state: U8, stack: U8, out: U8) -> None:
    """Say which conditions can be true when ``state`` is all that is known of predicates and fields."""
    for condition in range(len(code_start) - 1):
        at = code_start[condition]
        stop = code_start[condition + 1]
        top = -1
        while at < stop:
            operation = code[at]
            argument = code[at + 1]
            at += 2
            if operation == LITERAL:
                top += 1
                stack[top] = state[argument]
            elif operation == ANY:
                top += 1
                stack[top] = FALSE
                for place in range(at, at + argument):
                    stack[top] = max(stack[top], state[code[place]])
                at += argument
            elif operation == ALL:
                top += 1
                stack[top] = TRUE
                for place in range(at, at + argument):
                    stack[top] = min(stack[top], state[code[place]])
                at += argument
            elif operation == IF_FALSE:
                if stack[top] == FALSE:
                    at = argument
            elif operation == IF_TRUE:
                if stack[top] == TRUE:
                    at = argument
            elif operation == AND:
                top -= 1
                stack[top] = min(stack[top], stack[top + 1])
            elif operation == OR:
                top -= 1
                stack[top] = max(stack[top], stack[top + 1])
            elif operation == NOT:
                stack[top] = TRUE - stack[top]
            else:
                top += 1
                stack[top] = argument if operation == CONSTANT else UNKNOWN
        out[condition] = stack[0] != FALSE


@kernel()
def count_present(codes: I32, says: U8, group: I32, out: I64) -> None:
    """Count, for each group of rows, those whose value says something; ``says`` ends with that of -1."""
    for row in range(len(codes)):
        out[group[row]] += says[codes[row]]
