"""Which programs run on a host, by their path: what is installed there, as far as it is used.

Finds: a program from a folder where none ever ran (``C:\\Windows\\Temp``, ``C:\\Users\\Public``), a tool
of remote administration on a host that had none.
Why: what is brought along stands where nothing stood before.
False positives: installers and updates, which name their folders anew each time; ids and numbers in paths
are folded.
ATT&CK: T1036.005, T1105, T1219.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import Baseline, Whose, part
from gamekeeper.analytics.baselines.process_looks import on_hosts

BASELINE: Final = Baseline(
    name="programs",
    title="a program on a host",
    whose=Whose.HOST,
    key=("path",),
    looks=on_hosts((part("Image", "path"),), (part("NewProcessName", "path"),)),
    attack=("T1036.005", "T1105"),
)
