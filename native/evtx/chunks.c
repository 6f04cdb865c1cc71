/* Chunks as evidence: their headers, their checksums, the records that stand in them.
 *
 * Counting what is present shares nothing with the decoder: survey() searches bytes for record headers and reads
 * the chunk's own claim; locate() follows record sizes. */
#include "decoder.h"

static u32 crc_table[16][256];

/* Every decoder fills it anew, with the same numbers: no thread can find it half empty. */
void fill_crc_table(void) {
    for (u32 i = 0; i < 256; i++) {
        u32 c = i;
        for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
        crc_table[0][i] = c;
    }
    for (u32 i = 0; i < 256; i++)
        for (int t = 1; t < 16; t++)
            crc_table[t][i] = crc_table[t - 1][i] >> 8 ^ crc_table[0][crc_table[t - 1][i] & 255];
}

/* The part of the checksum that eight bytes give, so many bytes before the end of sixteen. */
static inline u32 crc_of_eight(u64 w, int after) {
    u32 crc = 0;
    for (int i = 0; i < 8; i++) crc ^= crc_table[after + 7 - i][w >> (8 * i) & 255];
    return crc;
}

/* The checksum of zlib, sixteen bytes at a time. */
static u32 crc32_of(u32 crc, const u8 *at, i64 bytes) {
    crc = ~crc;
    for (; bytes >= 16; bytes -= 16, at += 16) crc = crc_of_eight(load64(at) ^ crc, 8) ^ crc_of_eight(load64(at + 8), 0);
    for (; bytes > 0; bytes--) crc = crc >> 8 ^ crc_table[0][(crc ^ *at++) & 255];
    return ~crc;
}

/* Say whether a whole record header with its trailing size stands at a place. */
static bool is_record(const u8 *p, const u8 *stop) {
    if (stop - p < RECORD_HEADER + 4 || load32(p) != 0x2A2A) return false;
    u32 bytes = load32(p + 4);
    return bytes >= RECORD_HEADER + 4 && bytes <= stop - p && load32(p + bytes - 4) == bytes;
}

typedef u32 words __attribute__((vector_size(16), aligned(1)));

static inline bool has_any_hit(words hits) {
    u64 any[2];
    memcpy(any, &hits, 16);
    return any[0] | any[1];
}

/* Say whether a place looks like a record header that the end of its record does not bear out. */
static bool is_likeness(const u8 *p, const u8 *stop) {
    if (stop - p < RECORD_HEADER + 4 || load32(p) != 0x2A2A) return false;
    u32 bytes = load32(p + 4);
    return bytes >= RECORD_HEADER + 4 && bytes <= stop - p && load32(p + bytes - 4) != bytes;
}

/* Count whole record headers on steps of four bytes, thirty-two places at once: nearly none is one. */
static i64 count_aligned(const u8 *p, const u8 *stop, i64 *likenesses) {
    i64 found = 0;
    for (; stop - p >= 128; p += 128) {
        const words *w = (const words *)p;
        words low = (words)(w[0] == 0x2A2A) | (words)(w[1] == 0x2A2A) | (words)(w[2] == 0x2A2A) | (words)(w[3] == 0x2A2A);
        words high = (words)(w[4] == 0x2A2A) | (words)(w[5] == 0x2A2A) | (words)(w[6] == 0x2A2A) | (words)(w[7] == 0x2A2A);
        if (LIKELY(!has_any_hit(low | high))) continue;
        for (int i = 0; i < 8; i++) {
            if (!has_any_hit((words)(w[i] == 0x2A2A))) continue;
            for (int at = 16 * i; at < 16 * i + 16; at += 4) {
                found += is_record(p + at, stop);
                *likenesses += is_likeness(p + at, stop);
            }
        }
    }
    for (; stop - p >= 4; p += 4) {
        found += is_record(p, stop);
        *likenesses += is_likeness(p, stop);
    }
    return found;
}

/* Count whole record headers at any byte, also those inside another's record. */
static i64 count_anywhere(const u8 *p, const u8 *stop, i64 *likenesses) {
    i64 found = 0;
    for (; stop - p >= 4; p++) {
        found += is_record(p, stop);
        *likenesses += is_likeness(p, stop);
    }
    return found;
}

static i64 count(const u8 *p, const u8 *stop, i64 *likenesses) {
    if (stop <= p) return 0;
    return (stop - p) % 4 ? count_anywhere(p, stop, likenesses) : count_aligned(p, stop, likenesses);
}

static bool has_any(const u8 *at, i64 bytes) {
    for (i64 i = 0; i < bytes; i++)
        if (at[i]) return true;
    return false;
}

/* Look at one chunk of which the file has so many bytes. */
void survey(const u8 *chunk, i64 bytes, bool wants_checksums, i64 *out) {
    bool is_chunk = bytes >= CHUNK_HEADER && memcmp(chunk, "ElfChnk", 8) == 0;
    i64 stop = load32(chunk + 48);
    if (stop < CHUNK_HEADER) stop = CHUNK_HEADER;
    i64 end = bytes < CHUNK_HEADER ? CHUNK_HEADER : bytes;
    if (stop > end) stop = end;
    i64 extent = is_chunk ? stop : bytes;
    out[IS_CHUNK] = is_chunk;
    out[STOP] = is_chunk ? stop : CHUNK_HEADER;
    out[FIRST_NUMBER] = (i64)load64(chunk + 8);
    out[LAST_NUMBER] = (i64)load64(chunk + 16);
    const u8 *from = chunk + CHUNK_HEADER;
    i64 beyond = 0;
    out[LIKENESSES] = 0;
    out[FOUND] = count(from, chunk + extent, &out[LIKENESSES]);
    out[STALE] = is_chunk ? count(chunk + stop, chunk + bytes, &beyond) : 0;
    out[FIRST_ID] = (i64)load64(chunk + 24);
    out[LAST_ID] = (i64)load64(chunk + 32);
    out[LAST_OFFSET] = load32(chunk + 44);
    out[FREE] = load32(chunk + 48);
    out[IS_WRITTEN] = has_any(chunk, bytes < CHUNK_HEADER ? bytes : CHUNK_HEADER);
    out[IS_BLANK] = !is_chunk && !out[IS_WRITTEN] && !out[FOUND];
    out[FLAGS] = load32(chunk + 120);
    out[DATA_CRC_FITS] = out[HEADER_CRC_FITS] = 1;
    if (!is_chunk || !wants_checksums) return;
    out[DATA_CRC_FITS] = crc32_of(0, chunk + CHUNK_HEADER, stop - CHUNK_HEADER) == load32(chunk + 52);
    out[HEADER_CRC_FITS] = crc32_of(crc32_of(0, chunk, 120), chunk + 128, 384) == load32(chunk + 124);
}

/* Find the records between two places of the buffer, in order; return how many there are now in ``out``.
 *
 * out: int32[room, 4] of (chunk, offset in the buffer, bytes, span). Follows record sizes; behind damage it takes up
 * at the next whole header. */
i64 locate(const u8 *buf, const u8 *p, const u8 *stop, const record_place *like, record_place *out, i64 count) {
    while (stop - p >= RECORD_HEADER + 4) {
        if (!is_record(p, stop)) {
            p++;
            continue;
        }
        u32 bytes = load32(p + 4);
        out[count++] = (record_place){like->chunk, (i32)(p - buf), (i32)bytes, like->span};
        p += bytes;
    }
    return count;
}

/* Say what the live records of a chunk are, beside what its header says of them. */
void describe(const u8 *buf, const u8 *chunk, const record_place *records, i64 count, i64 *out) {
    const u8 *end = chunk + CHUNK_HEADER, *last = chunk;
    u64 before = 0;
    for (int i = HELD; i < SURVEY_COLUMNS; i++) out[i] = 0;
    for (i64 i = 0; i < count; i++) {
        const u8 *p = buf + records[i].offset;
        u64 id = load64(p + 8);
        if (i == 0) out[HELD_FIRST_ID] = (i64)id;
        else out[ID_STEPS] += id != before + 1;
        i64 time = (i64)load64(p + 16);
        if (time == 0) out[UNDATED]++;
        else if (out[FIRST_TIME] == 0) out[FIRST_TIME] = time;
        if (time != 0) out[LAST_TIME] = time;
        out[LOOSE] += p - end;
        before = id;
        last = p;
        end = p + records[i].bytes;
    }
    out[HELD] = count;
    out[HELD_LAST_ID] = (i64)before;
    out[HELD_LAST_OFFSET] = last - chunk;
    out[HELD_STOP] = end - chunk;
    if (out[IS_CHUNK]) out[LOOSE] += chunk + out[STOP] - end;
}

/* Find the records in every span; return their number. spans: int64[count, 3] of (chunk, start, stop), absolute;
 * ``out`` has room for the smallest records. */
EXPORT i64 gk_evtx_locate(const u8 *buf, const i64 *spans, i64 count, record_place *out) {
    i64 found = 0;
    for (i64 i = 0; i < count; i++) {
        record_place like = {.chunk = (i32)spans[3 * i], .span = (i32)i};
        found = locate(buf, buf + spans[3 * i + 1], buf + spans[3 * i + 2], &like, out, found);
    }
    return found;
}
