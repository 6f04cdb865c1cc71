"""What a service account does: which programs it runs, where.

Finds: a service account that runs anything which it never ran: a shell, a discovery tool, its own program
on another host.
Why: a service does the same every day; a person who uses its account does not.
False positives: an upgrade of the service, a move to another host, an administrator who runs a task as the
account. A service account is one that logged on as a service or a batch job (4624 of type 4 or 5).
ATT&CK: T1078.002, T1078.003, T1059.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Whose
from gamekeeper.analytics.baselines.marks import SERVICE
from gamekeeper.analytics.baselines.process_looks import of_accounts

BASELINE: Final = Baseline(
    name="service-accounts",
    title="a program of a service account",
    whose=Whose.ACCOUNT,
    key=("program", "host"),
    looks=of_accounts(HERE),
    attack=("T1078.002",),
    judges=frozenset((SERVICE,)),
)
