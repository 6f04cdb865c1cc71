/* What the loops of the columnar engine share: the arrays of a dataset and of a batch.

   A value is a distinct text of one field, numbered through the whole batch; a hit is a predicate that is true
   for a value. kernels.py fills these structures with the addresses of its arrays, in the order given here. */
#ifndef GAMEKEEPER_COLUMNAR_H
#define GAMEKEEPER_COLUMNAR_H

#include "../gamekeeper.h"

/* How literals stand in a value. */
enum { CONTAINS, STARTSWITH, ENDSWITH, EQUALS };

/* Columns of Tables.fields; what is -1 is not there. */
enum {
    GRAM_AT,    /* first word of the field's bitmap of four-byte grams */
    GRAM_SHIFT,
    BUCKET_AT,  /* first bucket of grams */
    BUCKET_SHIFT,
    EQUAL_AT,   /* first bucket of whole values */
    EQUAL_SHIFT,
    TAIL_AT,    /* first bucket of two- and three-byte literals, by their last two bytes */
    TAIL_SHIFT,
    CLASS_AT,   /* first of 256 classes of bytes */
    PAIR_AT,    /* first pair of classes, 0 for a field without short literals */
    PAIR_SHIFT,
    EDGE_START,
    WIDE_START,
    SKIPS,      /* 1 where every other position will do */
    FIELD_COLUMNS
};

/* Entries of the tables, as literals.py writes them. */
typedef struct { u32 gram; i32 offset, literal, length, kind, predicate; } Gram;
typedef struct { u32 mask, gram; i32 length, predicate; } Tail;
typedef struct { i32 literal, length, kind, predicate; } Edge;
typedef struct { i32 literal, length, predicate; } Equal;

/* The literals of one dataset. */
typedef struct {
    const u8 *literals;            /* all literals' bytes */
    const i64 (*fields)[FIELD_COLUMNS]; /* one row more than there are fields, to end the last one */
    const u64 *gram_bits;
    const i32 *bucket_start;
    const Gram *grams;
    const u8 *classes;             /* of bytes that stand in short literals; 0 for all others */
    const u8 *pairs;               /* bit 0: a literal ends here; 1: one of three bytes may; 2: may have begun */
    const i32 *ones_start;         /* 257 a field: literals of one byte */
    const i32 *ones;               /* predicate */
    const i32 *tail_start;
    const Tail *tails;
    const Edge *edges;             /* short literals at a border */
    const i32 *equal_start;
    const Equal *equals;
    const u64 *equal_lengths;      /* four words a field: bit n stands where a literal of n bytes exists */
    const i32 *wides;              /* predicates that hold for every odd value */
    const i32 *room;               /* the largest number of hits that a value of a field can have */
} Tables;

/* The distinct values of a batch. */
typedef struct {
    const u8 *text;
    const i64 *starts, *ends;
    const i32 *fields;
    const u8 *odd;                 /* holds letters that fold in more than one way */
    i64 count;
} Values;

/* For each value, its hits. */
typedef struct {
    const i64 *start;
    const i32 *predicate;
} Hits;

/* Which values the rows have: a matrix of columns, and pairs for what repeats or has no column. */
typedef struct {
    const i32 *values;             /* row x column, -1 where absent: a row is a cache line or two */
    const i32 *fields;             /* of the columns */
    const i64 *extra_start;        /* row: its first pair */
    const i32 *extra_values, *extra_fields;
    i64 row_count, column_count;
} Rows;

/* Rows and conditions to judge, sorted by row. */
typedef struct {
    i32 *rows, *conditions;
    i64 size, count;
} Pairs;

#define MIX 2654435761u

#endif
