"""Chains in a whole hunt, and in a case."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

import gamekeeper as gk
from gamekeeper.context.accounts import Accounts
from gamekeeper.errors import UsageError
from gamekeeper.hunt.chaining import chains_of
from gamekeeper.hunt.ingest import ingest
from gamekeeper.hunt.rehunt import rehunt
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.reports import files
from gamekeeper.store.case import Case


def event(day: int, host: str, number: int, channel: str, **data: str) -> bytes:
    """A line of a log in Sigma's flat JSON."""
    row = {
        "EventID": number,
        "Channel": channel,
        "Hostname": host,
        "TimeCreated": f"20{20 + day // 365:02}-01-{1 + day % 28:02}T08:00:00.{number:06}Z",
        "@timestamp": f"20{20 + day // 365:02}-01-{1 + day % 28:02}T08:00:00.{number:06}Z",
        **data,
    }
    return orjson.dumps(row) + b"\n"


def theft(day: int, host: str) -> bytes:
    """A copy of the directory, as a domain controller logs it."""
    shadow = "C:\\$SNAP_1_VOLUMEC$\\Windows\\NTDS\\ntds.dit"
    return (
        event(day, host, 326, "Application", SourceName="ESENT", Message=shadow)
        + event(day, host, 325, "Application", SourceName="ESENT", Message="C:\\Temp\\ntds.dit")
        + event(day, host, 8222, "Security", SourceName="VSSAudit", Message="C:\\x\\ntdsutil.exe")
    )


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "dc1.json").write_bytes(theft(3, "dc1.corp.example"))
    (folder / "dc2.json").write_bytes(theft(3 + 365 * 3, "dc2.corp.example"))
    return folder


def test_chains_of_minutes_and_of_years_are_found_in_one_hunt(logs: Path, tmp_path: Path) -> None:
    with gk.hunt(logs, rules="builtin", paranoid=True) as hunt:
        found = [(hit.chain, hit.hosts) for hit in hunt.result.chains.hits]
        hunt.write(tmp_path / "out")
    dc1, dc2 = "dc1.corp.example", "dc2.corp.example"
    assert sorted(found) == [("SC-1", (dc1,)), ("SC-1", (dc2,)), ("SC-10", (dc1, dc2))]
    lines = (tmp_path / "out" / "chains.jsonl").read_bytes().splitlines()
    assert [orjson.loads(line)["chain"] for line in lines] == ["SC-1", "SC-10", "SC-1"]
    summary = orjson.loads((tmp_path / "out" / "summary.json").read_bytes())
    assert summary["chains"]["hits"] == 3
    kinds = {kind["id"]: kind["status"] for kind in summary["chains"]["kinds"]}
    assert (kinds["SC-10"], kinds["SC-12"]) == ("found", "cannot_tell")


def test_steps_of_chains_are_no_rules_of_a_report(logs: Path) -> None:
    with (
        gk.hunt(logs, rules="builtin") as hunt,
        gk.hunt(logs, no_chains=True, rules="builtin") as bare,
    ):
        assert hunt.rules == bare.rules
        assert hunt.result.findings == bare.result.findings
        assert not bare.result.chains.is_on


def test_a_case_gives_what_its_logs_gave(logs: Path, tmp_path: Path) -> None:
    request = Request((str(logs),), rules=("builtin",))
    work = WorkFolder(str(tmp_path))
    case = Case.open_or_create(tmp_path / "case")
    ingest(request, case, work)
    result = rehunt(request, case, work)
    assert [hit.chain for hit in result.chains.hits] == ["SC-1", "SC-10", "SC-1"]
    files.write_all(result, tmp_path / "out")


def test_accounts_that_people_list_are_known_in_logs_and_in_a_case(tmp_path: Path) -> None:
    logs, listed = tmp_path / "logs", tmp_path / "accounts.csv"
    logs.mkdir()
    desk = event(
        3, "jump1.corp.example", 4624, "Security", TargetUserName="kestrel", LogonType="10"
    )
    (logs / "jump1.json").write_bytes(desk)
    listed.write_text("account,kind\nCORP\\kestrel,appliance\n")
    request = Request((str(logs),), rules=("builtin",), accounts=(str(listed),))
    case, work = Case.open_or_create(tmp_path / "case"), WorkFolder(str(tmp_path))
    ingest(request, case, work)
    assert [hit.chain for hit in rehunt(request, case, work).chains.hits] == ["SC-4"]
    with gk.hunt(logs, rules="builtin", accounts=listed, paranoid=True) as hunt:
        assert [hit.chain for hit in hunt.result.chains.hits] == ["SC-4"]
    with gk.hunt(logs, rules="builtin") as hunt:
        assert list(hunt.result.chains.hits) == []


def test_chains_of_a_user_are_looked_for_alone(logs: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text(
        "id: M-1\nname: n\ndescription: d\nlevel: low\njoin: [host]\nwithin: 1m\n"
        "steps: {a: {text: t, events: [{logsource: {product: windows, service: application}, "
        "detection: {s: {EventID: 326}, condition: s}}]}}\n"
    )
    with gk.hunt(logs, rules="builtin", chains=mine) as hunt:
        assert [hit.chain for hit in hunt.result.chains.hits] == ["M-1", "M-1"]
    with pytest.raises(UsageError, match="no file or folder"):
        chains_of(Request(("x",), chains=("nowhere",)), Accounts())
