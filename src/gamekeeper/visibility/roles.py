"""What each host is: as asset lists say, else as its own logs show, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.visibility import HostRole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.context import Asset
    from gamekeeper.visibility.seen import Seen

DOMAIN_CONTROLLER: Final = "domain controller"
SERVER: Final = "server"
WORKSTATION: Final = "workstation"
PLANT: Final = "plant"
#: Without a Security log nothing says that a host is none.
MAYBE_CONTROLLER: Final = "domain controller, perhaps"

#: Words of asset lists -> roles; a role of a list may hold several.
_WORDS: Final = {
    "domain controller": DOMAIN_CONTROLLER,
    "dc": DOMAIN_CONTROLLER,
    "jump": "jump host",
    "bastion": "jump host",
    "paw": "admin workstation",
    "admin workstation": "admin workstation",
    "web": "web server",
    "portal": "web server",
    "file": "file server",
    "historian": PLANT,
    "engineering workstation": PLANT,
    "hmi": PLANT,
    "scada": PLANT,
    "workstation": WORKSTATION,
    "client": WORKSTATION,
    "laptop": WORKSTATION,
    "server": SERVER,
    "monitoring": SERVER,
    "backup": SERVER,
}
#: Roles that are servers, too.
_SERVERS: Final = {DOMAIN_CONTROLLER, "web server", "file server", "jump host"}
_PLANT_LEVELS: Final = {"0", "1", "2", "3", "3.5"}
_SECURITY: Final = "security"
_DIRECTORY: Final = "directory service"
_RCM: Final = "microsoft-windows-terminalservices-remoteconnectionmanager/operational"
#: Tickets that a host gives out before they are more than a stray event.
_TICKETS: Final = 2


def roles_of(seen: Seen, assets: Mapping[str, Asset]) -> tuple[HostRole, ...]:
    """Return the role of each host of the scope. ``assets``: short host → its row in a list."""
    scope = seen.scope
    tickets = seen.events(_SECURITY, (4768, 4769)).sum(axis=1)
    unlocked = sum(
        seen.events(_SECURITY, (4624,), kind).sum(axis=1) for kind in ("7", "11")
    ) + np.zeros(len(scope.hosts))
    desktops = seen.events(_RCM, (1149,)).sum(axis=1)
    directory = seen.events(_DIRECTORY).sum(axis=1)
    audited = seen.events(_SECURITY).sum(axis=1)
    found = []
    for row, host in enumerate(scope.hosts):
        asset = assets.get(host)
        roles, because = of_asset(asset) if asset is not None else ((), "")
        if not roles:
            counts = tickets[row], directory[row], unlocked[row], desktops[row]
            roles, because = _learnt(*(int(count) for count in counts))
            if DOMAIN_CONTROLLER not in roles and not audited[row]:
                roles, because = (
                    (*roles, MAYBE_CONTROLLER),
                    f"{because}; its Security log is not here",
                )
        found.append(HostRole(host, roles, because, scope.first[row], scope.last[row]))
    return tuple(found)


def of_asset(asset: Asset) -> tuple[tuple[str, ...], str]:
    """Return the roles that a row of an asset list gives, and why; none where its words say nothing."""
    text = asset.role.lower().replace("-", " ").replace("_", " ")
    words = text.split()
    found = [
        role for word, role in _WORDS.items() if (word in text if " " in word else word in words)
    ]
    if asset.purdue in _PLANT_LEVELS:
        found.append(PLANT)
    if _SERVERS & set(found):
        found.append(SERVER)
    if "admin workstation" in found:
        found.append(WORKSTATION)
    roles = tuple(dict.fromkeys(found))
    return roles, f"an asset list calls it {asset.role or f'Purdue level {asset.purdue}'}"


def _learnt(
    tickets: int, directory: int, unlocked: int, desktops: int
) -> tuple[tuple[str, ...], str]:
    if tickets >= _TICKETS:
        because = f"it gives out Kerberos tickets itself ({tickets:,} events 4768 and 4769)"
        return (DOMAIN_CONTROLLER, SERVER), because
    if directory:
        because = f"it has a Directory Service log ({directory:,} events)"
        return (DOMAIN_CONTROLLER, SERVER), because
    if unlocked:
        return (
            WORKSTATION,
        ), f"people unlock it or log on with kept passwords ({unlocked:,} logons)"
    if desktops:
        return (SERVER,), f"it takes Remote Desktop sessions ({desktops:,} events 1149)"
    return (), "nothing in its logs tells what it is"
