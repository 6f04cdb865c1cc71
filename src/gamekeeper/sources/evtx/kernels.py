"""The EVTX hot path: one pass per record, from BinXML bytes to dictionary codes.

A record is a template and an array of values. A template is compiled, once a chunk and in the kernel
itself, into a *program*: a list of operations "this name takes that value". Running a program yields
*cells* (row, column, code); a code stands for a distinct value of its column, found by hash in the raw
bytes, so that text is converted once per distinct value and not once per record.

What the kernel does not handle it *declines*: mixed content, entity references, arrays other than
strings, values of unexpected type, anything out of bounds. A declined record goes to the slow truth, which
also decides whether it is a record at all. Every load is bounded by the chunk before it is made; the
buffer carries ``GUARD`` bytes behind its end, so that eight-byte loads of a last value stay inside.

All kernels of the format live in this one file: Numba's cache does not notice changes in a callee of
another file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from gamekeeper.kernel_cache import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A machine word: kernels mix Python's and NumPy's integers, and Numba sees to their types.
Word: TypeAlias = Any
Array: TypeAlias = "NDArray[Any]"

CHUNK = 65536
GUARD = 64
RECORD_HEADER = 24
MAX_DEPTH = 24
MAX_LEVELS = 4
MAX_VALUES = 16384
MAX_OPS = 65536
MAX_PROGRAMS = 4096
#: Bytes of template definitions that one chunk may make us walk; honest chunks need far below one chunk.
COMPILE_BUDGET = 16 * CHUNK

# Counters in Tables.count.
CELLS, RESTS, ENTRIES, NAMES, ARENA, OPS, PROGRAMS, GENERATION, BUDGET, SIDE = range(10)

# Names that the compiler knows; reader.py interns them first, in this order.
KNOWN_NAMES = (
    "Event", "System", "EventData", "UserData", "RenderingInfo", "Data", "ComplexData", "Name",
    "Message", "Provider", "EventID", "Version", "Level", "Task", "Opcode", "Keywords",
    "TimeCreated", "EventRecordID", "Correlation", "Execution", "Channel", "Computer", "Security",
    "Guid", "EventSourceName", "Qualifiers", "SystemTime", "ActivityID", "RelatedActivityID",
    "ProcessID", "ThreadID", "UserID",
)  # fmt: skip
(EVENT, SYSTEM, EVENT_DATA, USER_DATA, RENDERING_INFO, DATA, COMPLEX_DATA, NAME, MESSAGE) = range(9)
N_KNOWN = len(KNOWN_NAMES)

# System slots: the sixteen text columns in schema order, then the typed ones.
SLOT_GUID, SLOT_ACTIVITY, SLOT_CHANNEL = 1, 9, 13
SLOT_EVENT_ID, SLOT_RECORD_ID, SLOT_TIME = 16, 17, 18
SYSTEM_SLOTS = 19

# Where an element stands.
CTX_DOCUMENT, CTX_EVENT, CTX_SYSTEM, CTX_SYSTEM_DEEP, CTX_RENDERING, CTX_DATA = range(6)

# Where an operation takes its value from.
FROM_LITERAL, FROM_VALUE, FROM_NOTHING = range(3)

# Operation flags; the context for nested fragments sits above them.
OPTIONAL, CONTAINER, SKIP_EMPTY, ATTRIBUTE = 1, 2, 4, 8
CONTEXT_SHIFT = 4

# What running a record comes to.
OK, DECLINED, FULL = range(3)

# Value types.
T_NULL, T_STRING, T_ANSI, T_BINXML, T_STRING_ARRAY = 0x00, 0x01, 0x02, 0x21, 0x81
T_SIDE = 0xFF  # not BinXML: UTF-8 text in the side arena
T_GUID_TEXT = 0xFE  # not BinXML: a GUID in letters, to be spelled like the others

_SPECIAL_XMLNS, _SPECIAL_ODD, _SPECIAL_PREFIX = 1, 2, 4

# Windows-1252 from 0x80 to 0x9F.
_ANSI = np.array([ord(bytes([c]).decode("cp1252", "replace")) for c in range(0x80, 0xA0)], np.int64)


# Capacities of the tables below; every table is a stretch of one int64 array ``m``, because kernels that
# pass many arrays around compile for minutes and run slowly.
MAX_ROWS = 1 << 17
MAX_CELLS = 3 << 19
MAX_RESTS = 1 << 19
MAX_ENTRIES = 1 << 17
MAX_NAMES = 1 << 15
MAX_ARENA = 1 << 20
MAX_COLUMNS = 1 << 11
MAX_SCRATCH = 1 << 12
MAX_CHANNELS = 1 << 8
STRIDE = 32  # datasets at the most
STACK_WIDTH = 10
SLOT_MASK = (1 << 18) - 1
NAME_MASK = (1 << 17) - 1
DECLARED_MASK = (1 << 13) - 1

# Tables of records: the fields of one stand together, so that a look-up touches one cache line.
# distinct values ("entries"), found by open addressing
E_KEY, E_OFF, E_LEN, E_CODE = range(4)  # key: column << 8 | type
# columns: distinct values, entry of the latest one, latest row, type (-1 none yet), mixed types
COL_COUNT, COL_LAST, COL_ROW, COL_TYPE, COL_MIXED = range(5)
# operations: name or -1 - slot; literal: absolute offset and bytes, value: index
O_KIND, O_FROM, O_A, O_B, O_FLAGS = range(5)
# system values of the record at hand
S_OFF, S_LEN, S_TYPE = range(3)
# values of the record at hand by nesting level
V_OFF, V_LEN, V_TYPE = range(3)
# names, for the whole run
N_HASH, N_OFF, N_LEN, N_SPECIAL = range(4)
# programs of the chunk at hand, by offset
PROG_ID, PROG_GEN, PROG_CTX = range(3)
# names of the chunk at hand, by offset
NM_ID, NM_GEN = range(2)
# operations of each program
P_START, P_STOP = range(2)
# rows: dataset, place, header's record id, FILETIME (-1 none), whether it is the header's, EventID and EventRecordID (-1 none)
ROW_DS, ROW_CHUNK, ROW_OFF, ROW_ID, ROW_TIME, ROW_HEADER_TIME, ROW_EVENT, ROW_RECORD = range(8)
# cells of declared columns, a word each: row, column, code
CELL_ROW, CELL_COLUMN = 40, 24
# fields of the rest
R_ROW, R_NAME, R_CODE = range(3)

_LAYOUT = (
    ("COUNT", 16),
    ("SEED", 2),
    ("DATASETS", 1),
    ("COLUMNS", 1),
    ("CHANNELS", 1),
    ("SLOTS", SLOT_MASK + 1),
    ("E_AT", 4 * MAX_ENTRIES),
    ("COL_AT", 8 * MAX_COLUMNS),
    ("C_AT", MAX_CELLS),
    ("R_AT", 4 * MAX_RESTS),
    ("N_SLOTS", NAME_MASK + 1),
    ("N_AT", 4 * MAX_NAMES),
    ("N_ARENA", MAX_ARENA),
    ("N_COL", MAX_NAMES * STRIDE),
    ("D_KEY", DECLARED_MASK + 1),
    ("D_COL", DECLARED_MASK + 1),
    ("DS_BASE", STRIDE + 1),
    ("CH_KEY", MAX_CHANNELS),
    ("CH_DS", MAX_CHANNELS),
    ("SYS_ATTR", N_KNOWN * N_KNOWN),
    ("SYS_ELEM", N_KNOWN),
    ("NM_AT", 2 * CHUNK),
    ("PROG_AT", 4 * CHUNK),
    ("O_AT", 8 * MAX_OPS),
    ("P_AT", 2 * MAX_PROGRAMS),
    ("V_AT", 4 * MAX_LEVELS * MAX_VALUES),
    ("V_COUNT", MAX_LEVELS),
    ("S_AT", 4 * SYSTEM_SLOTS),
    ("STACK", MAX_DEPTH * STACK_WIDTH),
    ("FRAMES", MAX_LEVELS * 2),
    ("SCRATCH", MAX_SCRATCH),
    ("ROW_AT", 8 * MAX_ROWS),
)


def _positions() -> dict[str, int]:
    at, found = 0, {}
    for name, size in _LAYOUT:
        found[name] = at
        at += (size + 7) // 8 * 8  # tables begin on cache lines
    return found | {"END": at}


_AT = _positions()
SIZES = dict(_LAYOUT)
M_SIZE = _AT["END"]
SEED = _AT["SEED"]
DATASETS = _AT["DATASETS"]
COLUMNS = _AT["COLUMNS"]
CHANNELS = _AT["CHANNELS"]
SLOTS = _AT["SLOTS"]
E_AT = _AT["E_AT"]
COL_AT = _AT["COL_AT"]
C_AT = _AT["C_AT"]
R_AT = _AT["R_AT"]
N_SLOTS = _AT["N_SLOTS"]
N_AT = _AT["N_AT"]
N_ARENA = _AT["N_ARENA"]
N_COL = _AT["N_COL"]
D_KEY = _AT["D_KEY"]
D_COL = _AT["D_COL"]
DS_BASE = _AT["DS_BASE"]
CH_KEY = _AT["CH_KEY"]
CH_DS = _AT["CH_DS"]
SYS_ATTR = _AT["SYS_ATTR"]
SYS_ELEM = _AT["SYS_ELEM"]
NM_AT = _AT["NM_AT"]
PROG_AT = _AT["PROG_AT"]
O_AT = _AT["O_AT"]
P_AT = _AT["P_AT"]
V_AT = _AT["V_AT"]
V_COUNT = _AT["V_COUNT"]
S_AT = _AT["S_AT"]
STACK = _AT["STACK"]
FRAMES = _AT["FRAMES"]
SCRATCH = _AT["SCRATCH"]
ROW_AT = _AT["ROW_AT"]


def _word_pointer(builder: Word, args: Word) -> Word:
    offset = builder.shl(args[1], ir.Constant(ir.IntType(64), 3))
    return builder.inttoptr(builder.add(args[0], offset), ir.IntType(64).as_pointer())


def _getter() -> Word:
    """Make ``get(m, i)``: word ``i`` of the tables at address ``m``."""

    @intrinsic
    def get(_context: Word, _address: Word, _position: Word) -> Word:
        def codegen(_target: Word, builder: Word, _signature: Word, args: Word) -> Word:
            return builder.load(_word_pointer(builder, args))

        return types.int64(types.int64, types.int64), codegen

    return get


def _putter() -> Word:
    """Make ``put(m, i, value)``: set word ``i`` of the tables at address ``m``."""

    @intrinsic
    def put(_context: Word, _address: Word, _position: Word, _value: Word) -> Word:
        def codegen(context: Word, builder: Word, _signature: Word, args: Word) -> Word:
            builder.store(args[2], _word_pointer(builder, args))
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.int64), codegen

    return put


def _loader(bits: int, result: Word = types.int64) -> Word:
    """Make an unaligned little-endian load ``(address, offset)``; callers have checked the bounds."""

    @intrinsic
    def load(_context: Word, _address: Word, _position: Word) -> Word:
        def codegen(_target: Word, builder: Word, _signature: Word, args: Word) -> Word:
            address = builder.add(args[0], args[1])
            pointer = builder.inttoptr(address, ir.IntType(bits).as_pointer())
            value = builder.load(pointer)
            value.align = 1
            return value if bits == 64 else builder.zext(value, ir.IntType(64))

        return result(types.int64, types.int64), codegen

    return load


def _storer(bits: int) -> Word:
    """Make an unaligned little-endian store ``(address, offset, value)`` of a word's low bits."""

    @intrinsic
    def store(_context: Word, _address: Word, _position: Word, _value: Word) -> Word:
        def codegen(context: Word, builder: Word, _signature: Word, args: Word) -> Word:
            pointer = builder.inttoptr(builder.add(args[0], args[1]), ir.IntType(bits).as_pointer())
            done = builder.store(builder.trunc(args[2], ir.IntType(bits)), pointer)
            done.align = 1
            return context.get_dummy_value()

        return types.void(types.int64, types.int64, types.int64), codegen

    return store


# Intrinsics and not kernels: Numba compiles a kernel anew for every constant that it is called with. For
# the same reason constants are cast where kernels are called with them.
get, put = _getter(), _putter()
u8, u16, u32, u64 = _loader(8), _loader(16), _loader(32), _loader(64, types.uint64)
store8, store32 = _storer(8), _storer(32)


# ---------------------------------------------------------------- records


@kernel()
def is_record(buf: Word, p: Word, stop: Word) -> Word:
    """Say whether a whole record header with its trailing size stands at ``p``."""
    if p + RECORD_HEADER + 4 > stop or u32(buf, p) != 0x2A2A:
        return False
    size = u32(buf, p + 4)
    if size < RECORD_HEADER + 4 or p + size > stop:
        return False
    return u32(buf, p + size - 4) == size


@kernel()
def locate(buf: Word, spans: Array, out: Array) -> Word:
    """Find the records in every span of the buffer, in order; return their number.

    ``spans``: int64[n, 3] of (chunk, start, stop), absolute. ``out``: int64[m, 4] of (chunk, offset, size,
    span), long enough for the smallest records. Follows record sizes; behind damage it takes up at the
    next whole header.
    """
    n = 0
    for span in range(len(spans)):
        p, stop = spans[span, 1], spans[span, 2]
        while p + RECORD_HEADER + 4 <= stop:
            if is_record(buf, p, stop):
                size = u32(buf, p + 4)
                out[n, 0] = spans[span, 0]
                out[n, 1] = p
                out[n, 2] = size
                out[n, 3] = span
                p += size
                n += 1
            else:
                p += 1
    return n


# ---------------------------------------------------------------- hashing


@kernel()
def _mix(a: Word, b: Word) -> Word:
    x = (a ^ b) * np.uint64(0x9E3779B97F4A7C15)
    return x ^ (x >> np.uint64(32))


@kernel()
def hash_bytes(buf: Word, off: Word, length: Word, seed: Word) -> Word:
    """Hash ``length`` bytes; reads up to seven bytes beyond, which the guard allows."""
    h = seed ^ (np.uint64(length) * np.uint64(0xC2B2AE3D27D4EB4F))
    n = length >> 3
    for i in range(n):
        h = _mix(h, u64(buf, off + 8 * i))
    tail = length & 7
    if tail:
        word = u64(buf, off + 8 * n)
        word &= (np.uint64(1) << np.uint64(8 * tail)) - np.uint64(1)
        h = _mix(h, word ^ np.uint64(0xA5A5A5A5))
    return _mix(h, h >> np.uint64(29))


@kernel()
def _equal(buf: Word, p: Word, q: Word, length: Word) -> Word:
    """Compare two stretches; like the hash, it may load up to seven bytes beyond."""
    n = length >> 3
    for i in range(n):
        if u64(buf, p + 8 * i) != u64(buf, q + 8 * i):
            return False
    tail = length & 7
    if tail == 0:
        return True
    difference = u64(buf, p + 8 * n) ^ u64(buf, q + 8 * n)
    return difference << np.uint64(64 - 8 * tail) == 0


@kernel()
def fold_hash(m: Word, at: Word, length: Word) -> Word:
    """Hash UTF-16 code units with ASCII letters folded; 0 where any unit is not ASCII."""
    h = np.uint64(get(m, SEED))
    for i in range(length):
        c = np.uint64(get(m, at + i))
        if c >= 128:
            return np.uint64(0)
        if 65 <= c <= 90:
            c += np.uint64(32)
        h = _mix(h, c + np.uint64(1))
    h = _mix(h, np.uint64(length))
    return h | np.uint64(1)


# ---------------------------------------------------------------- names


@kernel()
def _find_column(buf: Word, m: Word, dataset: Word, folded: Word) -> Word:
    key = _mix(folded, np.uint64(dataset + 1)) | np.uint64(1)
    mask = DECLARED_MASK
    slot = np.int64(key & np.uint64(mask))
    while get(m, D_KEY + slot) != 0:
        if np.uint64(get(m, D_KEY + slot)) == key:
            return get(m, D_COL + slot)
        slot = (slot + 1) & mask
    return np.int64(-1)


@kernel()
def declare(m: Word, dataset: Word, length: Word, column: Word) -> Word:
    """Enter a declared column under its folded name, which stands in the scratch."""
    folded = fold_hash(m, np.int64(SCRATCH), length)
    key = _mix(folded, np.uint64(dataset + 1)) | np.uint64(1)
    mask = DECLARED_MASK
    slot = np.int64(key & np.uint64(mask))
    while get(m, D_KEY + slot) != 0:
        slot = (slot + 1) & mask
    put(m, D_KEY + slot, key)
    put(m, D_COL + slot, column)


@kernel()
def _special(m: Word, length: Word) -> Word:
    """Tell namespace declarations, prefixes, and letters whose lower case is ASCII though they are not."""
    result = 0
    if (
        length >= 5
        and get(m, SCRATCH) == 120
        and get(m, SCRATCH + 1) == 109
        and get(m, SCRATCH + 2) == 108
    ):
        if get(m, SCRATCH + 3) == 110 and get(m, SCRATCH + 4) == 115:
            if length == 5 or get(m, SCRATCH + 5) == 58:
                result = _SPECIAL_XMLNS
    for i in range(length):
        if get(m, SCRATCH + i) == 0x212A or get(m, SCRATCH + i) == 0x0130:
            result |= _SPECIAL_ODD
        if get(m, SCRATCH + i) == 58 and not result & _SPECIAL_XMLNS:
            result |= _SPECIAL_PREFIX
    return result


@kernel()
def intern_name(buf: Word, m: Word, length: Word) -> Word:
    """Return the number of the name in the scratch (UTF-16 units); -1 where the table is full."""
    h = np.uint64(get(m, SEED + 1))
    for i in range(length):
        h = _mix(h, np.uint64(get(m, SCRATCH + i)))
    h = _mix(h, np.uint64(length))
    mask = NAME_MASK
    slot = np.int64(h & np.uint64(mask))
    while get(m, N_SLOTS + slot) != 0:
        name = get(m, N_SLOTS + slot) - 1
        if (
            np.uint64(get(m, N_AT + 4 * name + N_HASH)) == h
            and get(m, N_AT + 4 * name + N_LEN) == length
        ):
            same = True
            for i in range(length):
                if get(m, N_ARENA + get(m, N_AT + 4 * name + N_OFF) + i) != get(m, SCRATCH + i):
                    same = False
                    break
            if same:
                return np.int64(name)
        slot = (slot + 1) & mask
    name = get(m, NAMES)
    start = get(m, ARENA)
    if name >= MAX_NAMES or start + length > MAX_ARENA:
        return np.int64(-1)
    put(m, N_SLOTS + slot, name + 1)
    put(m, N_AT + 4 * name + N_HASH, h)
    put(m, N_AT + 4 * name + N_OFF, start)
    put(m, N_AT + 4 * name + N_LEN, length)
    for i in range(length):
        put(m, N_ARENA + start + i, get(m, SCRATCH + i))
    put(m, N_AT + 4 * name + N_SPECIAL, _special(m, length))
    folded = fold_hash(m, np.int64(SCRATCH), length)
    for dataset in range(get(m, DATASETS)):
        column = np.int64(-1)
        if folded != 0:
            column = _find_column(buf, m, dataset, folded)
        put(m, N_COL + name * STRIDE + dataset, column)
    put(m, NAMES, name + 1)
    put(m, ARENA, start + length)
    return np.int64(name)


@kernel()
def _intern_utf16(buf: Word, m: Word, p: Word, length: Word) -> Word:
    """Intern a name that stands as ``length`` UTF-16 units in the buffer, perhaps at an odd address."""
    if length > MAX_SCRATCH:
        return np.int64(-1)
    for i in range(length):
        put(m, SCRATCH + i, u16(buf, p + 2 * i))
    return intern_name(buf, m, length)


@kernel()
def _name_at(buf: Word, m: Word, base: Word, rel: Word) -> Word:
    """Return the name whose structure stands at ``rel`` in the chunk; -1 where none can."""
    if rel < 0 or rel + 8 > CHUNK:
        return np.int64(-1)
    if get(m, NM_AT + 2 * rel + NM_GEN) == get(m, GENERATION):
        return np.int64(get(m, NM_AT + 2 * rel + NM_ID))
    length = u16(buf, base + rel + 6)
    if length == 0 or rel + 8 + 2 * length > CHUNK:
        return np.int64(-1)
    name = _intern_utf16(buf, m, base + rel + 8, length)
    if name >= 0:
        put(m, NM_AT + 2 * rel + NM_ID, name)
        put(m, NM_AT + 2 * rel + NM_GEN, get(m, GENERATION))
    return name


@kernel()
def _compose(buf: Word, m: Word, prefix: Word, first: Word, second: Word) -> Word:
    """Intern ``prefix_first_second`` from name numbers; -1 leaves a part out."""
    n = 0
    for i in range(3):
        name = prefix if i == 0 else (first if i == 1 else second)
        if name < 0:
            continue
        length = get(m, N_AT + 4 * name + N_LEN)
        if n + length + 1 > MAX_SCRATCH:
            return np.int64(-1)
        if n > 0:
            put(m, SCRATCH + n, 95)
            n += 1
        for j in range(length):
            put(m, SCRATCH + n + j, get(m, N_ARENA + get(m, N_AT + 4 * name + N_OFF) + j))
        n += length
    return intern_name(buf, m, n)


# ---------------------------------------------------------------- compiling templates

# Columns of Tables.stack.
_NAME, _CTX, _CHILD, _PARTS, _FROM, _A, _B, _OPTIONAL, _ATTRS, _NAMED = range(10)


@kernel()
def _emit(buf: Word, m: Word, kind: Word, source: Word, a: Word, b: Word, flags: Word) -> Word:
    n = get(m, OPS)
    if n >= MAX_OPS:
        return False
    put(m, O_AT + 8 * n + O_KIND, kind)
    put(m, O_AT + 8 * n + O_FROM, source)
    put(m, O_AT + 8 * n + O_A, a)
    put(m, O_AT + 8 * n + O_B, b)
    put(m, O_AT + 8 * n + O_FLAGS, flags)
    put(m, OPS, n + 1)
    return True


@kernel()
def _context_of(name: Word, parent: Word) -> Word:
    """Return the context of an element below one of context ``parent``; -1 where we decline."""
    if parent == CTX_DOCUMENT:
        return CTX_EVENT if name == EVENT else -1
    if parent == CTX_EVENT:
        if name == SYSTEM:
            return CTX_SYSTEM
        if name == RENDERING_INFO:
            return CTX_RENDERING
        return CTX_DATA
    if parent == CTX_SYSTEM or parent == CTX_SYSTEM_DEEP:
        return CTX_SYSTEM_DEEP
    return parent


@kernel()
def _field_kind(
    buf: Word, m: Word, element: Word, attribute: Word, ctx: Word, is_direct: Word
) -> Word:
    """Return the operation kind of an element's text (``attribute`` < 0) or of its attribute."""
    name = np.int64(-1)
    if ctx == CTX_SYSTEM_DEEP:
        if is_direct and element < N_KNOWN:
            slot = -1
            if attribute < 0:
                slot = get(m, SYS_ELEM + element)
            elif attribute < N_KNOWN:
                slot = get(m, SYS_ATTR + element * N_KNOWN + attribute)
            if slot >= 0:
                return np.int64(-1 - slot), True
        name = _compose(buf, m, np.int64(SYSTEM), element, attribute)
    elif ctx == CTX_RENDERING:
        if attribute < 0:
            name = (
                element
                if element == MESSAGE
                else _compose(buf, m, np.int64(RENDERING_INFO), element, np.int64(-1))
            )
        elif element == RENDERING_INFO:
            name = _compose(buf, m, np.int64(-1), element, attribute)
        else:
            name = _compose(buf, m, np.int64(RENDERING_INFO), element, attribute)
    elif attribute < 0:
        name = element
    else:
        name = _compose(buf, m, np.int64(-1), element, attribute)
    return name, name >= 0


@kernel()
def _take_attribute(
    buf: Word,
    m: Word,
    depth: Word,
    attribute: Word,
    parts: Word,
    source: Word,
    a: Word,
    b: Word,
    optional: Word,
) -> Word:
    """Turn a finished attribute of the element at ``depth`` into an operation, or into its name."""
    element = get(m, STACK + depth * STACK_WIDTH + _NAME)
    ctx = get(m, STACK + depth * STACK_WIDTH + _CTX)
    if get(m, N_AT + 4 * attribute + N_SPECIAL) & _SPECIAL_XMLNS:
        return True
    if ctx == CTX_EVENT or ctx == CTX_SYSTEM:
        return True
    if (
        (element == DATA or element == COMPLEX_DATA)
        and attribute == NAME
        and ctx != CTX_SYSTEM_DEEP
    ):
        if parts == 0:
            return True
        if parts > 1 or source != FROM_LITERAL:
            return False
        b = _trimmed(buf, a, b)
        if b == 0:
            return True
        name = _intern_utf16(buf, m, a, b >> 1)
        if name < 0 or get(m, N_AT + 4 * name + N_SPECIAL) & _SPECIAL_ODD:
            return False
        put(m, STACK + depth * STACK_WIDTH + _NAMED, name)
        return True
    if parts > 1:
        return False
    if parts == 0:
        source, a, b, optional = FROM_NOTHING, 0, 0, 0
    put(m, STACK + depth * STACK_WIDTH + _ATTRS, get(m, STACK + depth * STACK_WIDTH + _ATTRS) + 1)
    if optional and ctx != CTX_SYSTEM_DEEP:
        return False
    is_direct = (
        ctx == CTX_SYSTEM_DEEP
        and depth > 0
        and get(m, STACK + (depth - 1) * STACK_WIDTH + _CTX) == CTX_SYSTEM
    )
    kind, fine = _field_kind(buf, m, element, attribute, ctx, is_direct)
    if not fine or (kind >= 0 and get(m, N_AT + 4 * kind + N_SPECIAL) & _SPECIAL_ODD):
        return False
    flags = ATTRIBUTE | (OPTIONAL if optional else 0)
    return _emit(buf, m, kind, source, a, b, flags)


@kernel()
def _release_parts(buf: Word, m: Word, depth: Word) -> Word:
    """An element turned out to have children: its text counts for nothing, unless it is BinXML."""
    if (
        get(m, STACK + depth * STACK_WIDTH + _PARTS) == 1
        and get(m, STACK + depth * STACK_WIDTH + _FROM) == FROM_VALUE
    ):
        flags = CONTAINER | (get(m, STACK + depth * STACK_WIDTH + _CTX) << CONTEXT_SHIFT)
        if not _emit(
            buf,
            m,
            np.int64(0),
            np.int64(FROM_VALUE),
            get(m, STACK + depth * STACK_WIDTH + _A),
            np.int64(0),
            flags,
        ):
            return False
    elif get(m, STACK + depth * STACK_WIDTH + _PARTS) > 1:
        return False
    put(m, STACK + depth * STACK_WIDTH + _PARTS, 0)
    return True


@kernel()
def _take_element(buf: Word, m: Word, depth: Word) -> Word:
    """Turn a finished element into its operation."""
    if get(m, STACK + depth * STACK_WIDTH + _CHILD):
        return _release_parts(buf, m, depth)
    name = get(m, STACK + depth * STACK_WIDTH + _NAME)
    named = get(m, STACK + depth * STACK_WIDTH + _NAMED) >= 0
    if named:
        name = get(m, STACK + depth * STACK_WIDTH + _NAMED)
    ctx = get(m, STACK + depth * STACK_WIDTH + _CTX)
    parts = get(m, STACK + depth * STACK_WIDTH + _PARTS)
    if parts > 1:
        return False
    source = get(m, STACK + depth * STACK_WIDTH + _FROM) if parts else FROM_NOTHING
    optional = get(m, STACK + depth * STACK_WIDTH + _OPTIONAL) if parts else 0
    flags = (OPTIONAL if optional else 0) | (ctx << CONTEXT_SHIFT)
    is_top = ctx == CTX_EVENT or ctx == CTX_SYSTEM
    is_top |= not named and (name == EVENT_DATA or name == USER_DATA or name == RENDERING_INFO)
    if is_top:
        if source != FROM_VALUE:
            return True
        return _emit(
            buf,
            m,
            np.int64(0),
            source,
            get(m, STACK + depth * STACK_WIDTH + _A),
            np.int64(0),
            flags | CONTAINER,
        )
    if ctx == CTX_SYSTEM_DEEP or get(m, STACK + depth * STACK_WIDTH + _ATTRS):
        if source == FROM_NOTHING:
            return True
        flags |= SKIP_EMPTY
    is_direct = (
        ctx == CTX_SYSTEM_DEEP
        and depth > 0
        and get(m, STACK + (depth - 1) * STACK_WIDTH + _CTX) == CTX_SYSTEM
    )
    kind = name
    if not named or ctx == CTX_RENDERING:
        kind, fine = _field_kind(buf, m, name, np.int64(-1), ctx, is_direct)
        if not fine:
            return False
    if kind >= 0 and get(m, N_AT + 4 * kind + N_SPECIAL) & _SPECIAL_ODD:
        return False
    return _emit(
        buf,
        m,
        kind,
        source,
        get(m, STACK + depth * STACK_WIDTH + _A),
        get(m, STACK + depth * STACK_WIDTH + _B),
        flags,
    )


@kernel()
def compile_fragment(
    buf: Word, m: Word, base: Word, start: Word, stop: Word, ctx: Word, in_line: Word
) -> Word:
    """Compile the BinXML tokens in ``start:stop`` (absolute) into operations; False where we decline.

    Elements of a record ``in_line``, outside any template, carry no dependency id.
    Literal text in attributes and elements becomes part of the program. Used for template definitions
    and, with ``ctx`` CTX_DOCUMENT, for records that carry their elements in line.
    """
    p = start
    depth = np.int64(-1)
    in_attributes = False
    attribute = np.int64(-1)
    a_parts = a_from = a_a = a_b = a_optional = np.int64(0)
    while p < stop:
        token = np.int64(u8(buf, p))
        kind = token & 0xBF
        if kind == 0x00:
            return depth < 0
        if kind == 0x0F:
            p += 4
            continue
        if kind == 0x01 or kind == 0x06:
            if kind == 0x01:
                if in_attributes or depth + 1 >= MAX_DEPTH or p + 11 > stop:
                    return False
                q = p + 5 if in_line else p + 7
            else:
                if not in_attributes or p + 5 > stop:
                    return False
                q = p + 1
            rel = u32(buf, q)
            q += 4
            name = _name_at(buf, m, base, rel)
            if name < 0 or get(m, N_AT + 4 * name + N_SPECIAL) & (_SPECIAL_ODD | _SPECIAL_PREFIX):
                return False
            if base + rel == q:
                q += 10 + 2 * np.int64(get(m, N_AT + 4 * name + N_LEN))
            if kind == 0x01:
                if token & 0x40:
                    q += 4
                parent = ctx
                if depth >= 0:
                    parent = get(m, STACK + depth * STACK_WIDTH + _CTX)
                    put(m, STACK + depth * STACK_WIDTH + _CHILD, 1)
                    if not _release_parts(buf, m, depth):
                        return False
                own = _context_of(name, parent)
                if own < 0:
                    return False
                depth += 1
                put(m, STACK + depth * STACK_WIDTH + _NAME, name)
                put(m, STACK + depth * STACK_WIDTH + _CTX, own)
                put(m, STACK + depth * STACK_WIDTH + _CHILD, 0)
                put(m, STACK + depth * STACK_WIDTH + _PARTS, 0)
                put(m, STACK + depth * STACK_WIDTH + _ATTRS, 0)
                put(m, STACK + depth * STACK_WIDTH + _NAMED, -1)
                in_attributes = True
                attribute = np.int64(-1)
            else:
                if attribute >= 0 and not _take_attribute(
                    buf, m, depth, attribute, a_parts, a_from, a_a, a_b, a_optional
                ):
                    return False
                attribute = name
                a_parts = np.int64(0)
            p = q
            continue
        if kind == 0x02 or kind == 0x03:
            if depth < 0 or not in_attributes:
                return False
            if attribute >= 0 and not _take_attribute(
                buf, m, depth, attribute, a_parts, a_from, a_a, a_b, a_optional
            ):
                return False
            in_attributes = False
            attribute = np.int64(-1)
            p += 1
            if kind == 0x02:
                continue
            kind = np.int64(0x04)
            p -= 1
        if kind == 0x04:
            if depth < 0 or in_attributes or not _take_element(buf, m, depth):
                return False
            depth -= 1
            p += 1
            if in_line and depth < 0:
                return True  # no end token follows, but whatever the buffer held
            continue
        if depth < 0:
            return False
        if kind == 0x05 or kind == 0x07:
            q = p + 1
            if kind == 0x05:
                if p + 2 > stop or u8(buf, p + 1) != T_STRING:
                    return False
                q = p + 2
            if q + 2 > stop:
                return False
            size = 2 * u16(buf, q)
            if q + 2 + size > stop:
                return False
            part_from, part_a, part_b = np.int64(FROM_LITERAL), q + 2, size
            part_optional = np.int64(0)
            p = q + 2 + size
        elif kind == 0x0D or kind == 0x0E:
            if p + 4 > stop:
                return False
            part_from, part_a, part_b = np.int64(FROM_VALUE), u16(buf, p + 1), np.int64(0)
            part_optional = np.int64(1 if kind == 0x0E else 0)
            p += 4
        else:
            return False
        if in_attributes:
            if attribute < 0:
                return False
            a_parts += 1
            a_from, a_a, a_b, a_optional = part_from, part_a, part_b, part_optional
        else:
            put(
                m,
                STACK + depth * STACK_WIDTH + _PARTS,
                get(m, STACK + depth * STACK_WIDTH + _PARTS) + 1,
            )
            put(m, STACK + depth * STACK_WIDTH + _FROM, part_from)
            put(m, STACK + depth * STACK_WIDTH + _A, part_a)
            put(m, STACK + depth * STACK_WIDTH + _B, part_b)
            put(m, STACK + depth * STACK_WIDTH + _OPTIONAL, part_optional)
    return depth < 0


@kernel()
def _program(
    buf: Word, m: Word, base: Word, start: Word, stop: Word, ctx: Word, in_line: Word
) -> Word:
    """Compile and number a program; -1 where we decline."""
    if get(m, PROGRAMS) >= MAX_PROGRAMS or get(m, BUDGET) < 0:
        return np.int64(-1)
    put(m, BUDGET, get(m, BUDGET) - (stop - start))
    first = get(m, OPS)
    if not compile_fragment(buf, m, base, start, stop, ctx, in_line):
        put(m, OPS, first)
        return np.int64(-1)
    program = get(m, PROGRAMS)
    put(m, P_AT + 2 * program + P_START, first)
    put(m, P_AT + 2 * program + P_STOP, get(m, OPS))
    put(m, PROGRAMS, program + 1)
    return program


@kernel()
def _begin_instance(
    buf: Word, m: Word, base: Word, p: Word, stop: Word, ctx: Word, level: Word
) -> Word:
    """Read a template instance at ``p``: return its program, values loaded at ``level``; -1 declined."""
    if p + 10 > stop:
        return np.int64(-1)
    rel = u32(buf, p + 6)
    q = p + 10
    if rel + 24 > CHUNK:
        return np.int64(-1)
    size = u32(buf, base + rel + 20)
    if rel + 24 + size > CHUNK or u32(buf, p + 2) != u32(buf, base + rel + 4):
        return np.int64(-1)  # the second: a stale record, whose template has been overwritten
    if base + rel == q:
        q += 24 + size
    if q + 4 > stop:
        return np.int64(-1)
    count = u32(buf, q)
    q += 4
    value = q + 4 * count
    if count > MAX_VALUES or value > stop:
        return np.int64(-1)
    for i in range(count):
        length = u16(buf, q + 4 * i)
        put(m, V_AT + 4 * (level * MAX_VALUES + i) + V_OFF, value)
        put(m, V_AT + 4 * (level * MAX_VALUES + i) + V_LEN, length)
        put(m, V_AT + 4 * (level * MAX_VALUES + i) + V_TYPE, u8(buf, q + 4 * i + 2))
        value += length
    if value > stop:
        return np.int64(-1)
    put(m, V_COUNT + level, count)
    if (
        get(m, PROG_AT + 4 * rel + PROG_GEN) == get(m, GENERATION)
        and get(m, PROG_AT + 4 * rel + PROG_CTX) == ctx
    ):
        return np.int64(get(m, PROG_AT + 4 * rel + PROG_ID))
    program = _program(buf, m, base, base + rel + 24, base + rel + 24 + size, ctx, np.int64(0))
    put(m, PROG_AT + 4 * rel + PROG_GEN, get(m, GENERATION))
    put(m, PROG_AT + 4 * rel + PROG_CTX, ctx)
    put(m, PROG_AT + 4 * rel + PROG_ID, program)
    return program


@kernel()
def _begin_fragment(
    buf: Word, m: Word, base: Word, p: Word, stop: Word, ctx: Word, level: Word
) -> Word:
    """Read a BinXML fragment: a header, then an instance or, at the top, elements in line."""
    if p + 5 > stop:
        return np.int64(-1)
    if u8(buf, p) == 0x0F:
        p += 4
    if u8(buf, p) == 0x0C:
        return _begin_instance(buf, m, base, p, stop, ctx, level)
    if ctx == CTX_DOCUMENT and u8(buf, p) & 0xBF == 0x01:
        put(m, V_COUNT + level, 0)
        return _program(buf, m, base, p, stop, ctx, np.int64(1))
    return np.int64(-1)


# ---------------------------------------------------------------- values


@kernel()
def intern_value(buf: Word, m: Word, column: Word, kind: Word, off: Word, length: Word) -> Word:
    """Return the code of a value in its column; -1 where the tables are full."""
    key = column << 8 | kind
    last = E_AT + 4 * get(m, COL_AT + 8 * column + COL_LAST)
    if last >= E_AT and get(m, last + E_LEN) == length and get(m, last + E_KEY) == key:
        if _equal(buf, get(m, last + E_OFF), off, length):
            return get(m, last + E_CODE)
    h = hash_bytes(buf, off, length, np.uint64(get(m, SEED)) ^ np.uint64(key))
    tag = np.int64(h & np.uint64(0x7FFFFFFF00000000))
    slot = np.int64(h & np.uint64(SLOT_MASK))
    while True:
        found = get(m, SLOTS + slot)
        if found == 0:
            break
        if found & 0x7FFFFFFF00000000 == tag:
            e = (found & 0xFFFFFFFF) - 1
            at = E_AT + 4 * e
            if (
                get(m, at + E_KEY) == key
                and get(m, at + E_LEN) == length
                and _equal(buf, get(m, at + E_OFF), off, length)
            ):
                put(m, COL_AT + 8 * column + COL_LAST, e)
                return get(m, at + E_CODE)
        slot = (slot + 1) & SLOT_MASK
    e = get(m, ENTRIES)
    if e >= MAX_ENTRIES:
        return np.int64(-1)
    code = get(m, COL_AT + 8 * column + COL_COUNT)
    put(m, ENTRIES, e + 1)
    put(m, SLOTS + slot, tag | (e + 1))
    at = E_AT + 4 * e
    put(m, at + E_KEY, key)
    put(m, at + E_OFF, off)
    put(m, at + E_LEN, length)
    put(m, at + E_CODE, code)
    put(m, COL_AT + 8 * column + COL_COUNT, code + 1)
    put(m, COL_AT + 8 * column + COL_LAST, e)
    if get(m, COL_AT + 8 * column + COL_TYPE) < 0:
        put(m, COL_AT + 8 * column + COL_TYPE, kind)
    elif get(m, COL_AT + 8 * column + COL_TYPE) != kind:
        put(m, COL_AT + 8 * column + COL_MIXED, 1)
    return code


@kernel()
def put_cell(
    buf: Word, m: Word, row: Word, column: Word, kind: Word, off: Word, length: Word
) -> Word:
    """Add one cell of a declared column; False where the tables are full."""
    n = get(m, CELLS)
    if n >= MAX_CELLS:
        return False
    code = intern_value(buf, m, column, kind, off, length)
    if code < 0:
        return False
    put(m, C_AT + n, row << CELL_ROW | column << CELL_COLUMN | code)
    put(m, CELLS, n + 1)
    return True


@kernel()
def put_field(
    buf: Word, m: Word, row: Word, dataset: Word, name: Word, kind: Word, off: Word, length: Word
) -> Word:
    """Add one field under its name: to its column, or to the rest; False where the tables are full."""
    column = get(m, N_COL + name * STRIDE + dataset)
    if column >= 0 and get(m, COL_AT + 8 * column + COL_ROW) != row:
        put(m, COL_AT + 8 * column + COL_ROW, row)
        return put_cell(buf, m, row, column, kind, off, length)
    n = get(m, RESTS)
    if n >= MAX_RESTS:
        return False
    code = intern_value(buf, m, get(m, DS_BASE + dataset + 1) - 1, kind, off, length)
    if code < 0:
        return False
    put(m, R_AT + 4 * n + R_ROW, row)
    put(m, R_AT + 4 * n + R_NAME, name)
    put(m, R_AT + 4 * n + R_CODE, code)
    put(m, RESTS, n + 1)
    return True


@kernel()
def _trimmed(buf: Word, off: Word, length: Word) -> Word:
    while length >= 2 and u16(buf, off + length - 2) == 0:
        length -= 2
    return length


@kernel()
def _is_date(year: Word, month: Word, day: Word) -> Word:
    if year < 1 or year > 9999 or month < 1 or month > 12 or day < 1:
        return False
    length = 31
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        length = 29 if leap else 28
    elif month == 4 or month == 6 or month == 9 or month == 11:
        length = 30
    return day <= length


@kernel()
def _digits(buf: Word, p: Word, count: Word) -> Word:
    """Return the number that ``count`` UTF-16 digits spell; -2 where one is no digit."""
    value = np.int64(0)
    for i in range(count):
        c = u16(buf, p + 2 * i)
        if c < 48 or c > 57:
            return np.int64(-2)
        value = 10 * value + (c - 48)
    return value


@kernel()
def _days(year: Word, month: Word, day: Word) -> Word:
    """Return the days from 1601-01-01 to a civil date, by eras of 400 years that begin in March."""
    y = year - 1 if month <= 2 else year
    era = y // 400
    yoe = y - era * 400
    doy = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 584_694


@kernel()
def _text_time(buf: Word, p: Word, size: Word) -> Word:
    """Return the FILETIME of ``2026-01-31T23:59:59.1234567Z`` as UTF-16; -2 for any other form."""
    n = size >> 1
    if n < 20 or n > 30 or u16(buf, p + 2 * n - 2) != 90:
        return np.int64(-2)
    if u16(buf, p + 8) != 45 or u16(buf, p + 14) != 45 or u16(buf, p + 20) != 84:
        return np.int64(-2)
    if u16(buf, p + 26) != 58 or u16(buf, p + 32) != 58:
        return np.int64(-2)
    year, month, day = (
        _digits(buf, p, np.int64(4)),
        _digits(buf, p + 10, np.int64(2)),
        _digits(buf, p + 16, np.int64(2)),
    )
    hour, minute = _digits(buf, p + 22, np.int64(2)), _digits(buf, p + 28, np.int64(2))
    second = _digits(buf, p + 34, np.int64(2))
    if min(hour, minute, second) < 0 or hour > 23 or minute > 59 or second > 59:
        return np.int64(-2)
    if year < 1601 or not _is_date(year, month, day):
        return np.int64(-2)
    ticks = np.int64(0)
    if n > 20:
        count = n - 21
        if u16(buf, p + 38) != 46 or count < 1:
            return np.int64(-2)
        ticks = _digits(buf, p + 40, min(count, 7))
        if ticks < 0 or _digits(buf, p + 40, count) < 0:
            return np.int64(-2)
        for _ in range(count, 7):
            ticks *= 10
    clock = (hour * 60 + minute) * 60 + second
    return (_days(year, month, day) * 86_400 + clock) * 10_000_000 + ticks


@kernel()
def _integer(buf: Word, m: Word, slot: Word) -> Word:
    """Return an integer system value; -1 none, -2 declined."""
    size = get(m, S_AT + 4 * slot + S_LEN)
    kind = get(m, S_AT + 4 * slot + S_TYPE)
    if size == 0:
        return np.int64(-1)
    off = get(m, S_AT + 4 * slot + S_OFF)
    if kind == T_STRING:
        if slot == SLOT_TIME:
            return _text_time(buf, off, size)
        return _digits(buf, off, size >> 1) if size <= 36 else np.int64(-2)
    if kind == 0x04 and size == 1:
        return np.int64(u8(buf, off))
    if (kind == 0x06 or kind == 0x05) and size == 2:
        value = u16(buf, off)
        return value if kind == 0x06 or value < 0x8000 else np.int64(-2)
    if (kind == 0x08 or kind == 0x07) and size == 4:
        value = u32(buf, off)
        return value if value < 0x80000000 else np.int64(-2)
    if (kind == 0x0A or kind == 0x09 or kind == 0x11) and size == 8:
        value = np.int64(u64(buf, off))
        return value if value >= 0 else np.int64(-2)
    return np.int64(-2)


@kernel()
def _dataset_of(buf: Word, m: Word) -> Word:
    """Return the dataset of the channel among the system values; -1 where we decline."""
    size = get(m, S_AT + 4 * SLOT_CHANNEL + S_LEN)
    other = get(m, DATASETS) - 1
    if size == 0:
        return other
    if get(m, S_AT + 4 * SLOT_CHANNEL + S_TYPE) != T_STRING or size > 2 * MAX_SCRATCH:
        return -1
    for i in range(size >> 1):
        put(m, SCRATCH + i, u16(buf, get(m, S_AT + 4 * SLOT_CHANNEL + S_OFF) + 2 * i))
    folded = fold_hash(m, np.int64(SCRATCH), size >> 1)
    if folded == 0:
        return -1
    for i in range(get(m, CHANNELS)):
        if np.uint64(get(m, CH_KEY + i)) == folded:
            return np.int64(get(m, CH_DS + i))
    return other


@kernel()
def _is_guid_text(buf: Word, off: Word, length: Word) -> Word:
    """Say whether UTF-16 text is a GUID, with or without its braces."""
    if length != 72 and length != 76:
        return False
    if length == 76:
        if u16(buf, off) != 123 or u16(buf, off + 74) != 125:
            return False
        off += 2
    for i in range(36):
        c = u16(buf, off + 2 * i)
        if i == 8 or i == 13 or i == 18 or i == 23:
            if c != 45:
                return False
        elif not (48 <= c <= 57 or 65 <= c <= 70 or 97 <= c <= 102):
            return False
    return True


@kernel()
def _finish_system(buf: Word, m: Word, row: Word) -> Word:
    """The envelope is complete: find the dataset and write its cells. Returns a status."""
    dataset = _dataset_of(buf, m)
    if dataset < 0:
        return DECLINED
    event = _integer(buf, m, np.int64(SLOT_EVENT_ID))
    record = _integer(buf, m, np.int64(SLOT_RECORD_ID))
    if event == -2 or record == -2 or event > 0x7FFFFFFF:
        return DECLINED
    if get(m, S_AT + 4 * SLOT_TIME + S_LEN):
        if (
            get(m, S_AT + 4 * SLOT_TIME + S_TYPE) != 0x11
            and get(m, S_AT + 4 * SLOT_TIME + S_TYPE) != T_STRING
        ):
            return DECLINED
        time = _integer(buf, m, np.int64(SLOT_TIME))
        if time < 0:
            return DECLINED
        put(m, ROW_AT + 8 * row + ROW_TIME, time)
        put(m, ROW_AT + 8 * row + ROW_HEADER_TIME, 0)
    put(m, ROW_AT + 8 * row + ROW_DS, dataset)
    put(m, ROW_AT + 8 * row + ROW_EVENT, event)
    put(m, ROW_AT + 8 * row + ROW_RECORD, record)
    base = get(m, DS_BASE + dataset)
    for slot in (SLOT_GUID, SLOT_ACTIVITY, SLOT_ACTIVITY + 1):
        at = S_AT + 4 * slot
        if get(m, at + S_TYPE) == T_STRING and get(m, at + S_LEN):
            if _is_guid_text(buf, get(m, at + S_OFF), get(m, at + S_LEN)):
                put(m, at + S_TYPE, T_GUID_TEXT)
    for slot in range(SLOT_EVENT_ID):
        if get(m, S_AT + 4 * slot + S_LEN) and not put_cell(
            buf,
            m,
            row,
            base + slot,
            get(m, S_AT + 4 * slot + S_TYPE),
            get(m, S_AT + 4 * slot + S_OFF),
            get(m, S_AT + 4 * slot + S_LEN),
        ):
            return FULL
    return OK


@kernel()
def _put_strings(buf: Word, m: Word, row: Word, name: Word, off: Word, length: Word) -> Word:
    """Add every item of a string array as a field of its own."""
    start = off
    stop = off + length
    if length == 0:
        return put_field(
            buf,
            m,
            row,
            get(m, ROW_AT + 8 * row + ROW_DS),
            name,
            np.int64(T_STRING),
            off,
            np.int64(0),
        )
    while start < stop:
        p = start
        while p + 1 < stop and (u8(buf, p) != 0 or u8(buf, p + 1) != 0):
            p += 2
        if not put_field(
            buf,
            m,
            row,
            get(m, ROW_AT + 8 * row + ROW_DS),
            name,
            np.int64(T_STRING),
            start,
            p - start,
        ):
            return False
        start = p + 2
    return True


@kernel()
def run_record(buf: Word, m: Word, base: Word, p: Word, stop: Word, row: Word) -> Word:
    """Decode the BinXML in ``p:stop`` into the cells of ``row``; returns OK, DECLINED or FULL."""
    for slot in range(SYSTEM_SLOTS):
        put(m, S_AT + 4 * slot + S_LEN, 0)
    put(m, ROW_AT + 8 * row + ROW_DS, -1)
    level = 0
    program = _begin_fragment(buf, m, base, p, stop, np.int64(CTX_DOCUMENT), np.int64(0))
    if program < 0:
        return DECLINED
    put(m, FRAMES + 0 * 2 + 0, get(m, P_AT + 2 * program + P_START))
    put(m, FRAMES + 0 * 2 + 1, get(m, P_AT + 2 * program + P_STOP))
    while level >= 0:
        if get(m, FRAMES + level * 2 + 0) == get(m, FRAMES + level * 2 + 1):
            level -= 1
            continue
        op = get(m, FRAMES + level * 2 + 0)
        put(m, FRAMES + level * 2 + 0, op + 1)
        source = get(m, O_AT + 8 * op + O_FROM)
        flags = get(m, O_AT + 8 * op + O_FLAGS)
        kind = np.int64(T_NULL)
        off = np.int64(0)
        length = np.int64(0)
        if source == FROM_LITERAL:
            kind, off, length = (
                np.int64(T_STRING),
                np.int64(get(m, O_AT + 8 * op + O_A)),
                np.int64(get(m, O_AT + 8 * op + O_B)),
            )
        elif source == FROM_VALUE:
            i = get(m, O_AT + 8 * op + O_A)
            if i >= get(m, V_COUNT + level):
                return DECLINED
            kind = np.int64(get(m, V_AT + 4 * (level * MAX_VALUES + i) + V_TYPE))
            off = get(m, V_AT + 4 * (level * MAX_VALUES + i) + V_OFF)
            length = np.int64(get(m, V_AT + 4 * (level * MAX_VALUES + i) + V_LEN))
        if kind == T_BINXML:
            ctx = flags >> CONTEXT_SHIFT
            if flags & ATTRIBUTE or level + 1 >= MAX_LEVELS or CTX_SYSTEM <= ctx <= CTX_SYSTEM_DEEP:
                return DECLINED
            program = _begin_fragment(buf, m, base, off, off + length, ctx, level + 1)
            if program < 0:
                return DECLINED
            level += 1
            put(m, FRAMES + level * 2 + 0, get(m, P_AT + 2 * program + P_START))
            put(m, FRAMES + level * 2 + 1, get(m, P_AT + 2 * program + P_STOP))
            continue
        if flags & CONTAINER:
            continue
        if kind == T_NULL:
            length = np.int64(0)  # a null may claim the size of the type that it stands for
            if flags & OPTIONAL and source == FROM_VALUE:
                continue
        elif kind == T_STRING:
            if length & 1:
                return DECLINED
            length = _trimmed(buf, off, length)
        elif kind == T_ANSI:
            while length > 0 and u8(buf, off + length - 1) == 0:
                length -= 1
        elif kind & 0x80:
            if (
                kind != T_STRING_ARRAY
                or length & 1
                or get(m, O_AT + 8 * op + O_KIND) < 0
                or flags & SKIP_EMPTY
            ):
                return DECLINED
        if get(m, O_AT + 8 * op + O_KIND) < 0:
            if get(m, ROW_AT + 8 * row + ROW_DS) >= 0:
                return DECLINED
            slot = -1 - get(m, O_AT + 8 * op + O_KIND)
            if length:
                if get(m, S_AT + 4 * slot + S_LEN):
                    return DECLINED
                put(m, S_AT + 4 * slot + S_OFF, off)
                put(m, S_AT + 4 * slot + S_LEN, length)
                put(m, S_AT + 4 * slot + S_TYPE, kind)
            continue
        if get(m, ROW_AT + 8 * row + ROW_DS) < 0:
            status = _finish_system(buf, m, row)
            if status != OK:
                return status
        if kind == T_STRING_ARRAY:
            if flags & ATTRIBUTE:
                return DECLINED
            fine = _put_strings(buf, m, row, np.int64(get(m, O_AT + 8 * op + O_KIND)), off, length)
        else:
            if length == 0:
                if flags & SKIP_EMPTY:
                    continue
                kind = np.int64(T_STRING)
            fine = put_field(
                buf,
                m,
                row,
                get(m, ROW_AT + 8 * row + ROW_DS),
                np.int64(get(m, O_AT + 8 * op + O_KIND)),
                kind,
                off,
                length,
            )
        if not fine:
            return FULL
    if get(m, ROW_AT + 8 * row + ROW_DS) < 0:
        return _finish_system(buf, m, row)
    return OK


@kernel()
def decode(buf: Word, m: Word, records: Array, first: Word, rows: Word, status: Array) -> Word:
    """Decode records from ``first`` on into rows from ``rows`` on.

    ``records``: as :func:`locate` writes them. ``status``: uint8 per
    row, OK or DECLINED. Returns (next record, rows); a next record below n means that the tables are
    full: take the batch out, reset and go on. A record that fills empty tables is declined.
    """
    chunk = np.int64(-1)
    for i in range(first, len(records)):
        if records[i, 0] != chunk:
            chunk = records[i, 0]
            put(m, GENERATION, get(m, GENERATION) + 1)
            put(m, OPS, 0)
            put(m, PROGRAMS, 0)
            put(m, BUDGET, COMPILE_BUDGET)
        if rows >= len(status):
            return i, rows
        p = records[i, 1]
        stop = p + records[i, 2] - 4
        cells, rests, entries = get(m, CELLS), get(m, RESTS), get(m, ENTRIES)
        ops, programs = get(m, OPS), get(m, PROGRAMS)
        put(m, ROW_AT + 8 * rows + ROW_CHUNK, chunk)
        put(m, ROW_AT + 8 * rows + ROW_OFF, p)
        put(m, ROW_AT + 8 * rows + ROW_ID, np.int64(u64(buf, p + 8)))
        header_time = np.int64(u64(buf, p + 16))
        put(m, ROW_AT + 8 * rows + ROW_TIME, header_time if header_time > 0 else -1)
        put(m, ROW_AT + 8 * rows + ROW_HEADER_TIME, 1)
        put(m, ROW_AT + 8 * rows + ROW_EVENT, -1)
        put(m, ROW_AT + 8 * rows + ROW_RECORD, -1)
        outcome = run_record(buf, m, chunk * CHUNK, p + RECORD_HEADER, stop, rows)
        if outcome != OK:
            put(m, CELLS, cells)
            put(m, RESTS, rests)
            for column in range(get(m, COLUMNS)):
                if get(m, COL_AT + 8 * column + COL_ROW) == rows:
                    put(m, COL_AT + 8 * column + COL_ROW, -1)
            if outcome == FULL and (rows > 0 or entries > 0):
                return i, rows
            put(m, ROW_AT + 8 * rows + ROW_DS, -1)
            outcome = DECLINED
        if u8(buf, p + RECORD_HEADER + 4) != 0x0C:
            put(m, OPS, ops)  # elements in line: their program serves this record only
            put(m, PROGRAMS, programs)
        status[rows] = outcome
        rows += 1
    return len(records), rows


# ---------------------------------------------------------------- distinct values to text


@kernel()
def _hex_digit(v: Word, upper: Word) -> Word:
    if v < 10:
        return 48 + v
    return (55 if upper else 87) + v


@kernel()
def _write_hex(buf: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    for i in range(length):
        b = u8(buf, off + i)
        store8(out, w, _hex_digit(b >> 4, True))
        store8(out, w + 1, _hex_digit(b & 15, True))
        w += 2
    return w


@kernel()
def _write_decimal(value: Word, width: Word, out: Word, w: Word) -> Word:
    digits = 1
    rest = value // np.uint64(10)
    while rest > 0:
        digits += 1
        rest //= np.uint64(10)
    digits = max(digits, width)
    for i in range(digits):
        store8(out, w + digits - 1 - i, np.uint8(np.uint64(48) + value % np.uint64(10)))
        value //= np.uint64(10)
    return w + digits


@kernel()
def _write_0x(value: Word, out: Word, w: Word) -> Word:
    store8(out, w, 48)
    store8(out, w + 1, 120)
    w += 2
    digits = 1
    rest = value >> np.uint64(4)
    while rest > 0:
        digits += 1
        rest >>= np.uint64(4)
    for i in range(digits):
        store8(out, w + digits - 1 - i, _hex_digit(np.int64(value & np.uint64(15)), False))
        value >>= np.uint64(4)
    return w + digits


@kernel()
def _write_utf16(buf: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    """Write UTF-16 as UTF-8; returns (end, whether an unpaired surrogate was replaced)."""
    lossy = False
    p = off
    stop = off + length
    while p < stop:
        while p + 8 <= stop:  # four ASCII letters at a time, the common case by far
            word = u64(buf, p)
            if word & np.uint64(0xFF80FF80FF80FF80):
                break
            word |= word >> np.uint64(8)
            word = (word & np.uint64(0xFFFF)) | ((word >> np.uint64(16)) & np.uint64(0xFFFF0000))
            store32(out, w, word)
            w += 4
            p += 8
        if p >= stop:
            break
        c = u16(buf, p)
        p += 2
        if c < 0x80:
            store8(out, w, c)
            w += 1
            continue
        if 0xD800 <= c < 0xE000:
            low = u16(buf, p) if p < stop else np.int64(0)
            if c < 0xDC00 and 0xDC00 <= low < 0xE000:
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00)
                p += 2
                store8(out, w, 0xF0 | (c >> 18))
                store8(out, w + 1, 0x80 | ((c >> 12) & 63))
                store8(out, w + 2, 0x80 | ((c >> 6) & 63))
                store8(out, w + 3, 0x80 | (c & 63))
                w += 4
                continue
            c = np.int64(0xFFFD)
            lossy = True
        if c < 0x800:
            store8(out, w, 0xC0 | (c >> 6))
            w += 1
        else:
            store8(out, w, 0xE0 | (c >> 12))
            store8(out, w + 1, 0x80 | ((c >> 6) & 63))
            w += 2
        store8(out, w, 0x80 | (c & 63))
        w += 1
    return w, lossy


@kernel()
def _write_guid(buf: Word, off: Word, out: Word, w: Word) -> Word:
    order = (3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15)
    store8(out, w, 123)
    w += 1
    for i in order:
        if i < 0:
            store8(out, w, 45)
            w += 1
        else:
            w = _write_hex(buf, off + i, 1, out, w)
    store8(out, w, 125)
    return w + 1


@kernel()
def _write_sid(buf: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    store8(out, w, 83)
    store8(out, w + 1, 45)
    w = _write_decimal(np.uint64(u8(buf, off)), np.int64(1), out, w + 2)
    authority = np.uint64(0)
    for i in range(6):
        authority = (authority << np.uint64(8)) | np.uint64(u8(buf, off + 2 + i))
    store8(out, w, 45)
    w = _write_decimal(authority, np.int64(1), out, w + 1)
    for i in range((length - 8) >> 2):
        store8(out, w, 45)
        w = _write_decimal(np.uint64(u32(buf, off + 8 + 4 * i)), np.int64(1), out, w + 1)
    return w


@kernel()
def _write_date(year: Word, month: Word, day: Word, out: Word, w: Word) -> Word:
    w = _write_decimal(np.uint64(year), np.int64(4), out, w)
    store8(out, w, 45)
    w = _write_decimal(np.uint64(month), np.int64(2), out, w + 1)
    store8(out, w, 45)
    w = _write_decimal(np.uint64(day), np.int64(2), out, w + 1)
    store8(out, w, 84)
    return w + 1


@kernel()
def _write_clock(hour: Word, minute: Word, second: Word, out: Word, w: Word) -> Word:
    w = _write_decimal(np.uint64(hour), np.int64(2), out, w)
    store8(out, w, 58)
    w = _write_decimal(np.uint64(minute), np.int64(2), out, w + 1)
    store8(out, w, 58)
    return _write_decimal(np.uint64(second), np.int64(2), out, w + 1)


@kernel()
def _write_filetime(ticks: Word, out: Word, w: Word) -> Word:
    seconds = ticks // np.uint64(10_000_000)
    days = np.int64(seconds // np.uint64(86400))
    clock = np.int64(seconds % np.uint64(86400))
    # civil date from days since 1601-01-01, by eras of 400 years that begin in March
    z = days + 584_694  # days from 0000-03-01
    era = z // 146_097
    doe = z - era * 146_097
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    day = doy - (153 * mp + 2) // 5 + 1
    month = mp + 3 if mp < 10 else mp - 9
    year = yoe + era * 400 + (1 if month <= 2 else 0)
    w = _write_date(year, month, day, out, w)
    w = _write_clock(clock // 3600, clock // 60 % 60, clock % 60, out, w)
    store8(out, w, 46)
    w = _write_decimal(ticks % np.uint64(10_000_000), np.int64(7), out, w + 1)
    store8(out, w, 90)
    return w + 1


@kernel()
def _write_systemtime(buf: Word, off: Word, out: Word, w: Word) -> Word:
    year, month, day = u16(buf, off), u16(buf, off + 2), u16(buf, off + 6)
    hour, minute, second = u16(buf, off + 8), u16(buf, off + 10), u16(buf, off + 12)
    millisecond = u16(buf, off + 14)
    if not _is_date(year, month, day) or hour > 23 or minute > 59 or second > 59:
        return _write_hex(buf, off, 16, out, w)
    if millisecond > 999:
        return _write_hex(buf, off, 16, out, w)
    w = _write_date(year, month, day, out, w)
    w = _write_clock(hour, minute, second, out, w)
    store8(out, w, 46)
    w = _write_decimal(np.uint64(millisecond), np.int64(3), out, w + 1)
    store8(out, w, 90)
    return w + 1


@kernel()
def _write_signed(value: Word, out: Word, w: Word) -> Word:
    if value < 0:
        store8(out, w, 45)
        return _write_decimal(np.uint64(0) - np.uint64(value), np.int64(1), out, w + 1)
    return _write_decimal(np.uint64(value), np.int64(1), out, w)


@kernel()
def _word(buf: Word, off: Word, length: Word) -> Word:
    value = np.uint64(0)
    for i in range(length):
        value |= np.uint64(u8(buf, off + i)) << np.uint64(8 * i)
    return value


@kernel()
def _write_number(buf: Word, kind: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    """Write integers, sizes and hexadecimal numbers; returns -1 where the size does not fit."""
    value = _word(buf, off, min(length, 8))
    if 0x03 <= kind <= 0x0A:
        if length != 1 << ((kind - 3) >> 1):
            return -1
        if kind & 1:
            shift = np.int64(64 - 8 * length)
            return _write_signed(np.int64(value << np.uint64(shift)) >> shift, out, w)
        return _write_decimal(value, np.int64(1), out, w)
    if kind == 0x10 and (length == 4 or length == 8):
        return _write_0x(value, out, w)
    if (kind == 0x14 and length == 4) or (kind == 0x15 and length == 8):
        return _write_0x(value, out, w)
    return -1


@kernel()
def _write_special(buf: Word, kind: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    """Write booleans, GUIDs, times and SIDs; returns -1 where the size does not fit."""
    if kind == 0x0D and length == 4:
        word = (116, 114, 117, 101) if u32(buf, off) else (102, 97, 108, 115)
        for c in word:
            store8(out, w, c)
            w += 1
        if u32(buf, off) == 0:
            store8(out, w, 101)
            w += 1
        return w
    if kind == 0x0F and length == 16:
        return _write_guid(buf, off, out, w)
    if kind == 0x11 and length == 8:
        ticks = u64(buf, off)
        if ticks > np.uint64(2_650_467_743_999_999_999):  # the last moment of the year 9999
            return _write_decimal(ticks, np.int64(1), out, w)
        return _write_filetime(ticks, out, w)
    if kind == 0x12 and length == 16:
        return _write_systemtime(buf, off, out, w)
    if kind == 0x13 and length >= 8 and length == 8 + 4 * np.int64(u8(buf, off + 1)):
        return _write_sid(buf, off, length, out, w)
    return -1


@kernel()
def _write_ansi(buf: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    """Write Windows-1252 as UTF-8; its five undefined bytes become U+FFFD."""
    for i in range(length):
        c = u8(buf, off + i)
        if c < 0x80:
            store8(out, w, c)
            w += 1
            continue
        if c < 0xA0:
            c = np.int64(_ANSI[c - 0x80])
        if c >= 0x800:
            store8(out, w, 0xE0 | (c >> 12))
            store8(out, w + 1, 0x80 | ((c >> 6) & 63))
            w += 2
        else:
            store8(out, w, 0xC0 | (c >> 6))
            w += 1
        store8(out, w, 0x80 | (c & 63))
        w += 1
    return w


@kernel()
def _write_guid_text(buf: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    """Write a GUID in letters with braces and in upper case."""
    if length == 76:
        off += 2
    store8(out, w, 123)
    for i in range(36):
        c = u16(buf, off + 2 * i)
        store8(out, w + 1 + i, c - 32 if c >= 97 else c)
    store8(out, w + 37, 125)
    return w + 38


@kernel()
def _write_text(buf: Word, kind: Word, off: Word, length: Word, out: Word, w: Word) -> Word:
    """Write one value as UTF-8; returns (end, whether other bytes may have the same text)."""
    if kind == T_STRING:
        return _write_utf16(buf, off, length, out, w)
    if kind == T_ANSI:
        return _write_ansi(buf, off, length, out, w), False
    if kind == T_GUID_TEXT:
        return _write_guid_text(buf, off, length, out, w), True
    if kind == T_SIDE:
        for i in range(length):
            store8(out, w + i, u8(buf, off + i))
        return w + length, False
    end = np.int64(_write_number(buf, kind, off, length, out, w))
    if end < 0:
        end = np.int64(_write_special(buf, kind, off, length, out, w))
    if end < 0:
        end = np.int64(_write_hex(buf, off, length, out, w))
    return end, False


@kernel()
def text_bound(buf: Word, m: Word) -> Word:
    """Return how many bytes the distinct values can need as UTF-8 text, at the most."""
    total = np.int64(0)
    for e in range(get(m, ENTRIES)):
        length = np.int64(get(m, E_AT + 4 * e + E_LEN))
        total += 3 * length + 64
    return total


@kernel()
def write_entries(
    buf: Word, m: Word, order: Array, col_start: Array, offsets: Array, out: Word
) -> Word:
    """Write the distinct values of every column as Arrow wants them.

    ``order``: entries by (column, code). ``col_start``: first position of a column in ``order``; column k's
    offsets stand at ``col_start[k] + k`` and are relative to its first byte. Returns the byte at which each
    column begins, through ``col_start``'s twin, the returned array.
    """
    columns = len(col_start) - 1
    begin = np.zeros(columns + 1, np.int64)
    w = np.int64(0)
    for column in range(columns):
        begin[column] = w
        at = col_start[column] + column
        offsets[at] = 0
        for i in range(col_start[column], col_start[column + 1]):
            e = order[i]
            w, lossy = _write_text(
                buf,
                get(m, E_AT + 4 * e + E_KEY) & 0xFF,
                get(m, E_AT + 4 * e + E_OFF),
                np.int64(get(m, E_AT + 4 * e + E_LEN)),
                out,
                w,
            )
            if lossy:
                put(m, COL_AT + 8 * column + COL_MIXED, 1)
            offsets[at + 1 + i - col_start[column]] = w - begin[column]
    begin[columns] = w
    return begin


@kernel()
def order_entries(buf: Word, m: Word, col_start: Array) -> Word:
    """Return the entries by (column, code); fills ``col_start`` with the columns' first positions."""
    total = np.int64(0)
    for column in range(get(m, COLUMNS)):
        col_start[column] = total
        total += get(m, COL_AT + 8 * column + COL_COUNT)
    col_start[get(m, COLUMNS)] = total
    order = np.empty(total, np.int32)
    for e in range(get(m, ENTRIES)):
        order[col_start[get(m, E_AT + 4 * e + E_KEY) >> 8] + get(m, E_AT + 4 * e + E_CODE)] = e
    return order


@kernel()
def scatter(m: Word, local_row: Array, column_at: Array, codes: Array) -> Word:
    """Write cells into ``codes``: column by column from ``column_at``, within it by ``local_row``."""
    columns = (1 << (CELL_ROW - CELL_COLUMN)) - 1
    for i in range(get(m, CELLS)):
        cell = get(m, C_AT + i)
        at = column_at[(cell >> CELL_COLUMN) & columns] + local_row[cell >> CELL_ROW]
        codes[at] = cell & ((1 << CELL_COLUMN) - 1)


@kernel()
def pack_validity(codes: Array, bits: Array, nulls: Array) -> Word:
    """For every row of ``codes``, a column: set the bit of each code that is one, make the others 0."""
    for column in range(codes.shape[0]):
        count = 0
        for i in range(codes.shape[1]):
            if codes[column, i] >= 0:
                bits[column, i >> 3] |= np.uint8(1 << (i & 7))
            else:
                codes[column, i] = 0
                count += 1
        nulls[column] = count
