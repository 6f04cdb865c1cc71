"""Names of hosts and accounts that a run knows, so that texts can be compared whatever names stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Names:
    """Folded names without their domains: of machines without the ``$``."""

    hosts: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()


NO_NAMES: Final = Names()
