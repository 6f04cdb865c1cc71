"""Who names what must have begun before."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, event, gathered

from gamekeeper.integrity.gathering.namings import Namings
from gamekeeper.integrity.gathering.starts import NO_ID
from gamekeeper.model.build import Event


def process(record: int, pid: int, parent: int, host: str = "dc01") -> Event:
    data = {
        "NewProcessId": hex(pid),
        "ProcessId": hex(parent),
        "ParentProcessName": r"C:\Windows\Explorer.exe",
    }
    return event(record, NEW_YEAR + record, 4688, host=host, data=data)


def told(events: list[Event]) -> list[tuple[str, int, int, int | None]]:
    rows = gathered(Namings(), events).to_pylist()
    return [(row["group"], row["id"], row["started"], row["record"]) for row in rows]


def test_a_parent_that_began_in_the_batch_is_only_counted() -> None:
    assert told([process(1, 100, 90), process(2, 110, 100)]) == [
        ("explorer.exe", NO_ID, 1, 1),
        ("explorer.exe", 90, 0, 1),
    ]


def test_a_parent_that_several_name_is_one() -> None:
    assert told([process(1, 100, 90), process(2, 101, 90)]) == [("explorer.exe", 90, 0, 1)]


def test_an_id_of_another_host_is_another() -> None:
    assert ("explorer.exe", 100, 0, 2) in told([process(1, 100, 90), process(2, 110, 100, "dc02")])


def test_logoffs_and_shares_name_sessions() -> None:
    logoff = event(1, NEW_YEAR, 4634, data={"TargetLogonId": "0x1a2b3c"})
    share = event(2, NEW_YEAR, 5145, data={"SubjectLogonId": "0x1a2b3d"})
    assert told([logoff, share]) == [("4634", 0x1A2B3C, 0, 1), ("5145", 0x1A2B3D, 0, 2)]
