/* What every part of the library builds on: whole-word names, unaligned loads and the mark of what Python calls. */
#ifndef GAMEKEEPER_H
#define GAMEKEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;

/* Functions that Python calls; all others stay inside. */
#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Every platform that is built for is little-endian, as are the formats that are read. */
static inline u16 load16(const u8 *p) { u16 v; memcpy(&v, p, 2); return v; }
static inline u32 load32(const u8 *p) { u32 v; memcpy(&v, p, 4); return v; }
static inline u64 load64(const u8 *p) { u64 v; memcpy(&v, p, 8); return v; }

#endif
