from __future__ import annotations

from fakes.cases import NEW_YEAR, SECOND, batches, logon
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Batch, Writer
from gamekeeper.store.records import Kind
from gamekeeper.store.selection import Selection
from gamekeeper.store.writing import EventWriter


def test_it_sees_one_moment(case: Case) -> None:
    with case.snapshot() as before:
        with Writer(case) as writer:
            events = EventWriter(writer.staging, "later")
            for batch in batches([logon(n) for n in range(100, 105)]):
                events.add(batch)
            writer.commit(Batch("ingest", list(events.finish())))
        assert before.rows == 23
        assert before.database().table("SELECT count(*) AS n FROM events")["n"].to_pylist() == [23]
        assert sum(len(batch) for batch in before.batches()) == 23
    with case.snapshot() as after:
        assert after.rows == 28


def test_it_knows_its_period_and_its_logs(case: Case) -> None:
    with case.snapshot() as snapshot:
        assert (snapshot.first, snapshot.last) == (NEW_YEAR, NEW_YEAR + 32 * SECOND)
        assert [source.path for source in snapshot.sources()] == ["log-0", "log-1"]


def test_files_outside_of_a_selection_are_not_opened(case: Case) -> None:
    with case.snapshot() as snapshot:
        (_, second) = snapshot.of_kind(Kind.EVENTS)
        assert snapshot.selected(Selection(hosts=("ws*",))) == (second,)
        assert snapshot.selected(Selection(start=NEW_YEAR + 25 * SECOND)) == (second,)
        assert snapshot.selected(Selection(channels=("System",))) == ()
        assert snapshot.selected(Selection(datasets=("windows.sysmon",))) == ()
        # A pattern for full names can only be decided by looking.
        assert len(snapshot.selected(Selection(hosts=("*.example.org",)))) == 2


def test_an_empty_case_answers(case: Case) -> None:
    empty = Case.create(case.layout.root.parent / "empty")
    with empty.snapshot() as snapshot:
        assert (snapshot.rows, snapshot.first, snapshot.last) == (0, None, None)
        assert list(snapshot.batches()) == []
        assert list(snapshot.matches()) == []
        assert snapshot.database().table("SELECT * FROM events").num_rows == 0
