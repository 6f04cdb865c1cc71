/* The scan: which literals are true for each value, in one pass over its text. */
#include "columnar.h"

/* Positions that are collected before they are looked at: they fit the nearest cache, and 16 bits. */
enum { PLACES = 4096 };

/* One value on its way through the scan. */
typedef struct {
    const u8 *start, *end;
    i64 field;
    i64 tick;   /* stands in seen[predicate] where the predicate is a hit already */
    i64 *seen;
    i32 *out;   /* where the next hit goes */
} Scan;

static inline void hit(Scan *scan, i32 predicate) {
    if (scan->seen[predicate] == scan->tick) return;
    scan->seen[predicate] = scan->tick;
    *scan->out++ = predicate;
}

/* Says whether a literal stands `before` bytes behind the value's start and where its kind asks. */
static inline bool stands(const Scan *scan, i64 before, i32 kind, i32 length, const u8 *literal) {
    i64 size = scan->end - scan->start;
    if (before < 0 || before + length > size) return false;
    if ((kind == STARTSWITH || kind == EQUALS) && before) return false;
    if ((kind == ENDSWITH || kind == EQUALS) && before + length != size) return false;
    return !memcmp(scan->start + before, literal, (size_t)length);
}

/* Short literals at a border. */
static void scan_edges(Scan *scan, const Tables *tables, const i64 *row) {
    i64 size = scan->end - scan->start;
    for (i64 entry = row[EDGE_START]; entry < row[FIELD_COLUMNS + EDGE_START]; entry++) {
        const Edge *edge = tables->edges + entry;
        i64 before = edge->kind == STARTSWITH ? 0 : size - edge->length;
        if (stands(scan, before, edge->kind, edge->length, tables->literals + edge->literal))
            hit(scan, edge->predicate);
    }
}

/* Literals that are the whole value. */
static void scan_equals(Scan *scan, const Tables *tables, const i64 *row) {
    i64 size = scan->end - scan->start;
    if (row[EQUAL_AT] < 0 || size > 255) return;
    if (!(tables->equal_lengths[scan->field * 4 + (size >> 6)] >> (size & 63) & 1)) return;
    u32 digest = 2166136261u;
    for (const u8 *at = scan->start; at < scan->end; at++) digest = (digest ^ *at) * 16777619u;
    i64 bucket = row[EQUAL_AT] + (digest * MIX >> row[EQUAL_SHIFT]);
    for (i32 entry = tables->equal_start[bucket]; entry < tables->equal_start[bucket + 1]; entry++) {
        const Equal *equal = tables->equals + entry;
        if (stands(scan, 0, EQUALS, equal->length, tables->literals + equal->literal))
            hit(scan, equal->predicate);
    }
}

/* Returns the four bytes that end with `at`, zeros standing for what lies before the value. */
static inline u32 gram_at(const u8 *start, const u8 *at) {
    if (LIKELY(at - start >= 3)) return load32(at - 3);
    u32 gram = 0;
    for (i32 back = 0; back <= at - start; back++) gram |= (u32)at[-back] << (24 - 8 * back);
    return gram;
}

/* Writes the positions, counted from `first`, at which a literal may have the end of its gram.

   Free of branches: what the next byte brings cannot be foretold. */
static i64 sift_grams(const Scan *scan, const u8 *first, const u8 *stop, const u64 *bits, i32 shift, u16 *places) {
    i64 count = 0;
    const u8 *at = first;
    /* A whole gram ends no earlier than at the fourth byte. */
    if (at - scan->start < 3) at = stop - scan->start < 3 ? stop : scan->start + 3;
    for (; at < stop; at++) {
        u32 bit = load32(at - 3) * MIX >> shift;
        places[count] = (u16)(at - first);
        count += (i64)(bits[bit >> 6] >> (bit & 63) & 1);
    }
    return count;
}

/* Every other position of a field without literals of one or two bytes: what ends there or one byte before.

   The bitmap of such a field holds the four bytes that end with a gram, those that end one byte later, and all
   that a literal of three bytes can be part of. */
static i64 sift_skipping(const Scan *scan, const u8 *first, const u8 *stop, const u64 *bits, i32 shift,
                         u16 *places) {
    i64 count = 0, size = stop - first;
    for (i64 at = first == scan->start ? 3 : 1; at < size; at += 2) {
        u32 bit = load32(first + at - 3) * MIX >> shift;
        places[count] = (u16)at;
        count += (i64)(bits[bit >> 6] >> (bit & 63) & 1);
    }
    /* Nothing looks back at the last byte of a value of odd length. */
    if (stop == scan->end && size & 1) places[count++] = (u16)(size - 1);
    return count;
}

/* The same, and the positions at which a literal of up to three bytes may end, told by classes of bytes. */
static i64 sift_both(const Scan *scan, const u8 *first, const u8 *stop, const Tables *tables, const i64 *row,
                     u16 *places) {
    const u64 *bits = tables->gram_bits + row[GRAM_AT];
    const u8 *classes = tables->classes + row[CLASS_AT], *pairs = tables->pairs + row[PAIR_AT];
    i32 shift = (i32)row[GRAM_SHIFT], pair_shift = (i32)row[PAIR_SHIFT];
    i64 count = 0;
    u32 gram = 0, before = 0;
    u8 pair_before = 0;
    const u8 *at = first - scan->start < 3 ? scan->start : first - 3;
    for (; at < first; at++) {
        u32 class = classes[*at];
        gram = gram >> 8 | (u32)*at << 24;
        pair_before = pairs[before << pair_shift | class];
        before = class;
    }
    for (; at < stop; at++) {
        u32 class = classes[*at];
        u8 pair = pairs[before << pair_shift | class];
        u8 is_short = (u8)(pair | (pair >> 1 & pair_before >> 2));
        gram = gram >> 8 | (u32)*at << 24;
        u32 bit = gram * MIX >> shift;
        before = class;
        pair_before = pair;
        places[count] = (u16)(at - first);
        count += (i64)((bits[bit >> 6] >> (bit & 63) | is_short) & 1);
    }
    return count;
}

/* Literals of up to three bytes that end at a position. */
static inline void look_short(Scan *scan, const Tables *tables, const i64 *row, const u8 *at, u32 gram) {
    const i32 *ones = tables->ones_start + scan->field * 257 + *at;
    for (i32 entry = ones[0]; entry < ones[1]; entry++) hit(scan, tables->ones[entry]);
    if (row[TAIL_AT] < 0) return;
    i64 bucket = row[TAIL_AT] + ((gram & 0xFFFF0000u) * MIX >> row[TAIL_SHIFT]);
    for (i32 entry = tables->tail_start[bucket]; entry < tables->tail_start[bucket + 1]; entry++) {
        const Tail *tail = tables->tails + entry;
        if ((gram & tail->mask) == tail->gram && at + 1 - scan->start >= tail->length) hit(scan, tail->predicate);
    }
}

/* Longer literals whose gram ends at a position. */
static inline void look_long(Scan *scan, const Tables *tables, const i64 *row, const u8 *at, u32 gram) {
    i64 bucket = row[BUCKET_AT] + (gram * MIX >> row[BUCKET_SHIFT]);
    for (i32 entry = tables->bucket_start[bucket]; entry < tables->bucket_start[bucket + 1]; entry++) {
        const Gram *found = tables->grams + entry;
        if (found->gram != gram || scan->seen[found->predicate] == scan->tick) continue;
        i64 before = at - 3 - found->offset - scan->start;
        if (stands(scan, before, found->kind, found->length, tables->literals + found->literal))
            hit(scan, found->predicate);
    }
}

static inline void look(Scan *scan, const Tables *tables, const i64 *row, const u8 *at) {
    u32 gram = gram_at(scan->start, at);
    if (row[PAIR_AT]) look_short(scan, tables, row, at, gram);
    if (row[BUCKET_AT] >= 0) look_long(scan, tables, row, at, gram);
}

/* Literals anywhere: those whose gram, and short ones whose last byte, stands at a place. */
static void scan_inside(Scan *scan, const Tables *tables, const i64 *row) {
    u16 places[PLACES];
    const u64 *bits = tables->gram_bits + row[GRAM_AT];
    i32 shift = (i32)row[GRAM_SHIFT];
    for (const u8 *first = scan->start; first < scan->end;) {
        /* An even number, so that every other position goes on being the other one. */
        const u8 *stop = scan->end - first < PLACES ? scan->end : first + PLACES - 2;
        i64 found = row[SKIPS] ? sift_skipping(scan, first, stop, bits, shift, places)
                  : row[PAIR_AT] ? sift_both(scan, first, stop, tables, row, places)
                                 : sift_grams(scan, first, stop, bits, shift, places);
        for (i64 place = 0; place < found; place++) {
            const u8 *at = first + places[place];
            if (row[SKIPS] && at > scan->start) look(scan, tables, row, at - 1);
            look(scan, tables, row, at);
        }
        first = stop;
    }
}

/* Writes the hits of the values from `first` on; returns the value to go on with where `out` is full. */
EXPORT i64 gk_scan(const Values *values, const Tables *tables, i64 *seen, i64 *tick, i64 first, i64 *out_start,
                   i32 *out, i64 size) {
    i64 count = out_start[first];
    for (i64 value = first; value < values->count; value++) {
        i64 field = values->fields[value];
        const i64 *row = tables->fields[field];
        if (count + tables->room[field] > size) return value;
        Scan scan = {values->text + values->starts[value], values->text + values->ends[value], field, ++*tick, seen,
                     out + count};
        scan_edges(&scan, tables, row);
        scan_equals(&scan, tables, row);
        if (row[GRAM_AT] >= 0) scan_inside(&scan, tables, row);
        /* What stands for letters that fold in more than one way. */
        for (i64 wide = row[WIDE_START]; values->odd[value] && wide < row[FIELD_COLUMNS + WIDE_START]; wide++)
            hit(&scan, tables->wides[wide]);
        count = scan.out - out;
        out_start[value + 1] = count;
    }
    return values->count;
}
