from __future__ import annotations

from pathlib import Path

from gamekeeper.hunt.ledger import Ledger, balance, source_accounts
from gamekeeper.model.rejects import Tally
from gamekeeper.model.tallies import FileTally
from gamekeeper.sources.base import Origin


def page(*tallies: Tally) -> FileTally:
    found = FileTally(tallies[0].source)
    for tally in tallies:
        found.add(tally)
    return found


def test_ranges_add_up_and_the_worst_fidelity_speaks() -> None:
    found = page(
        Tally(0, 5, 4, 1, shape="a", fidelity="lossless", notes=("n1",), evidence={"x": 1}),
        Tally(0, 2, 2, 0, shape="b", fidelity="lossy", fields_lacking=("F",), notes=("n1", "n2")),
        Tally(0, 1, 1, 0, recovered=3, shape="a", fidelity="renamed"),
    )
    assert (found.records_present, found.events, found.rejects, found.recovered) == (8, 7, 1, 3)
    assert (found.fidelity, found.shapes) == ("lossy", ("a", "b"))
    assert found.notes == ("n1", "n2")


def test_the_order_in_which_units_finish_does_not_matter() -> None:
    pages = [((at,), [page(Tally(0, 1, 1, 0, notes=(f"n{at}",)))]) for at in range(4)]
    forward, backward = Ledger(), Ledger()
    for key, tallies in pages:
        forward.add(key, tallies)
    for key, tallies in reversed(pages):
        backward.add(key, tallies)
    assert forward.close() == backward.close()
    assert forward.close()[0].notes == ("n0", "n1", "n2", "n3")


def test_records_that_nobody_accounts_for_become_rejects() -> None:
    tally = page(Tally(3, 10, 6, 1))
    gap = balance(tally)
    assert gap is not None
    assert (gap.source, gap.reason, gap.count) == (3, "unaccounted", 3)
    assert tally.records_present == tally.events + tally.rejects == 10


def test_more_events_than_the_file_claims_are_noted() -> None:
    tally = page(Tally(0, 3, 5, 0))
    assert balance(tally) is None
    assert tally.records_present == 5
    assert "2 more records" in tally.notes[0]


def test_every_file_has_an_account_whether_it_was_read_or_not() -> None:
    origins = [(Origin(n, f"f{n}", Path(f"f{n}"), 7), name) for n, name in enumerate(["evtx", ""])]
    tallies = {0: page(Tally(0, 2, 2, 0, shape="s", fidelity="lossless"))}
    read, unknown = source_accounts(origins, tallies, {0: "ab", 1: ""})
    assert (read.format, read.events, read.sha256, read.notes) == ("evtx", 2, "ab", ())
    assert (unknown.format, unknown.records_present) == ("", 0)
    assert unknown.notes == ("the file could not be hashed",)
