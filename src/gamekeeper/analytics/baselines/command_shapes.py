"""Which commands run on a host, in their shape: words and switches, without paths, ids and numbers.

Finds: a command that neither this host nor others of its role ever ran: ``ntdsutil``, ``netsh interface
portproxy add``, a discovery command on a server where nobody types.
Why: living off the land uses programs that are everywhere; the way in which they are called is not.
False positives: installers, updates, administrators at an unusual task; programs that write words of their
own choice into their command lines. Many hosts with the same new shape within days count as a change, not
as many alarms.
ATT&CK: T1059, T1218, T1003.003, T1090.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import Baseline, Whose, part
from gamekeeper.analytics.baselines.process_looks import on_hosts

BASELINE: Final = Baseline(
    name="command-shapes",
    title="a command on a host",
    whose=Whose.HOST,
    key=("command",),
    looks=on_hosts((part("CommandLine", "command"),), (part("CommandLine", "command"),)),
    attack=("T1059",),
)
