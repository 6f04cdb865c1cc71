"""Growing, rotated, re-exported and forwarded copies of logs: a case tells them from events."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from evtx import PyEvtxParser

from gamekeeper.hunt.api import read_events
from gamekeeper.hunt.ingest import ingest
from gamekeeper.hunt.rehunt import rehunt
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold
from gamekeeper.simulate import simulate
from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind

HEADER, CHUNK = 4096, 65536
NAMES = ("Security.evtx", "System.evtx")


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole logs of one simulated domain controller."""
    world = tmp_path_factory.mktemp("world")
    simulate(world / "all", hosts=3, days=1, intrusion="volt-typhoon")
    folder = world / "native"
    folder.mkdir()
    host = next(path for path in sorted((world / "all").iterdir()) if path.name.endswith("DC01"))
    for name in NAMES:
        (folder / name).write_bytes((host / name).read_bytes())
    return folder


def growing(native: Path, out: Path) -> None:
    """Tuesday's copy: the first chunks of what Thursday's has."""
    for name in NAMES:
        data = (native / name).read_bytes()
        chunks = (len(data) - HEADER) // CHUNK
        (out / name).write_bytes(data[: HEADER + max(1, chunks // 2) * CHUNK])


def rotated(native: Path, out: Path) -> None:
    """The log cut in two files, one chunk in both."""
    for name in NAMES:
        data = (native / name).read_bytes()
        cut = HEADER + (len(data) - HEADER) // CHUNK // 2 * CHUNK
        (out / f"old-{name}").write_bytes(data[: cut + CHUNK])
        (out / name).write_bytes(data[:HEADER] + data[cut:])


def exported(native: Path, out: Path) -> None:
    """JSON of another tool: microseconds, no record headers."""
    for name in NAMES:
        parser = PyEvtxParser(str(native / name))
        lines = (json.dumps(json.loads(row["data"])) for row in parser.records_json())
        (out / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")


def forwarded(native: Path, out: Path) -> None:
    """What a shipper made of them: milliseconds, other names for the envelope, in another order."""
    rows = [
        shipped(row, dataset)
        for batch in read_events(native)
        for dataset in [batch.dataset]
        for row in batch.table.to_pylist()
    ]
    random.Random(7).shuffle(rows)
    text = "\n".join(json.dumps(row) for row in rows)
    (out / "shipped.ndjson").write_text(text, encoding="utf-8")


def shipped(row: dict[str, object], dataset: str) -> dict[str, object]:
    time = row["@timestamp"]
    assert hasattr(time, "isoformat")
    rest = row["event.rest"]
    assert isinstance(rest, list)
    declared = set(datasets()[dataset].declared)
    data = {name: value for name, value in row.items() if name in declared and value is not None}
    data |= {pair["name"]: pair["value"] for pair in rest}
    data = {name: value for name, value in data.items() if not fold(name).startswith("system_")}
    return {
        "@timestamp": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "winlog": {
            "channel": row["Channel"],
            "computer_name": row["Computer"],
            "provider_name": row["Provider_Name"],
            "event_id": str(row["EventID"]),
            "record_id": row["EventRecordID"],
            "event_data": data,
        },
    }


MAKERS = {"growing": growing, "rotated": rotated, "exported": exported, "forwarded": forwarded}


@pytest.fixture
def work(tmp_path: Path) -> Iterator[WorkFolder]:
    folder = WorkFolder(str(tmp_path))
    yield folder
    folder.close()


def take(case: Case, folder: Path, work: WorkFolder) -> None:
    ingest(Request((str(folder),), workers=1), case, work)


def state(case: Case, work: WorkFolder) -> tuple[list[object], list[object]]:
    """Every event with what it says, and every finding, apart from where they came from."""
    with case.snapshot() as snapshot:
        events = [
            [value for name, value in row.items() if name not in {"event.source", "event.offset"}]
            for batch in snapshot.batches(columns=("TargetUserName", "CommandLine", "ServiceName"))
            for row in batch.table.drop_columns(["event.record_id"]).to_pylist()
        ]
    result = rehunt(Request((str(case.layout.root),), rules=("builtin",), workers=1), case, work)
    findings = [
        (one.id, one.level, one.host, one.shape, one.count, one.first_seen)
        for one in result.findings
    ]
    return sorted(map(repr, events)), sorted(findings)


@pytest.mark.parametrize("seed", range(4))
def test_copies_change_neither_counts_nor_findings(
    native: Path, tmp_path: Path, work: WorkFolder, seed: int
) -> None:
    alone = Case.create(tmp_path / "alone")
    take(alone, native, work)
    expected = state(alone, work)
    folders = [native]
    for name, make in MAKERS.items():
        folder = tmp_path / name
        folder.mkdir()
        make(native, folder)
        folders.append(folder)
    random.Random(seed).shuffle(folders)
    case = Case.create(tmp_path / "case")
    for folder in folders:
        take(case, folder, work)
    assert len(expected[0]) > 1000
    assert expected[1]
    found = state(case, work)
    assert found[1] == expected[1]
    assert found[0] == expected[0]
    with case.snapshot() as snapshot:
        witnesses = sum(file.rows for file in snapshot.of_kind(Kind.WITNESSES))
        present = sum(source.records_present for source in snapshot.sources())
    assert present == len(expected[0]) + witnesses
