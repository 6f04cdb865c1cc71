"""The compiled decoder of ``native/evtx``, as Python sees it.

A decoder decodes the records of a buffer of chunks until a batch is full;
:meth:`Decoder.batches` then gives one Arrow batch a dataset, and forgets them. The decoder encodes text by
dictionary itself.
"""

from __future__ import annotations

import ctypes
import os
import weakref
from ctypes import c_char_p, c_int32, c_int64, c_uint64, c_void_p
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper import native
from gamekeeper.errors import NativeError
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import EventBatch
from gamekeeper.sources.evtx.values import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.model.datasets import Dataset

CHUNK: Final = 65536
#: Bytes behind a buffer that loads of whole words may touch.
GUARD: Final = 64
#: Records of one batch, at the most.
MAX_ROWS: Final = 1 << 16


class Status(IntEnum):
    """What became of a record."""

    OK = 0
    DECLINED = 1  # for the slow truth
    HEADER_TIME = 3  # decoded, but the event itself has no time


_SPELLER: Final = ctypes.CFUNCTYPE(c_int32, c_int32, c_void_p, c_void_p)
_REAL_BYTES: Final = {0x0B: 4, 0x0C: 8}

_new: Final = native.function(
    "gk_evtx_new",
    c_void_p, c_uint64, c_int32, c_void_p, c_int32, c_void_p, c_char_p, c_void_p, _SPELLER,
)  # fmt: skip
_forget: Final = native.function("gk_evtx_forget", None, c_void_p)
_free: Final = native.function("gk_evtx_free", None, c_void_p)
_reset: Final = native.function("gk_evtx_reset", None, c_void_p)
_take: Final = native.function("gk_evtx_take", c_int32, c_void_p, c_void_p, c_int64)
_export: Final = native.function(
    "gk_evtx_export", c_int64, c_void_p, c_int32, c_void_p, c_void_p, c_void_p
)
_locate: Final = native.function("gk_evtx_locate", c_int64, c_void_p, c_void_p, c_int64, c_void_p)
_text: Final = native.function(
    "gk_evtx_text", c_int64, c_void_p, c_int32, c_char_p, c_int64, c_void_p
)
_written_time: Final = native.function("gk_evtx_written_time", c_int64, c_char_p, c_int64)

#: What the decoder says of a chunk.
SURVEY_COLUMNS: Final = (
    "is_chunk", "is_blank", "stop", "first_number", "last_number", "found", "is_written", "flags",
    "data_crc_fits", "header_crc_fits",
    "first_id", "last_id", "last_offset", "free", "likenesses", "stale",
    "held", "held_first_id", "held_last_id", "held_last_offset", "held_stop", "id_steps", "loose", "undated",
    "first_time", "last_time",
)  # fmt: skip
_LEAST_RECORD: Final = 28


def _spell_real(kind: int, at: int, out: int) -> int:
    """Write a real number as Python spells it, which only Python does right; returns its bytes."""
    spelled = value_text(kind, ctypes.string_at(at, _REAL_BYTES[kind])).encode()
    ctypes.memmove(out, spelled, len(spelled))
    return len(spelled)


class _ArrowArray(ctypes.Structure):
    """Room for one array of Arrow's C data interface."""

    _fields_ = (("words", c_int64 * 10),)


class _JobStruct(ctypes.Structure):
    """``job`` of native/evtx/decoder.c."""

    _fields_ = (
        ("buf", c_void_p),
        ("sizes", c_void_p),
        ("chunks", c_void_p),
        ("records", c_void_p),
        ("done", c_void_p),
        ("most_rows", c_int64),
        ("wants_checksums", c_int64),
        ("chunk", c_int64),
        ("located", c_int64),
        ("decoded", c_int64),
    )


class Job:
    """A buffer of chunks, and what the decoder says of them while it takes them.

    ``buf``: uint8, whole chunks and ``GUARD`` bytes. ``sizes``: int64, bytes of each chunk that its file has.
    """

    def __init__(self, buf: NDArray[np.uint8], sizes: NDArray[np.int64]) -> None:
        chunks = len(buf) // CHUNK
        self._chunks = np.empty((chunks, len(SURVEY_COLUMNS)), np.int64)
        self._records = np.empty((chunks * (CHUNK // _LEAST_RECORD), 4), np.int32)
        self._done = np.empty(len(self._records), np.uint8)
        self._kept = (buf, sizes)
        tables = (buf, sizes, self._chunks, self._records, self._done)
        self._struct = _JobStruct(*(t.ctypes.data for t in tables), 0, 0, 0, 0, 0)
        self.address = ctypes.addressof(self._struct)

    def settle(self, *, checksums: bool, most_rows: int = MAX_ROWS) -> None:
        """Say whether checksums are wanted, and how many events a batch has at the most."""
        self._struct.wants_checksums, self._struct.most_rows = checksums, most_rows
        self.begin()

    def begin(self) -> None:
        """Begin with the buffer's first chunk again."""
        self._struct.chunk = self._struct.located = self._struct.decoded = 0

    @property
    def chunks(self) -> NDArray[np.int64]:
        """int64[chunk, column of SURVEY_COLUMNS] of the chunks taken. The records found are counted by
        searching bytes, apart from where the decoder looks.
        """
        return self._chunks[: self._struct.chunk]

    @property
    def records(self) -> NDArray[np.int32]:
        """int32[n, 4] of (chunk, offset in the buffer, bytes, bytes between the end of its BinXML and the
        copy of its size) of the live records found; the last is 0 where that end is not known.
        """
        return self._records[: self._struct.located]

    @property
    def status(self) -> NDArray[np.uint8]:
        """What became of each record, a :class:`Status`."""
        return self._done[: self._struct.decoded]


class Decoder:
    """Decodes buffers of chunks into batches."""

    def __init__(self) -> None:
        self._datasets: list[Dataset] = list(datasets().values())
        widths = np.array([len(d.declared) for d in self._datasets], np.int32)
        channels = [(c, i) for i, d in enumerate(self._datasets) for c in d.channels]
        of_channel = np.array([i for _, i in channels], np.int32)
        names = [n for d in self._datasets for n in d.declared] + [c for c, _ in channels]
        texts = [name.encode("utf-16-le") for name in names]
        stops = np.cumsum([len(t) for t in texts]).astype(np.int32)
        self._speller = _SPELLER(_spell_real)  # kept: the decoder calls it
        self._at: int = _new(
            int.from_bytes(os.urandom(8), "little"), len(widths), widths.ctypes.data, len(channels),
            of_channel.ctypes.data, b"".join(texts), stops.ctypes.data, self._speller,
        )  # fmt: skip
        if not self._at:
            message = "there is not enough memory to read EVTX files"
            raise NativeError(message)
        weakref.finalize(self, _free, self._at).atexit = False

    def reset(self) -> None:
        """Forget the open batch, if any."""
        _reset(self._at)

    def forget(self) -> None:
        """Forget names and templates of earlier files, as a new process would; for measuring."""
        self.reset()
        _forget(self._at)

    def take(self, job: Job, stop: int) -> bool:
        """Take the chunks of a buffer up to ``stop`` into the open batch; return whether that is full.

        A full batch has to be taken out by :meth:`batches`; the same call then goes on.
        """
        return bool(_take(self._at, job.address, stop))

    def batches(
        self, sources: NDArray[np.int32], offsets: NDArray[np.int64]
    ) -> Iterator[EventBatch]:
        """Yield the open batch, dataset by dataset, and begin a new one.

        ``sources``, ``offsets``: by chunk of the buffer the number of its file and its first byte there.
        """
        for number, dataset in enumerate(self._datasets):
            array = _ArrowArray()
            at = ctypes.addressof(array)
            rows = _export(self._at, number, sources.ctypes.data, offsets.ctypes.data, at)
            if rows < 0:
                message = "there is not enough memory for a batch of events"
                raise NativeError(message)
            if rows:
                table = pa.RecordBatch._import_from_c(at, dataset.schema)  # noqa: SLF001 - pyarrow's way
                yield EventBatch(dataset.name, table)
        _reset(self._at)


def locate(buf: NDArray[np.uint8], spans: NDArray[np.int64]) -> NDArray[np.int32]:
    """Find the whole records in spans of a buffer, in order; behind damage at the next whole header.

    ``spans``: int64[n, 3] of (chunk, start, stop), absolute. Returns int32[m, 4] of (chunk, offset, bytes,
    span).
    """
    room = int((spans[:, 2] - spans[:, 1]).sum()) // _LEAST_RECORD + len(spans)
    found = np.empty((room, 4), np.int32)
    count = _locate(buf.ctypes.data, spans.ctypes.data, len(spans), found.ctypes.data)
    return found[:count]


def spelled(kind: int, raw: bytes) -> str:
    """Return the text that a decoder writes for a value; for tests."""
    out = ctypes.create_string_buffer(3 * len(raw) + GUARD)
    size = _text(None, kind, raw + bytes(GUARD), len(raw), out)
    return out.raw[:size].decode()


def written_time(text: str) -> int:
    """Return the FILETIME that the decoder reads from written text, -2 for any other form; for tests."""
    raw = text.encode("utf-16-le")
    return int(_written_time(raw + bytes(GUARD), len(raw)))
