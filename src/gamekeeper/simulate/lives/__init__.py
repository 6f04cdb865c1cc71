"""What happens to logs without anybody's ill will, one file each: what must not be taken for tampering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.simulate.lives import (
    export,
    growing_copies,
    live_copy,
)

if TYPE_CHECKING:
    from gamekeeper.simulate.deeds import Deed

#: All of them by the names under which they are asked for.
LIVES: Final[dict[str, Deed]] = {
    deed.name: deed
    for deed in (
        *export.DEEDS,
        *growing_copies.DEEDS,
        *live_copy.DEEDS,
    )
}
