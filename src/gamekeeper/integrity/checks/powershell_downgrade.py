"""PowerShell 2, which logs no script blocks and asks no malware scanner.

Sees: 400 whose engine is version 2, once a host and day.

What else explains it: old management software that starts version 2 on purpose: where it does so on many
days, that is how the host is run; hosts that have nothing newer.

Blind: programs that bring their own engine and never write 400.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.rows import rows_of
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts

_DAY: Final = 24 * HOUR
#: On so many days it is how the host is run.
_HABIT: Final = 5


class PowerShellDowngrade:
    """Looks for engines of version 2."""

    name = "powershell_downgrade"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a host and day."""
        old: dict[str, dict[int, dict[str, object]]] = {}
        newer: set[str] = set()
        for row in rows_of(facts.table("powershell")):
            if row["kind"] != "engine":
                continue
            if row["detail"].partition(".")[0] in ("1", "2"):
                old.setdefault(row["host"], {}).setdefault(row["filetime"] // _DAY, row)
            else:
                newer.add(row["host"])
        for host, days in old.items():
            strong = host in newer and len(days) < _HABIT
            for row in days.values():
                yield _anomaly(row, Strength.STRONG if strong else Strength.WEAK)


def _anomaly(row: dict[str, object], strength: Strength) -> Anomaly:
    source, offset, time = (int(str(row[name])) for name in ("source", "offset", "filetime"))
    record = None if row["record"] is None else int(str(row["record"]))
    text = f"PowerShell was started as version {row['detail']}, which logs no script blocks"
    return Anomaly(
        check=PowerShellDowngrade.name,
        text=text,
        tampering="logging evaded",
        strength=strength,
        host=str(row["host"]),
        channel="microsoft-windows-powershell/operational",
        start=time,
        stop=time,
        source=source,
        evidence=(Evidence(f"400: {text}", source, offset, record, time),),
        techniques=("T1562.010",),
    )
