from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import batches, case_of, logon
from gamekeeper.store.case import Case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Two commits: twenty logons of dc01, then three of ws01, of another source."""
    return case_of(
        tmp_path / "case",
        batches([logon(n) for n in range(20)]),
        batches([logon(n, source=1, system={"Computer": "WS01"}) for n in range(30, 33)]),
    )
