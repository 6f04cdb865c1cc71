"""A simulated world as the commands lay it out: the logs in a folder of their own, the truth beside it.

A hunt through the logs must not meet the truth.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.simulate import Setting, Summary, account_list, simulate

if TYPE_CHECKING:
    from gamekeeper.apps.cli.values import Values

#: What the simulator writes beside its logs.
_TRUTHS: Final = ("world.json", "truth.jsonl", "tampering.jsonl")
_ORDINARY: Final = Setting()


@dataclass(frozen=True, slots=True)
class Written:
    """Where a world is."""

    logs: Path
    truth: Path
    tampering: Path
    accounts: Path
    summary: Summary


def make_room(out: Path) -> None:
    """Remove an earlier world of ours from a folder; raise UsageError where its logs are somebody else's."""
    logs = out / "logs"
    if (out / _TRUTHS[0]).is_file():
        shutil.rmtree(logs, ignore_errors=True)
    elif logs.exists():
        raise UsageError(f"{out} has a folder 'logs' that was not simulated; name another folder")


def write_world(
    out: Path, values: Values, intrusion: str | None, setting: Setting = _ORDINARY
) -> Written:
    """Simulate into ``out``."""
    logs = out / "logs"
    summary = simulate(
        logs,
        seed=values.count("seed"),
        days=values.count("days"),
        hosts=values.count("hosts"),
        intrusion=intrusion,
        setting=setting,
    )
    for name in _TRUTHS:
        if (logs / name).is_file():
            (logs / name).replace(out / name)
        else:
            (out / name).unlink(missing_ok=True)
    accounts = out / "accounts.csv"
    accounts.write_text(account_list(summary.world), encoding="utf-8")
    return Written(logs, out / _TRUTHS[1], out / _TRUTHS[2], accounts, summary)
