/* Distinct values: every column numbers its own in the order in which they come, and keeps their text.
 *
 * Most values equal the one before them in their column: that is looked at first, and here, to be compiled into the
 * loop over a record's fields. */
#ifndef GAMEKEEPER_EVTX_VALUES_H
#define GAMEKEEPER_EVTX_VALUES_H

#include "decoder.h"
#include "hashing.h"

/* values.c */
status put_other(decoder *d, column *c, op *o, u32 tag, const u8 *at);
status settle_waiting(decoder *d);
bool room_for_row(column *c, i32 at_row);
status put_rest(decoder *d, op *o, u32 tag, const u8 *at);

/* Set a row's value; the rows between it and the last one with a value have none. */
static inline __attribute__((always_inline)) status put_cell(decoder *d, column *c, i32 at_row, op *o, u32 tag, const u8 *at) {
    if (UNLIKELY(c->filled != at_row || at_row >= c->room) && !room_for_row(c, at_row)) return FULL;
    c->filled = at_row + 1;
    if (c->last_tag != tag || (c->last_at != at && !same_bytes(c->last_at, at, tag & 0xFFFFFF)))
        return put_other(d, c, o, tag, at);
    c->codes[at_row] = c->last;
    return OK;
}

static inline u32 tag_of(u32 kind, u32 bytes) { return kind << 24 | bytes; }

/* Add a field under its name: to its column, or to the rest where it has none or the row has a value there. */
static inline status put_field(decoder *d, op *o, u32 tag, const u8 *at) {
    dataset *own = d->own;
    i32 number = d->names[o->field].column[own->number];
    if (LIKELY(number >= 0)) {
        column *c = &own->columns[number];
        if (LIKELY(c->filled <= own->row_count)) return put_cell(d, c, own->row_count, o, tag, at);
    }
    return put_rest(d, o, tag, at);
}

#endif
