from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.store.export import export

deltalake = pytest.importorskip("deltalake", reason="the extra gamekeeper[delta] is not installed")


def test_a_dataset_becomes_a_table(tmp_path: Path) -> None:
    case = case_of(
        tmp_path / "case",
        batches([logon(n, data={"Zeta": str(n)}) for n in range(20)]),
        batches([logon(30)]),
    )
    with case.snapshot() as snapshot:
        export(case, snapshot, tmp_path / "out", "delta")
    table = deltalake.DeltaTable(str(tmp_path / "out" / "windows.security")).to_pyarrow_table()
    assert table.num_rows == 21
    assert set(table.column("host.name").to_pylist()) == {"dc01"}
    rest = {tuple(pair.values()) for row in table.column("event.rest").to_pylist() for pair in row}
    assert rest == {("Zeta", str(n)) for n in range(20)}
