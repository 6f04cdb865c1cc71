from __future__ import annotations

from gamekeeper.model.rejects import Tally
from gamekeeper.model.tallies import FileTally


def test_tallies_of_ranges_add_up() -> None:
    tally = FileTally(4)
    tally.add(Tally(4, 10, 8, 2, shape="a", fidelity="lossless", notes=("n",)))
    tally.add(Tally(4, 5, 5, 0, shape="b", fidelity="lossy", notes=("n", "m")))
    later = FileTally(4)
    later.add(Tally(4, 1, 0, 1, evidence={"chunks": 1, "seen": [2]}))
    later.add(Tally(4, 0, 0, 0, evidence={"chunks": 2, "seen": [3], "first": "x"}))
    tally.merge(later)
    account = tally.account(path="p", sha256="s", size_bytes=9, format_name="json")
    assert (account.records_present, account.events, account.rejects) == (16, 13, 3)
    assert (account.shape, account.fidelity, account.notes) == ("a, b", "lossy", ("n", "m"))
    assert account.evidence == {"chunks": 3, "seen": [2, 3], "first": "x"}
    assert (account.number, account.path, account.format) == (4, "p", "json")
