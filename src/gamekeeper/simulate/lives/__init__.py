"""What happens to logs without anybody's ill will, one file each: what must not be taken for tampering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.lives import (
    agent_outage,
    archive,
    clock_sync,
    export,
    growing_copies,
    live_copy,
    policy_change,
    rotation,
    sleep,
    starts,
    sysmon_update,
)

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Deed

#: All of them by the names under which they are asked for.
LIVES: Final[dict[str, Deed]] = {
    deed.name: deed
    for deed in (
        *rotation.DEEDS,
        *archive.DEEDS,
        *starts.DEEDS,
        *sleep.DEEDS,
        *agent_outage.DEEDS,
        *export.DEEDS,
        *live_copy.DEEDS,
        *growing_copies.DEEDS,
        *clock_sync.DEEDS,
        *policy_change.DEEDS,
        *sysmon_update.DEEDS,
    )
}
