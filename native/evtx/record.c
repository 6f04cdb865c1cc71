/* One record: its programs run, its fields go to their columns. */
#include "values.h"

/* Read a template instance: return its program, and the values' places in ``at``; NULL where we decline. */
static program *begin_instance(decoder *d, const u8 *p, const u8 *stop, context ctx, level *at) {
    if (stop - p < 10) return NULL;
    u32 offset = load32(p + 6);
    if (offset > CHUNK - 24) return NULL;
    const u8 *definition = d->chunk + offset;
    u32 bytes = load32(definition + 20);
    /* the second: a stale record, whose template has been overwritten */
    if (bytes > CHUNK - 24 - offset || load32(p + 2) != load32(definition + 4)) return NULL;
    p += 10;
    if (p == definition) p += 24 + bytes;
    if (stop - p < 4) return NULL;
    u32 count = load32(p);
    p += 4;
    if (count > MAX_VALUES || (i64)count * 4 > stop - p) return NULL;
    at->heads = p;
    at->count = count;
    u32 start = (u32)(p - d->chunk) + 4 * count;
    for (u32 i = 0; i < count; i++) {
        at->start[i] = start;
        start += load16(p + 4 * i);
    }
    if (start > (u32)(stop - d->chunk)) return NULL;
    if (at == d->levels) d->text_stop = d->chunk + start;
    d->steps_left -= count;
    program *found = template_at(d, offset, ctx);
    return found && found->values <= count ? found : NULL; /* values beyond the array are for the slow truth */
}

/* Cut trailing NULs and turn nulls into nothing; false where we decline. */
static inline bool settle(const op *o, raw *value) {
    switch (value->kind) {
        case T_NULL: value->bytes = 0; return true; /* it may claim the size of the type that it stands for */
        case T_STRING:
            if (value->bytes & 1) return false;
            if (value->bytes && load16(value->at + value->bytes - 2) == 0) value->bytes = trimmed(value->at, value->bytes);
            return true;
        case T_ANSI:
            while (value->bytes && value->at[value->bytes - 1] == 0) value->bytes--;
            return true;
        case T_STRINGS: return !(value->bytes & 1) && o->field >= 0 && !(o->flags & (SKIP_EMPTY | ATTRIBUTE));
        case T_GUID_TEXT: return o->from == FROM_LITERAL;
        default: return !(value->kind & 0x80);
    }
}

/* The value that an operation takes; begin_instance has seen to it that it is there. */
static inline raw value_of(const decoder *d, const level *at, const op *o) {
    if (LIKELY(o->from == FROM_VALUE)) {
        u32 head = load32(at->heads + 4 * o->index);
        return (raw){d->chunk + at->start[o->index], head & 0xFFFF, head >> 16 & 0xFF};
    }
    if (o->from == FROM_LITERAL) return (raw){o->literal, o->index, o->literal_kind};
    return (raw){d->chunk, 0, T_NULL};
}

/* Begin a regular envelope with its channel; false where we decline. */
static bool begin_regular(decoder *d, const level *at, const op *channel) {
    raw value = value_of(d, at, channel);
    if (!settle(channel, &value)) return false;
    d->is_regular = true;
    return begin_envelope(d, value);
}

/* Find the columns that operations put their values into; those of an envelope only where it is regular. */
static void plan(const decoder *d, op *ops, i32 count, bool is_regular) {
    for (i32 i = 0; i < count; i++) {
        op *o = &ops[i];
        i32 number = -1;
        if (o->field >= 0) number = d->names[o->field].column[d->own->number];
        else if (is_regular && -1 - o->field < TEXT_SLOTS) number = -1 - o->field;
        o->column = number >= 0 && !(o->flags & CONTAINER) ? &d->own->columns[number] : NULL;
        o->slot_of_number = is_regular && o->field < -TEXT_SLOTS ? (u8)(-1 - o->field) : 0;
        o->known_batch = 0;
    }
}

/* Read a BinXML fragment: a header, then a template instance or, at the top, elements in line. */
static bool begin_fragment(decoder *d, const u8 *p, const u8 *stop, context ctx, level *at) {
    if (stop - p < 5) return false;
    if (*p == 0x0F) p += 4;
    i32 channel = -1, count = 0;
    const dataset **planned;
    if (*p == 0x0C) {
        program *found = begin_instance(d, p, stop, ctx, at);
        if (!found) return false;
        at->begin = found->ops;
        count = found->op_count;
        channel = found->channel;
        planned = &found->planned;
    } else {
        shape *found = ctx == IN_DOCUMENT && (*p & 0xBF) == 0x01 ? shape_of(d, p, stop) : NULL;
        if (!found) return false;
        u32 bytes = load32(p + 1); /* of the element behind its size */
        if (at == d->levels && (i64)bytes <= stop - p - 5) d->text_stop = p + 5 + bytes;
        at->count = 0;
        at->begin = found->ops;
        count = found->op_count;
        channel = found->channel;
        planned = &found->planned;
    }
    at->end = at->begin + count;
    if (channel >= 0 && !begin_regular(d, at, at->begin + channel)) return false;
    at->is_planned = d->own != NULL;
    if (UNLIKELY(d->own && *planned != d->own)) {
        *planned = d->own;
        plan(d, at->begin, count, channel >= 0);
    }
    return true;
}

/* Add every item of a string array as a field of its own. */
static status put_strings(decoder *d, op *o, const u8 *at, u32 bytes) {
    if (bytes == 0) return put_field(d, o, tag_of(T_STRING, 0), at);
    for (u32 start = 0, p; start < bytes; start = p + 2) {
        for (p = start; p + 1 < bytes && load16(at + p) != 0;) p += 2;
        status done = put_field(d, o, tag_of(T_STRING, p - start), at + start);
        if (done != OK) return done;
        d->steps_left--;
    }
    return OK;
}

/* Keep a value of an irregular envelope, which is complete once any other field has come. */
static status keep_system(decoder *d, i32 slot, const raw *value) {
    if (d->own) return DECLINED;
    if (value->bytes == 0) return OK;
    if (d->system[slot].bytes) return DECLINED;
    d->system[slot] = *value;
    return OK;
}

/* Give a value to the envelope. */
static status put_system(decoder *d, op *o, const raw *value, bool is_top) {
    if (!d->is_regular) return keep_system(d, -1 - o->field, value);
    return is_top ? put_envelope(d, o, -1 - o->field, *value) : DECLINED;
}

/* Give a value that is no BinXML to its field, whatever it is and wherever that goes. */
static status put_value(decoder *d, op *o, raw value, bool is_top) {
    if (value.kind == T_NULL && o->flags & OPTIONAL && o->from == FROM_VALUE) return OK;
    if (!settle(o, &value)) return DECLINED;
    if (o->field < 0) return put_system(d, o, &value, is_top);
    if (!d->own) {
        status done = finish_system(d);
        if (done != OK) return done;
    }
    if (value.kind == T_STRINGS) return put_strings(d, o, value.at, value.bytes);
    if (value.bytes == 0) {
        if (o->flags & SKIP_EMPTY) return OK;
        value.kind = T_STRING;
    }
    return put_field(d, o, tag_of(value.kind, value.bytes), value.at);
}

/* Give an ordinary value, a text or one of fixed size, to the column that its operation is planned for. */
static inline status put_planned(decoder *d, column *c, op *o, raw value, i32 at_row) {
    if (value.kind == T_STRING) {
        if (value.bytes & 1) return DECLINED;
        if (value.bytes && load16(value.at + value.bytes - 2) == 0) value.bytes = trimmed(value.at, value.bytes);
    }
    if (UNLIKELY(value.bytes == 0)) {
        if (o->flags & SKIP_EMPTY || o->field < 0) return OK;
        value.kind = T_STRING;
    }
    u32 tag = tag_of(value.kind, value.bytes);
    if (UNLIKELY(c->filled > at_row)) return put_rest(d, o, tag, value.at); /* the row has a value there */
    return put_cell(d, c, at_row, o, tag, value.at);
}

static inline bool is_ordinary(const op *o, const raw *value) {
    bool is_fixed = value->kind - 0x03 <= 0x15 - 0x03; /* numbers, times, identifiers */
    return is_fixed || (value->kind == T_STRING && !o->may_be_guid) || (value->kind == T_GUID_TEXT && o->from == FROM_LITERAL);
}

/* Take a number of a regular envelope in its usual type; false for any other. */
static inline bool put_number(decoder *d, const op *o, const raw *value) {
    switch (o->slot_of_number << 16 | value->kind << 8 | value->bytes) {
        case SLOT_EVENT_ID << 16 | 0x0602: d->fresh.event_id = load16(value->at); return true;
        case SLOT_RECORD_ID << 16 | 0x0A08:
            d->fresh.event_record_id = (i64)load64(value->at);
            return d->fresh.event_record_id >= 0;
        case SLOT_TIME << 16 | 0x1108:
            d->fresh.filetime = (i64)load64(value->at);
            d->has_written_time = true;
            return d->fresh.filetime >= 0;
        default: return false;
    }
}

/* Run the program that has begun at a depth, and those in its values. */
static status run_program(decoder *d, i32 depth) {
    const level *at = &d->levels[depth];
    op *const end = at->end;
    const bool is_planned = at->is_planned;
    const i32 at_row = is_planned ? d->own->row_count : 0;
    d->steps_left -= end - at->begin;
    if (d->steps_left < 0) return DECLINED;
    for (op *o = at->begin; o < end; o++) {
        raw value = value_of(d, at, o);
        status done = OK;
        column *c = is_planned ? o->column : NULL;
        if (LIKELY(c && is_ordinary(o, &value))) {
            done = put_planned(d, c, o, value, at_row);
        } else if (is_planned && o->slot_of_number && put_number(d, o, &value)) {
            continue;
        } else if (value.kind == T_BINXML) {
            bool is_system = o->ctx == IN_SYSTEM || o->ctx == IN_SYSTEM_DEEP;
            if (o->flags & ATTRIBUTE || is_system || depth + 1 == MAX_LEVELS) return DECLINED;
            if (!begin_fragment(d, value.at, value.at + value.bytes, (context)o->ctx, &d->levels[depth + 1])) return DECLINED;
            done = run_program(d, depth + 1);
        } else if (!(o->flags & CONTAINER)) {
            done = put_value(d, o, value, depth == 0);
        }
        if (UNLIKELY(done != OK)) return done;
    }
    return OK;
}

/* Decode the BinXML between two places of the chunk into the next row of its dataset. */
status run_record(decoder *d, const u8 *from, const u8 *stop) {
    d->own = NULL;
    d->is_regular = false;
    d->text_stop = NULL;
    d->steps_left = MAX_STEPS;
    d->record_text = 0;
    d->has_written_time = false;
    d->waiting_count = 0;
    if (!begin_fragment(d, from, stop, IN_DOCUMENT, d->levels)) return DECLINED;
    if (!d->is_regular)
        for (int slot = 0; slot < SLOTS; slot++) d->system[slot].bytes = 0;
    status done = run_program(d, 0);
    if (done == OK && !d->own) done = finish_system(d);
    return done == OK ? settle_waiting(d) : done;
}
