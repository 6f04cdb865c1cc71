from __future__ import annotations

import sqlite3

import pytest

from gamekeeper.store.case import Case
from gamekeeper.store.records import Kind


def test_it_lists_files_with_what_is_in_them(case: Case) -> None:
    manifest = case.manifest()
    files = manifest.files(Kind.EVENTS)
    assert [(f.dataset, f.rows, f.batch) for f in files] == [
        ("windows.security", 20, 1),
        ("windows.security", 3, 2),
    ]
    assert [(s.host, s.channel, s.rows) for s in files[1].spans] == [("ws01", "security", 3)]
    assert manifest.files(Kind.MATCHES) == ()
    assert manifest.last_batch() == 2
    manifest.close()


def test_it_knows_sources_and_what_of_them_is_there(case: Case) -> None:
    manifest = case.manifest()
    assert [(s.number, s.path, s.organisation) for s in manifest.sources()] == [
        (0, "log-0", "Example Utility"),
        (1, "log-1", "Example Utility"),
    ]
    assert manifest.bookmarks() == {0: [(0, 1)], 1: [(1, 2)]}
    assert [(source, start) for source, start, _ in manifest.tallies()] == [(0, 0), (1, 1)]
    manifest.close()


def fail(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM tallies")
    connection.execute("nonsense")


def test_a_transaction_that_fails_changes_nothing(case: Case) -> None:
    manifest = case.manifest()
    with pytest.raises(sqlite3.OperationalError), manifest.transaction() as connection:
        fail(connection)
    assert len(manifest.tallies()) == 2
    manifest.close()
