/* The System part of an event: its dataset, its numbers, its time, and the columns that all datasets share. */
#include "values.h"

enum { NO_NUMBER = -1, NOT_OURS = -2 };

/* Return the number that so many UTF-16 digits spell; NOT_OURS where one is no digit. */
static i64 digits(const u8 *at, u32 count) {
    i64 value = 0;
    for (u32 i = 0; i < count; i++) {
        u32 c = load16(at + 2 * i) - '0';
        if (c > 9) return NOT_OURS;
        value = 10 * value + c;
    }
    return value;
}

/* Return the days from 1601-01-01 to a civil date, by eras of 400 years that begin in March. */
static i64 days_of(i64 year, i64 month, i64 day) {
    i64 y = month <= 2 ? year - 1 : year;
    i64 era = y / 400, year_of_era = y % 400;
    i64 day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 584694;
}

/* Return the FILETIME of 2026-01-31T23:59:59.1234567Z as UTF-16; NOT_OURS for any other form. */
i64 written_time(const u8 *at, u32 bytes) {
    static const struct { u8 at, mark; } MARKS[] = {{4, '-'}, {7, '-'}, {10, 'T'}, {13, ':'}, {16, ':'}};
    u32 units = bytes / 2;
    if (units < 20 || units > 30 || load16(at + 2 * units - 2) != 'Z') return NOT_OURS;
    for (size_t i = 0; i < sizeof MARKS / sizeof *MARKS; i++)
        if (load16(at + 2 * MARKS[i].at) != MARKS[i].mark) return NOT_OURS;
    i64 year = digits(at, 4), month = digits(at + 10, 2), day = digits(at + 16, 2);
    i64 hour = digits(at + 22, 2), minute = digits(at + 28, 2), second = digits(at + 34, 2);
    if (hour < 0 || minute < 0 || second < 0 || hour > 23 || minute > 59 || second > 59) return NOT_OURS;
    if (year < 1601 || month < 0 || day < 0 || !is_date((u32)year, (u32)month, (u32)day)) return NOT_OURS;
    i64 ticks = 0;
    if (units > 20) {
        u32 count = units - 21;
        if (load16(at + 38) != '.' || count < 1 || digits(at + 40, count) < 0) return NOT_OURS;
        ticks = digits(at + 40, count < 7 ? count : 7);
        for (; count < 7; count++) ticks *= 10;
    }
    return (days_of(year, month, day) * 86400 + (hour * 60 + minute) * 60 + second) * 10000000 + ticks;
}

/* Return an integer of the envelope. */
static i64 integer_of(const raw *value, bool is_time) {
    if (value->bytes == 0) return NO_NUMBER;
    if (value->kind == T_STRING) {
        if (is_time) return written_time(value->at, value->bytes);
        return value->bytes <= 36 ? digits(value->at, value->bytes / 2) : NOT_OURS;
    }
    if (is_time && value->kind != 0x11) return NOT_OURS;
    i64 number = NOT_OURS;
    switch (value->kind << 8 | value->bytes) {
        case 0x0401: number = *value->at; break;
        case 0x0502: number = (i16)load16(value->at); break;
        case 0x0602: number = load16(value->at); break;
        case 0x0704: number = (i32)load32(value->at); break;
        case 0x0804: number = load32(value->at) > INT32_MAX ? (i64)NOT_OURS : (i64)load32(value->at); break;
        case 0x0908: case 0x0A08: case 0x1108: number = (i64)load64(value->at); break;
        default: break;
    }
    return number < 0 ? NOT_OURS : number;
}

/* Return the dataset of the channel, its last one where no other wants it; NULL where we decline. */
static dataset *dataset_of_channel(decoder *d, const raw *channel) {
    const raw *last = &d->last_channel;
    if (channel->bytes == 0) return &d->datasets[d->dataset_count - 1];
    if (channel->kind != T_STRING || channel->bytes > 8192) return NULL;
    if (last->bytes == channel->bytes && same_bytes(last->at, channel->at, channel->bytes))
        return &d->datasets[d->last_dataset];
    u64 folded = folded_hash(d, channel->at, channel->bytes);
    if (folded == 0) return NULL;
    d->last_dataset = d->dataset_count - 1;
    for (i32 i = 0; i < d->channel_count; i++)
        if (d->channel_keys[i] == folded) d->last_dataset = d->channel_datasets[i];
    d->last_channel = *channel;
    return &d->datasets[d->last_dataset];
}

/* Say whether UTF-16 text is a GUID, with or without its braces. */
bool is_guid_letters(const u8 *at, u32 bytes) {
    if (bytes != 72 && bytes != 76) return false;
    if (bytes == 76) {
        if (load16(at) != '{' || load16(at + 74) != '}') return false;
        at += 2;
    }
    for (int i = 0; i < 36; i++) {
        u32 c = load16(at + 2 * i), folded = c | 32;
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool is_hex = c - '0' < 10 || (c < 128 && folded - 'a' < 6);
        if (is_dash ? c != '-' : !is_hex) return false;
    }
    return true;
}

/* Set a text column that all datasets share. GUIDs look the same in every format: letters count as a type. */
static status put_text(decoder *d, op *o, i32 slot, const raw *value) {
    column *c = &d->own->columns[slot];
    u32 kind = value->kind;
    if (o->may_be_guid && kind == T_STRING) {
        bool is_latest = c->last_tag == tag_of(T_GUID_TEXT, value->bytes) &&
                         (c->last_at == value->at || same_bytes(c->last_at, value->at, value->bytes));
        if (is_latest || is_guid_letters(value->at, value->bytes)) kind = T_GUID_TEXT;
    }
    return put_cell(d, c, d->own->row_count, o, tag_of(kind, value->bytes), value->at);
}

/* Take one value of the envelope, which has each at the most once, to the dataset at hand. */
status put_envelope(decoder *d, op *o, i32 slot, raw value) {
    if (value.bytes == 0) return OK;
    if (slot < TEXT_SLOTS) return put_text(d, o, slot, &value);
    i64 number = integer_of(&value, slot == SLOT_TIME);
    if (number < 0 || (slot == SLOT_EVENT_ID && number > INT32_MAX)) return DECLINED;
    if (slot == SLOT_EVENT_ID) d->fresh.event_id = (i32)number;
    if (slot == SLOT_RECORD_ID) d->fresh.event_record_id = number;
    if (slot == SLOT_TIME) {
        d->fresh.filetime = number;
        d->has_written_time = true;
    }
    return OK;
}

/* The channel decides where the event belongs; false where we decline. */
bool begin_envelope(decoder *d, raw channel) {
    d->own = dataset_of_channel(d, &channel);
    return d->own != NULL;
}

/* The envelope is complete: take its values, which have waited for the channel. */
status finish_system(decoder *d) {
    if (!begin_envelope(d, d->system[SLOT_CHANNEL])) return DECLINED;
    for (i32 slot = 0; slot < SLOTS; slot++) {
        status done = put_envelope(d, &d->unknown[slot], slot, d->system[slot]);
        if (done != OK) return done;
    }
    return OK;
}

/* Say which operation gives the channel where every place of the envelope is taken once, before any field; else -1.
 * Then the dataset can be known first, and values need not wait. */
i32 regular_channel(const op *ops, i32 count) {
    u32 seen = 0;
    i32 channel = -1, at = 0;
    for (; at < count && ops[at].field < 0; at++) {
        u32 bit = 1u << (-1 - ops[at].field);
        if (seen & bit) return -1;
        seen |= bit;
        if (bit == 1u << SLOT_CHANNEL) channel = at;
    }
    for (; at < count; at++)
        if (ops[at].field < 0) return -1;
    return channel;
}
