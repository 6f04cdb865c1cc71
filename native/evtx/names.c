/* Names: each has one number for the whole run, and knows its column in every dataset. */
#include "decoder.h"
#include "hashing.h"

static const char *const KNOWN[N_KNOWN] = {
    "Event", "System", "EventData", "UserData", "RenderingInfo", "Data", "ComplexData", "Name", "Message",
    "Provider", "EventID", "Version", "Level", "Task", "Opcode", "Keywords", "TimeCreated", "EventRecordID",
    "Correlation", "Execution", "Channel", "Computer", "Security", "Guid", "EventSourceName", "Qualifiers",
    "SystemTime", "ActivityID", "RelatedActivityID", "ProcessID", "ThreadID", "UserID",
};

/* Hash UTF-16 with ASCII letters folded; 0 where any unit is not ASCII: such a name is declared nowhere. */
u64 folded_hash(const decoder *d, const u8 *utf16, u32 bytes) {
    u64 h = d->seed;
    for (u32 i = 0; i < bytes; i += 2) {
        u64 c = load16(utf16 + i);
        if (c >= 128) return 0;
        h = mixed(h ^ (c - 'A' < 26 ? c + 32 : c), 0x9E3779B97F4A7C15u);
    }
    return mixed(h ^ bytes, 0xC2B2AE3D27D4EB4Fu) | 1;
}

static u64 declared_key(u64 folded, i32 of) { return mixed(folded, 0x9E3779B97F4A7C15u * (u64)(of + 1)) | 1; }

static i16 declared_column(const decoder *d, u64 folded, i32 of) {
    u64 key = declared_key(folded, of);
    for (u32 slot = (u32)key & d->declared_mask; d->declared_keys[slot]; slot = (slot + 1) & d->declared_mask)
        if (d->declared_keys[slot] == key) return d->declared_columns[slot];
    return -1;
}

void declare_column(decoder *d, i32 of, const u8 *utf16, u32 bytes, i16 number) {
    u64 key = declared_key(folded_hash(d, utf16, bytes), of);
    u32 slot = (u32)key & d->declared_mask;
    while (d->declared_keys[slot]) slot = (slot + 1) & d->declared_mask;
    d->declared_keys[slot] = key;
    d->declared_columns[slot] = number;
}

/* Tell namespace declarations, prefixes, and letters whose lower case is ASCII though they are not. */
static u32 special(const u8 *utf16, u32 bytes) {
    static const u8 XMLNS[] = "x\0m\0l\0n\0s";
    u32 found = 0, units = bytes / 2;
    if (units >= 5 && memcmp(utf16, XMLNS, 10) == 0 && (units == 5 || load16(utf16 + 10) == ':')) found = NAME_XMLNS;
    for (u32 i = 0; i < units; i++) {
        u16 c = load16(utf16 + 2 * i);
        if (c == 0x212A || c == 0x0130) found |= NAME_ODD;
        if (c == ':' && !(found & NAME_XMLNS)) found |= NAME_PREFIX;
    }
    return found;
}

static i32 name_added(decoder *d, const u8 *utf16, u32 bytes, u64 hash, u32 slot) {
    u64 room = (u64)bytes * 3 + 2 * GUARD;
    if (d->name_count >= MAX_NAMES || d->arena_bytes + room > MAX_NAME_BYTES) return -1;
    name *one = &d->names[d->name_count];
    bool is_lossy;
    one->hash = hash;
    one->raw = (u32)d->arena_bytes;
    one->raw_bytes = bytes;
    memcpy(d->arena + one->raw, utf16, bytes);
    one->text = one->raw + bytes;
    one->text_bytes = (u32)write_utf16(utf16, bytes, d->arena + one->text, &is_lossy);
    d->arena_bytes = one->text + one->text_bytes;
    one->special = special(utf16, bytes);
    u64 folded = folded_hash(d, utf16, bytes);
    for (i32 of = 0; of < d->dataset_count; of++) one->column[of] = folded ? declared_column(d, folded, of) : -1;
    d->name_slots[slot] = ++d->name_count;
    return (i32)d->name_count - 1;
}

/* Return the number of a name; -1 where the table is full. */
i32 name_of(decoder *d, const u8 *utf16, u32 bytes) {
    u64 hash = hash_bytes(utf16, bytes, d->seed);
    u32 slot = (u32)hash & d->name_mask;
    for (; d->name_slots[slot]; slot = (slot + 1) & d->name_mask) {
        const name *one = &d->names[d->name_slots[slot] - 1];
        if (one->hash == hash && one->raw_bytes == bytes && same_bytes(d->arena + one->raw, utf16, bytes))
            return (i32)d->name_slots[slot] - 1;
    }
    return name_added(d, utf16, bytes, hash, slot);
}

/* Return the name whose structure stands at an offset of the chunk; -1 where none can. */
i32 name_at(decoder *d, u32 offset) {
    if (offset > CHUNK - 8) return -1;
    u64 known = d->names_at[offset];
    if (known >> 32 == d->generation) return (i32)known;
    u32 units = load16(d->chunk + offset + 6);
    if (units == 0 || offset + 8 + 2 * units > CHUNK) return -1;
    i32 found = name_of(d, d->chunk + offset + 8, 2 * units);
    if (found >= 0) d->names_at[offset] = (u64)d->generation << 32 | (u32)found;
    return found;
}

/* Return the name "prefix_first_second"; -1 leaves a part out, and is returned where the name is too long. */
i32 name_joined(decoder *d, i32 prefix, i32 first, i32 second) {
    u8 units[8192 + GUARD];
    u32 bytes = 0;
    i32 parts[3] = {prefix, first, second};
    for (int i = 0; i < 3; i++) {
        if (parts[i] < 0) continue;
        const name *one = &d->names[parts[i]];
        if (bytes + one->raw_bytes + 2 > 8192) return -1;
        if (bytes) {
            units[bytes++] = '_';
            units[bytes++] = 0;
        }
        memcpy(units + bytes, d->arena + one->raw, one->raw_bytes);
        bytes += one->raw_bytes;
    }
    memset(units + bytes, 0, 16);
    return name_of(d, units, bytes);
}

/* Forget all names but those that the compiler knows; programs name them by number and go, too. */
bool names_start(decoder *d) {
    d->name_count = 0;
    d->arena_bytes = 0;
    memset(d->name_slots, 0, sizeof *d->name_slots * (d->name_mask + 1));
    for (i32 i = 0; i < N_KNOWN; i++) {
        u8 units[128 + GUARD] = {0};
        u32 bytes = 0;
        for (const char *c = KNOWN[i]; *c; c++, bytes += 2) units[bytes] = (u8)*c;
        if (name_of(d, units, bytes) != i) return false;
    }
    return true;
}
