/* Values as text: the table of docs/reference/events.md. A value needs three bytes for each of its own, and sixty-four. */
#include "decoder.h"

static const char UPPER[] = "0123456789ABCDEF", LOWER[] = "0123456789abcdef";

static u8 *hexadecimal(const u8 *at, u32 bytes, u8 *out) {
    for (u32 i = 0; i < bytes; i++) {
        *out++ = (u8)UPPER[at[i] >> 4];
        *out++ = (u8)UPPER[at[i] & 15];
    }
    return out;
}

static u8 *decimal(u64 value, u32 width, u8 *out) {
    static const u64 POWERS[20] = {0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000u,
                                   100000000000u, 1000000000000u, 10000000000000u, 100000000000000u, 1000000000000000u,
                                   10000000000000000u, 100000000000000000u, 1000000000000000000u, 10000000000000000000u};
    u32 bits = 64 - (u32)__builtin_clzll(value | 1);
    u32 digits = bits * 1233 >> 12; /* log10(2): one too few at the most */
    digits += value >= POWERS[digits] || digits == 0;
    if (digits < width) digits = width;
    u8 *at = out + digits;
    for (u32 i = 0; i < digits; i++) {
        *--at = (u8)('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

static u8 *prefixed(u64 value, u8 *out) {
    u32 digits = (67 - (u32)__builtin_clzll(value | 1)) / 4;
    *out++ = '0';
    *out++ = 'x';
    for (u32 i = 0; i < digits; i++) out[i] = (u8)LOWER[value >> 4 * (digits - 1 - i) & 15];
    return out + digits;
}

typedef u16 units __attribute__((vector_size(16)));
typedef u8 letters __attribute__((vector_size(8)));

/* Whether the first units, up to eight, are all letters of ASCII; writes them as bytes, and garbage behind them. */
static inline bool is_ascii(const u8 *at, u32 count, u8 *out) {
    static const u16 ONES[16] = {0xFF80, 0xFF80, 0xFF80, 0xFF80, 0xFF80, 0xFF80, 0xFF80, 0xFF80};
    units here, wanted;
    memcpy(&here, at, 16);
    memcpy(&wanted, ONES + 8 - count, 16);
    units beyond = here & wanted;
    u64 any[2];
    memcpy(any, &beyond, 16);
    letters packed = __builtin_convertvector(here, letters);
    memcpy(out, &packed, 8);
    return !(any[0] | any[1]);
}

/* Write letters of ASCII, eight at a time, the common case by far; return how many bytes that took. */
static u32 write_ascii(const u8 *at, u32 bytes, u8 **out) {
    u32 done = 0;
    for (; done + 16 <= bytes; done += 16, *out += 8)
        if (!is_ascii(at + done, 8, *out)) break;
    u32 left = (bytes - done) / 2;
    if (left < 8 && is_ascii(at + done, left, *out)) {
        *out += left;
        return done + 2 * left;
    }
    for (; done < bytes && load16(at + done) < 0x80; done += 2) *(*out)++ = at[done];
    return done;
}

static u8 *point(u32 c, u8 *out) {
    if (c < 0x80) {
        *out++ = (u8)c;
    } else if (c < 0x800) {
        *out++ = (u8)(0xC0 | c >> 6);
        *out++ = (u8)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        *out++ = (u8)(0xE0 | c >> 12);
        *out++ = (u8)(0x80 | (c >> 6 & 63));
        *out++ = (u8)(0x80 | (c & 63));
    } else {
        *out++ = (u8)(0xF0 | c >> 18);
        *out++ = (u8)(0x80 | (c >> 12 & 63));
        *out++ = (u8)(0x80 | (c >> 6 & 63));
        *out++ = (u8)(0x80 | (c & 63));
    }
    return out;
}

/* Write UTF-16 as UTF-8; an unpaired surrogate becomes U+FFFD, and then other bytes may have the same text. */
u64 write_utf16(const u8 *at, u32 bytes, u8 *out, bool *is_lossy) {
    u8 *start = out;
    *is_lossy = false;
    for (u32 p = 0; p < bytes;) {
        p += write_ascii(at + p, bytes - p, &out);
        if (p >= bytes) break;
        u32 c = load16(at + p);
        p += 2;
        if (c - 0xD800 < 0x800) {
            u32 low = p < bytes ? load16(at + p) : 0;
            if (c < 0xDC00 && low - 0xDC00 < 0x400) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                p += 2;
            } else {
                c = 0xFFFD;
                *is_lossy = true;
            }
        }
        out = point(c, out);
    }
    return (u64)(out - start);
}

/* Write Windows-1252 as UTF-8; its five undefined bytes become U+FFFD. */
static u8 *ansi(const u8 *at, u32 bytes, u8 *out) {
    static const u16 HIGH[32] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD,
        0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0xFFFD, 0x017E, 0x0178,
    };
    for (u32 i = 0; i < bytes; i++) out = point(at[i] - 0x80u < 0x20 ? HIGH[at[i] - 0x80] : at[i], out);
    return out;
}

static u8 *guid(const u8 *at, u8 *out) {
    static const u8 PLACE[16] = {7, 5, 3, 1, 12, 10, 17, 15, 20, 22, 25, 27, 29, 31, 33, 35};
    memcpy(out, "{________-____-____-____-____________}", 38);
    for (int i = 0; i < 16; i++) {
        out[PLACE[i]] = (u8)UPPER[at[i] >> 4];
        out[PLACE[i] + 1] = (u8)UPPER[at[i] & 15];
    }
    return out + 38;
}

/* Write a GUID in letters, with or without braces, with braces and in upper case. */
static u8 *guid_letters(const u8 *at, u32 bytes, u8 *out) {
    if (bytes == 76) at += 2;
    *out++ = '{';
    for (int i = 0; i < 36; i++) {
        u8 c = at[2 * i];
        *out++ = c >= 'a' ? (u8)(c - 32) : c;
    }
    *out++ = '}';
    return out;
}

static u8 *sid(const u8 *at, u32 bytes, u8 *out) {
    u64 authority = 0;
    for (int i = 2; i < 8; i++) authority = authority << 8 | at[i];
    *out++ = 'S';
    *out++ = '-';
    out = decimal(at[0], 1, out);
    *out++ = '-';
    out = decimal(authority, 1, out);
    for (u32 i = 8; i < bytes; i += 4) {
        *out++ = '-';
        out = decimal(load32(at + i), 1, out);
    }
    return out;
}

static u8 *date_and_time(u32 year, u32 month, u32 day, u32 second_of_day, u8 *out) {
    out = decimal(year, 4, out);
    *out++ = '-';
    out = decimal(month, 2, out);
    *out++ = '-';
    out = decimal(day, 2, out);
    *out++ = 'T';
    out = decimal(second_of_day / 3600, 2, out);
    *out++ = ':';
    out = decimal(second_of_day / 60 % 60, 2, out);
    *out++ = ':';
    return decimal(second_of_day % 60, 2, out);
}

static u8 *filetime(u64 ticks, u8 *out) {
    if (ticks > 2650467743999999999u) return decimal(ticks, 1, out); /* beyond the year 9999 */
    u64 seconds = ticks / 10000000;
    /* the civil date, by eras of 400 years that begin in March of the year 0 */
    u32 days = (u32)(seconds / 86400) + 584694;
    u32 era = days / 146097, day_of_era = days % 146097;
    u32 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    u32 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    u32 shifted = (5 * day_of_year + 2) / 153;
    u32 month = shifted < 10 ? shifted + 3 : shifted - 9;
    u32 year = year_of_era + 400 * era + (month <= 2);
    out = date_and_time(year, month, day_of_year - (153 * shifted + 2) / 5 + 1, (u32)(seconds % 86400), out);
    *out++ = '.';
    out = decimal(ticks % 10000000, 7, out);
    *out++ = 'Z';
    return out;
}

static u8 *systemtime(const u8 *at, u8 *out) {
    u32 hour = load16(at + 8), minute = load16(at + 10), second = load16(at + 12), millisecond = load16(at + 14);
    u32 year = load16(at), month = load16(at + 2), day = load16(at + 6);
    if (!is_date(year, month, day) || hour > 23 || minute > 59 || second > 59 || millisecond > 999)
        return hexadecimal(at, 16, out);
    out = date_and_time(year, month, day, 3600 * hour + 60 * minute + second, out);
    *out++ = '.';
    out = decimal(millisecond, 3, out);
    *out++ = 'Z';
    return out;
}

static u8 *integer(u32 kind, const u8 *at, u32 bytes, u8 *out) {
    u64 value = 0;
    memcpy(&value, at, bytes);
    if (!(kind & 1)) return decimal(value, 1, out);
    u32 shift = 64 - 8 * bytes;
    i64 number = (i64)(value << shift) >> shift;
    if (number >= 0) return decimal((u64)number, 1, out);
    *out++ = '-';
    return decimal(0 - (u64)number, 1, out);
}

static u8 *real(const decoder *d, u32 kind, const u8 *at, u32 bytes, u8 *out) {
    i32 written = d && d->spell_real ? d->spell_real((i32)kind, at, out) : 0;
    return written > 0 ? out + written : hexadecimal(at, bytes, out);
}

static u8 *literally(const char *text, u8 *out) {
    while (*text) *out++ = (u8)*text++;
    return out;
}

/* Write a value of one of the types whose size is fixed; NULL where the size does not fit. */
static u8 *sized(const decoder *d, u32 kind, const u8 *at, u32 bytes, u8 *out) {
    if (kind >= 0x03 && kind <= 0x0A) return bytes == 1u << ((kind - 3) >> 1) ? integer(kind, at, bytes, out) : NULL;
    switch (kind) {
        case 0x0B: return bytes == 4 ? real(d, kind, at, bytes, out) : NULL;
        case 0x0C: return bytes == 8 ? real(d, kind, at, bytes, out) : NULL;
        case 0x0D: return bytes == 4 ? literally(load32(at) ? "true" : "false", out) : NULL;
        case 0x0F: return bytes == 16 ? guid(at, out) : NULL;
        case 0x10: return bytes == 4 ? prefixed(load32(at), out) : bytes == 8 ? prefixed(load64(at), out) : NULL;
        case 0x11: return bytes == 8 ? filetime(load64(at), out) : NULL;
        case 0x12: return bytes == 16 ? systemtime(at, out) : NULL;
        case 0x13: return bytes >= 8 && bytes == 8 + 4u * at[1] ? sid(at, bytes, out) : NULL;
        case 0x14: return bytes == 4 ? prefixed(load32(at), out) : NULL;
        case 0x15: return bytes == 8 ? prefixed(load64(at), out) : NULL;
        default: return NULL;
    }
}

/* Write one value; ``is_lossy`` says whether other bytes may have the same text. */
u64 write_text(const decoder *d, u32 kind, const u8 *at, u32 bytes, u8 *out, bool *is_lossy) {
    *is_lossy = kind == T_GUID_TEXT;
    if (kind == T_STRING) return write_utf16(at, bytes, out, is_lossy);
    if (kind == T_ANSI) {
        *is_lossy = true;
        return (u64)(ansi(at, bytes, out) - out);
    }
    if (kind == T_GUID_TEXT) return (u64)(guid_letters(at, bytes, out) - out);
    u8 *end = sized(d, kind, at, bytes, out);
    return (u64)((end ? end : hexadecimal(at, bytes, out)) - out);
}
