"""All baselines. A new one is one file and one line here."""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines import (
    administrators,
    command_shapes,
    flows,
    host_logons,
    listening,
    logon_edges,
    outbound,
    parent_child,
    port_proxies,
    programs,
    scripts,
    service_accounts,
    services,
    shadow_copies,
    tasks,
    vpn_networks,
    working_hours,
)
from gamekeeper.analytics.baselines.base import Baseline
from gamekeeper.analytics.baselines.marks import ACCOUNT_MARKS, HOST_MARKS

#: In the order in which they are shown.
MODULES: Final = (
    logon_edges,
    host_logons,
    command_shapes,
    parent_child,
    service_accounts,
    administrators,
    programs,
    services,
    tasks,
    listening,
    port_proxies,
    scripts,
    shadow_copies,
    flows,
    outbound,
    vpn_networks,
    working_hours,
)
BASELINES: Final[tuple[Baseline, ...]] = tuple(module.BASELINE for module in MODULES)
#: What is gathered: baselines, and before them what tells roles apart.
GATHERED: Final = (ACCOUNT_MARKS, HOST_MARKS, *BASELINES)
