/* Distinct values: every column numbers its own in the order in which they come, and keeps their text.
 *
 * Most values equal the one before them in their column: that is looked at first, and here, to be compiled into the
 * loop over a record's fields. */
#ifndef GAMEKEEPER_EVTX_VALUES_H
#define GAMEKEEPER_EVTX_VALUES_H

#include "decoder.h"
#include "hashing.h"

/* values.c */
i32 intern_other(decoder *d, column *c, u32 tag, const u8 *at);
bool room_for_row(decoder *d, column *c, i32 at_row);

/* Return the code of a value in its column; -1 where memory is at its end. */
static inline i32 intern(decoder *d, column *c, u32 kind, const u8 *at, u32 bytes) {
    u32 tag = kind << 24 | bytes;
    if (LIKELY(c->last_tag == tag) && (c->last_at == at || same_bytes(c->last_at, at, bytes))) return c->last;
    return intern_other(d, c, tag, at);
}

/* Set a row's value; the rows between it and the last one with a value have none. */
static inline status put_cell(decoder *d, column *c, i32 at_row, u32 kind, const u8 *at, u32 bytes) {
    i32 code = intern(d, c, kind, at, bytes);
    if (UNLIKELY(code < 0)) return FULL;
    if (UNLIKELY(c->filled != at_row || at_row >= c->room) && !room_for_row(d, c, at_row)) return FULL;
    c->codes[at_row] = code;
    c->filled = at_row + 1;
    return OK;
}

#endif
