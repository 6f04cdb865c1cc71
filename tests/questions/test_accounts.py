from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.questions import check, golden, name_of
from gamekeeper.questions.accounts import accounts


@pytest.mark.parametrize("case", golden("accounts"), ids=name_of)
def test_golden(case: dict[str, Any], tmp_path: Path) -> None:
    check(case, tmp_path, accounts)
