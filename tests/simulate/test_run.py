from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.simulate import Setting, sectors, simulate


def _digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        simulate(tmp_path / name, seed=5, days=1, hosts=3, setting=Setting(forwarded=True))
    simulate(tmp_path / "other", seed=6, days=1, hosts=3)
    assert _digest(tmp_path / "one") == _digest(tmp_path / "two")
    assert _digest(tmp_path / "one") != _digest(tmp_path / "other")


_MAKE = """
import pathlib, sys
from gamekeeper.simulate import simulate
simulate(pathlib.Path(sys.argv[1]), days=1, hosts=3)
"""


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    for number in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", _MAKE, str(tmp_path / number)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": number},
        )
    assert _digest(tmp_path / "1") == _digest(tmp_path / "2")


def test_a_clean_world_has_no_truth(clean: Path) -> None:
    assert not (clean / "truth.jsonl").exists()
    told = json.loads((clean / "world.json").read_text())
    assert told["intrusion"] is None
    assert told["steps"] == []
    assert told["erased"] == {}


def test_the_world_describes_its_files(intruded: Path) -> None:
    told = json.loads((intruded / "world.json").read_text())
    found = {str(p.relative_to(intruded)) for p in intruded.rglob("*.evtx")}
    assert set(told["files"]) == found
    assert {host["name"] for host in told["hosts"]} == {name.split("/")[0] for name in found}
    assert told["seed"] == 1
    assert [step["step"] for step in told["steps"]] == list(range(1, len(told["steps"]) + 1))
    assert sum(step["events"] for step in told["steps"]) > 400


@pytest.mark.parametrize("sector", sectors())
def test_every_sector_lives(tmp_path: Path, sector: str) -> None:
    summary = simulate(
        tmp_path / "out", days=1, hosts=3, intrusion="none", setting=Setting(sector=sector)
    )
    assert summary.world.sector == sector
    assert summary.events > 1000
    assert summary.truth == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"hosts": 2}, "3 to 200 hosts"),
        ({"days": 0}, "at least one day"),
        ({"intrusion": "nobody"}, "no intrusion is called"),
        ({"setting": Setting(sector="moon")}, "no sector is called"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(
    tmp_path: Path, arguments: dict[str, object], reason: str
) -> None:
    with pytest.raises(UsageError, match=reason):
        simulate(tmp_path / "out", **arguments)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        simulate(tmp_path, days=1, hosts=3)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]
