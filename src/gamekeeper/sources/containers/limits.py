"""How much an archive may unfold to, and the three ways in which reading one ends early."""

from __future__ import annotations

from dataclasses import dataclass

from gamekeeper.errors import ContainerError


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps a small archive from filling a disk.

    The ratio counts over all layers of one input file, so that archives in archives gain nothing. Honest
    logs reach 1:100 and preallocated ones more, hence the bytes that are free of it.
    """

    depth: int = 8  # containers in each other; a compressed tar counts twice
    members: int = 500_000
    total_bytes: int = 256 << 30
    ratio: int = 250
    ratio_free_bytes: int = 1 << 30


class MemberError(ContainerError):
    """A member ends before its time; what was read of it is kept. ``reason`` is a stable word."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class BombError(ContainerError):
    """A limit is passed; nothing more of this input file is opened."""


class SpoolError(ContainerError):
    """The place for unpacked files is full or cannot be written to."""


class Budget:
    """What one run has unpacked so far, in all and of the input file at hand."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.unpacked_bytes = 0
        self._members = 0
        self._started_at = 0
        self._allowed = limits.ratio_free_bytes

    def begin(self, input_bytes: int) -> None:
        """Begin with a new input file: the ratio is its own, the other limits are the run's."""
        self._started_at = self.unpacked_bytes
        self._allowed = max(self.limits.ratio_free_bytes, self.limits.ratio * input_bytes)

    def add_member(self) -> None:
        """Count one member; raise :class:`BombError` when there are too many."""
        self._members += 1
        self.check_members(0)

    def check_members(self, more: int) -> None:
        """Raise :class:`BombError` when ``more`` members would be too many."""
        if self._members + more > self.limits.members:
            raise BombError(f"it has more than {self.limits.members:,} members")

    def spend(self, size: int) -> None:
        """Count unpacked bytes; raise :class:`BombError` when they are too many."""
        self.unpacked_bytes += size
        self.check(0)

    def check(self, more: int) -> None:
        """Raise :class:`BombError` when ``more`` bytes would be too many."""
        if self.unpacked_bytes + more > self.limits.total_bytes:
            raise BombError(f"the run would unpack more than {self.limits.total_bytes:,} bytes")
        if self.unpacked_bytes + more - self._started_at > self._allowed:
            raise BombError(f"it unfolds to more than {self.limits.ratio} times its size")
