/* Elements in line: records of old providers carry no template, but one after another they have the same elements.
 *
 * The tokens of a record are compared with those of the latest ones; where only texts differ, their operations serve
 * again, with other texts. A shape lives as long as its chunk: names are found by their offsets there. */
#include "values.h"

/* Read a name by its offset and go behind it; false where it is another one. */
static inline bool same_name(decoder *d, const u8 **p, const u8 *stop, step *s) {
    if (stop - *p < 4) return false;
    u32 offset = load32(*p);
    if (offset != s->offset && name_at(d, offset) != s->name) return false;
    s->offset = offset;
    *p += 4;
    if (d->chunk + offset != *p) return true;
    *p += 10 + d->names[s->name].raw_bytes;
    return *p <= stop;
}

/* Read a text and give it to its operation, or see whether it is the one that names a field. */
static inline bool same_text(const step *s, const u8 **p, const u8 *stop, op *ops) {
    u32 head = (s->token & 0xBF) == 0x05 ? 2 : 1;
    if (stop - *p < head + 2 || (head == 2 && (*p)[1] != T_STRING)) return false;
    u32 bytes = 2 * load16(*p + head);
    const u8 *text = *p + head + 2;
    if (bytes > stop - text) return false;
    *p = text + bytes;
    if (s->op >= 0) {
        ops[s->op].literal = text;
        ops[s->op].index = bytes;
    }
    return !s->text || (s->text_bytes == bytes && same_bytes(s->text, text, bytes));
}

static bool fits(decoder *d, shape *one, const u8 *p, const u8 *stop) {
    for (i32 i = 0; i < one->step_count; i++) {
        step *s = &one->steps[i];
        if ((load64(p) & s->mask) != s->lead) return false;
        p += s->lead_bytes - 1;
        if (p >= stop) return false;
        switch ((step_kind)s->kind) {
            case STEP_MARK: p++; break;
            case STEP_OPEN:
                p += 5;
                if (!same_name(d, &p, stop, s)) return false;
                if (s->token & 0x40) p += 4;
                break;
            case STEP_NAME:
                p++;
                if (!same_name(d, &p, stop, s)) return false;
                break;
            case STEP_TEXT:
                if (!same_text(s, &p, stop, one->ops)) return false;
                break;
        }
    }
    return true;
}

static bool keep(decoder *d, shape *one) {
    one->generation = 0;
    if (!grow((void **)&one->ops, &one->op_room, d->op_count + 1, sizeof *one->ops) ||
        !grow((void **)&one->steps, &one->step_room, d->step_count + 1, sizeof *one->steps))
        return false;
    memcpy(one->ops, d->ops, sizeof *one->ops * (size_t)d->op_count);
    memcpy(one->steps, d->steps, sizeof *one->steps * (size_t)d->step_count);
    one->op_count = d->op_count;
    one->step_count = d->step_count;
    one->planned = NULL;
    one->channel = regular_channel(one->ops, one->op_count);
    one->generation = d->generation;
    return true;
}

/* Return the operations of the elements at ``p``; NULL where we decline. */
shape *shape_of(decoder *d, const u8 *p, const u8 *stop) {
    for (i32 i = 0; i < SHAPES; i++) {
        i32 at = (d->latest_shape + i) % SHAPES;
        if (d->shapes[at].generation != d->generation || !fits(d, &d->shapes[at], p, stop)) continue;
        d->latest_shape = at;
        return &d->shapes[at];
    }
    d->budget -= stop - p;
    d->op_count = d->relocation_count = d->step_count = 0;
    if (d->budget < 0 || !compile(d, p, stop, p, IN_DOCUMENT, true)) return NULL;
    d->latest_shape = (d->latest_shape + 1) % SHAPES;
    shape *one = &d->shapes[d->latest_shape];
    return keep(d, one) ? one : NULL;
}

void shapes_free(decoder *d) {
    for (i32 i = 0; i < SHAPES; i++) {
        free(d->shapes[i].ops);
        free(d->shapes[i].steps);
    }
}
