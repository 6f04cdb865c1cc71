"""Which other hosts of the network a host connects to, on which ports.

Finds: a server that begins to talk to one it never talked to: towards domain controllers, towards the
plant.
Why: a way deeper into the network is a new edge.
False positives: new services, addresses that DHCP deals out anew, scanners and monitoring, whose many
edges make each new one say little. Needs Sysmon 3 or 5156 (off by default, and loud).
ATT&CK: T1021, T1018, T1046.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, maybe, part

BASELINE: Final = Baseline(
    name="flows",
    title="a connection between hosts",
    whose=Whose.HOST,
    key=("to", "port"),
    looks=(
        Look(
            "windows.sysmon",
            (3,),
            HERE,
            (part("DestinationIp", "inside"), part("DestinationPort", "port")),
            account=maybe("User", "account"),
            only=(part("Initiated", "started"),),
        ),
        Look(
            "windows.security",
            (5156,),
            HERE,
            (part("DestAddress", "inside"), part("DestPort", "port")),
            only=(part("Direction", "started"),),
        ),
    ),
    attack=("T1021", "T1046"),
    is_edge=False,
)
