"""Base64 in the events of a case."""

from __future__ import annotations

import base64 as codec
from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import batches, event, security, started
from fakes.scripts import part
from gamekeeper.model.build import Event
from gamekeeper.questions.encoded import base64 as question
from gamekeeper.questions.encoded.base64 import SCHEMA, base64
from gamekeeper.questions.encoded.layers import Confidence
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection

Row = dict[str, object]


def wide(text: str) -> str:
    return codec.b64encode(text.encode("utf-16-le")).decode()


def rows_of(of: Case, **asked: object) -> list[Row]:
    with of.snapshot() as snapshot:
        answer = base64(snapshot, Selection(), **asked)  # type: ignore[arg-type]
        return [row for batch in answer.batches for row in batch.to_pylist()]


def case(folder: Path, *events: Event) -> Case:
    return case_of(folder / "case", batches(events))


def run(at: float, command: str, **more: str) -> Event:
    return started(at, 8, "C:\\p.exe", parent=(4, ""), command=command, **more)


def test_one_run_is_one_row_wherever_it_stood(tmp_path: Path) -> None:
    text = wide("net user /domain")
    name = "Service Control Manager"
    (row,) = rows_of(
        case(
            tmp_path,
            run(5, f"powershell -enc {text}", host="WS-02"),
            run(2, f"cmd /c powershell -enc {text}"),
            event("System", name, 7045, 9, {"ImagePath": f"powershell -e {text}"}),
        )
    )
    assert set(row) == set(SCHEMA.names)
    assert (row["decoded.text"], row["decoded.confidence"]) == ("net user /domain", "certain")
    assert (row["events"], row["hosts"], row["host.name"]) == (3, 2, "ws-01")
    assert str(row["@timestamp"]) == "2026-01-31 08:00:02+00:00"
    assert str(row["decoded.last"]) == "2026-01-31 08:00:09+00:00"
    assert (row["event.dataset"], row["event.field"]) == ("windows.security", "CommandLine")
    assert row["event.fields"] == ["windows.security CommandLine", "windows.system ImagePath"]
    assert (row["encoded.mark"], row["decoded.layers"]) == ("EncodedCommand", "base64 utf-16le")


def test_a_run_across_parts_of_a_script_is_found(tmp_path: Path) -> None:
    text = wide("a text that is long enough to be cut")
    half = len(text) // 2
    (row,) = rows_of(
        case(
            tmp_path,
            part(1, 1, f"$x='{text[:half]}", (1, 2)),
            part(1, 1, f"{text[half:]}'", (2, 2)),
        )
    )
    assert row["decoded.text"] == "a text that is long enough to be cut"
    assert (row["event.field"], row["events"]) == ("ScriptBlockText", 1)


def test_rows_come_in_order_of_time_and_layers_behind_each_other(tmp_path: Path) -> None:
    nested = wide(f"powershell -enc {wide('whoami /all')}")
    found = rows_of(case(tmp_path, run(5, f"-enc {nested}"), run(1, f"-enc {wide('hostname')}")))
    assert [(row["decoded.text"], row["decoded.depth"]) for row in found][::2] == [
        ("hostname", 1),
        ("whoami /all", 2),
    ]


def test_confidence_and_fields_are_chosen(tmp_path: Path) -> None:
    noise = codec.b64encode(bytes(range(128, 180))).decode()
    of = case(
        tmp_path,
        run(1, f"FromBase64String('{noise}')"),
        security(4688, 2, {"Odd": wide("in a field of no name")}),
    )
    assert rows_of(of) == []
    (binary,) = rows_of(of, least=Confidence.POSSIBLE)
    assert (binary["decoded.text"], binary["decoded.head"]) == (None, bytes(range(128, 160)).hex())
    (odd,) = rows_of(of, everywhere=True)
    assert odd["event.field"] == "Odd"


def test_finds_beyond_the_most_that_are_kept_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "MOST_FINDS", 2)
    monkeypatch.setattr(question, "_REMEMBERED", 1)
    of = case(tmp_path, *(run(n, f"-enc {wide(f'echo {n} and more')}") for n in range(5)))
    with of.snapshot() as snapshot:
        answer = base64(snapshot, Selection())
        assert sum(batch.num_rows for batch in answer.batches) == 2
        assert any("3 finds are beyond" in note for note in answer.notes)


@pytest.mark.corpus
def test_ordinary_logs_hold_what_their_administration_encoded_and_nothing_false(
    tmp_path: Path, corpus: Path
) -> None:
    of = case_of(tmp_path / "case", corpus / "windows-background")
    rows = rows_of(of, everywhere=True, least=Confidence.POSSIBLE)
    assert len(rows) == 10
    assert {row["encoded.mark"] for row in rows} == {"EncodedCommand"}
    assert {row["decoded.kind"] for row in rows} == {"script"}
    assert "whoami" in {row["decoded.text"] for row in rows}


@pytest.mark.corpus
def test_hidden_scripts_of_real_attacks_are_read(tmp_path: Path, corpus: Path) -> None:
    rows = rows_of(case_of(tmp_path / "case", corpus / "evtx"))
    texts = [str(row["decoded.text"]) for row in rows]
    assert any(text.startswith("function Invoke-LoginPrompt{") for text in texts)
    assert {row["decoded.layers"] for row in rows} >= {"base64 gzip utf-8"}
    names = [row for row in rows if row["event.field"] == "ServiceName"]
    assert len(names) > 100  # a file, carried away piece by piece
