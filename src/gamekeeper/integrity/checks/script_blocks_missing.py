"""PowerShell that ran without its script blocks, on a host that logs all of them.

Sees: hours in which an engine of version 3 or later or a console started (400, 40961, 53504) and no script
block of level verbose was written, where the host's other hours with starts nearly always have some. The
chance is that of the host's own history; one odd hour may be weak, several are not.

What else explains it: logging of script blocks that a policy switched off; a log that was full or cut there
(the operational log must hold events before and after).

Blind: hosts that never logged all script blocks (level 3 alone proves nothing); script block logging that an
intruder switches off in memory after the first blocks of the session were written; an hour in which another
session wrote blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.rows import rows_of
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts

#: Windows' PowerShell and PowerShell 7 log apart: channel of blocks → classic channel of starts.
_CHANNELS: Final = {
    "microsoft-windows-powershell/operational": "windows powershell",
    "powershellcore/operational": "",
}
#: Hours with starts and blocks that prove that all are logged.
_HISTORY: Final = 12
_STRONG: Final = 0.001
_WEAK: Final = 0.05


@dataclass(slots=True)
class _Log:
    """Starts and blocks of one host's PowerShell by hour."""

    starts: dict[int, Evidence] = field(default_factory=dict)
    blocks: set[int] = field(default_factory=set)


class ScriptBlocksMissing:
    """Looks for starts without script blocks."""

    name = "script_blocks_missing"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a run of hours without blocks."""
        for (host, channel), log in sorted(_logs(facts).items()):
            hours = sorted(log.starts)
            good = [hour for hour in hours if _has_blocks(log, hour)]
            if len(good) < _HISTORY:
                continue
            chance = (len(hours) - len(good) + 1) / (len(hours) + 2)
            spoken = coverage(facts).log(host, channel)
            within = [h for h in hours if spoken.first[0] <= h and h + 2 * HOUR <= spoken.last[-1]]
            for run in _runs(within, set(good)):
                odds = chance ** len(run)
                if odds <= _WEAK:
                    yield _anomaly(host, channel, log, run, odds)


def _logs(facts: Facts) -> dict[tuple[str, str], _Log]:
    logs: dict[tuple[str, str], _Log] = {}
    of_channel = {classic: channel for channel, classic in _CHANNELS.items() if classic}
    for row in rows_of(facts.table("powershell")):
        channel = of_channel.get(row["channel"], row["channel"])
        if channel not in _CHANNELS or (row["kind"] == "engine" and row["detail"] < "3"):
            continue
        log = logs.setdefault((row["host"], channel), _Log())
        if row["kind"] == "block":
            log.blocks.add(row["hour"])
        elif row["kind"] in ("engine", "console"):
            text = f"PowerShell started ({row['kind']} {row['detail']})".replace(" )", ")")
            places = (row["source"], row["offset"], row["record"], row["filetime"])
            log.starts.setdefault(row["hour"], Evidence(text, *places))
    return logs


def _has_blocks(log: _Log, hour: int) -> bool:
    return hour in log.blocks or hour + HOUR in log.blocks


def _runs(hours: list[int], good: set[int]) -> Iterator[list[int]]:
    """Yield runs of hours with starts that have no blocks; hours without a start break none."""
    run: list[int] = []
    for hour in hours:
        if hour not in good:
            run.append(hour)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _anomaly(host: str, channel: str, log: _Log, run: list[int], odds: float) -> Anomaly:
    first = log.starts[run[0]]
    return Anomaly(
        check=ScriptBlocksMissing.name,
        text=(
            f"PowerShell started in {len(run)} hours that hold no script block, on a host that logs all "
            f"(by chance: {odds:.1g})"
        ),
        tampering="logging evaded",
        strength=Strength.STRONG if odds <= _STRONG else Strength.WEAK,
        host=host,
        channel=channel,
        start=first.filetime,
        stop=run[-1] + HOUR - 1,
        source=first.source,
        evidence=tuple(log.starts[hour] for hour in run[:5]),
        innocent=("policy change", "export"),
        techniques=("T1562.002",),
    )
