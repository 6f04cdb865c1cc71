"""Which container a file is, by its content; its name does not count."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

#: Bytes that :func:`kind_of` wants to see.
HEAD_BYTES: Final = 512


class Kind(StrEnum):
    """A container that we open, or one that we know and do not open."""

    GZ = "gz"
    BZ2 = "bz2"
    XZ = "xz"
    ZST = "zst"
    TAR = "tar"
    ZIP = "zip"
    SEVEN_ZIP = "7z"
    RAR = "rar"
    CAB = "cab"
    LZ4 = "lz4"
    COMPRESS = "Z"


PACKED: Final = frozenset({Kind.GZ, Kind.BZ2, Kind.XZ, Kind.ZST})
UNSUPPORTED: Final = frozenset({Kind.RAR, Kind.CAB, Kind.LZ4, Kind.COMPRESS})

_MAGIC: Final = (
    (Kind.GZ, rb"\x1f\x8b\x08"),
    (Kind.BZ2, rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
    (Kind.XZ, rb"\xfd7zXZ\0"),
    (Kind.ZST, rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18.{4}\x28\xb5\x2f\xfd"),
    (Kind.ZIP, rb"PK(?:\x03\x04|\x05\x06|(?:\x07\x08|00)PK\x03\x04)"),
    (Kind.SEVEN_ZIP, rb"7z\xbc\xaf\x27\x1c"),
    (Kind.RAR, rb"Rar!\x1a\x07"),
    (Kind.CAB, rb"MSCF\0\0\0\0"),
    (Kind.LZ4, rb"\x04\x22\x4d\x18"),
    (Kind.COMPRESS, rb"\x1f\x9d"),
)
_PATTERNS: Final = tuple((kind, re.compile(magic, re.DOTALL)) for kind, magic in _MAGIC)
_CHECKSUM: Final = slice(148, 156)


def kind_of(head: bytes) -> Kind | None:
    """Return the container that begins with ``head``, or None where it is a file of its own."""
    for kind, pattern in _PATTERNS:
        if pattern.match(head):
            return kind
    return Kind.TAR if _is_tar(head) else None


def _is_tar(head: bytes) -> bool:
    """Whether a tar header stands here, old ones without magic included: its checksum is right."""
    block = head[:512]
    if len(block) < 512 or not block[0]:
        return False
    digits = block[_CHECKSUM].strip(b" \0")
    if not re.fullmatch(rb"[0-7]{1,7}", digits):
        return False
    return sum(block) - sum(block[_CHECKSUM]) + 8 * 32 == int(digits, 8)
