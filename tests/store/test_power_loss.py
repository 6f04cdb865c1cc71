"""The power goes after every single thing that an ingest, a merge and a forgetting do to the disk.

Whatever was not synced by then is lost, and what the manifest names has to be there all the same.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from fakes.power import Disk, Lost
from gamekeeper.hunt import ingest as module
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.simulate import simulate
from gamekeeper.store import layout
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.compact import compact
from gamekeeper.store.forget import forget
from gamekeeper.store.verify import verify

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc for open files"),
]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few small logs, one of them twice in other bytes."""
    made = tmp_path_factory.mktemp("power")
    simulate(made / "all", hosts=3, days=1)
    folder = made / "logs"
    folder.mkdir()
    found = sorted((made / "all").rglob("*.evtx"), key=lambda path: (path.stat().st_size, path))
    for number, path in enumerate(found[:5]):
        shutil.copyfile(path, folder / f"{number}.evtx")
    (folder / "twin.evtx").write_bytes((folder / "4.evtx").read_bytes() + bytes(1))
    return folder


class Rig:
    """A case on a disk that is looked at after every change."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "case"
        self.disk = Disk(self.root, self.look)
        self.seen: Counter[Lost] = Counter()
        self.faults: list[str] = []
        self._copies = tmp_path / "copies"

    def look(self) -> None:
        for lost in Lost:
            self.seen[lost] += 1
            copy = self.disk.after(lost, self._copies / f"{self.seen.total()}")
            self._check(copy, lost)
            shutil.rmtree(copy)

    def _check(self, copy: Path, lost: Lost) -> None:
        batches = self.batches() if (self.root / "manifest.sqlite").is_file() else 0
        case = Case.open_or_create(copy)
        verdict = verify(case)
        if not verdict.is_sound:
            self.faults.append(f"{lost.value}: {verdict.faults[0]}")
        if verdict.last_batch < batches:
            self.faults.append(
                f"{lost.value}: batch {batches} is lost, {verdict.last_batch} is there"
            )

    def batches(self) -> int:
        """The last batch of which anybody was told."""
        with closing(Case.open(self.root).manifest()) as manifest:
            return manifest.last_batch()


def work(rig: Rig, logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "UNIT_BYTES", 1)
    monkeypatch.setattr(module, "COMMIT_BYTES", 100_000)
    place = WorkFolder(str(tmp_path))
    with closing(place), rig.disk.watched(monkeypatch):
        case = Case.open_or_create(rig.root)
        module.ingest(Request((str(logs),), workers=1), case, place)
        with Writer(case) as writer:
            compact(writer)
            forget(writer, writer.manifest.sources()[0])


def test_nothing_that_was_committed_goes_with_the_power(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = Rig(tmp_path)
    work(rig, logs, tmp_path, monkeypatch)
    assert rig.faults == []
    assert rig.batches() > 4
    assert min(rig.seen[lost] for lost in Lost) > 30
    with Case.open(rig.root).snapshot() as snapshot:
        assert snapshot.rows > 0


@pytest.mark.parametrize("sync", ["sync_file", "sync_folder"])
def test_the_test_finds_a_sync_that_is_missing(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sync: str
) -> None:
    for name in ("commit", "writing", "manifest"):
        target = f"gamekeeper.store.{name}.{sync}"
        monkeypatch.setattr(target, lambda _: None, raising=False)
    monkeypatch.setattr(layout, sync, lambda _: None)
    rig = Rig(tmp_path)
    work(rig, logs, tmp_path, monkeypatch)
    assert rig.faults
