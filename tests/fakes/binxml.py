"""BinXML by hand: tokens, records, chunks and files, right or wrong byte by byte."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEADER = b"\x0f\x01\x01\x00"
GUID = bytes(range(1, 17))


def name_hash(text: str) -> int:
    value = 0
    for unit in struct.unpack(f"<{len(text)}H", text.encode("utf-16-le")):
        value = (value * 65599 + unit) & 0xFFFF
    return value


class Tokens:
    """Writes tokens at a known place of a chunk; every method returns the writer."""

    def __init__(
        self, at: int, *, in_template: bool = False, names: dict[str, int] | None = None
    ) -> None:
        self.start = at
        self.out = bytearray()
        self.in_template = in_template
        self.names = {} if names is None else names

    @property
    def at(self) -> int:
        return self.start + len(self.out)

    def raw(self, data: bytes) -> Tokens:
        self.out += data
        return self

    def name(self, text: str) -> Tokens:
        """Refer to a name that stands in the chunk already, else write it here."""
        if text in self.names:
            return self.raw(struct.pack("<I", self.names[text]))
        self.names[text] = self.at + 4
        units = text.encode("utf-16-le")
        return self.raw(
            struct.pack("<IIHH", self.at + 4, 0, name_hash(text), len(units) // 2) + units + b"\0\0"
        )

    def open(self, name: str, *, attributes: bool = False) -> Tokens:
        self.raw(b"\x41" if attributes else b"\x01")
        self.raw(b"\xff\xff" if self.in_template else b"").raw(bytes(4)).name(name)
        return self.raw(bytes(4) if attributes else b"")

    def attribute(self, name: str) -> Tokens:
        return self.raw(b"\x06").name(name)

    def text(self, text: str) -> Tokens:
        units = text.encode("utf-16-le", "surrogatepass")
        return self.raw(b"\x05\x01" + struct.pack("<H", len(units) // 2) + units)

    def value(self, index: int, *, optional: bool = False) -> Tokens:
        return self.raw(struct.pack("<BHB", 0x0E if optional else 0x0D, index, 1))

    def start_done(self) -> Tokens:
        return self.raw(b"\x02")

    def empty(self) -> Tokens:
        return self.raw(b"\x03")

    def close(self, count: int = 1) -> Tokens:
        return self.raw(b"\x04" * count)

    def end(self) -> Tokens:
        return self.raw(b"\0")

    def element(self, name: str, text: str = "") -> Tokens:
        self.open(name).start_done()
        return (self.text(text) if text else self).close()

    def instance(
        self,
        template: Callable[[Tokens], object],
        values: Sequence[tuple[int, bytes]] = (),
        *,
        template_id: bytes = GUID[:4],
        inner: int | None = None,
    ) -> Tokens:
        """Write an instance with its definition; ``inner`` is the place of a definition written before."""
        self.raw(HEADER + b"\x0c\x01" + template_id)
        if inner is None:
            self.raw(struct.pack("<I", self.at + 4))
            body = Tokens(self.at + 24, in_template=True, names=self.names)
            body.raw(HEADER)
            template(body)
            body.end()
            self.raw(bytes(4) + GUID + struct.pack("<I", len(body.out)) + bytes(body.out))
        else:
            self.raw(struct.pack("<I", inner))
        self.raw(struct.pack("<I", len(values)))
        for kind, data in values:
            self.raw(struct.pack("<HBB", len(data), kind, 0))
        return self.raw(b"".join(data for _, data in values)).end()


def record(content: bytes, number: int = 1, filetime: int = 133_000_000_000_000_000) -> bytes:
    content += bytes(-len(content) % 4)
    size = 28 + len(content)
    return (
        struct.pack("<4sIQQ", b"**\0\0", size, number, filetime) + content + struct.pack("<I", size)
    )


def chunk(*contents: Callable[[Tokens], object], first: int = 1, live: int | None = None) -> bytes:
    """Return a chunk of records, one a writer; only the first ``live`` are before its free space."""
    body = bytearray()
    ends = [512]
    names: dict[str, int] = {}
    for i, write in enumerate(contents):
        tokens = Tokens(512 + len(body) + 24, names=names)
        write(tokens)
        body += record(bytes(tokens.out), first + i)
        ends.append(512 + len(body))
    count = len(contents) if live is None else live
    free = ends[count]
    last = first + count - 1
    data = bytes(body).ljust(65024, b"\0")
    crc = zlib.crc32(data[: free - 512])
    head = struct.pack("<8sQQQQIIII", b"ElfChnk\0", first, last, first, last, 128, 512, free, crc)
    head = head.ljust(120, b"\0")
    tables = bytes(384)
    return head + struct.pack("<II", 0, zlib.crc32(head + tables)) + tables + data


def file(*chunks: bytes) -> bytes:
    head = struct.pack(
        "<8sQQQIHHHH76xI", b"ElfFile\0", 0, len(chunks) - 1, 99, 128, 1, 3, 4096, len(chunks), 0
    )
    return (head + struct.pack("<I", zlib.crc32(head[:120]))).ljust(4096, b"\0") + b"".join(chunks)
