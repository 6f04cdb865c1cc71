from __future__ import annotations

import tarfile

import pytest

from fakes import archives as make
from gamekeeper.sources.containers.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x1f\x8b\x08\0", Kind.GZ),
        (b"BZh91AY&SY", Kind.BZ2),
        (b"BZh9 is how this text begins", None),
        (b"\xfd7zXZ\0", Kind.XZ),
        (b"\x28\xb5\x2f\xfd", Kind.ZST),
        (b"\x50\x2a\x4d\x18\0\0\0\0\x28\xb5\x2f\xfd", Kind.ZST),
        (b"PK\x03\x04", Kind.ZIP),
        (b"PK\x05\x06", Kind.ZIP),
        (b"PK00PK\x03\x04", Kind.ZIP),
        (b"PK is a name", None),
        (b"7z\xbc\xaf\x27\x1c", Kind.SEVEN_ZIP),
        (b"Rar!\x1a\x07\0", Kind.RAR),
        (b"ElfFile\0", None),
        (b'{"a": 1}', None),
        (b"", None),
        (bytes(512), None),
        (b"a" * 512, None),
    ],
)
def test_content_tells_the_kind(head: bytes, kind: Kind | None) -> None:
    assert kind_of(head) is kind


def test_old_tars_without_magic_are_told_by_their_checksum() -> None:
    head = bytearray(make.tarred({"a": b"1"}, form=tarfile.USTAR_FORMAT)[:512])
    assert kind_of(bytes(head)) is Kind.TAR
    total = sum(head[257:265])
    head[257:265] = bytes(8)
    digits = int(bytes(head[148:154]), 8) - total
    head[148:154] = b"%06o" % digits
    assert kind_of(bytes(head)) is Kind.TAR
    head[0] += 1
    assert kind_of(bytes(head)) is None
