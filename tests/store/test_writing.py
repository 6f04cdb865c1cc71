from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fakes.cases import NEW_YEAR, SECOND, batches, logon
from gamekeeper.model.events import RecordState
from gamekeeper.store.records import Kind, Span
from gamekeeper.store.schemas import stored
from gamekeeper.store.writing import EventWriter, Spans, digest_of, joined, with_host


def test_events_are_written_with_their_account(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path, "0")
    for batch in batches([logon(n) for n in range(25)], rows=10):
        writer.add(batch)
    (file,) = writer.finish()
    table = pq.read_table(file.path)
    assert table.schema.equals(stored("windows.security"))
    assert table.column("event.record_id").to_pylist() == list(range(25))
    assert set(table.column("host.name").to_pylist()) == {"dc01"}
    assert file.rows == 25
    assert file.sha256 == digest_of(Path(file.path))
    assert file.spans == (Span(0, "dc01", "security", 25, 0, NEW_YEAR, NEW_YEAR + 24 * SECOND),)
    assert pq.read_metadata(file.path).num_row_groups == 1  # three batches, one group


def test_recovered_records_are_kept_apart(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path, "0")
    writer.add(batches([logon(1), logon(2, state=RecordState.STALE)])[0])
    found = {file.kind: file.rows for file in writer.finish()}
    assert found == {Kind.EVENTS: 1, Kind.RECOVERED: 1}


def test_spellings_of_a_host_become_one_name() -> None:
    names = ["PC1", "pc1.example.org", "10.1.2.3"]
    events = [logon(n, system={"Computer": name}) for n, name in enumerate(names)]
    column = with_host(batches(events)[0].table).column("host.name")
    assert column.to_pylist() == ["pc1", "pc1", "10.1.2.3"]
    assert len(column.dictionary) == 2


def test_spans_tell_sources_hosts_channels_and_missing_times() -> None:
    spans = Spans()
    events = [
        logon(1),
        logon(2, filetime=None),
        logon(3, source=7),
        logon(4, system={"Computer": "ws.example.org"}),
        logon(5, filetime=None, system={"Computer": "ws.example.org"}),
        logon(6, filetime=None, source=9),
    ]
    spans.add(with_host(batches(events)[0].table))
    first = NEW_YEAR + SECOND
    assert spans.close() == (
        Span(0, "dc01", "security", 2, 1, first, first),
        Span(0, "ws", "security", 2, 1, first + 3 * SECOND, first + 3 * SECOND),
        Span(7, "dc01", "security", 1, 0, first + 2 * SECOND, first + 2 * SECOND),
        Span(9, "dc01", "security", 1, 1, None, None),
    )


def test_spans_join() -> None:
    one = Span(0, "a", "x", 1, 0, 5, 6)
    assert joined(one, Span(0, "a", "x", 2, 1, 3, 4)) == Span(0, "a", "x", 3, 1, 3, 6)
    assert joined(one, Span(0, "a", "x", 1, 1, None, None)) == Span(0, "a", "x", 2, 1, 5, 6)


def test_an_absent_host_is_the_empty_one() -> None:
    batch = batches([logon(1, system={"Computer": ""})])[0].table
    empty = batch.set_column(
        batch.schema.get_field_index("Computer"),
        batch.schema.field("Computer"),
        pa.DictionaryArray.from_arrays(pa.array([None], pa.int32()), pa.array([], pa.utf8())),
    )
    spans = Spans()
    spans.add(with_host(empty))
    assert [span.host for span in spans.close()] == [""]
