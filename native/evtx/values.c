/* Values that are not the same as the one before: found by hash or added, their text written at once. */
#include "values.h"

enum { LEAST_SLOTS = 16, LEAST_TEXT = 512 };

/* Make room for ``wanted`` items; false where there is no memory. */
bool grow(void **memory, i32 *room, i64 wanted, size_t size) {
    if (wanted <= *room) return true;
    i64 next = *room < 64 ? 64 : 2 * (i64)*room;
    if (next < wanted) next = wanted;
    void *larger = next > INT32_MAX ? NULL : realloc(*memory, (size_t)next * size);
    if (!larger) return false;
    *memory = larger;
    *room = (i32)next;
    return true;
}

void column_forget(column *c) {
    if (c->slots && (c->count || c->is_mixed)) memset(c->slots, 0, sizeof *c->slots * (c->mask + 1));
    c->filled = c->count = 0;
    c->last_tag = NO_TAG;
    c->text_bytes = 0;
    c->is_mixed = false;
}

static void take_slot(column *c, u32 hash, i32 code) {
    u32 slot = hash & c->mask;
    while (c->slots[slot]) slot = (slot + 1) & c->mask;
    c->slots[slot] = (hash & ~CODE_MASK) | ((u32)code + 1);
}

/* Make room for one more value. */
static bool room_for_value(column *c) {
    i32 wanted = c->count + 1, ends_room = c->value_room, entries_room = c->value_room;
    if (wanted >= (i32)CODE_MASK) return false; /* a slot has no room for larger codes */
    if (!grow((void **)&c->ends, &ends_room, wanted, sizeof *c->ends)) return false;
    if (!grow((void **)&c->entries, &entries_room, wanted, sizeof *c->entries)) return false;
    u32 size = c->slots ? c->mask + 1 : LEAST_SLOTS;
    while (size < 2 * (u32)ends_room) size *= 2;
    u32 *larger = calloc(size, sizeof *larger);
    if (!larger) return false;
    free(c->slots);
    c->slots = larger;
    c->mask = size - 1;
    for (i32 code = 0; code < c->count; code++) take_slot(c, c->entries[code].hash, code);
    c->value_room = ends_room;
    return true;
}

static bool room_for_text(column *c, u64 wanted) {
    u64 next = c->text_room < LEAST_TEXT ? LEAST_TEXT : 2 * (u64)c->text_room;
    if (next < wanted) next = wanted;
    u8 *larger = next > INT32_MAX ? NULL : realloc(c->text, next);
    if (!larger) return false;
    c->text = larger;
    c->text_room = (u32)next;
    return true;
}

static i32 added(decoder *d, column *c, u32 tag, const u8 *at, u32 hash) {
    u32 kind = tag >> 24, bytes = tag & 0xFFFFFF;
    u64 most = c->text_bytes + (u64)bytes * 3 + GUARD;
    if (UNLIKELY(c->count >= c->value_room) && !room_for_value(c)) return -1;
    if (UNLIKELY(most > c->text_room) && !room_for_text(c, most)) return -1;
    bool is_lossy;
    u8 *out = c->text + c->text_bytes;
    u64 written = kind == T_STRING ? write_utf16(at, bytes, out, &is_lossy) : write_text(d, kind, at, bytes, out, &is_lossy);
    c->text_bytes += (u32)written;
    d->batch_text += written;
    d->record_text += written;
    i32 code = c->count++;
    c->entries[code] = (entry){at, tag, hash};
    c->ends[code] = (i32)c->text_bytes;
    take_slot(c, hash, code);
    if (code == 0) c->kind = (u8)kind;
    if (c->kind != kind || is_lossy) c->is_mixed = true;
    return code;
}

static i32 found(const column *c, u32 tag, const u8 *at, u32 hash) {
    if (!c->count) return -1;
    for (u32 slot = hash & c->mask; c->slots[slot]; slot = (slot + 1) & c->mask) {
        if ((c->slots[slot] ^ hash) & ~CODE_MASK) continue;
        i32 code = (i32)(c->slots[slot] & CODE_MASK) - 1;
        const entry *one = &c->entries[code];
        if (one->tag == tag && same_bytes(one->at, at, tag & 0xFFFFFF)) return code;
    }
    return -1;
}

/* Set the value of the column's latest row, which is not the value before. The code of one that the operation does
 * not know either comes with settle_waiting. */
status put_other(decoder *d, column *c, op *o, u32 tag, const u8 *at) {
    i32 at_row = c->filled - 1;
    u32 bytes = tag & 0xFFFFFF;
    if (o->known_tag == tag && o->known_batch == d->batch && o->column == c && same_bytes(o->known_at, at, bytes)) {
        c->last_at = o->known_at;
        c->last_tag = tag;
        c->codes[at_row] = c->last = o->known_code;
        return OK;
    }
    u32 hash = (u32)hash_bytes(at, bytes, d->seed ^ tag);
    if (c->count) __builtin_prefetch(&c->slots[hash & c->mask]);
    d->waiting[d->waiting_count++] = (waiting){c, o, at, tag, hash, at_row};
    return d->waiting_count == MAX_WAITING ? settle_waiting(d) : OK;
}

/* Give the waiting values their codes, in the order in which they came. */
status settle_waiting(decoder *d) {
    i32 count = d->waiting_count;
    d->waiting_count = 0;
    for (i32 i = 0; i < count; i++) {
        const waiting *w = &d->waiting[i];
        column *c = w->column;
        i32 code = found(c, w->tag, w->at, w->hash);
        if (code < 0) code = added(d, c, w->tag, w->at, w->hash);
        if (code < 0) return FULL;
        c->codes[w->row] = c->last = w->op->known_code = code;
        c->last_tag = w->op->known_tag = w->tag;
        c->last_at = w->op->known_at = w->at;
        w->op->known_batch = d->batch;
    }
    return d->record_text > MAX_RECORD_TEXT ? DECLINED : OK;
}

/* Make room for a row's code; the rows before it that have none yet get -1. */
bool room_for_row(column *c, i32 at_row) {
    if (!grow((void **)&c->codes, &c->room, (i64)at_row + 1, sizeof *c->codes)) return false;
    for (i32 gap = c->filled; gap < at_row; gap++) c->codes[gap] = -1;
    return true;
}

/* Add a field to the rest of the row at hand. */
status put_rest(decoder *d, op *o, u32 tag, const u8 *at) {
    dataset *own = d->own;
    if (d->batch_rests >= MAX_RESTS) return FULL;
    if (!grow((void **)&own->rests, &own->rest_room, own->rest_count + 1, sizeof *own->rests)) return FULL;
    status done = put_cell(d, &own->columns[own->column_count], own->rest_count, o, tag, at);
    if (done != OK) return done;
    own->rests[own->rest_count++] = (rest){own->row_count, o->field};
    d->batch_rests++;
    return OK;
}
