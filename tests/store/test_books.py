from __future__ import annotations

from collections import Counter

from gamekeeper.model.findings import SourceAccount
from gamekeeper.store.books import Books
from gamekeeper.store.records import Kind


def account(present: int, events: int, rejects: int) -> SourceAccount:
    return SourceAccount(3, "p", "0", 1, "evtx", "", "", present, events, rejects)


def test_events_copies_and_what_was_forgotten_add_up() -> None:
    books = Books({(3, Kind.EVENTS): 4, (3, Kind.WITNESSES): 1})
    books.add(Kind.EVENTS, Counter({3: 5, 8: 1}))
    books.add(Kind.WITNESSES, Counter({3: 2}))
    books.add(Kind.REJECTS, Counter({3: 7}))
    assert list(books.faults(account(19, 12, 7), is_closed=True)) == []
    assert list(books.faults(account(20, 12, 7), is_closed=False)) == []
    assert len(list(books.faults(account(20, 12, 7), is_closed=True))) == 1
    assert len(list(books.faults(account(20, 13, 8), is_closed=True))) == 3


def test_sources_that_nobody_knows_are_named() -> None:
    books = Books({})
    books.add(Kind.EVENTS, Counter({3: 5, 8: 1}))
    books.add(Kind.MATCHES, Counter({-1: 5}))
    assert list(books.strangers({3})) == [8]
