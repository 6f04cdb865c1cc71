"""Byte streams within containers: sections of a file, decompression, and members with their budget."""

from __future__ import annotations

import bz2
import lzma
import re
import struct
import tarfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

import pyarrow as pa
import pyzipper

from gamekeeper.sources.containers.kinds import Kind
from gamekeeper.sources.containers.limits import MemberError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gamekeeper.sources.containers.limits import Budget

BLOCK_BYTES: Final = 1 << 20
_ZSTD_PIECE_BYTES: Final = 4096
_XZ_MEMORY_BYTES: Final = 256 << 20

#: What libraries raise on damaged input; which one it is depends on where the damage sits.
DAMAGE: Final = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    pyzipper.BadZipFile,
    RuntimeError,
    ValueError,
    LookupError,
    struct.error,
    pa.ArrowException,
)
#: How those that raise one error for everything word that the data ends too early.
_CUT: Final = re.compile(r"unexpected end of data|truncated", re.IGNORECASE)


class Readable(Protocol):
    """Anything with ``read``; fewer bytes than asked for do not mean the end, none do."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes."""


class Section:
    """A part of a file that is read without regard to who else reads that file."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self._file = file
        self.at = start  # of the next byte
        self._stop = start + size

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; those that the file lacks are missed."""
        wanted = min(size, self._stop - self.at)
        self._file.seek(self.at)
        data = self._file.read(wanted)
        if wanted and not data:
            raise MemberError("truncated", "the archive ends before this does")
        self.at += len(data)
        return data


class _Inflater:
    """zlib's decompressor with the interface of those of bz2 and lzma."""

    def __init__(self, window_bits: int) -> None:
        self._zlib = zlib.decompressobj(window_bits)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


_Decompressor = _Inflater | bz2.BZ2Decompressor | lzma.LZMADecompressor


class Unpacked:
    """A decompressed stream; streams that follow one another are one, as their tools have it."""

    def __init__(
        self, packed: Readable, make: Callable[[], _Decompressor], *, is_single: bool = False
    ) -> None:
        self._packed = packed
        self._make = make
        self._is_single = is_single
        self._decompressor: _Decompressor | None = make()
        self._is_fresh = True
        self.left_over = b""  # bytes behind the end of a single stream

    def read(self, size: int, /) -> bytes:
        """Return some of the next bytes, none at the end."""
        while (decompressor := self._decompressor) is not None:
            if decompressor.eof:
                self._go_on(decompressor.unused_data)
                continue
            more = self._packed.read(BLOCK_BYTES) if decompressor.needs_input else b""
            if decompressor.needs_input and not more:
                if self._is_fresh:
                    raise MemberError("truncated", "it is empty where compressed data should stand")
                raise MemberError("truncated", "its compressed data ends too early")
            self._is_fresh = False
            if data := decompressor.decompress(more, size):
                return data
        return b""

    def _go_on(self, rest: bytes) -> None:
        """Begin with the next stream, if one follows; zeros are padding."""
        self._decompressor = None
        if self._is_single:
            self.left_over = rest
            return
        while not rest.strip(b"\0"):
            rest = self._packed.read(BLOCK_BYTES)
            if not rest:
                return
        self._packed = _Chained(rest.lstrip(b"\0"), self._packed)
        self._decompressor = self._make()


class _Chained:
    def __init__(self, first: bytes, then: Readable) -> None:
        self._first = first
        self._then = then

    def read(self, size: int, /) -> bytes:
        data, self._first = self._first[:size], self._first[size:]
        return data or self._then.read(size)


class _ArrowInput:
    """What pyarrow wants of a file object."""

    closed = False

    def __init__(self, source: Readable) -> None:
        self._source = source

    def read(self, size: int = -1, /) -> bytes:
        return self._source.read(size if size >= 0 else BLOCK_BYTES)

    def close(self) -> None:
        """Nothing is ours to close."""


class _Zstd:
    """A zst stream by pyarrow, in small pieces: what one call has read is lost when it ends in damage."""

    def __init__(self, packed: Readable) -> None:
        self._stream = pa.CompressedInputStream(pa.PythonFile(_ArrowInput(packed), "r"), "zstd")

    def read(self, size: int, /) -> bytes:
        data: bytes = self._stream.read(min(size, _ZSTD_PIECE_BYTES))
        return data


def inflated(packed: Readable) -> Unpacked:
    """Return the bytes behind one raw deflate stream, as zip members have them."""
    return Unpacked(packed, lambda: _Inflater(-15), is_single=True)


def unpacked(packed: Readable, kind: Kind) -> Readable:
    """Return the bytes behind a gz, bz2, xz or zst stream."""
    if kind is Kind.GZ:
        return Unpacked(packed, lambda: _Inflater(31))
    if kind is Kind.BZ2:
        return Unpacked(packed, bz2.BZ2Decompressor)
    if kind is Kind.XZ:
        return Unpacked(packed, lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES))
    return _Zstd(packed)


class MemberStream:
    """A member's bytes: counted, looked at beforehand, and every damage one kind of error.

    Bytes that come before damage are given before its error is raised.
    """

    def __init__(self, source: Readable, budget: Budget | None) -> None:
        self._source = source
        self._budget = budget  # None where nothing was decompressed
        self._head = b""
        self.error: MemberError | None = None

    def peek(self, size: int) -> bytes:
        """Return the first bytes without taking them, fewer where there are no more."""
        while len(self._head) < size and self.error is None:
            data = self._pull(size - len(self._head))
            if not data:
                break
            self._head += data
        return self._head[:size]

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, none at the end; raise :class:`MemberError` on damage."""
        if self._head:
            end = size if size >= 0 else len(self._head)
            data, self._head = self._head[:end], self._head[end:]
            return data
        data = b"" if self.error else self._pull(size)
        if self.error:
            raise self.error
        return data

    def _pull(self, size: int) -> bytes:
        try:
            data = self._source.read(min(size, BLOCK_BYTES) if size >= 0 else BLOCK_BYTES)
        except MemberError as error:
            self.error = error
        except DAMAGE as error:
            is_cut = isinstance(error, EOFError) or _CUT.search(str(error)) is not None
            reason = "truncated" if is_cut else "damaged"
            self.error = MemberError(reason, f"its data cannot be read further ({error})")
        else:
            if self._budget:
                self._budget.spend(len(data))
            return data
        return b""
