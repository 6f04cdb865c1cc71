"""Which accounts log on to a host, and how.

Finds: an account that was never on this host; above all one that never was on a domain controller.
Why: an intruder's next host is one where the stolen account has no business; few accounts have any on a
domain controller.
False positives: help desk and administrators on their first visit, new colleagues, new service accounts.
ATT&CK: T1078, T1021.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, part

BASELINE: Final = Baseline(
    name="host-logons",
    title="an account on a host",
    whose=Whose.HOST,
    key=("account", "kind"),
    looks=(
        Look(
            "windows.security",
            (4624,),
            HERE,
            (part("TargetUserName", "account"), part("LogonType", "logon")),
            account=part("TargetUserName", "account"),
        ),
    ),
    attack=("T1078", "T1021"),
    is_edge=True,
)
