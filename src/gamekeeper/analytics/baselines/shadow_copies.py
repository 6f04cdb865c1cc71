"""Which programs ask for shadow copies of a host's disks.

Finds: anybody but the backup who makes a shadow copy, above all on a domain controller.
Why: the directory database is locked; a shadow copy is how it is stolen.
False positives: a new backup program, a restore by hand. Needs 8222 in the Security log.
ATT&CK: T1003.003.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, part

BASELINE: Final = Baseline(
    name="shadow-copies",
    title="a program that asks for shadow copies",
    whose=Whose.HOST,
    key=("program",),
    looks=(
        Look("windows.security", (8222,), HERE, (part("@rest:Data", "requester"),)),
        Look("windows.application", (8222,), HERE, (part("Data", "requester"),)),
    ),
    attack=("T1003.003",),
)
