"""Which account logs on from where to where, and how.

Finds: an account on a way that it never took: from another computer, to another server, by Remote Desktop
where it was only ever seen over the network.
Why: valid accounts make no alarm; what betrays them is that they are used where they never were.
False positives: administrators on call, addresses that DHCP deals out anew, people who move to another
office; the more often an account changes its ways, the less a new one says.
ATT&CK: T1078, T1021, T1550.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, maybe, part

BASELINE: Final = Baseline(
    name="logon-edges",
    title="a way of an account to a host",
    whose=Whose.ACCOUNT,
    key=("from", "to", "kind"),
    looks=(
        Look(
            "windows.security",
            (4624,),
            part("TargetUserName", "account"),
            (
                maybe("IpAddress", "source", "WorkstationName"),
                HERE,
                part("LogonType", "logon"),
            ),
        ),
        Look(
            "windows.terminalservices",
            (21, 25),
            part("User", "account"),
            (part("Address", "source"), HERE, part("=remote desktop")),
        ),
    ),
    attack=("T1078", "T1021"),
    is_edge=True,
)
