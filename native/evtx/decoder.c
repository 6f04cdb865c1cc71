/* What Python calls: a decoder is made once a process, decodes records batch by batch and forgets in between. */
#include "decoder.h"
#include "hashing.h"

static void release(decoder *d) {
    for (i32 i = 0; i < d->dataset_count; i++) {
        dataset *own = &d->datasets[i];
        for (i32 j = 0; own->columns && j <= own->column_count; j++) {
            column *c = &own->columns[j];
            free(c->codes);
            free(c->entries);
            free(c->ends);
            free(c->slots);
            free(c->text);
        }
        free(own->columns);
        free(own->rows);
        free(own->rests);
    }
    templates_forget(d);
    free(d->levels[0].start);
    free(d->names);
    free(d->name_slots);
    free(d->names_at);
    free(d->arena);
    free(d->declared_keys);
    free(d->declared_columns);
    free(d->ops);
    free(d->steps);
    shapes_free(d);
    free(d->relocations);
    free(d);
}

EXPORT void gk_evtx_free(decoder *d) {
    if (d) release(d);
}

static bool allocate(decoder *d) {
    u32 declared = 1 << 13;
    d->name_mask = 4 * MAX_NAMES - 1;
    d->declared_mask = declared - 1;
    d->names = calloc(MAX_NAMES, sizeof *d->names);
    d->name_slots = calloc(d->name_mask + 1, sizeof *d->name_slots);
    d->names_at = calloc(CHUNK, sizeof *d->names_at);
    d->arena = calloc(1, MAX_NAME_BYTES + GUARD);
    d->declared_keys = calloc(declared, sizeof *d->declared_keys);
    d->declared_columns = calloc(declared, sizeof *d->declared_columns);
    d->ops = calloc(MAX_OPS, sizeof *d->ops);
    d->steps = calloc(MAX_OPS, sizeof *d->steps);
    d->relocations = calloc(MAX_OPS, sizeof *d->relocations);
    u32 *starts = calloc((size_t)MAX_LEVELS * MAX_VALUES, sizeof *starts);
    for (int i = 0; i < MAX_LEVELS; i++) d->levels[i].start = starts ? starts + i * MAX_VALUES : NULL;
    return d->names && d->name_slots && d->names_at && d->arena && d->declared_keys && d->declared_columns && d->ops && d->steps &&
           d->relocations && starts;
}

static bool declare_datasets(decoder *d, i32 count, const i32 *widths) {
    for (i32 i = 0; i < count; i++) {
        dataset *own = &d->datasets[i];
        own->number = i;
        own->column_count = TEXT_SLOTS + widths[i];
        own->columns = calloc((size_t)own->column_count + 1, sizeof *own->columns);
        d->dataset_count = i + 1;
        if (!own->columns) return false;
        for (i32 j = 0; j <= own->column_count; j++) own->columns[j].last_tag = NO_TAG;
    }
    return true;
}

/* A text of the caller's: UTF-16 between two places. */
static u32 copied(const u8 *texts, const i32 *stops, i32 index, u8 *out, u32 room) {
    i32 start = index ? stops[index - 1] : 0;
    u32 bytes = (u32)(stops[index] - start);
    if (bytes > room - GUARD) bytes = room - GUARD;
    memcpy(out, texts + start, bytes);
    memset(out + bytes, 0, GUARD);
    return bytes;
}

/* Make a decoder, NULL where there is no memory.
 * widths: by dataset its declared columns, the last dataset takes what no other wants. texts, stops: UTF-16 of the
 * declared names in order, then of the channels, whose datasets stand in channel_datasets. */
EXPORT decoder *gk_evtx_new(u64 seed, i32 dataset_count, const i32 *widths, i32 channel_count,
                            const i32 *channel_datasets, const u8 *texts, const i32 *stops, real_speller speller) {
    if (dataset_count < 1 || dataset_count > MAX_DATASETS || channel_count > MAX_CHANNELS) return NULL;
    decoder *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    fill_crc_table();
    d->seed = seed;
    d->spell_real = speller;
    d->generation = d->batch = 1;
    if (!allocate(d) || !declare_datasets(d, dataset_count, widths)) {
        release(d);
        return NULL;
    }
    u8 text[1024];
    i32 at = 0;
    for (i32 i = 0; i < dataset_count; i++)
        for (i32 j = 0; j < widths[i]; j++, at++)
            declare_column(d, i, text, copied(texts, stops, at, text, sizeof text), (i16)(TEXT_SLOTS + j));
    for (i32 i = 0; i < channel_count; i++, at++) {
        u32 bytes = copied(texts, stops, at, text, sizeof text);
        d->channel_keys[i] = folded_hash(d, text, bytes);
        d->channel_datasets[i] = channel_datasets[i];
    }
    d->channel_count = channel_count;
    for (i32 slot = 0; slot < SLOTS; slot++)
        d->unknown[slot].may_be_guid = slot == SLOT_GUID || slot == SLOT_ACTIVITY || slot == SLOT_RELATED;
    if (!names_start(d)) {
        release(d);
        return NULL;
    }
    return d;
}

/* Forget names and templates of earlier files. */
EXPORT void gk_evtx_forget(decoder *d) {
    templates_forget(d);
    names_start(d);
}

/* Forget the batch; names and templates stay unless they have become too many. */
EXPORT void gk_evtx_reset(decoder *d) {
    for (i32 i = 0; i < d->dataset_count; i++) {
        dataset *own = &d->datasets[i];
        if (own->row_count == 0 && !own->is_touched) continue;
        for (i32 j = 0; j <= own->column_count; j++) column_forget(&own->columns[j]);
        own->row_count = own->rest_count = 0;
        own->is_touched = false;
    }
    d->last_channel.bytes = 0;
    d->batch_text = 0;
    d->batch++;
    d->batch_rows = d->batch_rests = 0;
    bool is_crowded = d->name_count > MAX_NAMES / 2 || d->arena_bytes > MAX_NAME_BYTES / 2;
    if (is_crowded || d->template_bytes > MAX_TEMPLATE_BYTES / 2) gk_evtx_forget(d);
}

/* Undo what a record has put that does not become a row. Its values stay until export.c drops what no row has. */
static void take_back(decoder *d) {
    dataset *own = d->own;
    if (!own) return;
    own->is_touched = true;
    for (i32 i = 0; i < own->column_count; i++) {
        column *c = &own->columns[i];
        if (c->filled <= own->row_count) continue;
        c->filled = own->row_count;
        c->is_mixed = true;
    }
    while (own->rest_count && own->rests[own->rest_count - 1].row == own->row_count) {
        own->rest_count--;
        d->batch_rests--;
    }
    column *values = &own->columns[own->column_count];
    if (values->filled > own->rest_count) values->is_mixed = true;
    values->filled = own->rest_count;
}

static status decode_record(decoder *d, const u8 *record, u32 bytes, i32 chunk) {
    i64 header_time = (i64)load64(record + 16);
    d->fresh = (row){.chunk = chunk, .offset = record - d->chunk, .record_id = (i64)load64(record + 8),
                     .filetime = header_time > 0 ? header_time : -1, .event_id = -1, .event_record_id = -1};
    status done = run_record(d, record + RECORD_HEADER, record + bytes - 4);
    dataset *own = d->own;
    if (done == OK && !grow((void **)&own->rows, &own->row_room, own->row_count + 1, sizeof *own->rows)) done = FULL;
    if (done != OK) {
        take_back(d);
        return done;
    }
    own->rows[own->row_count++] = d->fresh;
    d->batch_rows++;
    return d->has_written_time ? OK : OK_HEADER_TIME;
}

/* How far a buffer of chunks has been taken. */
typedef struct {
    i64 chunk;            /* the next one to be looked at */
    i64 located, decoded; /* records */
} progress;

/* The caller's tables: sizes int64[chunks], chunks int64[chunks, SURVEY_COLUMNS], records with room for the smallest
 * ones, and their status. */
typedef struct {
    const u8 *buf;
    const i64 *sizes;
    i64 *chunks;
    record_place *records;
    u8 *done;
    i64 most_rows;
    i64 wants_checksums;
    progress at;
} job;

/* Look at the next chunk and find its live records. */
static void begin_chunk(decoder *d, job *j) {
    i64 number = j->at.chunk++;
    i64 *chunk = j->chunks + number * SURVEY_COLUMNS;
    d->chunk = j->buf + number * CHUNK;
    d->generation++;
    d->places_used = 0;
    d->budget = WALK_BUDGET;
    survey(d->chunk, j->sizes[number], j->wants_checksums, chunk);
    i64 first = j->at.located;
    record_place like = {.chunk = (i32)number};
    if (chunk[IS_CHUNK])
        j->at.located = locate(j->buf, d->chunk + CHUNK_HEADER, d->chunk + chunk[STOP], &like, j->records, first);
    describe(j->buf, d->chunk, j->records + first, j->at.located - first, chunk);
}

/* Take chunks up to ``stop``, each from survey to columns while it is in the processor's cache.
 * Returns whether the batch is full: export it, reset and go on. */
EXPORT i32 gk_evtx_take(decoder *d, job *j, i64 stop) {
    for (;;) {
        for (; j->at.decoded < j->at.located; j->at.decoded++) {
            record_place *one = &j->records[j->at.decoded];
            if (d->batch_rows >= j->most_rows || d->batch_text > MAX_BATCH_TEXT) return true;
            status found = decode_record(d, j->buf + one->offset, (u32)one->bytes, one->chunk);
            if (found == FULL && d->batch_rows > 0) return true;
            if (found == FULL) gk_evtx_reset(d);
            j->done[j->at.decoded] = (u8)(found == FULL ? DECLINED : found);
            one->span = d->text_stop ? (i32)(j->buf + one->offset + one->bytes - 4 - d->text_stop) : 0;
        }
        if (j->at.chunk >= stop) return false;
        begin_chunk(d, j);
    }
}

/* For tests of the spelling: write one value as UTF-8 and return its bytes. */
EXPORT i64 gk_evtx_text(const decoder *d, i32 kind, const u8 *at, i64 bytes, u8 *out) {
    bool is_lossy;
    return (i64)write_text(d, (u32)kind, at, (u32)bytes, out, &is_lossy);
}

EXPORT i64 gk_evtx_written_time(const u8 *at, i64 bytes) { return written_time(at, (u32)bytes); }
