"""Ways to tamper with logs, one file each; every one records what it did and whether anything of it is
left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.tampering import (
    blanked,
    cleared,
    hole,
    linked_past,
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
    )
}
