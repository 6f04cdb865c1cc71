"""Ways to tamper with logs, one file each; every one records what it did and whether anything is left of
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.tampering import (
    audit_off,
    blanked,
    channel_disabled,
    cleared,
    clock_changed,
    forwarder_stopped,
    hole,
    linked_past,
    log_shrunk,
    scripts_off,
    service,
    sysmon_blinded,
    threads_killed,
)

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Deed

#: All methods by the names under which they are asked for.
METHODS: Final[dict[str, Deed]] = {
    deed.name: deed
    for deed in (
        *hole.DEEDS,
        *linked_past.DEEDS,
        *blanked.DEEDS,
        *cleared.DEEDS,
        *service.DEEDS,
        *threads_killed.DEEDS,
        *clock_changed.DEEDS,
        *channel_disabled.DEEDS,
        *audit_off.DEEDS,
        *sysmon_blinded.DEEDS,
        *scripts_off.DEEDS,
        *log_shrunk.DEEDS,
        *forwarder_stopped.DEEDS,
    )
}
