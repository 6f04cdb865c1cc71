/* From a template's definition, or from elements in line, to a program. docs/reference/events.md has the rules. */
#include "decoder.h"

enum { END, OPEN, CLOSE_START, CLOSE_EMPTY, CLOSE, TEXT, ATTR, CDATA, NORMAL_VALUE = 0x0D, OPTIONAL_VALUE, HEADER };

/* What an element or attribute holds: so many pieces, and the latest of them. */
typedef struct {
    i32 count;
    origin from;
    const u8 *literal;
    u32 index;
    i32 step; /* of a literal in line */
    bool is_optional;
} content;

typedef struct {
    i32 name, given; /* its own name, and what its attribute Name gives it or -1 */
    i32 attributes;  /* that become fields */
    context ctx;
    bool has_child;
    content held;
} element;

typedef struct {
    decoder *d;
    const u8 *from, *stop, *keep; /* literals are kept relative to keep */
    const u8 *p;
    context parent; /* of what stands outside any element */
    bool is_in_line, in_attributes;
    i32 depth;
    i32 attribute; /* or -1 */
    content held;  /* of the attribute */
    u64 lead;      /* tokens in line that wait for their step */
    u8 lead_bytes;
    bool is_last;
    element stack[MAX_DEPTH];
} compiler;

static bool emit(decoder *d, i32 field, const content *what, u32 flags, context ctx) {
    if (d->op_count >= MAX_OPS) return false;
    op *one = &d->ops[d->op_count++];
    *one = (op){0};
    i32 slot = -1 - field;
    one->may_be_guid = slot == SLOT_GUID || slot == SLOT_ACTIVITY || slot == SLOT_RELATED;
    one->field = field;
    one->from = (u8)what->from;
    one->literal = what->literal;
    one->literal_kind = T_STRING;
    one->index = what->index;
    one->flags = (u8)flags;
    one->ctx = (u8)ctx;
    if (what->from == FROM_LITERAL && what->step >= 0) d->steps[what->step].op = d->op_count - 1;
    return true;
}

/* Note a token in line; false where there are too many. Those that close something go before the next one. */
static bool note(compiler *c, step_kind kind) {
    decoder *d = c->d;
    if (!c->is_in_line) return true;
    c->lead |= (u64)*c->p << 8 * c->lead_bytes++;
    if (kind == STEP_MARK && c->lead_bytes < 7 && !c->is_last) return true;
    if (d->step_count >= MAX_OPS) return false;
    d->steps[d->step_count++] = (step){.lead = c->lead, .mask = ~(u64)0 >> (64 - 8 * c->lead_bytes), .lead_bytes = c->lead_bytes,
                                       .token = *c->p, .kind = (u8)kind, .name = -1, .offset = CHUNK, .op = -1};
    c->lead = c->lead_bytes = 0;
    return true;
}

static i32 context_below(i32 name, context parent) {
    switch (parent) {
        case IN_DOCUMENT: return name == N_EVENT ? IN_EVENT : -1;
        case IN_EVENT: return name == N_SYSTEM ? IN_SYSTEM : name == N_RENDERING_INFO ? IN_RENDERING : IN_DATA;
        case IN_SYSTEM:
        case IN_SYSTEM_DEEP: return IN_SYSTEM_DEEP;
        default: return (i32)parent;
    }
}

/* The envelope's place, and one more, of an element's text ([0]) or of its attribute ([1 + name]). */
static const u8 PLACE_OF[N_KNOWN][1 + N_KNOWN] = {
    [N_PROVIDER] = {[1 + N_NAME] = 1, [1 + N_GUID] = 1 + SLOT_GUID, [1 + N_EVENT_SOURCE_NAME] = 3},
    [N_EVENT_ID] = {[0] = 1 + SLOT_EVENT_ID, [1 + N_QUALIFIERS] = 4},
    [N_VERSION] = {5}, [N_LEVEL] = {6}, [N_TASK] = {7}, [N_OPCODE] = {8}, [N_KEYWORDS] = {9},
    [N_CORRELATION] = {[1 + N_ACTIVITY_ID] = 1 + SLOT_ACTIVITY, [1 + N_RELATED_ACTIVITY_ID] = 1 + SLOT_RELATED},
    [N_EXECUTION] = {[1 + N_PROCESS_ID] = 12, [1 + N_THREAD_ID] = 13},
    [N_CHANNEL] = {1 + SLOT_CHANNEL}, [N_COMPUTER] = {15}, [N_SECURITY] = {[1 + N_USER_ID] = 16},
    [N_EVENT_RECORD_ID] = {1 + SLOT_RECORD_ID}, [N_TIME_CREATED] = {[1 + N_SYSTEM_TIME] = 1 + SLOT_TIME},
};

static i32 slot_of(i32 name, i32 attribute) {
    return name < N_KNOWN && attribute < N_KNOWN ? PLACE_OF[name][1 + attribute] - 1 : -1;
}

/* Write the field of an element's text (attribute -1) or of its attribute; false where we decline. */
static bool field_of(compiler *c, const element *e, i32 own_name, i32 attribute, i32 *field) {
    decoder *d = c->d;
    if (e->ctx == IN_SYSTEM_DEEP) {
        bool is_direct = c->depth > 0 && c->stack[c->depth - 1].ctx == IN_SYSTEM;
        i32 slot = is_direct ? slot_of(own_name, attribute) : -1;
        *field = slot >= 0 ? -1 - slot : name_joined(d, N_SYSTEM, own_name, attribute);
        if (slot >= 0) return true;
    } else if (e->ctx == IN_RENDERING) {
        if (attribute < 0) *field = own_name == N_MESSAGE ? own_name : name_joined(d, N_RENDERING_INFO, own_name, -1);
        else *field = name_joined(d, own_name == N_RENDERING_INFO ? -1 : N_RENDERING_INFO, own_name, attribute);
    } else {
        *field = attribute < 0 ? own_name : name_joined(d, -1, own_name, attribute);
    }
    return *field >= 0 && !(d->names[*field].special & NAME_ODD);
}

/* The Name of a Data element names its field; it has to be literal. */
static bool take_given_name(compiler *c, element *e) {
    if (c->held.count == 0) return true;
    if (c->held.count > 1 || c->held.from != FROM_LITERAL) return false;
    u32 bytes = trimmed(c->held.literal, c->held.index);
    if (c->is_in_line) {
        c->d->steps[c->held.step].text = c->held.literal;
        c->d->steps[c->held.step].text_bytes = c->held.index;
    }
    if (bytes == 0) return true;
    e->given = name_of(c->d, c->held.literal, bytes);
    return e->given >= 0 && !(c->d->names[e->given].special & NAME_ODD);
}

/* Turn the finished attribute into an operation, or into its element's name. */
static bool take_attribute(compiler *c) {
    element *e = &c->stack[c->depth];
    i32 attribute = c->attribute;
    c->attribute = -1;
    if (attribute < 0 || c->d->names[attribute].special & NAME_XMLNS) return true;
    if (e->ctx == IN_EVENT || e->ctx == IN_SYSTEM) return true;
    if ((e->name == N_DATA || e->name == N_COMPLEX_DATA) && attribute == N_NAME && e->ctx != IN_SYSTEM_DEEP)
        return take_given_name(c, e);
    if (c->held.count > 1) return false;
    if (c->held.count == 0) c->held = (content){.from = FROM_NOTHING};
    e->attributes++;
    if (c->held.is_optional && e->ctx != IN_SYSTEM_DEEP) return false;
    i32 field;
    if (!field_of(c, e, e->name, attribute, &field)) return false;
    return emit(c->d, field, &c->held, ATTRIBUTE | (c->held.is_optional ? OPTIONAL : 0), IN_DOCUMENT);
}

/* An element turned out to have children: its text counts for nothing, unless it is BinXML. */
static bool release_content(compiler *c, element *e) {
    if (e->held.count > 1) return false;
    if (e->held.count == 1 && e->held.from == FROM_VALUE && !emit(c->d, 0, &e->held, CONTAINER, e->ctx)) return false;
    e->held.count = 0;
    return true;
}

/* Turn the finished element into its operation. */
static bool take_element(compiler *c) {
    element *e = &c->stack[c->depth];
    if (e->has_child) return release_content(c, e);
    if (e->held.count > 1) return false;
    if (e->held.count == 0) e->held = (content){.from = FROM_NOTHING};
    u32 flags = e->held.is_optional ? OPTIONAL : 0;
    bool is_block = e->name == N_EVENT_DATA || e->name == N_USER_DATA || e->name == N_RENDERING_INFO;
    if (e->ctx == IN_EVENT || e->ctx == IN_SYSTEM || (e->given < 0 && is_block))
        return e->held.from != FROM_VALUE || emit(c->d, 0, &e->held, flags | CONTAINER, e->ctx);
    if (e->ctx == IN_SYSTEM_DEEP || e->attributes) {
        if (e->held.from == FROM_NOTHING) return true;
        flags |= SKIP_EMPTY;
    }
    i32 field = e->given;
    if ((field < 0 || e->ctx == IN_RENDERING) && !field_of(c, e, field < 0 ? e->name : field, -1, &field)) return false;
    if (field >= 0 && c->d->names[field].special & NAME_ODD) return false;
    return emit(c->d, field, &e->held, flags, e->ctx);
}

/* Read a name's offset and, where the name stands right behind it, the name; -1 where we decline. */
static i32 take_name(compiler *c) {
    decoder *d = c->d;
    u32 offset = load32(c->p), here = (u32)(c->p - d->chunk) + 4;
    i32 found = name_at(d, offset);
    if (found < 0 || d->names[found].special & (NAME_ODD | NAME_PREFIX)) return -1;
    u32 inside = offset == here ? 10 + d->names[found].raw_bytes : 0;
    if (inside + 4 > (u64)(c->stop - c->p)) return -1;
    if (!c->is_in_line) {
        if (d->relocation_count >= MAX_OPS) return -1;
        d->relocations[d->relocation_count++] = (relocation){(u32)(c->p - c->from), inside, found};
    }
    c->p += 4 + inside;
    return found;
}

static bool open_element(compiler *c, bool has_list) {
    u32 before_name = c->is_in_line ? 5 : 7; /* token, dependency id in templates only, size */
    if (c->in_attributes || c->depth + 1 >= MAX_DEPTH || c->stop - c->p < before_name + 4) return false;
    if (!note(c, STEP_OPEN)) return false;
    c->p += before_name;
    i32 found = take_name(c);
    if (found < 0) return false;
    if (c->is_in_line) c->d->steps[c->d->step_count - 1].name = found;
    if (has_list) c->p += 4; /* the list's size; the loop sees whether that leaves the definition */
    context parent = c->parent;
    if (c->depth >= 0) {
        element *above = &c->stack[c->depth];
        parent = above->ctx;
        above->has_child = true;
        if (!release_content(c, above)) return false;
    }
    i32 own = context_below(found, parent);
    if (own < 0) return false;
    c->stack[++c->depth] = (element){.name = found, .given = -1, .ctx = (context)own};
    c->in_attributes = true;
    return true;
}

static bool open_attribute(compiler *c) {
    if (!c->in_attributes || c->stop - c->p < 5 || !take_attribute(c) || !note(c, STEP_NAME)) return false;
    c->p += 1;
    i32 found = take_name(c);
    if (found < 0) return false;
    if (c->is_in_line) c->d->steps[c->d->step_count - 1].name = found;
    c->attribute = found;
    c->held.count = 0;
    return true;
}

/* Read a literal or a substitution into what holds it. */
static bool take_content(compiler *c, u32 token) {
    content piece = {.from = FROM_LITERAL, .step = c->is_in_line ? c->d->step_count : -1};
    if (!note(c, STEP_TEXT)) return false;
    i64 left = c->stop - c->p;
    if (token == TEXT || token == CDATA) {
        i64 head = token == TEXT ? 2 : 1;
        if (left < head + 2 || (token == TEXT && c->p[1] != T_STRING)) return false;
        i64 bytes = 2 * (i64)load16(c->p + head);
        if (left < head + 2 + bytes) return false;
        piece.literal = c->keep + (c->p + head + 2 - c->from);
        piece.index = (u32)bytes;
        c->p += head + 2 + bytes;
    } else {
        if (left < 4) return false;
        piece = (content){.from = FROM_VALUE, .index = load16(c->p + 1), .is_optional = token == OPTIONAL_VALUE};
        c->p += 4;
    }
    content *into = c->in_attributes ? &c->held : &c->stack[c->depth].held;
    piece.count = into->count + 1;
    if (c->in_attributes && c->attribute < 0) return false;
    *into = piece;
    return true;
}

static bool close_start(compiler *c) {
    if (c->depth < 0 || !c->in_attributes || !take_attribute(c)) return false;
    c->in_attributes = false;
    return true;
}

static bool close_element(compiler *c) {
    if (c->depth < 0 || c->in_attributes || !take_element(c)) return false;
    c->depth--;
    return true;
}

/* Compile the tokens between two places of the chunk; false where we decline. Literals are kept at the same
 * distance from ``keep``. Elements in line, outside any template, carry no dependency id, and behind them follows
 * no end token but whatever the writer's buffer held. */
bool compile(decoder *d, const u8 *from, const u8 *stop, const u8 *keep, context ctx, bool is_in_line) {
    compiler c = {.d = d, .from = from, .stop = stop, .keep = keep, .p = from, .parent = ctx,
                  .is_in_line = is_in_line, .depth = -1, .attribute = -1};
    while (c.p < stop) {
        u32 token = *c.p & 0xBF;
        switch (token) {
            case END: return c.depth < 0;
            case HEADER:
                if (is_in_line) return false;
                c.p += 4;
                continue;
            case OPEN:
                if (!open_element(&c, *c.p & 0x40)) return false;
                continue;
            case ATTR:
                if (!open_attribute(&c)) return false;
                continue;
            case CLOSE_START:
            case CLOSE_EMPTY:
            case CLOSE:
                c.is_last = token != CLOSE_START && c.depth == 0;
                if (!note(&c, STEP_MARK)) return false;
                if (token != CLOSE && !close_start(&c)) return false;
                if (token != CLOSE_START && !close_element(&c)) return false;
                c.p++;
                if (is_in_line && c.depth < 0) return true;
                continue;
            case NORMAL_VALUE: case OPTIONAL_VALUE:
                if (is_in_line) return false;
                /* fall through */
            case TEXT: case CDATA:
                if (c.depth < 0 || !take_content(&c, token)) return false;
                continue;
            default: return false;
        }
    }
    return c.depth < 0;
}
