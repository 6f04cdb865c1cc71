"""Which program starts which on a host.

Finds: an office program that starts a shell, a web server's worker that starts ``whoami``, WMI's host that
starts ``cmd``.
Why: how an intruder's command begins its life betrays him where the command itself is ordinary.
False positives: new software, updaters, scripts of administrators.
ATT&CK: T1059, T1047, T1505.003, T1569.002.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import Baseline, Whose, part
from gamekeeper.analytics.baselines.process_looks import on_hosts

BASELINE: Final = Baseline(
    name="parent-child",
    title="a program started by another",
    whose=Whose.HOST,
    key=("parent", "program"),
    looks=on_hosts(
        (part("ParentImage", "program"), part("Image", "program")),
        (part("ParentProcessName", "program"), part("NewProcessName", "program")),
    ),
    attack=("T1059", "T1047"),
)
