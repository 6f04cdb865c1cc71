"""What a source may offer for ranges that kill their reader; both are optional.

Reading never fails as a whole, and yet a reader may crash: then the range is divided to keep the loss
small, and what is left of it is counted so that the loss is stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from gamekeeper.sources.base import Range


@runtime_checkable
class Divisible(Protocol):
    """A source whose ranges can be cut further."""

    def divide(self, part: Range) -> list[Range]:
        """Return smaller ranges that cover a range once, or the range alone."""


@runtime_checkable
class Countable(Protocol):
    """A source that can count records without decoding them."""

    def count(self, part: Range) -> int:
        """Return the records that a range holds."""
