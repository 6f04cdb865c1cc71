/* The EVTX decoder: from BinXML bytes to dictionary codes, one pass per record.
 *
 * A record is a template and an array of values. A template is compiled once into a program, a list of
 * operations "this name takes that value" (program.c). Running a program (record.c) puts a code into a column
 * for every field; a code stands for a distinct value of its column, found by its raw bytes (values.c), so
 * that text is spelled once per distinct value and not once per record (text.c). export.c hands a dataset's
 * columns to Arrow.
 *
 * What the decoder does not handle it declines: mixed content, entity references, arrays other than strings,
 * values of unexpected type, anything out of bounds. A declined record goes to the slow truth, which also
 * decides whether it is a record at all. Every length and offset of the file is checked before it is used;
 * every buffer carries GUARD bytes behind its end, so that whole-word loads of a last value stay inside.
 */
#ifndef GAMEKEEPER_EVTX_DECODER_H
#define GAMEKEEPER_EVTX_DECODER_H

#include "../gamekeeper.h"

enum {
    CHUNK = 65536,
    CHUNK_HEADER = 512,
    RECORD_HEADER = 24,
    GUARD = 64,
    MAX_DEPTH = 24,      /* elements in each other, within one program */
    MAX_LEVELS = 4,      /* programs in each other */
    MAX_VALUES = 16384,  /* values of one template instance */
    MAX_OPS = 16384,     /* operations of one program */
    MAX_NAMES = 1 << 15, /* names of a run, until they are forgotten */
    MAX_DATASETS = 32,
    MAX_CHANNELS = 256,
    MAX_RESTS = 1 << 19, /* undeclared fields of a batch */
    MAX_STEPS = 1 << 16, /* operations and values of a record; the slow truth has the same limit */
};
#define MAX_NAME_BYTES ((u64)1 << 22)
#define MAX_RECORD_TEXT ((u64)16 << 20) /* the slow truth's limit */
#define MAX_BATCH_TEXT ((u64)48 << 20)
#define MAX_TEMPLATE_BYTES ((u64)32 << 20)
/* Bytes of template definitions that one chunk may make us walk; honest chunks need far below one chunk. */
#define WALK_BUDGET ((i64)16 * CHUNK)

/* What a record comes to. */
typedef enum { OK, DECLINED, FULL, OK_HEADER_TIME } status;

/* Value types of BinXML, and of our own: a GUID in letters, to be spelled like the others. */
enum { T_NULL = 0x00, T_STRING = 0x01, T_ANSI = 0x02, T_BINXML = 0x21, T_STRINGS = 0x81, T_GUID_TEXT = 0xFE };

/* Where an element stands. */
typedef enum { IN_DOCUMENT, IN_EVENT, IN_SYSTEM, IN_SYSTEM_DEEP, IN_RENDERING, IN_DATA } context;

/* The envelope's places: sixteen text columns in the schema's order, then the typed ones. */
enum { SLOT_GUID = 1, SLOT_ACTIVITY = 9, SLOT_RELATED = 10, SLOT_CHANNEL = 13, TEXT_SLOTS = 16,
       SLOT_EVENT_ID = 16, SLOT_RECORD_ID, SLOT_TIME, SLOTS };

/* ---- names */

enum { NAME_XMLNS = 1, NAME_ODD = 2, NAME_PREFIX = 4 };

typedef struct {
    u64 hash;
    u32 raw, raw_bytes;   /* UTF-16 in the arena */
    u32 text, text_bytes; /* UTF-8 in the arena */
    u32 special;
    i16 column[MAX_DATASETS]; /* the dataset's column of that name, or -1 */
} name;

/* Names that the compiler knows; they are the first of every run, in this order. */
enum { N_EVENT, N_SYSTEM, N_EVENT_DATA, N_USER_DATA, N_RENDERING_INFO, N_DATA, N_COMPLEX_DATA, N_NAME, N_MESSAGE,
       N_PROVIDER, N_EVENT_ID, N_VERSION, N_LEVEL, N_TASK, N_OPCODE, N_KEYWORDS, N_TIME_CREATED,
       N_EVENT_RECORD_ID, N_CORRELATION, N_EXECUTION, N_CHANNEL, N_COMPUTER, N_SECURITY, N_GUID,
       N_EVENT_SOURCE_NAME, N_QUALIFIERS, N_SYSTEM_TIME, N_ACTIVITY_ID, N_RELATED_ACTIVITY_ID, N_PROCESS_ID,
       N_THREAD_ID, N_USER_ID, N_KNOWN };

/* ---- programs */

typedef enum { FROM_LITERAL, FROM_VALUE, FROM_NOTHING } origin;
enum { OPTIONAL = 1, CONTAINER = 2, SKIP_EMPTY = 4, ATTRIBUTE = 8 }; /* SKIP_EMPTY: no value is no field */

typedef struct op {
    struct column *column; /* where its value goes in the dataset that the program is planned for, or NULL */
    const u8 *literal;     /* the text of FROM_LITERAL */
    u32 index;             /* which value, or the literal's bytes */
    i32 field;             /* a name's number, or -1 - slot of the envelope */
    u8 from, flags, ctx;
    u8 literal_kind, slot_of_number; /* of a regular envelope, or 0 */
    bool may_be_guid;                /* letters that count as a GUID in the envelope */
    /* a value that it has given, with its code: most operations give few different ones */
    u32 known_tag;
    i32 known_code;
    const u8 *known_at;
    u64 known_batch;
} op;

/* A name's offset within a template's definition: the only bytes that differ between chunks. */
typedef struct {
    u32 at;
    u32 inline_bytes; /* what of the name stands in the definition itself, 0 where it stands elsewhere */
    i32 name;
} relocation;

typedef struct program {
    struct program *next; /* in its bucket */
    u64 key;
    u32 bytes, ctx;
    u8 *copy; /* the definition; literals point into it */
    op *ops;
    relocation *relocations;
    i32 op_count, relocation_count;
    const struct dataset *planned;
    i32 channel; /* the operation of a regular envelope that gives the channel, or -1 */
    u32 values;  /* how many the operations need */
    bool is_fine; /* else: its records are declined */
} program;

/* A token of elements in line: what has to stand there again for the same operations. */
typedef enum { STEP_MARK, STEP_OPEN, STEP_NAME, STEP_TEXT } step_kind;
typedef struct {
    const u8 *text; /* of a STEP_TEXT that names a field: it has to be the same */
    u32 text_bytes;
    i32 name; /* of STEP_OPEN and STEP_NAME */
    u32 offset; /* where the name has been found */
    i32 op;   /* of STEP_TEXT: the operation that it is for, or -1 */
    u64 lead, mask; /* tokens that close something, then this step's own */
    u8 lead_bytes, token, kind;
} step;

/* Elements in line, compiled; the next record of the chunk may have the same ones. */
typedef struct {
    u32 generation; /* of its chunk: texts point into it */
    op *ops;
    step *steps;
    i32 op_count, op_room, step_count, step_room;
    const struct dataset *planned;
    i32 channel;
} shape;

enum { SHAPES = 4 };

/* Where a chunk's templates have been looked up. */
typedef struct {
    u64 key; /* generation, context and offset; an older generation: free */
    program *program;
} place;

enum { PLACES = 1024, BUCKETS = 1024 };

/* ---- values */

#define NO_TAG 0xFFFFFFFFu
enum { CODE_BITS = 20 }; /* no column has more values than a batch has fields of the rest */
#define CODE_MASK ((1u << CODE_BITS) - 1)

typedef struct {
    const u8 *at;
    u32 tag; /* type << 24 | bytes */
    u32 hash;
} entry;

typedef struct column {
    const u8 *last_at; /* the latest value; a tag of NO_TAG: none yet */
    u32 last_tag;
    i32 last;
    i32 *codes; /* by row; -1: no value */
    i32 filled, room;
    entry *entries; /* by code */
    i32 count, value_room;
    u32 *slots; /* a piece of the hash << CODE_BITS | code + 1, by hash */
    u32 mask;
    u8 *text; /* the values as UTF-8, one after another */
    i32 *ends;
    u32 text_bytes, text_room;
    u8 kind;       /* of the first value */
    bool is_mixed; /* values of several types may read alike */
} column;

/* A value that is not the latest of its column: looked up some at a time, while memory brings the tables. */
typedef struct {
    column *column;
    op *op;
    const u8 *at;
    u32 tag, hash;
    i32 row;
} waiting;

enum { MAX_WAITING = 32 };

typedef struct {
    i32 row;
    i32 name;
} rest;

typedef struct {
    i32 chunk;
    i32 event_id; /* -1: none */
    i64 offset, record_id, filetime, event_record_id; /* the last two -1: none */
} row;

typedef struct dataset {
    i32 number, column_count; /* of text: the envelope's, then those declared */
    column *columns;          /* one more at the end: the values of the rest */
    row *rows;
    i32 row_count, row_room;
    rest *rests;
    i32 rest_count, rest_room;
    bool is_touched; /* by a record that was taken back */
} dataset;

typedef struct {
    const u8 *at;
    u32 bytes, kind;
} raw;

typedef struct {
    const u8 *heads; /* size and type of each value, four bytes each */
    u32 count;
    u32 *start; /* of each value, within the chunk */
    op *begin, *end;
    bool is_planned;
} level;

/* A record in the buffer; ``span``: which stretch it was found in. Once it is decoded, ``span`` is the bytes between
 * the end of its BinXML and the copy of its size. */
typedef struct {
    i32 chunk, offset, bytes, span;
} record_place;

/* What survey() says of a chunk, and from FIRST_ID on what the chunk's header claims and what describe() finds. */
enum { IS_CHUNK, IS_BLANK, STOP, FIRST_NUMBER, LAST_NUMBER, FOUND, IS_WRITTEN, FLAGS, DATA_CRC_FITS, HEADER_CRC_FITS,
       FIRST_ID, LAST_ID, LAST_OFFSET, FREE, LIKENESSES, STALE,
       HELD, HELD_FIRST_ID, HELD_LAST_ID, HELD_LAST_OFFSET, HELD_STOP, ID_STEPS, LOOSE, UNDATED,
       FIRST_TIME, LAST_TIME, SURVEY_COLUMNS };

/* Spells a real number into 40 bytes and returns how many; only Python does it as Python does. */
typedef i32 (*real_speller)(i32 kind, const u8 *bytes, u8 *out);

typedef struct {
    /* names */
    name *names;
    u32 name_count, name_mask;
    u32 *name_slots;
    u8 *arena;
    u64 arena_bytes;
    u64 *declared_keys;
    i16 *declared_columns;
    u32 declared_mask;
    /* templates */
    program *buckets[BUCKETS];
    u64 template_bytes;
    place places[PLACES];
    u32 places_used;
    u32 generation;
    u64 *names_at; /* by offset in the chunk: generation << 32 | name */
    i64 budget;
    /* programs while they are compiled, and of elements in line */
    op *ops;
    i32 op_count;
    relocation *relocations;
    i32 relocation_count;
    step *steps;
    i32 step_count;
    shape shapes[SHAPES];
    i32 latest_shape;
    /* datasets */
    dataset datasets[MAX_DATASETS];
    i32 dataset_count;
    u64 channel_keys[MAX_CHANNELS];
    i32 channel_datasets[MAX_CHANNELS];
    i32 channel_count;
    raw last_channel;
    i32 last_dataset;
    /* the record at hand */
    const u8 *chunk;
    raw system[SLOTS]; /* of an irregular envelope */
    op unknown[SLOTS]; /* operations in whose name its values come */
    bool is_regular;   /* the envelope's values go straight to their columns */
    level levels[MAX_LEVELS];
    const u8 *text_stop; /* where the record's own BinXML ends, or NULL */
    i64 steps_left;
    u64 record_text;
    bool has_written_time;
    dataset *own;
    row fresh;
    waiting waiting[MAX_WAITING];
    i32 waiting_count;
    /* the batch */
    u64 batch, batch_text;
    i32 batch_rows, batch_rests;
    u64 seed;
    real_speller spell_real;
} decoder;

/* chunks.c */
void fill_crc_table(void);
void survey(const u8 *chunk, i64 bytes, bool wants_checksums, i64 *out);
i64 locate(const u8 *buf, const u8 *p, const u8 *stop, const record_place *like, record_place *out, i64 count);
void describe(const u8 *buf, const u8 *chunk, const record_place *records, i64 count, i64 *out);
/* names.c */
i32 name_of(decoder *d, const u8 *utf16, u32 bytes);
i32 name_at(decoder *d, u32 offset);
i32 name_joined(decoder *d, i32 prefix, i32 first, i32 second);
u64 folded_hash(const decoder *d, const u8 *utf16, u32 bytes);
bool names_start(decoder *d);
void declare_column(decoder *d, i32 of, const u8 *utf16, u32 bytes, i16 number);
/* program.c */
bool compile(decoder *d, const u8 *from, const u8 *stop, const u8 *keep, context ctx, bool is_in_line);
/* templates.c */
program *template_at(decoder *d, u32 offset, context ctx);
void templates_forget(decoder *d);
/* values.c; more in values.h */
void column_forget(column *c);
bool grow(void **memory, i32 *room, i64 wanted, size_t size);
/* text.c */
u64 write_text(const decoder *d, u32 kind, const u8 *at, u32 bytes, u8 *out, bool *is_lossy);
u64 write_utf16(const u8 *at, u32 bytes, u8 *out, bool *is_lossy);
/* in_line.c */
shape *shape_of(decoder *d, const u8 *p, const u8 *stop);
void shapes_free(decoder *d);
/* envelope.c */
status finish_system(decoder *d);
bool begin_envelope(decoder *d, raw channel);
bool is_guid_letters(const u8 *at, u32 bytes);
status put_envelope(decoder *d, op *o, i32 slot, raw value);
i32 regular_channel(const op *ops, i32 count);
i64 written_time(const u8 *at, u32 bytes);
/* record.c */
status run_record(decoder *d, const u8 *from, const u8 *stop);

static inline bool is_date(u32 year, u32 month, u32 day) {
    static const u8 LENGTH[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= LENGTH[month - 1] + (u32)(month == 2 && is_leap);
}

static inline u32 trimmed(const u8 *at, u32 bytes) {
    while (bytes >= 2 && load16(at + bytes - 2) == 0) bytes -= 2;
    return bytes;
}

#endif
