from __future__ import annotations

import hashlib
from pathlib import Path

from gamekeeper.hunt.hashing import Hasher
from gamekeeper.sources.base import Origin


def origin(number: int, path: Path) -> Origin:
    return Origin(number, path.name, path, 0)


def test_every_file_is_hashed_and_a_missing_one_has_no_hash(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(b"")
    with Hasher() as hasher:
        for number, name in enumerate(["a", "b", "absent"]):
            hasher.add(origin(number, tmp_path / name))
        found = hasher.finish()
    assert found == {
        0: hashlib.sha256(data).hexdigest(),
        1: hashlib.sha256(b"").hexdigest(),
        2: "",
    }


def test_leaving_early_does_not_wait_for_the_files(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as stream:
        stream.truncate(1 << 40)
    with Hasher() as hasher:
        hasher.add(origin(0, big))
