/* From hits to questions: which conditions are worth judging on which rows, and which of those are the same.

   A cover is a set of literals of which at least one is true where its condition is. A condition may have many;
   for each batch the one with the fewest rows is chosen, and a row is paired with a condition where it holds a
   literal of that cover, its witness. */
#include "columnar.h"

/* The covers of all conditions, and the same the other way round. */
typedef struct {
    const i32 *first;           /* condition: its first cover */
    const i32 *member_start;    /* cover: its first literal */
    const i32 *members;
    const i32 *link_start;      /* literal: its first link */
    const i32 *link_covers;
    const i32 *link_conditions;
    i64 condition_count;
} Covers;

static void count_rows(const Rows *rows, i64 *row_counts) {
    for (i64 place = 0; place < rows->row_count * rows->column_count; place++)
        if (rows->values[place] >= 0) row_counts[rows->values[place]]++;
    for (i64 extra = rows->extra_start[0]; extra < rows->extra_start[rows->row_count]; extra++)
        row_counts[rows->extra_values[extra]]++;
}

/* Chooses, for each condition, the cover whose literals are true on the fewest rows of this batch.
   `row_counts` (value) and `uses` (predicate) come as zeros. */
EXPORT void gk_choose(const Rows *rows, const Hits *hits, i64 value_count, const Covers *covers, i64 *row_counts,
                      i64 *uses, u8 *chosen) {
    count_rows(rows, row_counts);
    for (i64 value = 0; value < value_count; value++)
        for (i64 hit = hits->start[value]; hit < hits->start[value + 1]; hit++)
            uses[hits->predicate[hit]] += row_counts[value];
    for (i64 condition = 0; condition < covers->condition_count; condition++) {
        i64 least = INT64_MAX;
        i32 best = -1;
        for (i32 cover = covers->first[condition]; cover < covers->first[condition + 1]; cover++) {
            i64 sum = 0;
            for (i32 at = covers->member_start[cover]; at < covers->member_start[cover + 1] && sum < least; at++)
                sum += uses[covers->members[at]];
            chosen[cover] = 0;
            if (sum < least) least = sum, best = cover;
        }
        if (best >= 0) chosen[best] = 1;
    }
}

/* Writes, for each value, the conditions that it holds a witness of, or counts them at most where `out` is NULL;
   returns how many there are. `seen` (condition) holds no number of a value yet. */
EXPORT i64 gk_candidates(const Hits *hits, i64 value_count, const Covers *covers, const u8 *chosen, i64 *seen,
                         i64 *out_start, i32 *out) {
    i64 count = 0;
    for (i64 value = 0; value < value_count; value++) {
        for (i64 hit = hits->start[value]; hit < hits->start[value + 1]; hit++) {
            const i32 *links = covers->link_start + hits->predicate[hit];
            for (i32 link = links[0]; link < links[1]; link++) {
                i32 condition = covers->link_conditions[link];
                if (!chosen[covers->link_covers[link]] || (out && seen[condition] == value)) continue;
                if (out) {
                    seen[condition] = value;
                    out[count] = condition;
                }
                count++;
            }
        }
        if (out) out_start[value + 1] = count;
    }
    return count;
}

/* What a row's channel and event id leave possible. */
typedef struct {
    const i32 *of_row;
    const u8 *alive;            /* kind x condition */
    const i32 *always_start;    /* kind: its conditions without a witness */
    const i32 *always;
    i64 condition_count;
} Kinds;

/* For each value, the conditions that it is a witness of, and the columns that such values stand in. */
typedef struct {
    const i64 *start;
    const i32 *conditions;
    const i32 *columns;
    i64 column_count;
} Witnesses;

static inline void pair_value(Pairs *pairs, i32 row, i64 value, const Witnesses *witnesses,
                              const u8 *alive, i32 *seen) {
    for (i64 at = witnesses->start[value]; at < witnesses->start[value + 1]; at++) {
        i32 condition = witnesses->conditions[at];
        if (seen[condition] == row || !alive[condition]) continue;
        seen[condition] = row;
        pairs->rows[pairs->count] = row;
        pairs->conditions[pairs->count++] = condition;
    }
}

/* Writes the pairs to judge; returns the row to go on with where the buffer is full. `seen` (condition) holds
   no number of a row yet. */
EXPORT i64 gk_pair(const Rows *rows, const Kinds *kinds, const Witnesses *witnesses, i32 *seen, Pairs *pairs,
                   i64 first) {
    pairs->count = 0;
    for (i64 row = first; row < rows->row_count; row++) {
        if (pairs->count + kinds->condition_count > pairs->size) return row;
        i32 kind = kinds->of_row[row];
        const u8 *alive = kinds->alive + kind * kinds->condition_count;
        for (i32 at = kinds->always_start[kind]; at < kinds->always_start[kind + 1]; at++) {
            pairs->rows[pairs->count] = (i32)row;
            pairs->conditions[pairs->count++] = kinds->always[at];
        }
        const i32 *values = rows->values + row * rows->column_count;
        for (i64 place = 0; place < witnesses->column_count; place++) {
            i32 value = values[witnesses->columns[place]];
            if (value >= 0) pair_value(pairs, (i32)row, value, witnesses, alive, seen);
        }
        for (i64 extra = rows->extra_start[row]; extra < rows->extra_start[row + 1]; extra++)
            pair_value(pairs, (i32)row, rows->extra_values[extra], witnesses, alive, seen);
    }
    return rows->row_count;
}

/* At which columns each condition looks. */
typedef struct {
    const i32 *start;           /* condition: its first column */
    const i32 *columns;         /* -1 first for keywords, which look everywhere */
} Looks;

static inline u64 mixed_values(const i32 *values, const i32 *column, const i32 *end, u64 mixed) {
    for (; column < end; column++) {
        mixed = (mixed ^ (u32)values[*column]) * 0xFF51AFD7ED558CCDu;
        mixed ^= mixed >> 32;
    }
    return mixed;
}

static inline bool is_same(const i32 *one, const i32 *other, const i32 *column, const i32 *end) {
    for (; column < end; column++)
        if (one[*column] != other[*column]) return false;
    return true;
}

/* Reduces pairs to leaders: pairs with the same condition, and the same values in all columns that it looks at,
   have the same verdict. Writes the leaders and, for each pair, the place of its leader; returns how many there
   are.

   `table` holds `mask` + 1 leaders by hash and forgets the older of two with one place. Rows that are loose
   (repeated fields) lead themselves, and so do conditions of keywords. */
EXPORT i64 gk_group(const Rows *rows, const Pairs *pairs, const u8 *is_loose, const Looks *looks, i32 *table,
                    i64 mask, Pairs *leaders, i32 *leader) {
    memset(table, 0xFF, (size_t)(mask + 1) * sizeof *table);
    i64 count = 0;
    for (i64 index = 0; index < pairs->count; index++) {
        i32 row = pairs->rows[index], condition = pairs->conditions[index];
        const i32 *first = looks->columns + looks->start[condition];
        const i32 *end = looks->columns + looks->start[condition + 1];
        if (!is_loose[row] && (first == end || *first >= 0)) {
            const i32 *values = rows->values + row * rows->column_count;
            u64 mixed = mixed_values(values, first, end, (u64)condition * 0x9E3779B97F4A7C15u);
            i32 *slot = table + ((i64)(mixed ^ mixed >> 29) & mask);
            if (*slot >= 0 && leaders->conditions[*slot] == condition) {
                const i32 *others = rows->values + leaders->rows[*slot] * rows->column_count;
                if (is_same(values, others, first, end)) {
                    leader[index] = *slot;
                    continue;
                }
            }
            *slot = (i32)count;
        }
        leader[index] = (i32)count;
        leaders->rows[count] = row;
        leaders->conditions[count++] = condition;
    }
    return leaders->count = count;
}
