/* Hashes and comparisons of short stretches of bytes; both may load up to fifteen bytes beyond the end. */
#ifndef GAMEKEEPER_EVTX_HASHING_H
#define GAMEKEEPER_EVTX_HASHING_H

#include "../gamekeeper.h"

static inline u64 mixed(u64 a, u64 b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (u64)product ^ (u64)(product >> 64);
}

/* The low bytes of a word, the rest zero; bytes: 1 to 8. */
static inline u64 low_bytes(u64 word, u32 bytes) { return word << (64 - 8 * bytes) >> (64 - 8 * bytes); }

static inline u64 hash_bytes(const u8 *at, u32 bytes, u64 seed) {
    u64 h = seed ^ ((u64)bytes * 0x9E3779B97F4A7C15u);
    while (bytes > 16) {
        h = mixed(load64(at) ^ 0xA0761D6478BD642Fu, load64(at + 8) ^ h);
        at += 16;
        bytes -= 16;
    }
    u64 low = 0, high = 0;
    if (bytes > 8) {
        low = load64(at);
        high = low_bytes(load64(at + 8), bytes - 8);
    } else if (bytes) {
        low = low_bytes(load64(at), bytes);
    }
    return mixed(low ^ 0xE7037ED1A0B428DBu, high ^ h);
}

static inline bool same_bytes(const u8 *p, const u8 *q, u32 bytes) {
    if (bytes <= 8) return bytes == 0 || low_bytes(load64(p) ^ load64(q), bytes) == 0;
    const u8 *last = p + bytes - 16, *other = q + bytes - 16; /* sixteen bytes, which may overlap those before */
    for (; p < last; p += 16, q += 16)
        if ((load64(p) ^ load64(q)) | (load64(p + 8) ^ load64(q + 8))) return false;
    u64 difference = load64(last + 8) ^ load64(other + 8);
    return !(difference | (bytes < 16 ? load64(p) ^ load64(q) : load64(last) ^ load64(other)));
}

#endif
