"""On which ports a host waits for connections, and with which program.

Finds: a program that begins to listen: a relay, a back door, a tool for remote administration.
Why: what a server offers changes seldom.
False positives: new software; programs on ports that Windows deals out are left alone. Needs 5154 (off by
default) or Sysmon 3 of connections that came in.
ATT&CK: T1090.001, T1571, T1133.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, maybe, part

BASELINE: Final = Baseline(
    name="listening",
    title="a port on which a host listens",
    whose=Whose.HOST,
    key=("port", "program"),
    looks=(
        Look(
            "windows.security",
            (5154,),
            HERE,
            (part("SourcePort", "listening"), part("Application", "program")),
        ),
        Look(
            "windows.sysmon",
            (3,),
            HERE,
            (part("DestinationPort", "listening"), part("Image", "program")),
            account=maybe("User", "account"),
            only=(part("Initiated", "came_in"),),
        ),
    ),
    attack=("T1090.001", "T1571"),
)
