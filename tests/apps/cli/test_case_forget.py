from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.cases import logon
from fakes.copied_cases import copied_case, stored
from gamekeeper.__main__ import main
from gamekeeper.hunt import ingest
from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return copied_case(
        tmp_path / "case",
        [logon(n) for n in range(10)],
        [logon(n, source=1) for n in range(5, 12)],
    )


def test_a_log_goes_and_the_logs_that_shared_events_are_named(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["case", "forget", "--case", str(case.layout.root), "--source", "logs/0.evtx", "-q"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "10 events of log 0, logs/0.evtx, were taken out" in out
    assert "5 records of other logs were copies" in out
    assert "  logs/1.evtx" in out
    assert stored(case) == {1: 2}
    assert main(words) == 2
    assert "was forgotten before" in capsys.readouterr().err


def test_programs_are_told_too(case: Case, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["case", "forget", "--case", str(case.layout.root), "--source", "1", "--json", "-q"]
    assert main(words) == 0
    document = json.loads(capfd.readouterr().out)
    assert (document["events"], document["copies_elsewhere"], document["reread"]) == (2, 0, [])
    assert document["habit_days"] == 0


def test_what_baselines_learnt_of_it_is_told(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = str(tmp_path / "c")
    every = str(min(logs.rglob("Security.evtx")))
    main(["hunt", every, "--rules", "builtin", "--case", root, "-q"])
    capsys.readouterr()
    assert main(["case", "forget", "--case", root, "--source", "0", "-q"]) == 0
    assert "days of habits that it was the first to show" in capsys.readouterr().out
    with Case.open(root).snapshot() as snapshot:
        assert snapshot.of_kind(Kind.HABITS) == ()


def test_forgotten_logs_and_those_that_shared_events_are_read_anew(
    logs: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = str(tmp_path / "c")
    every = min(logs.rglob("Security.evtx"))
    double = tmp_path / "double.evtx"
    double.write_bytes(every.read_bytes() + bytes(1))  # other bytes, the same events
    assert main(["ingest", str(every), "--case", case, "-q"]) == 0
    assert main(["ingest", str(double), "--case", case, "-q"]) in {0, 4}
    before = stored(Case.open(case))
    assert stored(Case.open(case), Kind.WITNESSES) == {1: before[0]}
    assert main(["case", "forget", "--case", case, "--source", "0", "-q"]) == 0
    assert stored(Case.open(case)) == {}

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:  # what it had is out, what it has is not in
        patched.setattr(ingest, "settle", killed)
        assert main(["ingest", str(double), "--case", case, "-q"]) == 130
    assert "what was done by then is in the case" in capfd.readouterr().err
    assert main(["case", "verify", "--case", case, "-q"]) == 0
    assert main(["ingest", str(double), "--case", case, "-q"]) in {0, 4}
    assert stored(Case.open(case)) == {1: before[0]}
    assert main(["ingest", str(every), "--case", case, "-q"]) == 0
    assert sum(stored(Case.open(case)).values()) == before[0]
    capfd.readouterr()
    assert main(["case", "verify", "--case", case, "-q"]) == 0
    assert "note" not in capfd.readouterr().out
