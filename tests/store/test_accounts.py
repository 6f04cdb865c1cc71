from __future__ import annotations

from gamekeeper.model.tallies import FileTally
from gamekeeper.store.accounts import source_accounts, tally_of, tally_text
from gamekeeper.store.case import Case


def test_a_tally_comes_back_as_it_was() -> None:
    tally = FileTally(
        3,
        records_present=5,
        events=4,
        rejects=1,
        fidelity="lossy",
        shapes=("a", "b"),
        notes=("ü",),
        evidence={"chunks": 2, "list": [1]},
    )
    assert tally_of(tally_text(tally)) == tally


def test_every_source_has_its_account(case: Case) -> None:
    manifest = case.manifest()
    accounts = source_accounts(manifest)
    assert [(a.number, a.events, a.records_present) for a in accounts] == [(0, 20, 20), (1, 3, 3)]
    manifest.close()
