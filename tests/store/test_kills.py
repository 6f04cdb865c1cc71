"""A process that writes to a case is killed at random moments; what it leaves is sound and goes on.

``GAMEKEEPER_KILLS`` says how often: ten times where it does not, two hundred in a full run.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from fakes import killed
from gamekeeper.model.datasets import datasets
from gamekeeper.simulate import simulate
from gamekeeper.store.case import Case
from gamekeeper.store.runs import findings, runs
from gamekeeper.store.sql import table_of
from gamekeeper.store.verify import verify

KILLS = int(os.environ.get("GAMEKEEPER_KILLS", "10"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs of three hosts with an intruder, some of them twice, in other bytes."""
    folder = tmp_path_factory.mktemp("kills") / "logs"
    simulate(folder, hosts=3, days=1, intrusion="volt-typhoon")
    for name in ("Security.evtx", "System.evtx"):
        for path in sorted(folder.rglob(name))[:2]:
            path.with_name(f"copy of {name}").write_bytes(path.read_bytes() + bytes(1))
    return folder


def started(logs: Path, case: Path, workers: int) -> subprocess.Popen[str]:
    words = [sys.executable, killed.__file__, str(logs), str(case), str(workers)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    child = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def seconds(child: subprocess.Popen[str]) -> float:
    """Wait for a process that nobody kills."""
    out, errors = child.communicate(timeout=600)
    assert child.returncode == 0, errors
    return float(out.split()[1])


def told(case: Case) -> dict[str, object]:
    """Return all that a case has to say: every event with every field, and what the last run found."""
    with case.snapshot() as snapshot:
        database = snapshot.database()
        order = '"event.filetime", "event.source", "event.offset"'
        content: dict[str, object] = {
            name: database.table(f"SELECT * FROM {table_of(name)} ORDER BY {order}").to_pylist()
            for name in datasets()
        }
        content["sources"] = snapshot.sources()
        content["matches"] = [row for batch in snapshot.matches() for row in batch.to_pylist()]
    with closing(case.manifest()) as manifest:
        content["findings"] = findings(manifest, runs(manifest)[-1].number)
    return content


def test_a_kill_at_any_moment_loses_and_doubles_nothing(logs: Path, tmp_path: Path) -> None:
    whole = tmp_path / "undisturbed" / "case"
    whole.parent.mkdir()
    limit_s = seconds(started(logs, whole, 1))
    expected = told(Case.open(whole))
    assert expected["findings"]
    chance = random.Random(7)
    left = KILLS
    commits = set()
    while left > 0:
        case = tmp_path / f"killed-{left}" / "case"
        case.parent.mkdir()
        last = 0
        for _ in range(
            5
        ):  # a case of its own after a few kills, so that the beginning has its share
            child = started(logs, case, 1 + left % 2)
            time.sleep(chance.uniform(0, limit_s))
            child.kill()
            child.communicate()
            left -= 1
            if (case / "manifest.sqlite").is_file():
                verdict = verify(Case.open(case))
                assert verdict.is_sound, verdict.faults
                assert verdict.last_batch >= last
                last = verdict.last_batch
                commits.add(last)
            if left <= 0:
                break
        seconds(started(logs, case, 2))
        found = verify(Case.open(case))
        assert found.is_sound, found.faults
        assert found.remarks == []
        assert told(Case.open(case)) == expected
    assert len(commits) > 1  # some of the kills hit in the middle
