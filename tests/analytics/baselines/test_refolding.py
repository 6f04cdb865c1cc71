from __future__ import annotations

import pyarrow as pa
import pytest

from gamekeeper.analytics.baselines.forms import FORMS
from gamekeeper.analytics.baselines.refolding import refolded
from gamekeeper.model.habits import MARK, SEEN_SCHEMA

#: Keys as they were made before names were folded by their place, and what the event itself gives today.
OLD = [
    ("command-shapes", "ping -n # mv-ws#", FORMS["command"]("ping -n 1 MV-WS101")),
    ("command-shapes", "wmic /node:dc# os", FORMS["command"]("wmic /node:dc1 os")),
    ("command-shapes", "whoami /all", "whoami /all"),
    ("services", f"agent{MARK}c:\\a\\x.exe /server:ws#", f"agent{MARK}c:\\a\\x.exe /server:<host>"),
    ("scripts", f"typed{MARK}get-aduser anna", f"typed{MARK}get-aduser <name>"),
    ("scripts", f"file{MARK}\\\\fs01\\a b\\x.ps1", f"file{MARK}\\\\<host>\\a b\\x.ps1"),
    ("programs", "\\\\fs01\\x\\setup.exe", "\\\\<host>\\x\\setup.exe"),
    ("host-logons", f"ws01{MARK}network", f"ws01{MARK}network"),
]  # fmt: skip


def rows(*keys: tuple[str, str]) -> pa.RecordBatch:
    row = {
        "day": 1, "who": "ws01", "filetime": 1, "source": 0, "offset": 0, "host": "ws01", "account": "",
        "fingerprint": None, "now": False,
    }  # fmt: skip
    told = [{"baseline": name, "key": key, **row} for name, key in keys]
    return pa.RecordBatch.from_pylist(told, schema=SEEN_SCHEMA)


@pytest.mark.parametrize(("baseline", "old", "new"), OLD)
def test_an_old_key_becomes_what_its_event_gives_today(baseline: str, old: str, new: str) -> None:
    (row,) = refolded(rows((baseline, old))).to_pylist()
    assert (row["baseline"], row["key"]) == (baseline, new)


def test_todays_keys_stay() -> None:
    batch = rows(*((name, new) for name, _, new in OLD))
    assert refolded(batch).equals(batch)
