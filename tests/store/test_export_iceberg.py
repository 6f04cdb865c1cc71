from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.store.export import export

pytest.importorskip("pyiceberg", reason="the extra gamekeeper[iceberg] is not installed")


@pytest.mark.filterwarnings("ignore")
def test_a_dataset_becomes_a_table(tmp_path: Path) -> None:
    from pyiceberg.catalog.sql import SqlCatalog  # noqa: PLC0415 - an extra

    case = case_of(
        tmp_path / "case",
        batches([logon(n, data={"Zeta": str(n)}) for n in range(20)]),
        batches([logon(30)]),
    )
    out = tmp_path / "out"
    with case.snapshot() as snapshot:
        export(case, snapshot, out, "iceberg")
    catalog = SqlCatalog("case", uri=f"sqlite:///{out / 'catalog.sqlite'}", warehouse=out.as_uri())
    with closing(catalog):
        table = catalog.load_table("gamekeeper.windows_security").scan().to_arrow()
    assert table.num_rows == 21
    rest = {tuple(pair.values()) for row in table.column("event.rest").to_pylist() for pair in row}
    assert rest == {("Zeta", str(n)) for n in range(20)}
