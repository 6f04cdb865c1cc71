/* From Arrow's buffers to the engine's: folded texts, and a matrix of the values that each row holds. */
#include "columnar.h"

/* Copies bytes with ASCII letters folded; says whether any byte lies beyond ASCII. Free of branches, so that
   compilers handle sixteen bytes at a time. */
static u8 fold_ascii(const u8 *restrict from, i64 size, u8 *restrict to) {
    u8 all = 0;
    for (i64 i = 0; i < size; i++) {
        u8 byte = from[i];
        all |= byte;
        to[i] = (u8)(byte | ((u8)(byte - 'A') < 26) << 5);
    }
    return all >> 7;
}

/* Lays the texts of one Arrow array out at `at`; marks those that hold any byte beyond ASCII. Says whether the
   offsets ascend: else nothing is laid out. */
EXPORT bool gk_lay_out(const i32 *offsets, i64 count, const u8 *data, i64 at, u8 *text, i64 *starts, i64 *ends,
                       u8 *other) {
    bool descends = offsets[0] < 0;
    for (i64 i = 0; i < count; i++) descends |= offsets[i + 1] < offsets[i];
    if (descends) return false;
    i64 first = offsets[0];
    u8 any = fold_ascii(data + first, offsets[count] - first, text + at);
    for (i64 i = 0; i < count; i++) {
        starts[i] = at + offsets[i] - first;
        ends[i] = at + offsets[i + 1] - first;
        other[i] = 0;
    }
    if (!any) return true;
    for (i64 i = 0; i < count; i++) {
        u8 seen = 0;
        for (i64 place = starts[i]; place < ends[i]; place++) seen |= text[place];
        other[i] = seen >> 7;
    }
    return true;
}

/* Copies codes with -1 where Arrow's bitmap, from bit `at` on, says that there is nothing. */
EXPORT void gk_codes(const i32 *codes, const u8 *is_valid, i64 at, i64 rows, i32 *out) {
    for (i64 row = 0; row < rows; row++) {
        i32 nothing = (is_valid[(at + row) >> 3] >> ((at + row) & 7) & 1) - 1; /* all bits or none */
        out[row] = codes[row] | nothing;
    }
}

/* Rows that are written together: their part of the matrix stays in the nearest cache. */
enum { BLOCK = 128 };

/* Writes the matrix of values, row by row, from the codes of its columns. Codes below zero stand for nothing;
   those beyond a column's `sizes` should not be there, and become nothing. */
EXPORT void gk_matrix(const i32 *const *codes, const i32 *bases, const i32 *sizes, i64 columns, i64 rows,
                      i32 *out) {
    for (i64 first = 0; first < rows; first += BLOCK) {
        i64 last = first + BLOCK < rows ? first + BLOCK : rows;
        for (i64 column = 0; column < columns; column++) {
            const i32 *from = codes[column];
            i32 base = bases[column];
            u32 size = (u32)sizes[column];
            for (i64 row = first; row < last; row++)
                out[row * columns + column] = (u32)from[row] < size ? base + from[row] : -1;
        }
    }
}

/* Counts, for each group of rows, those whose value says something; `says` ends with that of -1. */
EXPORT void gk_count_present(const i32 *codes, i64 rows, const u8 *says, u32 absent, const i32 *group, i64 *out) {
    for (i64 row = 0; row < rows; row++) {
        u32 code = (u32)codes[row]; /* -1 is far beyond all others */
        out[group[row]] += says[code < absent ? code : absent];
    }
}
