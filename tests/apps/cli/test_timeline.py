from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from fakes.cases import case_of
from gamekeeper.__main__ import main
from gamekeeper.store.case import Case


@pytest.fixture
def case(tmp_path: Path, logs: Path) -> str:
    case_of(tmp_path / "case", logs)
    return str(tmp_path / "case")


def test_a_table_shows_the_first_events(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", "--case", case, "--limit", "3", "--profile", "minimal"]) == 0
    out, err = capfd.readouterr()
    head, *rows = out.splitlines()
    assert head.split() == ["@timestamp", "host.name", "message"]
    assert len(rows) == 3
    assert rows == sorted(rows)
    assert "the first 3" in err


def test_the_last_span_is_explained(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", "--case", case, "--last", "1h", "--json"]) == 0
    out, err = capfd.readouterr()
    assert "count from the last event of the case" in err
    moments = [json.loads(line)["@timestamp"] for line in out.splitlines()]
    assert moments == sorted(moments)
    assert moments


def test_words_ids_and_zones(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["--word", "ntdsutil", "--event-id", "4688", "--timezone", "Europe/Berlin"]
    assert main(["timeline", "--case", case, *words, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    assert rows
    for row in rows:
        assert row["event.code"] == "4688"
        assert "ntdsutil" in row["message"].lower()
        assert row["time Europe/Berlin"].endswith("+01:00")


def test_without_a_run_nothing_is_found(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", "--case", case, "--findings"]) == 0
    out, err = capfd.readouterr()
    assert out == ""
    assert "No run of rules found anything" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--profile", "standart"], "did you mean 'standard'"),
        (["--last", "1y"], "is no span of time"),
        (["--event-id", "logon"], "is no event id"),
        (["--timezone", "Europe/Berln"], "did you mean 'Europe/Berlin'"),
    ],
)
def test_bad_use_is_told(
    words: list[str], said: str, case: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["timeline", "--case", case, *words]) == 2
    assert said in capfd.readouterr().err


def test_what_the_last_run_found_stands_with_its_events(
    tmp_path: Path, logs: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case = str(tmp_path / "case")
    assert main(["ingest", str(logs), "--case", case, "-q"]) == 0
    assert main(["rehunt", "--case", case, "--rules", "builtin", "-q"]) in {0, 10}
    capfd.readouterr()
    assert main(["timeline", "--case", case, "--findings", "--profile", "full", "--json"]) == 0
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    with Case.open(case).snapshot() as snapshot:
        found = {
            (source, offset)
            for batch in snapshot.matches()
            for source, offset in zip(
                batch["source"].to_pylist(), batch["offset"].to_pylist(), strict=True
            )
        }
    assert {(row["event.source"], row["event.offset"]) for row in rows} == found
    assert len(rows) == len(found)
    ntds = [row for row in rows if "ntds" in row["fields"].lower()]
    assert {row["rule.level"] for row in ntds} & {"high", "critical"}
    assert all(json.loads(row["fields"])["Computer"] for row in rows)
