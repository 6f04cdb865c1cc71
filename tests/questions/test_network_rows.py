from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.questions import make, rows_of
from gamekeeper.questions.network import network
from gamekeeper.questions.network_rows import listeners, names_asked, talks

SYSMON = {"id": 3, "Channel": "Microsoft-Windows-Sysmon/Operational", "Initiated": "false"}


def peers(folder: Path, **fields: Any) -> tuple[Any, ...]:
    (row,) = rows_of(make(folder, [{**SYSMON, **fields}]), network)
    return row["source.ip"], row["destination.port"]


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        (("10.0.0.9", 50000), ("10.0.0.5", 445), ("10.0.0.9", 445)),
        (("10.0.0.5", 445), ("10.0.0.9", 50000), ("10.0.0.9", 445)),
        # Both are high, or both low: Windows of today names the far end first.
        (("10.0.0.9", 50000), ("10.0.0.5", 50001), ("10.0.0.9", 50001)),
        (("10.0.0.9", 123), ("10.0.0.5", 123), ("10.0.0.9", 123)),
    ],
)
def test_without_other_signs_the_port_tells_which_end_is_near(
    tmp_path: Path, source: tuple[str, int], target: tuple[str, int], wanted: tuple[str, int]
) -> None:
    found = peers(
        tmp_path,
        SourceIp=source[0],
        SourcePort=source[1],
        DestinationIp=target[0],
        DestinationPort=target[1],
    )
    assert found == wanted


def test_every_witness_is_read_once() -> None:
    assert '"EventID" IN (5156, 5157)' in talks()
    assert '"EventID" = 5154' in listeners()
    assert names_asked().count("UNION ALL") == 2
