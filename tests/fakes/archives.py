"""Archives made in memory: honest ones by the standard library, hostile ones byte by byte."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

import py7zr
import pyarrow as pa
import pyzipper

if TYPE_CHECKING:
    from collections.abc import Mapping


def zst(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def streamed_zip(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip written to a pipe: sizes stand behind the members."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def write(self, data: object) -> int:
            self.data += memoryview(data)  # type: ignore[arg-type]
            return len(memoryview(data))  # type: ignore[arg-type]

        def writable(self) -> bool:
            return True

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bytes(pipe.data)


def aes_zip(files: Mapping[str, bytes], password: str) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(
        out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode())
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_crypto(files: Mapping[str, bytes], password: str) -> bytes:
    """A zip with the old encryption, which no library writes any more."""
    out = bytearray(zipped(files, zipfile.ZIP_STORED))
    with zipfile.ZipFile(io.BytesIO(bytes(out))) as archive:
        infos = archive.infolist()
    result = bytearray()
    directory = bytearray()
    for info in infos:
        start = len(result)
        plain = bytes(11) + bytes([info.CRC >> 24]) + files[info.filename]
        head = bytearray(out[info.header_offset : info.header_offset + 30 + len(info.filename)])
        head[6] |= 1
        head[18:22] = len(plain).to_bytes(4, "little")
        result += head + _encrypt(plain, password.encode())
        at = out.find(b"PK\x01\x02", len(directory) and info.header_offset)
        entry = bytearray(_entry(bytes(out), info.filename))
        assert at >= 0
        entry[8] |= 1
        entry[20:24] = len(plain).to_bytes(4, "little")
        entry[42:46] = start.to_bytes(4, "little")
        directory += entry
    end = bytearray(out[out.rfind(b"PK\x05\x06") :])
    end[12:16] = len(directory).to_bytes(4, "little")
    end[16:20] = len(result).to_bytes(4, "little")
    return bytes(result + directory + end)


def _entry(archive: bytes, name: str) -> bytes:
    at = archive.find(b"PK\x01\x02")
    while archive[at + 46 : at + 46 + len(name)] != name.encode():
        at = archive.find(b"PK\x01\x02", at + 1)
    return archive[at : at + 46 + len(name)]


def _encrypt(plain: bytes, password: bytes) -> bytes:
    def crc(value: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    out = bytearray()
    for byte in plain:
        k = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((k * (k ^ 1)) >> 8 & 0xFF))
        update(byte)
    return bytes(out)


def tarred(
    files: Mapping[str, bytes], *others: tarfile.TarInfo, form: int = tarfile.PAX_FORMAT
) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info in others:
            archive.addfile(info)
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_entry(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


def seven_zipped(
    files: Mapping[str, bytes], password: str | None = None, *, hides_names: bool = False
) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=hides_names) as archive:
        if not hides_names:
            archive.set_encoded_header_mode(False)
        for number, (name, data) in enumerate(files.items()):
            archive.writestr(data, name if hides_names else _stand_in(number, name))
    result = out.getvalue()
    if hides_names:
        return result
    for number, name in enumerate(files):  # the library refuses to write hostile names
        old, new = (text.encode("utf-16-le") for text in (_stand_in(number, name), name))
        assert result.count(old + b"\0\0") == 1
        result = result.replace(old + b"\0\0", new + b"\0\0")
    start, size = struct.unpack_from("<QQ", result, 12)
    head = struct.pack("<QQI", start, size, zlib.crc32(result[32 + start : 32 + start + size]))
    return result[:8] + struct.pack("<I", zlib.crc32(head)) + head + result[32:]


def _stand_in(number: int, name: str) -> str:
    return chr(0xE000 + number) * len(name)
