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
LITERAL: Final = 0  # argument: predicate that the scan decides
PRESENT: Final = 1  # argument: field
SLOW: Final = 2  # argument: predicate that is unknown until somebody asks
AND: Final = 3
OR: Final = 4
NOT: Final = 5
IF_FALSE: Final = 6  # argument: where to go on with FALSE on the stack
IF_TRUE: Final = 7
CONSTANT: Final = 8  # argument: the value

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

_MIX: Final = np.uint32(2654435761)
_FNV: Final = np.uint32(16777619)


class Tables(NamedTuple):
    """The literals of one dataset, by field; ``*_at`` arrays are indexed by field, the rest flat."""

    literals: U8  # all literals' bytes
    gram_at: I64  # first word of the field's bitmap of four-byte grams, -1 without
    gram_shift: U32
    gram_bits: U64
    bucket_at: I64
    bucket_shift: U32
    bucket_start: I32
    entry_gram: U32
    entry_offset: I32  # of the gram within the literal
    entry_literal: I32
    entry_length: I32
    entry_kind: U8
    entry_predicate: I32
    tail_lanes: U32  # 256 a field: bit sets of short literals with this byte last, last but one, ...
    tail_start: I32  # 257 a field
    tail_mask: U32
    tail_gram: U32
    tail_length: I32
    tail_predicate: I32
    edge_start: I32  # short literals that stand at a border, by field
    edge_literal: I32
    edge_length: I32
    edge_kind: U8
    edge_predicate: I32
    equal_at: I64
    equal_shift: U32
    equal_start: I32
    equal_literal: I32
    equal_length: I32
    equal_predicate: I32
    equal_lengths: U64  # four words a field: bit n stands where a literal of n bytes exists
    wide_start: I32  # predicates that hold for every odd value, by field
    wide_predicate: I32


class Rows(NamedTuple):
    """Which values the rows have: a matrix of columns, and pairs for what repeats or has no column."""

    codes: I32  # column x row: position in the column's dictionary, -1 where absent
    base: I32  # column: number of its first value
    field: I32  # column: field
    extra_start: I64  # row: its first pair
    extra_value: I32
    extra_field: I32


@kernel()
def fold_ascii(text: U8, starts: I64, ends: I64, has_other: U8) -> None:
    """Fold ASCII letters in place; mark values that hold any byte beyond ASCII."""
    for index in range(len(text)):
        byte = text[index]
        is_upper = np.uint8(byte - np.uint8(65)) < np.uint8(26)
        text[index] = byte | np.uint8(32) if is_upper else byte
    for value in range(len(starts)):
        seen = np.uint8(0)
        for index in range(starts[value], ends[value]):
            seen |= text[index]
        has_other[value] = seen >> np.uint8(7)


@kernel()
def same(text: U8, at: int, literals: U8, literal: int, length: int) -> bool:
    """Compare bytes."""
    for index in range(length):
        if text[at + index] != literals[literal + index]:
            return False
    return True


@kernel()
def hash_bytes(text: U8, start: int, end: int) -> int:
    """Hash a whole value for the table of equals."""
    digest = np.uint32(2166136261)
    for index in range(start, end):
        digest = np.uint32((digest ^ np.uint32(text[index])) * _FNV)
    return np.uint32(digest * _MIX)  # type: ignore[return-value]


@kernel()
def sift(
    text: U8, start: int, first: int, stop: int, field: int, tables: Tables, places: I64
) -> int:
    """Write the positions from ``first`` at which a literal may have its gram or its last byte.

    Free of branches: what the next byte brings cannot be foretold. Unsigned positions spare Numba the
    question whether an index counts from the end.
    """
    bits_at = np.uintp(tables.gram_at[field])
    lanes_at = np.uintp(field * 256)
    shift = tables.gram_shift[field]
    bits = tables.gram_bits
    lanes_of = tables.tail_lanes
    # Before the first byte anything may stand: lengths are compared where a literal is found.
    gram = np.uint32(0)
    before = np.uint32(0xFFFFFFFF)
    before_that = np.uint32(0xFFFFFFFF)
    for index in range(max(start, first - 3), first):
        gram = np.uint32((gram >> np.uint32(8)) | (np.uint32(text[index]) << np.uint32(24)))
        before_that = before
        before = lanes_of[lanes_at + np.uintp(text[index])]
    count = np.uintp(0)
    for index in range(np.uintp(first), np.uintp(stop)):
        byte = text[index]
        gram = np.uint32((gram >> np.uint32(8)) | (np.uint32(byte) << np.uint32(24)))
        lanes = lanes_of[lanes_at + np.uintp(byte)]
        fits = lanes & (before >> np.uint32(8)) & (before_that >> np.uint32(16)) & np.uint32(255)
        before_that = before
        before = lanes
        bit = np.uintp(np.uint32(gram * _MIX) >> shift)
        word = bits[bits_at + (bit >> np.uintp(6))] >> np.uint64(bit & np.uintp(63))
        places[count] = index
        count += np.uintp((word & np.uint64(1)) | np.uint64(fits != 0))
    return np.int64(count)  # type: ignore[return-value]


@kernel()
def scan_inside(
    text: U8, start: int, end: int, field: int, tables: Tables, places: I64, seen: I64, tick: int, out: I32, count: int
) -> int:
    """Find literals anywhere: one gram of each, or its last byte where it is short, at every position."""
    if tables.gram_at[field] < 0:
        return count
    first = start
    while first < end:
        stop = min(end, first + len(places) - 1)
        for place in range(sift(text, start, first, stop, field, tables, places)):
            index = places[place]
            gram = np.uint32(0)
            for back in range(min(4, index + 1 - start)):
                gram |= np.uint32(text[index - back]) << np.uint32(24 - 8 * back)
            count = look_back(text, start, index, gram, field, tables, seen, tick, out, count)
            count = look_around(text, start, end, index, gram, field, tables, seen, tick, out, count)
        first = stop
    return count


@kernel()
def look_back(
    text: U8, start: int, index: int, gram: int, field: int, tables: Tables, seen: I64, tick: int, out: I32, count: int
) -> int:
    """Take the short literals that end here."""
    key = field * 257 + np.int64(text[index])
    for entry in range(tables.tail_start[key], tables.tail_start[key + 1]):
        predicate = tables.tail_predicate[entry]
        if (
            gram & tables.tail_mask[entry] == tables.tail_gram[entry]
            and seen[predicate] != tick
            and index + 1 - start >= tables.tail_length[entry]
        ):
            seen[predicate] = tick
            out[count] = predicate
            count += 1
    return count


@kernel()
def look_around(
    text: U8, start: int, end: int, index: int, gram: int, field: int, tables: Tables, seen: I64, tick: int, out: I32, count: int
) -> int:
    """Take the literals whose gram ends here."""
    if tables.bucket_at[field] < 0:
        return count
    mixed = np.uint32(gram * _MIX)
    bucket = tables.bucket_at[field] + np.int64(mixed >> tables.bucket_shift[field])
    for entry in range(tables.bucket_start[bucket], tables.bucket_start[bucket + 1]):
        predicate = tables.entry_predicate[entry]
        if tables.entry_gram[entry] != gram or seen[predicate] == tick:
            continue
        at = index - 3 - tables.entry_offset[entry]
        length = tables.entry_length[entry]
        kind = tables.entry_kind[entry]
        if at < start or at + length > end:
            continue
        if (kind == STARTSWITH or kind == EQUALS) and at != start:
            continue
        if (kind == ENDSWITH or kind == EQUALS) and at + length != end:
            continue
        if same(text, at, tables.literals, tables.entry_literal[entry], length):
            seen[predicate] = tick
            out[count] = predicate
            count += 1
    return count


@kernel()
def scan_edges(
    text: U8,
    start: int,
    end: int,
    field: int,
    tables: Tables,
    seen: I64,
    tick: int,
    out: I32,
    count: int,
) -> int:
    """Find literals of one to three bytes that stand at a border."""
    for entry in range(tables.edge_start[field], tables.edge_start[field + 1]):
        length = tables.edge_length[entry]
        if length > end - start:
            continue
        at = start if tables.edge_kind[entry] == STARTSWITH else end - length
        predicate = tables.edge_predicate[entry]
        if seen[predicate] != tick and same(
            text, at, tables.literals, tables.edge_literal[entry], length
        ):
            seen[predicate] = tick
            out[count] = predicate
            count += 1
    return count


@kernel()
def scan_equals(
    text: U8,
    start: int,
    end: int,
    field: int,
    tables: Tables,
    seen: I64,
    tick: int,
    out: I32,
    count: int,
) -> int:
    """Find literals that are the whole value."""
    at = tables.equal_at[field]
    size = end - start
    if at < 0 or size > 255:
        return count
    word = tables.equal_lengths[field * 4 + (size >> 6)]
    if not (word >> np.uint64(size & 63)) & np.uint64(1):
        return count
    bucket = at + np.int64(np.uint32(hash_bytes(text, start, end)) >> tables.equal_shift[field])
    for entry in range(tables.equal_start[bucket], tables.equal_start[bucket + 1]):
        predicate = tables.equal_predicate[entry]
        if tables.equal_length[entry] != size or seen[predicate] == tick:
            continue
        if same(text, start, tables.literals, tables.equal_literal[entry], size):
            seen[predicate] = tick
            out[count] = predicate
            count += 1
    return count


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

    ``room`` is the largest number of hits that a value of a field can have.
    """
    count = out_start[first]
    places = np.empty(4096, np.int64)
    for value in range(first, len(starts)):
        field = fields[value]
        if count + room[field] > len(out):
            return value, tick
        tick += 1
        start = starts[value]
        end = ends[value]
        count = scan_equals(text, start, end, field, tables, seen, tick, out, count)
        count = scan_edges(text, start, end, field, tables, seen, tick, out, count)
        count = scan_inside(text, start, end, field, tables, places, seen, tick, out, count)
        if odd[value]:
            for index in range(tables.wide_start[field], tables.wide_start[field + 1]):
                predicate = tables.wide_predicate[index]
                if seen[predicate] != tick:
                    seen[predicate] = tick
                    out[count] = predicate
                    count += 1
        out_start[value + 1] = count
    return len(starts), tick


@kernel()
def spread(hit_start: I64, hits: I32, rule_start: I32, rules: I32) -> tuple[I64, I32]:
    """Return, for each value, the conditions for which one of its hits is a witness."""
    starts = np.zeros(len(hit_start), np.int64)
    for value in range(len(hit_start) - 1):
        total = starts[value]
        for index in range(hit_start[value], hit_start[value + 1]):
            total += rule_start[hits[index] + 1] - rule_start[hits[index]]
        starts[value + 1] = total
    found = np.empty(starts[-1], np.int32)
    at = 0
    for index in range(len(hits)):
        for position in range(rule_start[hits[index]], rule_start[hits[index] + 1]):
            found[at] = rules[position]
            at += 1
    return starts, found


@kernel()
def pair(
    rows: Rows,
    candidate_start: I64,
    candidates: I32,
    row_key: I32,
    alive: U8,
    always_start: I32,
    always: I32,
    seen: I64,
    out_row: I32,
    out_condition: I32,
    first: int,
) -> tuple[int, int]:
    """Write the (row, condition) pairs to judge; return the row to go on with, and how many there are.

    ``alive`` (key x condition) holds what a row's channel and event id leave possible.
    """
    count = 0
    row_count = rows.codes.shape[1]
    for row in range(first, row_count):
        if count + alive.shape[1] > len(out_row):
            return row, count
        key = row_key[row]
        for index in range(always_start[key], always_start[key + 1]):
            out_row[count] = row
            out_condition[count] = always[index]
            count += 1
        for column in range(rows.codes.shape[0]):
            code = rows.codes[column, row]
            if code < 0:
                continue
            value = rows.base[column] + code
            for index in range(candidate_start[value], candidate_start[value + 1]):
                condition = candidates[index]
                if seen[condition] != row and alive[key, condition]:
                    seen[condition] = row
                    out_row[count] = row
                    out_condition[count] = condition
                    count += 1
        for extra in range(rows.extra_start[row], rows.extra_start[row + 1]):
            value = rows.extra_value[extra]
            if value < 0:
                continue
            for index in range(candidate_start[value], candidate_start[value + 1]):
                condition = candidates[index]
                if seen[condition] != row and alive[key, condition]:
                    seen[condition] = row
                    out_row[count] = row
                    out_condition[count] = condition
                    count += 1
    return row_count, count


@kernel()
def mark(
    rows: Rows, row: int, tick: int, hit_start: I64, hits: I32, truth: I64, present: I64
) -> None:
    """Stamp every predicate that is true and every field that is present on a row."""
    for column in range(rows.codes.shape[0]):
        code = rows.codes[column, row]
        if code < 0:
            continue
        present[rows.field[column]] = tick
        value = rows.base[column] + code
        for index in range(hit_start[value], hit_start[value + 1]):
            truth[hits[index]] = tick
    for extra in range(rows.extra_start[row], rows.extra_start[row + 1]):
        value = rows.extra_value[extra]
        if value < 0:
            continue
        present[rows.extra_field[extra]] = tick
        for index in range(hit_start[value], hit_start[value + 1]):
            truth[hits[index]] = tick


@kernel()
def lookup(known: I64, answers: U8, key: int) -> int:
    """Return the answer for a key of a sorted array, UNKNOWN where it has none."""
    low = 0
    high = len(known)
    while low < high:
        middle = (low + high) // 2
        if known[middle] < key:
            low = middle + 1
        else:
            high = middle
    if low < len(known) and known[low] == key:
        return int(answers[low])
    return UNKNOWN


@kernel()
def judge(
    rows: Rows,
    hit_start: I64,
    hits: I32,
    pair_row: I32,
    pair_condition: I32,
    code_start: I32,
    code: I32,
    known: I64,
    answers: U8,
    truth: I64,
    present: I64,
    stack: U8,
    verdict: U8,
    asked: I64,
    tick: int,
    first: int,
) -> tuple[int, int, int]:
    """Run the condition of each pair; ``asked`` takes the (predicate, row) keys that it could not know.

    Pairs come sorted by row. Returns the pair to go on with, the number of questions, and the tick.
    """
    count = 0
    before = -1
    row_count = rows.codes.shape[1]
    for index in range(first, len(pair_row)):
        row = pair_row[index]
        if row != before:
            tick += 1
            mark(rows, row, tick, hit_start, hits, truth, present)
            before = row
        condition = pair_condition[index]
        at = code_start[condition]
        stop = code_start[condition + 1]
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
                stack[top] = TRUE if truth[argument] == tick else FALSE
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
            elif operation == PRESENT:
                top += 1
                stack[top] = TRUE if present[argument] == tick else FALSE
            elif operation == SLOW:
                key = np.int64(argument) * row_count + row
                answer = lookup(known, answers, key)
                top += 1
                stack[top] = answer
                if answer == UNKNOWN:
                    asked[count] = key
                    count += 1
            else:
                top += 1
                stack[top] = argument
        verdict[index] = stack[0]
        if stack[0] != UNKNOWN:
            count = questions
    return len(pair_row), count, tick


@kernel()
def possible(code_start: I32, code: I32, state: U8, stack: U8, out: U8) -> None:
    """Say which conditions can be true when ``state`` is all that is known of the predicates.

    Fields may be present or absent; questions may have any answer.
    """
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
                top += 1
                stack[top] = UNKNOWN
        out[condition] = stack[0] != FALSE


@kernel()
def count_present(codes: I32, says: U8, group: I32, out: I64) -> None:
    """Count, for each group of rows, those whose value says something; ``says`` ends with that of -1."""
    for row in range(len(codes)):
        out[group[row]] += says[codes[row]]
