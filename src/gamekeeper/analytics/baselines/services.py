"""Which services are installed on a host.

Finds: a new service: a remote execution tool's, a driver, one whose program is a command line.
Why: services are installed seldom, and by tools that run commands on other hosts each time.
False positives: software and drivers that are installed or updated; random service names are folded as far
as they hold digits.
ATT&CK: T1543.003, T1569.002.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, maybe, part

BASELINE: Final = Baseline(
    name="services",
    title="a service installed on a host",
    whose=Whose.HOST,
    key=("service", "runs"),
    looks=(
        Look(
            "windows.system",
            (7045,),
            HERE,
            (part("ServiceName", "path"), part("ImagePath", "install")),
        ),
        Look(
            "windows.security",
            (4697,),
            HERE,
            (part("ServiceName", "path"), part("ServiceFileName", "install")),
            account=maybe("SubjectUserName", "account"),
        ),
    ),
    attack=("T1543.003", "T1569.002"),
)
