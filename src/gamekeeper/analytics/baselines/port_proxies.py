"""Which port proxies a host has: Windows' own relay, kept in the registry.

Finds: a relay that was not there before.
Why: it turns any server into a way into the network, outlives a restart, and needs no file.
False positives: relays that somebody set up for an old application; they stay, so that they are new once.
ATT&CK: T1090.001.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, maybe, part

BASELINE: Final = Baseline(
    name="port-proxies",
    title="a port proxy on a host",
    whose=Whose.HOST,
    key=("listens", "leads to"),
    looks=(
        Look(
            "windows.sysmon",
            (13,),
            HERE,
            (part("TargetObject", "portproxy"), maybe("Details", "text")),
            account=maybe("User", "account"),
        ),
        Look(
            "windows.registry_state",
            (),
            HERE,
            (part("TargetObject", "portproxy"), maybe("Details", "text")),
        ),
        Look(
            "windows.security",
            (4657,),
            HERE,
            (part("ObjectName", "portproxy"), maybe("NewValue", "text")),
            account=maybe("SubjectUserName", "account"),
        ),
    ),
    attack=("T1090.001",),
)
