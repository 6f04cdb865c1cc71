from __future__ import annotations

import gzip
import hashlib
import zipfile
from pathlib import Path

from gamekeeper.store.originals import Found, originals
from gamekeeper.store.records import StoredSource


def source(number: int, path: Path | str, data: bytes) -> StoredSource:
    digest = hashlib.sha256(data).hexdigest()
    return StoredSource(number, digest, len(data), str(path), "evtx", "", "", 1)


def test_files_are_the_same_changed_or_gone(tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(b"1")
    (tmp_path / "changed").write_bytes(b"2")
    sources = [
        source(0, tmp_path / "same", b"1"),
        source(1, tmp_path / "changed", b"1"),
        source(2, tmp_path / "gone", b"1"),
    ]
    found = list(originals(sources, {}, tmp_path / "spool"))
    assert [one.found for one in found] == [Found.SAME, Found.CHANGED, Found.GONE]


def test_another_place_with_the_same_bytes_is_enough(tmp_path: Path) -> None:
    (tmp_path / "changed").write_bytes(b"2")
    (tmp_path / "moved").write_bytes(b"1")
    one = source(0, tmp_path / "changed", b"1")
    (found,) = originals([one], {0: [str(tmp_path / "moved")]}, tmp_path / "spool")
    assert (found.found, found.path) == (Found.SAME, str(tmp_path / "moved"))


def test_members_of_archives_are_looked_at(tmp_path: Path) -> None:
    archive = tmp_path / "logs!2026.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("a.log", b"1")
        stream.writestr("inner.log.gz", gzip.compress(b"2"))
    sources = [
        source(0, f"{archive}!a.log", b"1"),
        source(1, f"{archive}!inner.log.gz!inner.log", b"3"),
        source(2, f"{archive}!absent.log", b"1"),
    ]
    spool = tmp_path / "spool"
    spool.mkdir()
    found = {one.source.number: one.found for one in originals(sources, {}, spool)}
    assert found == {0: Found.SAME, 1: Found.CHANGED, 2: Found.GONE}
    assert list(spool.iterdir()) == []
