"""Scripts as they were run."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.processes import MORNING, SECOND, batches
from fakes.scripts import CORE, part
from gamekeeper.model.build import Event
from gamekeeper.model.scripts import GAP
from gamekeeper.questions.scripts import parts as script_parts
from gamekeeper.questions.scripts.scripts import DISTINCT, SCHEMA, scripts
from gamekeeper.store.case import Case
from gamekeeper.store.selection import Selection

TEXT = "powershell.file.script_block_text"
Row = dict[str, object]


def case(folder: Path, *events: Event) -> Case:
    return case_of(folder / "case", batches(events))


def rows_of(of: Case, selection: Selection | None = None, **asked: object) -> list[Row]:
    with of.snapshot() as snapshot:
        answer = scripts(snapshot, selection or Selection(), **asked)  # type: ignore[arg-type]
        return [row for batch in answer.batches for row in batch.to_pylist()]


def test_a_script_in_parts_is_one_row_with_what_its_events_say(tmp_path: Path) -> None:
    (row,) = rows_of(
        case(
            tmp_path,
            part(2, 1, "-Mimikatz", (2, 2), level="3", path="C:\\x.ps1"),
            part(1, 1, "Invoke", (1, 2)),
        )
    )
    assert set(row) == set(SCHEMA.names)
    assert row[TEXT] == "Invoke-Mimikatz"
    assert row["script.sha256"] == hashlib.sha256(b"Invoke-Mimikatz").hexdigest()
    assert (row["script.size"], row["script.parts"], row["powershell.total"]) == (15, 2, 2)
    assert (row["log.level"], row["user.id"], row["process.pid"]) == ("warning", "S-1-5-21-1", 77)
    assert (row["host.name"], row["file.path"]) == ("ws-01", "C:\\x.ps1")
    assert str(row["@timestamp"]) == "2026-01-31 08:00:01+00:00"
    assert str(row["script.last"]) == "2026-01-31 08:00:02+00:00"


def test_missing_and_rival_parts_are_shown(tmp_path: Path) -> None:
    (row,) = rows_of(
        case(tmp_path, part(1, 1, "a", (2, 4)), part(2, 1, "b", (2, 4)), part(3, 1, "c", (4, 4)))
    )
    assert row[TEXT] == f"{GAP}a{GAP}c"
    assert (row["script.missing"], row["script.rivals"]) == ("1, 3", 1)


def test_both_channels_are_read_and_a_selection_holds(tmp_path: Path) -> None:
    both = case(
        tmp_path, part(1, 1, "one"), part(2, 2, "two", channel=CORE), part(3, 3, "x", host="ws-02")
    )
    assert [row[TEXT] for row in rows_of(both)] == ["one", "two", "x"]
    assert [row[TEXT] for row in rows_of(both, Selection(channels=("powershellcore*",)))] == ["two"]
    assert [row[TEXT] for row in rows_of(both, Selection(hosts=("ws-02",)))] == ["x"]


def test_a_period_takes_scripts_that_began_in_it_with_all_of_their_parts(tmp_path: Path) -> None:
    of = case(tmp_path, part(1, 1, "a", (1, 2)), part(3, 1, "b", (2, 2)), part(4, 2, "late"))
    period = Selection(start=MORNING, stop=MORNING + 2 * SECOND)
    assert [row[TEXT] for row in rows_of(of, period)] == ["ab"]
    later = Selection(start=MORNING + 2 * SECOND)
    assert [row[TEXT] for row in rows_of(of, later)] == ["late"]


def test_text_is_found_across_parts(tmp_path: Path) -> None:
    of = case(tmp_path, part(1, 1, "xx Inv", (1, 2)), part(1, 1, "oke", (2, 2)), part(2, 2, "y"))
    assert [row[TEXT] for row in rows_of(of, match="INVOKE")] == ["xx Invoke"]


def test_only_what_powershell_found_suspicious(tmp_path: Path) -> None:
    of = case(
        tmp_path, part(1, 1, "calm"), part(2, 2, "loud", level="3"), part(3, 3, "odd", level="x")
    )
    assert [row[TEXT] for row in rows_of(of, suspicious=True)] == ["loud"]
    assert [row["log.level"] for row in rows_of(of)] == ["verbose", "warning", None]


def test_equal_texts_are_one_row_with_their_prevalence_rarest_first(tmp_path: Path) -> None:
    rows = rows_of(
        case(
            tmp_path,
            part(1, 1, "common"),
            part(2, 2, "com", (1, 2), host="WS-02"),
            part(3, 2, "mon", (2, 2), host="WS-02", level="3"),
            part(4, 3, "common", host="WS-02"),
            part(5, 4, "twice"),
            part(6, 5, "twice"),
            part(7, 6, "rare"),
        ),
        distinct=True,
    )
    assert [(row[TEXT], row["hosts"], row["blocks"]) for row in rows] == [
        ("rare", 1, 1),
        ("twice", 1, 2),
        ("common", 2, 3),
    ]
    common = rows[-1]
    assert set(common) == set(DISTINCT.names)
    assert (common["host.names"], common["log.level"]) == (["ws-01", "ws-02"], "warning")
    assert str(common["@timestamp"]) == "2026-01-31 08:00:01+00:00"
    assert str(common["script.last"]) == "2026-01-31 08:00:04+00:00"


def test_rows_without_time_text_or_number_cost_themselves_only(tmp_path: Path) -> None:
    rows = rows_of(
        case(
            tmp_path,
            part(1, 1, None),
            part(2, 2, "no place", (3, 2)),
            part(None, 3, "no time"),
            part(4, 4, "\x1b[2J"),
        )
    )
    assert [(row[TEXT], row["@timestamp"] is None) for row in rows] == [
        ("no time", True),
        ("\x1b[2J", False),
    ]


def test_rows_do_not_depend_on_how_many_events_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = case(tmp_path, *(part(n, n // 3, f"{n}", (n % 3 + 1, 3)) for n in range(30)))
    whole = [rows_of(of, distinct=distinct) for distinct in (False, True)]
    monkeypatch.setattr(script_parts, "_EVENTS", 4)
    assert [rows_of(of, distinct=distinct) for distinct in (False, True)] == whole
    assert len(whole[0]) == 10


def test_a_case_without_script_blocks_says_so(tmp_path: Path) -> None:
    with case(tmp_path).snapshot() as snapshot:
        answer = scripts(snapshot, Selection(), distinct=True)
        assert list(answer.batches) == []
        assert any("no 4104" in note for note in answer.notes)


@pytest.mark.corpus
def test_every_part_of_a_real_campaign_is_in_one_script(tmp_path: Path, corpus: Path) -> None:
    log = next((corpus / "campaigns" / "LSASS_campaign_02").glob("*.json.gz"))
    of = case_of(tmp_path / "case", log)
    rows = rows_of(of)
    with of.snapshot() as snapshot:
        events = snapshot.database().table(
            "SELECT ScriptBlockId FROM windows_powershell WHERE EventID = 4104"
        )
    assert sum(Counter(events.column(0).to_pylist()).values()) == 152
    assert sum(int(str(row["script.parts"])) for row in rows) == 152
    assert len(rows) == 83
    assert {row["script.missing"] for row in rows} == {None}
    large = max(rows, key=lambda row: int(str(row["script.size"])))
    assert str(large[TEXT]).lstrip().startswith("#requires")
    assert len(rows_of(of, distinct=True)) <= len(rows)
