"""Which programs of a host connect to the internet, on which ports.

Finds: a server that begins to talk to the internet, or a program that never did.
Why: servers that start sessions outward at all are few.
False positives: updaters, new agents, browsers on servers. Where a connection went is not part of it:
addresses of large services change all day. Needs Sysmon 3 or 5156.
ATT&CK: T1071, T1041, T1572.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, maybe, part

BASELINE: Final = Baseline(
    name="outbound",
    title="a program that talks to the internet",
    whose=Whose.HOST,
    key=("program", "port"),
    looks=(
        Look(
            "windows.sysmon",
            (3,),
            HERE,
            (part("Image", "program"), part("DestinationPort", "port")),
            account=maybe("User", "account"),
            only=(part("Initiated", "started"), part("DestinationIp", "outside")),
        ),
        Look(
            "windows.security",
            (5156,),
            HERE,
            (part("Application", "program"), part("DestPort", "port")),
            only=(part("Direction", "started"), part("DestAddress", "outside")),
        ),
    ),
    attack=("T1071", "T1041"),
)
