/* Conditions as programs of a stack machine over FALSE, UNKNOWN and TRUE; compile.py writes them. */
#include "columnar.h"

enum { LITERAL, PRESENT, SLOW, AND, OR, NOT, IF_FALSE, IF_TRUE, CONSTANT, ANY, ALL };
enum { FALSE, UNKNOWN, TRUE };

/* The programs of all conditions. */
typedef struct {
    const i32 *start;           /* condition: its first word */
    const i32 *code;
    i64 condition_count;
} Code;

/* What a row holds: a predicate is true, a field present, where its stamp is the current tick. Slow predicates
   are known where `told` is. Numbers of fields come behind those of predicates. */
typedef struct {
    i64 *stamps, *told;
    i64 field_at;               /* number of the first field */
    i64 tick;
    u8 *stack;
} Facts;

/* Questions, or answers to them; both go through rows in ascending order. */
typedef struct {
    i32 *predicates, *rows;
    u8 *answers;                /* 1 for yes */
    i64 size, count;
} Questions;

static void stamp_value(Facts *facts, const Hits *hits, i64 value, i32 field) {
    facts->stamps[facts->field_at + field] = facts->tick;
    for (i64 hit = hits->start[value]; hit < hits->start[value + 1]; hit++)
        facts->stamps[hits->predicate[hit]] = facts->tick;
}

/* Stamps every predicate that is true and every field that is present on a row. */
static void stamp_row(Facts *facts, const Rows *rows, const Hits *hits, i64 row) {
    facts->tick++;
    const i32 *values = rows->values + row * rows->column_count;
    for (i64 place = 0; place < rows->column_count; place++)
        if (values[place] >= 0) stamp_value(facts, hits, values[place], rows->fields[place]);
    for (i64 extra = rows->extra_start[row]; extra < rows->extra_start[row + 1]; extra++)
        stamp_value(facts, hits, rows->extra_values[extra], rows->extra_fields[extra]);
}

/* Stamps what was told about a row; returns the first answer about a later one. */
static i64 stamp_answers(Facts *facts, const Questions *known, i64 next, i32 row) {
    while (next < known->count && known->rows[next] < row) next++;
    for (; next < known->count && known->rows[next] == row; next++) {
        facts->told[known->predicates[next]] = facts->tick;
        if (known->answers[next]) facts->stamps[known->predicates[next]] = facts->tick;
    }
    return next;
}

static inline u8 any_of(const Facts *facts, const i32 *numbers, i32 count) {
    for (i32 i = 0; i < count; i++)
        if (facts->stamps[numbers[i]] == facts->tick) return TRUE;
    return FALSE;
}

static inline u8 all_of(const Facts *facts, const i32 *numbers, i32 count) {
    for (i32 i = 0; i < count; i++)
        if (facts->stamps[numbers[i]] != facts->tick) return FALSE;
    return TRUE;
}

/* AND and OR are the lesser and the greater of two. */
static inline void fold_top(u8 *top, i32 operation) {
    if ((operation == AND) == (top[1] < top[0])) top[0] = top[1];
}

static u8 run(Facts *facts, const i32 *code, i32 at, i32 stop, i32 row, Questions *asked) {
    u8 *top = facts->stack; /* the first place stays empty */
    while (at < stop) {
        i32 operation = code[at], argument = code[at + 1];
        at += 2;
        switch (operation) {
        case LITERAL: *++top = facts->stamps[argument] == facts->tick ? TRUE : FALSE; break;
        case ANY: *++top = any_of(facts, code + at, argument); at += argument; break;
        case ALL: *++top = all_of(facts, code + at, argument); at += argument; break;
        case IF_FALSE: if (*top == FALSE) at = argument; break;
        case IF_TRUE: if (*top == TRUE) at = argument; break;
        case AND: case OR: fold_top(--top, operation); break;
        case NOT: *top = TRUE - *top; break;
        case CONSTANT: *++top = (u8)argument; break;
        default:
            if (facts->told[argument] == facts->tick) {
                *++top = facts->stamps[argument] == facts->tick ? TRUE : FALSE;
                break;
            }
            *++top = UNKNOWN;
            asked->predicates[asked->count] = argument;
            asked->rows[asked->count++] = row;
        }
    }
    return *top;
}

/* Runs the conditions of pairs, which come sorted by row, from `first` on; returns the pair to go on with where
   there is no more room for questions: those that an open verdict hangs on. */
EXPORT i64 gk_judge(const Rows *rows, const Hits *hits, const Code *code, Facts *facts, const Pairs *pairs,
                    const Questions *known, Questions *asked, u8 *verdicts, i64 first) {
    i64 next = 0;
    i32 before = -1;
    asked->count = 0;
    for (i64 index = first; index < pairs->count; index++) {
        i32 row = pairs->rows[index], condition = pairs->conditions[index];
        i32 at = code->start[condition], stop = code->start[condition + 1];
        if (asked->count + (stop - at) / 2 > asked->size) return index;
        if (row != before) {
            stamp_row(facts, rows, hits, row);
            next = stamp_answers(facts, known, next, row);
            before = row;
        }
        i64 questions = asked->count;
        verdicts[index] = run(facts, code->code, at, stop, row, asked);
        if (verdicts[index] != UNKNOWN) asked->count = questions;
    }
    return pairs->count;
}

/* Runs one condition with `state` in place of stamps. */
static u8 possible_one(const i32 *code, i32 at, i32 stop, const u8 *state, u8 *stack) {
    u8 *top = stack;
    while (at < stop) {
        i32 operation = code[at], argument = code[at + 1];
        at += 2;
        switch (operation) {
        case LITERAL: *++top = state[argument]; break;
        case ANY: case ALL:
            *++top = operation == ANY ? FALSE : TRUE;
            for (i32 end = at + argument; at < end; at++) {
                top[1] = state[code[at]];
                fold_top(top, operation == ANY ? OR : AND);
            }
            break;
        case IF_FALSE: if (*top == FALSE) at = argument; break;
        case IF_TRUE: if (*top == TRUE) at = argument; break;
        case AND: case OR: fold_top(--top, operation); break;
        case NOT: *top = TRUE - *top; break;
        case CONSTANT: *++top = (u8)argument; break;
        default: *++top = UNKNOWN;
        }
    }
    return *top;
}

/* Says which conditions can be true when `state` is all that is known of predicates and fields. */
EXPORT void gk_possible(const Code *code, const u8 *state, u8 *stack, u8 *out) {
    for (i64 condition = 0; condition < code->condition_count; condition++) {
        i32 at = code->start[condition], stop = code->start[condition + 1];
        out[condition] = possible_one(code->code, at, stop, state, stack) != FALSE;
    }
}
