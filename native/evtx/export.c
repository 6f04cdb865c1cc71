/* A dataset's rows as an Arrow record batch, through Arrow's C data interface: one block of memory a batch.
 *
 * The schema is model/events.py's: where an event stands and when it happened, the envelope's numbers, text columns
 * as dictionaries, and last event.rest, a list of (name, value). */
#include <stdatomic.h>

#include "decoder.h"
#include "hashing.h"

typedef struct ArrowArray {
    i64 length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
} ArrowArray;

enum { META = 9, ALIGNMENT = 64 };
static const i64 FILETIME_OF_1970 = 116444736000000000;

typedef struct {
    u8 *block;
    u64 used, room;
} memory;

/* Blocks of batches that nobody needs any more: fresh memory costs a page fault every four kilobytes, as much as
 * decoding what goes there. Arrow may give a batch back on any thread. */
enum { KEPT_BLOCKS = 16 };
static const u64 MOST_KEPT = (u64)48 << 20;
static struct {
    void *block;
    u64 bytes;
} kept_blocks[KEPT_BLOCKS];
static u64 kept_bytes;
static atomic_flag is_busy = ATOMIC_FLAG_INIT;

typedef struct {
    u64 bytes; /* of the whole block, which begins with this */
} block_head;

static void lock(void) {
    while (atomic_flag_test_and_set_explicit(&is_busy, memory_order_acquire)) {}
}

static void unlock(void) { atomic_flag_clear_explicit(&is_busy, memory_order_release); }

/* Return a block of at least so many bytes, its head filled; NULL where there is no memory. */
static u8 *block_of(u64 bytes) {
    block_head *found = NULL;
    lock();
    for (int i = 0; i < KEPT_BLOCKS && !found; i++) {
        if (!kept_blocks[i].block || kept_blocks[i].bytes < bytes || kept_blocks[i].bytes / 4 > bytes) continue;
        found = kept_blocks[i].block;
        kept_bytes -= kept_blocks[i].bytes;
        kept_blocks[i].block = NULL;
    }
    unlock();
    if (found) return (u8 *)found;
    bytes += bytes / 4; /* the next batch may be a little larger */
    found = malloc(bytes);
    if (found) found->bytes = bytes;
    return (u8 *)found;
}

static void give_back(block_head *block) {
    lock();
    for (int i = 0; i < KEPT_BLOCKS && block; i++) {
        if (kept_blocks[i].block || kept_bytes + block->bytes > MOST_KEPT) continue;
        kept_blocks[i].block = block;
        kept_blocks[i].bytes = block->bytes;
        kept_bytes += block->bytes;
        block = NULL;
    }
    unlock();
    free(block);
}

static void *take(memory *m, u64 bytes) {
    void *found = m->block + m->used;
    m->used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return m->used <= m->room ? found : NULL; /* never NULL: block_bytes has counted */
}

static void release_batch(ArrowArray *array) {
    give_back(array->private_data);
    array->release = NULL;
}

static void release_child(ArrowArray *array) { array->release = NULL; }

static void fill(memory *m, ArrowArray *out, i64 length, i64 nulls, i64 buffers, i64 children) {
    *out = (ArrowArray){.length = length, .null_count = nulls, .n_buffers = buffers, .n_children = children,
                        .release = release_child};
    out->buffers = take(m, sizeof(void *) * (u64)buffers);
    for (i64 i = 0; i < buffers; i++) out->buffers[i] = NULL;
    if (!children) return;
    out->children = take(m, sizeof(ArrowArray *) * (u64)children);
    ArrowArray *all = take(m, sizeof(ArrowArray) * (u64)children);
    for (i64 i = 0; i < children; i++) out->children[i] = all + i;
}

/* ---- values that read alike */

static u32 start_of(const column *c, i32 code) { return code ? (u32)c->ends[code - 1] : 0; }

/* Find the text of a code among those kept so far, or keep it: moved down to where the kept ones end. */
static i32 kept(decoder *d, column *c, u32 start, u32 bytes, i32 *count, u32 *end) {
    u32 slot = (u32)hash_bytes(c->text + start, bytes, d->seed) & c->mask;
    for (; c->slots[slot]; slot = (slot + 1) & c->mask) {
        i32 other = (i32)c->slots[slot] - 1;
        u32 at = start_of(c, other);
        if ((u32)c->ends[other] - at == bytes && memcmp(c->text + at, c->text + start, bytes) == 0) return other;
    }
    memmove(c->text + *end, c->text + start, bytes);
    *end += bytes;
    c->ends[*count] = (i32)*end;
    c->slots[slot] = (u32)*count + 1;
    return (*count)++;
}

/* Leave every text once, and none that no row has: several types may spell a value alike, and a record that was
 * taken back leaves its values. */
static bool settle(decoder *d, column *c) {
    i32 *number = malloc(sizeof *number * ((size_t)c->count + 1));
    if (!number) return false;
    for (i32 code = 0; code < c->count; code++) number[code] = -1;
    for (i32 at = 0; at < c->filled; at++)
        if (c->codes[at] >= 0) number[c->codes[at]] = 0;
    memset(c->slots, 0, sizeof *c->slots * (c->mask + 1));
    i32 count = 0;
    u32 end = 0, start = 0;
    for (i32 code = 0; code < c->count; code++) {
        u32 stop = (u32)c->ends[code];
        if (number[code] == 0) number[code] = kept(d, c, start, stop - start, &count, &end);
        start = stop;
    }
    for (i32 at = 0; at < c->filled; at++)
        if (c->codes[at] >= 0) c->codes[at] = number[c->codes[at]];
    c->count = count;
    c->text_bytes = end;
    free(number);
    return true;
}

/* ---- arrays */

typedef i32 eight __attribute__((vector_size(32), aligned(4)));

/* The sign bits of eight numbers, the first one's lowest. */
static inline u32 signs(const i32 *values) {
    const eight WEIGHT = {1, 2, 4, 8, 16, 32, 64, 128};
    eight here;
    memcpy(&here, values, sizeof here);
    here = (here < 0) & WEIGHT;
    return (u32)(here[0] | here[1] | here[2] | here[3] | here[4] | here[5] | here[6] | here[7]);
}

/* Write validity bits for values that are not negative; return how many are negative. Bits beyond are 0. */
static i64 validity32(const i32 *values, i64 count, u8 *bits) {
    i64 nulls = 0, at = 0;
    for (; at + 8 <= count; at += 8) {
        u32 negative = signs(values + at);
        bits[at >> 3] = (u8)~negative;
        nulls += __builtin_popcount(negative);
    }
    if (at == count) return nulls;
    i32 last[8] = {-1, -1, -1, -1, -1, -1, -1, -1};
    memcpy(last, values + at, sizeof *last * (size_t)(count - at));
    u32 negative = signs(last);
    bits[at >> 3] = (u8)~negative;
    return nulls + __builtin_popcount(negative) - (8 - (count - at));
}

static u64 bitmap_bytes(i64 count) { return (u64)(count + 7) / 8; }

/* Strings from texts that stand one after another. */
static ArrowArray *strings(memory *m, i64 count, const i32 *ends, const u8 *text, u64 text_bytes) {
    ArrowArray *out = take(m, sizeof *out);
    fill(m, out, count, 0, 3, 0);
    i32 *offsets = take(m, sizeof *offsets * (u64)(count + 1));
    offsets[0] = 0;
    if (count) memcpy(offsets + 1, ends, sizeof *offsets * (u64)count);
    u8 *bytes = take(m, text_bytes);
    if (text_bytes) memcpy(bytes, text, text_bytes);
    out->buffers[1] = offsets;
    out->buffers[2] = bytes;
    return out;
}

/* A column's codes over so many rows, and its values. */
static void dictionary_column(memory *m, ArrowArray *out, column *c, i64 rows) {
    fill(m, out, rows, 0, 2, 0);
    i32 *codes = take(m, sizeof *codes * (u64)rows);
    u8 *bits = take(m, bitmap_bytes(rows));
    if (c->filled) memcpy(codes, c->codes, sizeof *codes * (u64)c->filled);
    for (i64 at = c->filled; at < rows; at++) codes[at] = -1;
    out->null_count = validity32(codes, rows, bits);
    if (out->null_count) {
        out->buffers[0] = bits;
        for (i64 at = 0; at < rows; at++) codes[at] = codes[at] < 0 ? 0 : codes[at];
    }
    out->buffers[1] = codes;
    out->dictionary = strings(m, c->count, c->ends, c->text, c->text_bytes);
}

/* A column without any value; all of a batch share their zeros. */
static void empty_column(memory *m, ArrowArray *out, i64 rows, const void *zeros, ArrowArray *no_strings) {
    fill(m, out, rows, rows, 2, 0);
    out->buffers[0] = out->buffers[1] = zeros;
    out->dictionary = no_strings;
}

static i64 *longs(memory *m, ArrowArray *out, i64 rows) {
    fill(m, out, rows, 0, 2, 0);
    i64 *values = take(m, sizeof *values * (u64)rows);
    out->buffers[1] = values;
    return values;
}

static i32 *ints(memory *m, ArrowArray *out, i64 rows) {
    fill(m, out, rows, 0, 2, 0);
    i32 *values = take(m, sizeof *values * (u64)rows);
    out->buffers[1] = values;
    return values;
}

/* Turn negative numbers of a filled column into nulls. */
static void without_negatives(memory *m, ArrowArray *out, const i64 *values, i64 rows) {
    i64 nulls = 0;
    for (i64 at = 0; at < rows; at++) nulls += values[at] < 0;
    u8 *bits = take(m, bitmap_bytes(rows));
    if (!nulls) return;
    memset(bits, 0, bitmap_bytes(rows));
    for (i64 at = 0; at < rows; at++) bits[at >> 3] |= (u8)((values[at] >= 0) << (at & 7));
    out->buffers[0] = bits;
    out->null_count = nulls;
}

static i64 microseconds(i64 filetime) {
    i64 ticks = filetime - FILETIME_OF_1970;
    return ticks / 10 - (ticks % 10 < 0);
}

/* The columns of model.events.META_FIELDS and SYSTEM_TYPED. */
static void meta(memory *m, ArrowArray **out, const dataset *own, const i32 *sources, const i64 *offsets, u8 *zeros) {
    i64 rows = own->row_count;
    i32 *source = ints(m, out[0], rows);
    i64 *offset = longs(m, out[1], rows), *record = longs(m, out[2], rows);
    i64 *ticks = longs(m, out[4], rows), *time = longs(m, out[5], rows), *number = longs(m, out[8], rows);
    i32 *event = ints(m, out[7], rows);
    for (i64 at = 0; at < rows; at++) {
        const row *one = &own->rows[at];
        source[at] = sources[one->chunk];
        offset[at] = offsets[one->chunk] + one->offset;
        record[at] = one->record_id;
        ticks[at] = one->filetime;
        time[at] = microseconds(one->filetime);
        event[at] = one->event_id;
        number[at] = one->event_record_id;
    }
    fill(m, out[3], rows, 0, 2, 0); /* event.state: live */
    fill(m, out[6], rows, 0, 2, 0); /* event.time_assumed: no */
    out[3]->buffers[1] = out[6]->buffers[1] = zeros;
    without_negatives(m, out[4], ticks, rows);
    out[5]->buffers[0] = out[4]->buffers[0];
    out[5]->null_count = out[4]->null_count;
    without_negatives(m, out[8], number, rows);
    u8 *bits = take(m, bitmap_bytes(rows));
    out[7]->null_count = validity32(event, rows, bits);
    if (out[7]->null_count) out[7]->buffers[0] = bits;
}

/* Number the names of the rest in the order in which they come; write the numbers, return how many. */
static i32 number_names(const dataset *own, i32 *codes, i32 *number_of, i32 *names) {
    i32 count = 0;
    for (i32 i = 0; i < own->rest_count; i++) {
        i32 one = own->rests[i].name;
        if (number_of[one] < 0) {
            number_of[one] = count;
            names[count++] = one;
        }
        codes[i] = number_of[one];
    }
    for (i32 i = 0; i < count; i++) number_of[names[i]] = -1;
    return count;
}

static u64 name_bytes(const decoder *d, const i32 *names, i32 count) {
    u64 bytes = 0;
    for (i32 i = 0; i < count; i++) bytes += d->names[names[i]].text_bytes;
    return bytes;
}

typedef struct {
    i32 *codes, *names;
    i32 count;
} rest_names;

static ArrowArray *name_strings(memory *m, const decoder *d, const rest_names *found) {
    ArrowArray *out = take(m, sizeof *out);
    fill(m, out, found->count, 0, 3, 0);
    i32 *offsets = take(m, sizeof *offsets * ((u64)found->count + 1));
    u8 *bytes = take(m, name_bytes(d, found->names, found->count));
    offsets[0] = 0;
    for (i32 i = 0; i < found->count; i++) {
        const name *one = &d->names[found->names[i]];
        memcpy(bytes + offsets[i], d->arena + one->text, one->text_bytes);
        offsets[i + 1] = offsets[i] + (i32)one->text_bytes;
    }
    out->buffers[1] = offsets;
    out->buffers[2] = bytes;
    return out;
}

/* event.rest: by row a list of (name, value). */
static void rest_column(memory *m, ArrowArray *out, const decoder *d, dataset *own, const rest_names *found) {
    i64 rows = own->row_count;
    fill(m, out, rows, 0, 2, 1);
    i32 *offsets = take(m, sizeof *offsets * (u64)(rows + 1));
    i32 at = 0;
    for (i64 one = 0; one < rows; one++) {
        offsets[one] = at;
        while (at < own->rest_count && own->rests[at].row == one) at++;
    }
    offsets[rows] = at;
    out->buffers[1] = offsets;
    ArrowArray *pairs = out->children[0];
    fill(m, pairs, own->rest_count, 0, 1, 2);
    fill(m, pairs->children[0], own->rest_count, 0, 2, 0);
    i32 *codes = take(m, sizeof *codes * (u64)own->rest_count);
    memcpy(codes, found->codes, sizeof *codes * (u64)own->rest_count);
    pairs->children[0]->buffers[1] = codes;
    pairs->children[0]->dictionary = name_strings(m, d, found);
    dictionary_column(m, pairs->children[1], &own->columns[own->column_count], own->rest_count);
}

/* ---- the batch */

/* Return how much memory the batch takes at the most. */
static u64 block_bytes(const decoder *d, const dataset *own, const rest_names *found) {
    u64 rows = (u64)own->row_count, columns = META + (u64)own->column_count + 4;
    u64 total = columns * (2 * sizeof(ArrowArray) + 10 * ALIGNMENT) + 16 * ALIGNMENT;
    total += META * (9 * rows + 2 * ALIGNMENT) + 5 * rows + 4 * ALIGNMENT;
    for (i32 i = 0; i <= own->column_count; i++) {
        const column *c = &own->columns[i];
        u64 length = i < own->column_count ? rows : (u64)own->rest_count;
        if (c->filled || i == own->column_count) total += 5 * length + 4 * (u64)c->count + c->text_bytes + 5 * ALIGNMENT;
    }
    total += 4 * rows + 4 * (u64)own->rest_count + 4 * (u64)found->count;
    return total + name_bytes(d, found->names, found->count) + 16 * ALIGNMENT;
}

static bool settled(decoder *d, dataset *own) {
    for (i32 i = 0; i <= own->column_count; i++) {
        column *c = &own->columns[i];
        if (c->is_mixed && c->filled && !settle(d, c)) return false;
    }
    return true;
}

static void write_batch(memory *m, ArrowArray *out, const decoder *d, dataset *own, const rest_names *found,
                        const i32 *sources, const i64 *offsets) {
    i64 rows = own->row_count;
    fill(m, out, rows, 0, 1, META + own->column_count + 1);
    u8 *zeros = take(m, 4 * (u64)rows);
    memset(zeros, 0, 4 * (size_t)rows);
    meta(m, out->children, own, sources, offsets, zeros);
    ArrowArray *no_strings = strings(m, 0, NULL, NULL, 0);
    for (i32 i = 0; i < own->column_count; i++) {
        column *c = &own->columns[i];
        if (c->filled && c->count) dictionary_column(m, out->children[META + i], c, rows);
        else empty_column(m, out->children[META + i], rows, zeros, no_strings);
    }
    rest_column(m, out->children[META + own->column_count], d, own, found);
}

/* Write a dataset's rows into ``out``, an ArrowArray; return their number, 0 for none, -1 where there is no memory.
 * sources, offsets: by chunk of the buffer the number of its file and its place there. Each batch is exported once. */
EXPORT i64 gk_evtx_export(decoder *d, i32 number, const i32 *sources, const i64 *offsets, ArrowArray *out) {
    dataset *own = &d->datasets[number];
    if (own->row_count == 0) return 0;
    i32 *scratch = malloc(sizeof *scratch * (2 * (size_t)MAX_NAMES + (size_t)own->rest_count + 1));
    if (!scratch) return -1;
    memset(scratch, 0xFF, sizeof *scratch * MAX_NAMES);
    rest_names found = {.codes = scratch + 2 * MAX_NAMES, .names = scratch + MAX_NAMES};
    found.count = number_names(own, found.codes, scratch, found.names);
    memory m = {0};
    u8 *owned = NULL;
    if (settled(d, own)) {
        m.room = block_bytes(d, own, &found);
        owned = block_of(m.room + sizeof(block_head) + ALIGNMENT);
        u8 *start = owned + sizeof(block_head);
        m.block = owned ? start + (ALIGNMENT - (uintptr_t)start % ALIGNMENT) : NULL;
    }
    if (m.block) {
        write_batch(&m, out, d, own, &found, sources, offsets);
        out->release = release_batch;
        out->private_data = owned;
    }
    free(scratch);
    return m.block ? own->row_count : -1;
}
