"""Which PowerShell scripts run on a host: files by their path, what is typed by the shape of its first
line.

Finds: a script or a typed command that this host, and others like it, never ran.
Why: servers run the same few scripts every day.
False positives: administrators at the keyboard; modules that load for the first time. Needs script-block
logging (4104) in full.
ATT&CK: T1059.001.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, part

BASELINE: Final = Baseline(
    name="scripts",
    title="a script on a host",
    whose=Whose.HOST,
    key=("script",),
    looks=(
        Look("windows.powershell", (4104,), HERE, (part("Path", "script"),), word="file"),
        Look(
            "windows.powershell",
            (4104,),
            HERE,
            (part("ScriptBlockText", "typed"),),
            only=(part("Path", "nothing"),),
            word="typed",
        ),
    ),
    attack=("T1059.001",),
)
