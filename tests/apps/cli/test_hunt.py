from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gamekeeper.__main__ import main
from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.hunt import exit_of
from gamekeeper.model.findings import Finding, SourceAccount
from gamekeeper.model.results import HuntResult, Refusal

NAMES = {"matches.jsonl", "matches.csv", "rejects.jsonl", "findings.json", "report.html"}


def test_findings_are_shown_written_and_told_by_the_code(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "out"
    assert main(["hunt", str(logs), "--rules", "builtin", "--out", str(out)]) == 10
    captured = capsys.readouterr()
    assert "high" in captured.out
    assert str(out) in captured.out
    assert {path.name for path in out.iterdir()} >= NAMES


def test_json_is_one_document_and_nothing_else(
    logs: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["hunt", str(logs), "--rules", "builtin", "--json", "--out", str(tmp_path / "out")]
    assert main(words) == 10
    document = json.loads(capfd.readouterr().out)
    assert document["totals"]["findings"] == len(document["findings"]) > 0
    assert document["totals"]["events"] > 0
    assert any(name.endswith("report.html") for name in document["reports"])


def test_a_truncated_log_is_incomplete(logs: Path, tmp_path: Path) -> None:
    whole = logs / "Security.evtx"
    (tmp_path / "logs").mkdir()
    cut = whole.read_bytes()[: 4096 + 65536 + 30_000]
    (tmp_path / "logs" / "Security.evtx").write_bytes(cut)
    code = main(["hunt", str(tmp_path / "logs"), "-q", "--rules", "builtin"])
    assert code in {Exit.INCOMPLETE, Exit.FINDINGS_INCOMPLETE}


def test_what_the_limits_of_time_and_rules_leave_is_nothing(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["hunt", str(logs), "-q", "--rules", "builtin"]
    assert main([*words, "--no-chains", "--exclude", "rule:*"]) == 0
    assert main([*words, "--from", "2090-01-01"]) == 0
    assert main([*words, "--no-chains", "--fail-level", "critical"]) == 0
    assert "not an all-clear" in capsys.readouterr().out


def test_chains_are_looked_for_without_any_rule(logs: Path) -> None:
    words = ["hunt", str(logs), "-q", "--rules", "builtin", "--exclude", "rule:*"]
    assert main(words) == 10


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["absent"], 3, "absent"),
        (["LOGS", "--rules", "absent.yml"], 2, "absent.yml"),
        (["LOGS", "--password-file", "absent.txt"], 2, "absent.txt"),
        (["LOGS", "--temp-dir", "absent"], 2, "--temp-dir"),
        (["LOGS", "--out", "LOGS/Security.evtx"], 2, "nothing can be written to"),
        (["LOGS", "--from", "2026-02-01", "--to", "2026-01-01"], 2, "is not before"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_line(
    logs: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", *(word.replace("LOGS", str(logs)) for word in words)]) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert captured.err.count("\n") == 1


def test_passwords_come_from_a_file(
    logs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pyzipper  # noqa: PLC0415

    archive = tmp_path / "logs.zip"
    with pyzipper.AESZipFile(archive, "w", encryption=pyzipper.WZ_AES) as made:
        made.setpassword(b"right one")
        made.write(logs / "System.evtx", "System.evtx")
    words = ["hunt", str(archive), "-q", "--rules", "builtin"]
    assert main(words) == Exit.NOTHING_READABLE
    passwords = tmp_path / "passwords.txt"
    passwords.write_text("wrong one\nright one\n")
    assert main([*words, "--password-file", str(passwords)]) in {Exit.OK, Exit.FINDINGS}
    assert "events" in capsys.readouterr().out


def test_the_logs_are_only_read(logs: Path, tmp_path: Path) -> None:
    copy = tmp_path / "logs"
    shutil.copytree(logs, copy)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in copy.iterdir()}
    main(["hunt", str(copy), "-q", "--rules", "builtin"])
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in copy.iterdir()}


def result(level: str = "", *, events: int = 1, rejects: int = 0, refusal: str = "") -> HuntResult:
    source = SourceAccount(0, "p", "", 1, "evtx", "", "", events + rejects, events, rejects)
    finding = Finding("i", "r", "t", level, (), (), "h", "a", "s", 1, 1, None, None)
    return HuntResult(
        matches=(),  # type: ignore[arg-type]
        findings=(finding,) if level else (),
        rules=(),
        sources=(source,),
        rejects=(),
        refusals=(Refusal("p", refusal, ""),) if refusal else (),
    )


@pytest.mark.parametrize(
    ("made", "fail_level", "code"),
    [
        (result(), "low", 0),
        (result("informational"), "low", 0),
        (result("low"), "low", 10),
        (result("low"), "high", 0),
        (result("critical"), "high", 10),
        (result("low", rejects=1), "low", 11),
        (result(rejects=1), "low", 4),
        (result(refusal="bomb"), "low", 4),
        (result(refusal="unrecognised"), "low", 0),
        (result(refusal="unknown_format"), "low", 4),
        (result(events=0), "low", 3),
    ],
)
def test_the_code_says_how_it_went(made: HuntResult, fail_level: str, code: int) -> None:
    assert exit_of(made, fail_level) == code


def is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_no_process_and_no_file(
    logs: Path, tmp_path: Path, number: signal.Signals
) -> None:
    words = ["hunt", str(logs), "--workers", "2", "--paranoid", "--rules", "builtin", "-q"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gamekeeper", *words, "--temp-dir", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # Whoever runs the tests in the background ignores what a terminal's Ctrl-C sends.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None and not children.read_text().split():
        time.sleep(0.01)
    workers = children.read_text().split()
    os.killpg(process.pid, number)  # as a terminal does: everybody is told
    _, errors = process.communicate(timeout=60)
    assert process.returncode == Exit.INTERRUPTED, errors
    assert errors.decode().startswith("gamekeeper: stopped")
    assert workers
    deadline = time.monotonic() + 10
    while (left := [pid for pid in workers if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)  # one that was being started ends by itself once its parent is gone
    assert left == []
    assert not list(tmp_path.glob("gamekeeper-*"))
