from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.simulate import intrusions, simulate
from gamekeeper.simulate.intrusion import acted, load_intrusion, stealth_of


def test_near_names_are_offered() -> None:
    with pytest.raises(UsageError, match="did you mean 'volt-typhoon'"):
        load_intrusion("volt_typhon")


def test_far_names_get_the_list() -> None:
    with pytest.raises(UsageError, match="there are long-wait"):
        load_intrusion("zzz")


@pytest.mark.parametrize("name", intrusions())
def test_phases_come_in_order_and_in_working_hours(name: str) -> None:
    phases = load_intrusion(name)["phases"]
    moments = [(phase["day"], phase["hour"]) for phase in phases]
    assert moments == sorted(moments)
    assert [hour for _, hour in moments] == sorted(hour for _, hour in moments) or len(
        {day for day, _ in moments}
    ) > 1
    assert all(8 <= hour <= 16 for _, hour in moments)


@pytest.mark.parametrize("name", intrusions())
@pytest.mark.parametrize("hosts", [3, 7])
def test_an_intrusion_fits_any_world(tmp_path: Path, name: str, hosts: int) -> None:
    summary = simulate(tmp_path / "out", seed=hosts, days=1, hosts=hosts, intrusion=name)
    assert summary.truth > 40
    lines = [json.loads(t) for t in (tmp_path / "out" / "truth.jsonl").read_text().splitlines()]
    assert len(lines) == summary.truth
    assert all(line["technique"] and line["text"] for line in lines)


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("channel", "event_id"),
    [
        ("Application", 325),
        ("Application", 216),
        ("Security", 8222),
        ("Security", 1102),
        ("System", 104),
        ("System", 98),
        ("Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational", 1149),
        ("Microsoft-Windows-PowerShell/Operational", 4104),
        ("Microsoft-Windows-Sysmon/Operational", 13),
    ],
)
def test_the_long_intrusion_leaves_its_marks(intruded: Path, channel: str, event_id: int) -> None:
    assert any(
        line["channel"] == channel and line["EventID"] == event_id for line in _lines(intruded)
    )


def test_the_long_intrusion_uses_many_techniques(intruded: Path) -> None:
    used = {technique for line in _lines(intruded) for technique in line["technique"]}
    assert used >= {
        "T1003.003",
        "T1047",
        "T1090.001",
        "T1021.001",
        "T1070.001",
        "T1654",
        "T1560.001",
    }


@pytest.mark.parametrize("name", intrusions())
def test_every_intrusion_says_how_it_hides(name: str) -> None:
    assert stealth_of(name) in {"loud", "careful", "slow"}


def _days(name: str) -> list[float]:
    return [phase["day"] for phase in load_intrusion(name)["phases"]]


@pytest.mark.parametrize("name", [name for name in intrusions() if stealth_of(name) == "slow"])
def test_a_slow_intrusion_is_silent_for_months_in_a_long_world(name: str) -> None:
    visits = sorted(set(_days(name)))
    gaps = [400 * (later - day) for day, later in pairwise(visits)]
    assert sum(gap >= 60 for gap in gaps) >= 2


def test_a_careful_intrusion_takes_few_steps(tmp_path: Path) -> None:
    counts = [
        simulate(tmp_path / name, seed=3, days=1, hosts=8, intrusion=name).steps
        for name in ("volt-typhoon", "volt-typhoon-careful")
    ]
    assert counts[1] < counts[0] / 2


def test_an_intrusion_borrows_the_activities_of_another(tmp_path: Path) -> None:
    simulate(tmp_path / "out", seed=3, days=1, hosts=8, intrusion="volt-typhoon-slow")
    assert any(line["EventID"] == 325 for line in _lines(tmp_path / "out"))


_PLAYBOOK = {
    "volt-typhoon": {"SC-1", "SC-2", "SC-3", "SC-4", "SC-5", "SC-6", "SC-9"},
    "wmi-walk": {"SC-7"},
    "volt-typhoon-careful": set(),
    "quiet-return": {"SC-3"},
    "volt-typhoon-slow": {"SC-1", "SC-3", "SC-4", "SC-10"},
    "long-wait": set(),
}


@pytest.mark.parametrize("name", intrusions())
def test_every_intrusion_says_which_published_sequences_it_acts(name: str) -> None:
    found = {chain for phase in load_intrusion(name)["phases"] for chain in acted(phase)}
    assert found == _PLAYBOOK[name]


def test_the_truth_says_where_a_sequence_happened(intruded: Path) -> None:
    where: dict[str, set[str]] = {}
    for line in _lines(intruded):
        for chain in line["chain"]:
            where.setdefault(chain, set()).add(line["host"].rpartition("-")[2])
    assert where["SC-1"] == where["SC-2"] == where["SC-3"] == {"DC01"}
    assert where["SC-5"] == {"MON01"}
    assert where["SC-6"] == {"DC01", "JUMP01"}
    assert {"DC01", "JUMP01", "MON01", "FS01"} <= where["SC-4"]
    assert set(where) == _PLAYBOOK["volt-typhoon"]


@pytest.mark.parametrize(("days", "is_acted"), [(5, False), (30, True)])
def test_a_second_theft_counts_when_it_comes_a_week_later(
    tmp_path: Path, days: int, is_acted: bool
) -> None:
    simulate(tmp_path / "out", seed=3, days=days, hosts=3, intrusion="volt-typhoon-slow")
    chains = {chain for line in _lines(tmp_path / "out") for chain in line["chain"]}
    assert ("SC-10" in chains) == is_acted
