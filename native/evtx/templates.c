/* Templates: compiled at first sight, found again by content, whichever chunk or file they stand in.
 *
 * The same template's definition differs between chunks only where names are referred to by offset. A template is
 * taken for known when all other bytes are equal and every name is the same; a forged GUID gains nothing. */
#include "decoder.h"
#include "hashing.h"

/* Return where a template of the chunk is looked up; NULL where the chunk has too many, which costs time only. */
static place *place_of(decoder *d, u32 offset, u32 ctx) {
    u64 key = (u64)d->generation << 32 | (u64)ctx << 16 | offset;
    u32 at = (u32)((key * 0x9E3779B97F4A7C15u) >> 40) & (PLACES - 1);
    for (;; at = (at + 1) & (PLACES - 1)) {
        place *one = &d->places[at];
        if (one->key == key) return one;
        if (one->key >> 32 != d->generation) break;
    }
    if (d->places_used >= PLACES / 2) return NULL;
    d->places_used++;
    d->places[at] = (place){.key = key};
    return &d->places[at];
}

static bool is_same(decoder *d, const program *one, const u8 *definition) {
    u32 at = 0, chunk_at = (u32)(definition - d->chunk);
    for (i32 i = 0; i < one->relocation_count; i++) {
        const relocation *r = &one->relocations[i];
        if (memcmp(definition + at, one->copy + at, r->at - at) != 0) return false;
        u32 offset = load32(definition + r->at);
        bool is_inside = offset == chunk_at + r->at + 4;
        if (is_inside != (r->inline_bytes > 0)) return false;
        at = r->at + 4 + r->inline_bytes;
        /* behind the bucket's next offset and the hash: length and letters */
        if (is_inside && memcmp(definition + r->at + 10, one->copy + r->at + 10, r->inline_bytes - 8) != 0) return false;
        if (!is_inside && name_at(d, offset) != r->name) return false;
    }
    return memcmp(definition + at, one->copy + at, one->bytes - at) == 0;
}

/* Give back memory for a template with its definition, operations and relocations behind it. */
static program *made(decoder *d, const u8 *definition, u32 bytes, context ctx, u64 key) {
    program *one = calloc(1, sizeof *one);
    u8 *copy = malloc(bytes + GUARD);
    if (!one || !copy) {
        free(one);
        free(copy);
        return NULL;
    }
    memcpy(copy, definition, bytes);
    memset(copy + bytes, 0, GUARD);
    *one = (program){.key = key, .bytes = bytes, .ctx = ctx, .copy = copy};
    d->op_count = d->relocation_count = 0;
    one->is_fine = compile(d, definition, definition + bytes, copy, ctx, false);
    size_t op_bytes = sizeof(op) * (size_t)d->op_count, link_bytes = sizeof(relocation) * (size_t)d->relocation_count;
    one->ops = malloc(op_bytes + link_bytes + 1);
    if (!one->ops) {
        one->is_fine = false;
        d->op_count = d->relocation_count = 0;
        op_bytes = link_bytes = 0;
    } else {
        memcpy(one->ops, d->ops, op_bytes);
        one->relocations = (relocation *)(void *)((u8 *)one->ops + op_bytes);
        memcpy(one->relocations, d->relocations, link_bytes);
    }
    one->op_count = d->op_count;
    for (i32 i = 0; i < one->op_count; i++) {
        op *o = &one->ops[i];
        if (o->from == FROM_VALUE && o->index >= one->values) one->values = o->index + 1;
        if (o->from == FROM_LITERAL && o->may_be_guid && is_guid_letters(o->literal, trimmed(o->literal, o->index))) {
            o->index = trimmed(o->literal, o->index);
            o->literal_kind = T_GUID_TEXT;
        }
    }
    one->channel = ctx == IN_DOCUMENT ? regular_channel(one->ops, one->op_count) : -1;
    one->relocation_count = d->relocation_count;
    d->template_bytes += bytes + op_bytes + link_bytes + sizeof *one;
    return one;
}

/* What a definition that did not compile leaves behind may stop anywhere: it is compared as it stands there. */
static program *known(decoder *d, u64 key, const u8 *definition, u32 bytes, context ctx) {
    for (program *one = d->buckets[key % BUCKETS]; one; one = one->next)
        if (one->key == key && one->bytes == bytes && one->ctx == ctx && is_same(d, one, definition)) return one;
    return NULL;
}

/* Return the program of the definition at an offset of the chunk, whose bounds have been checked; NULL where its
 * records are declined. */
program *template_at(decoder *d, u32 offset, context ctx) {
    place *here = place_of(d, offset, (u32)ctx);
    if (here && here->program) return here->program->is_fine ? here->program : NULL;
    const u8 *definition = d->chunk + offset + 24;
    u32 bytes = load32(d->chunk + offset + 20);
    d->budget -= bytes;
    if (d->budget < 0 || d->template_bytes > MAX_TEMPLATE_BYTES) return NULL;
    u64 key = hash_bytes(d->chunk + offset + 4, 20, d->seed); /* GUID and size */
    program *one = known(d, key, definition, bytes, ctx);
    if (!one) {
        one = made(d, definition, bytes, ctx, key);
        if (!one) return NULL;
        one->next = d->buckets[key % BUCKETS];
        d->buckets[key % BUCKETS] = one;
    }
    if (here) here->program = one;
    return one->is_fine ? one : NULL;
}

void templates_forget(decoder *d) {
    for (u32 i = 0; i < BUCKETS; i++) {
        while (d->buckets[i]) {
            program *one = d->buckets[i];
            d->buckets[i] = one->next;
            free(one->ops);
            free(one->copy);
            free(one);
        }
    }
    d->template_bytes = 0;
    d->generation++;
    d->places_used = 0;
}
