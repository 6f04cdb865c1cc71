"""Large EVTX files that do not flatter: real chunks, copied, with every copy's values varied.

Repeated data is easy: a decoder that remembers its last value wins for nothing. Here each copy of a chunk
gets other record ids, other times, other GUIDs, other numbers and, for a stated share of the text values,
other letters and digits at the end, lengths kept, checksums repaired.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 65536
FILL = 0.8
_VARIED_CHARACTERS = 10
_NUMBERS = {0x06: 2, 0x08: 4, 0x0A: 8, 0x14: 4, 0x15: 8}
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz0123456789", np.uint8)


@dataclass(frozen=True)
class _Chunk:
    """A real chunk and where its varied values stand."""

    data: bytes
    ids: np.ndarray  # record headers' id fields
    times: np.ndarray  # record headers' and values' FILETIMEs
    fixed: np.ndarray  # bytes of GUIDs and the low bytes of numbers: random in every copy
    letters: np.ndarray  # low bytes of ASCII letters and digits at the end of text values
    text_of: np.ndarray  # for each of them, its value's number


def _live_stop(chunk: bytes) -> int:
    return min(struct.unpack_from("<I", chunk, 48)[0], CHUNK)


def real_chunks(data: Path) -> Iterator[bytes]:
    """Yield every live chunk of every EVTX file below a folder."""
    for path in sorted(data.rglob("*.evtx")):
        raw = path.read_bytes()
        for at in range(4096, len(raw) - 511, CHUNK):
            if raw[at : at + 8] == b"ElfChnk\0":
                yield raw[at : at + CHUNK].ljust(CHUNK, b"\0")


def _values(chunk: bytes, at: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Yield (type, offset, size) of a template instance's values, or nothing where there is none."""
    if chunk[at : at + 1] == b"\x0f":
        at += 4
    if chunk[at : at + 1] != b"\x0c" or at + 14 > stop:
        return
    (definition,) = struct.unpack_from("<I", chunk, at + 6)
    at += 10
    if definition == at:
        at += 24 + struct.unpack_from("<I", chunk, at + 20)[0]
    if at + 4 > stop:
        return
    (count,) = struct.unpack_from("<I", chunk, at)
    value = at + 4 + 4 * count
    for i in range(count):
        if at + 8 + 4 * i > stop:
            return
        size, kind = struct.unpack_from("<HB", chunk, at + 4 + 4 * i)
        if value + size > stop:
            return
        yield kind, value, size
        value += size


@dataclass
class _Spans:
    """Offsets of what is varied, while a chunk is looked through."""

    ids: list[int]
    times: list[int]
    fixed: list[int]
    letters: list[int]
    text_of: list[int]
    texts: int = 0

    def take(self, chunk: bytes, kind: int, off: int, size: int) -> None:
        """Note one value of an event's own part."""
        if kind == 0x01 and size >= 8:
            units = range(off + size - 2 * min(size // 2, _VARIED_CHARACTERS), off + size, 2)
            own = [p for p in units if chunk[p + 1] == 0 and chr(chunk[p]).isalnum()]
            self.letters += own
            self.text_of += [self.texts] * len(own)
            self.texts += 1
        elif kind == 0x0F and size == 16:
            self.fixed += range(off, off + 16)
        elif kind in _NUMBERS and size == _NUMBERS[kind]:
            self.fixed += range(off, off + 2)
        elif kind == 0x11 and size == 8:
            self.times.append(off)


def _survey(chunk: bytes) -> _Chunk:
    spans = _Spans([], [], [], [], [])
    at, stop = 512, _live_stop(chunk)
    while at + 28 <= stop and chunk[at : at + 4] == b"\x2a\x2a\0\0":
        (size,) = struct.unpack_from("<I", chunk, at + 4)
        if not 28 <= size <= stop - at:
            break
        spans.ids.append(at + 8)
        spans.times.append(at + 16)
        for kind, off, length in _values(chunk, at + 24, at + size):
            if kind == 0x0A and length == 8:
                spans.ids.append(off)
            elif kind == 0x11 and length == 8:
                spans.times.append(off)
            elif kind == 0x21:
                for inner in _values(chunk, off, off + length):
                    spans.take(chunk, *inner)
        at += size
    ids = spans.ids if at == stop else []  # a damaged chunk is not one to copy
    lists = (ids, spans.times, spans.fixed, spans.letters, spans.text_of)
    return _Chunk(chunk, *(np.array(x, np.int64) for x in lists))


def _vary(chunk: _Chunk, first_id: int, share: float, rng: np.random.Generator) -> bytes:
    out = np.frombuffer(chunk.data, np.uint8).copy()
    for offsets in (chunk.ids, chunk.times):
        step = first_id if offsets is chunk.ids else int(rng.integers(1, 10**12))
        for i in range(8):
            total = out[offsets + i].astype(np.int64) + (step >> (8 * i) & 255)
            out[offsets + i] = total & 255
            carry = offsets[total > 255]
            if i < 7:
                out[carry + i + 1] += 1
    out[chunk.fixed] = rng.integers(0, 256, len(chunk.fixed), np.uint8)
    if len(chunk.letters):
        chosen = rng.random(int(chunk.text_of[-1]) + 1) < share
        here = chunk.letters[chosen[chunk.text_of]]
        out[here] = _LETTERS[rng.integers(0, len(_LETTERS), len(here))]
    raw = bytearray(out.tobytes())
    struct.pack_into("<I", raw, 52, zlib.crc32(raw[512 : _live_stop(chunk.data)]))
    struct.pack_into("<I", raw, 124, zlib.crc32(raw[128:512], zlib.crc32(raw[:120])))
    return bytes(raw)


def file_header(chunks: int) -> bytes:
    """Return the header of an EVTX file of so many chunks."""
    head = bytearray(4096)
    struct.pack_into(
        "<8sQQQIHHHH", head, 0, b"ElfFile\0", 0, chunks - 1, 1, 128, 1, 3, 4096, chunks & 0xFFFF
    )
    struct.pack_into("<I", head, 124, zlib.crc32(head[:120]))
    return bytes(head)


def write_varied(
    data: Path, out: Path, size_bytes: int, *, share: float, seed: int = 7
) -> list[Path]:
    """Write files of 32 MB each, together about ``size_bytes``; ``share`` of the texts vary a copy."""
    rng = np.random.default_rng(seed)
    pool = [_survey(c) for c in real_chunks(data) if _live_stop(c) >= FILL * CHUNK]
    pool = [c for c in pool if len(c.ids) > 1]
    per_file = 500
    files = []
    for number in range(max(1, round(size_bytes / (per_file * CHUNK)))):
        path = out / f"varied-{number:03}.evtx"
        with path.open("wb") as stream:
            stream.write(file_header(per_file))
            for i in range(per_file):
                chunk = pool[(number * per_file + i) % len(pool)]
                stream.write(_vary(chunk, 1000 * (number * per_file + i), share, rng))
        files.append(path)
    return files


def write_concatenated(data: Path, path: Path, times: int = 1) -> None:
    """Write all real chunks, filled or not, into one file, ``times`` over."""
    chunks = list(real_chunks(data)) * times
    with path.open("wb") as stream:
        stream.write(file_header(len(chunks)))
        stream.writelines(chunks)
