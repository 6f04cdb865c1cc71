/* Distinct values: every column numbers its own in the order in which they come, and keeps their text.
 *
 * Most values equal the one before them in their column: that is looked at first, and here, to be compiled into the
 * loop over a record's fields. */
#ifndef GAMEKEEPER_EVTX_VALUES_H
#define GAMEKEEPER_EVTX_VALUES_H

#include "decoder.h"
#include "hashing.h"

/* values.c */
status settle_waiting(decoder *d);
bool room_for_row(decoder *d, column *c, i32 at_row);
status put_rest(decoder *d, op *o, u32 kind, const u8 *at, u32 bytes);

/* Set a row's value; the rows between it and the last one with a value have none. The code of a value that is
 * neither the latest of its column nor the one that the operation knows comes with settle_waiting. */
static inline status put_cell(decoder *d, column *c, i32 at_row, op *o, u32 kind, const u8 *at, u32 bytes) {
    u32 tag = kind << 24 | bytes;
    if (UNLIKELY(c->filled != at_row || at_row >= c->room) && !room_for_row(d, c, at_row)) return FULL;
    c->filled = at_row + 1;
    if (c->last_tag == tag && (c->last_at == at || same_bytes(c->last_at, at, bytes))) {
        c->codes[at_row] = c->last;
        return OK;
    }
    if (o->known_tag == tag && o->known_batch == d->batch && o->known_column == c && same_bytes(o->known_at, at, bytes)) {
        c->last_at = o->known_at;
        c->last_tag = tag;
        c->codes[at_row] = c->last = o->known_code;
        return OK;
    }
    u32 hash = (u32)hash_bytes(at, bytes, d->seed ^ tag);
    if (c->count) __builtin_prefetch(&c->slots[hash & c->mask]);
    d->waiting[d->waiting_count++] = (waiting){c, o, at, tag, hash, at_row};
    return UNLIKELY(d->waiting_count == MAX_WAITING) ? settle_waiting(d) : OK;
}

/* Add a field under its name: to its column, or to the rest where it has none or the row has a value there. */
static inline status put_field(decoder *d, op *o, u32 kind, const u8 *at, u32 bytes) {
    dataset *own = d->own;
    i32 number = d->names[o->field].column[own->number];
    if (LIKELY(number >= 0)) {
        column *c = &own->columns[number];
        if (LIKELY(c->filled <= own->row_count)) return put_cell(d, c, own->row_count, o, kind, at, bytes);
    }
    return put_rest(d, o, kind, at, bytes);
}

#endif
