"""Which scheduled tasks are registered on a host.

Finds: a task that was never registered here.
Why: a task starts a command on another host, or keeps one alive.
False positives: updaters that register their tasks anew, names with a user's id (folded).
ATT&CK: T1053.005.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, maybe, part

BASELINE: Final = Baseline(
    name="tasks",
    title="a scheduled task on a host",
    whose=Whose.HOST,
    key=("task",),
    looks=(
        Look(
            "windows.security",
            (4698,),
            HERE,
            (part("TaskName", "path"),),
            account=maybe("SubjectUserName", "account"),
        ),
        Look(
            "windows.taskscheduler",
            (106,),
            HERE,
            (part("TaskName", "path"),),
            account=maybe("UserContext", "account"),
        ),
    ),
    attack=("T1053.005",),
)
