"""What every check may look at, and how it states what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.model.visibility import CheckResult, Outcome
from gamekeeper.visibility.changes import change_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.content import Document
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Evidence, IntegrityResult
    from gamekeeper.model.visibility import HostRole, Kept
    from gamekeeper.visibility.changes import Changes
    from gamekeeper.visibility.ground import Ground
    from gamekeeper.visibility.recorded import Recorded
    from gamekeeper.visibility.scope import Scope
    from gamekeeper.visibility.seen import Seen
    from gamekeeper.visibility.terms import Term

    Mask = NDArray[np.bool_]

#: Names of hosts that one sentence holds.
NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One row of ``checks.yml``."""

    id: str
    title: str
    kind: str
    more: Document

    def outcome(self, name: str = "otherwise") -> Outcome:
        """Return the outcome that the row names."""
        return Outcome(self.more.get(name, "warn"))


@dataclass(frozen=True, slots=True)
class Look:
    """All that checks look at."""

    facts: Facts
    scope: Scope
    seen: Seen
    recorded: Recorded
    ground: Ground
    log_terms: Mapping[str, Term]
    hosts: Sequence[HostRole]
    hosts_of: Mapping[str, Mask]
    changes: Changes
    retention: Sequence[Kept]
    integrity: IntegrityResult | None
    names: Mapping[str, str]
    assets_given: bool = False

    def spoke(self) -> Mask:
        """Return the hosts that any log is from."""
        return np.array([first is not None for first in self.scope.first], bool)

    def of_roles(self, roles: Iterable[str]) -> Mask:
        """Return the hosts of these roles; all that spoke where none is named."""
        wanted = list(roles)
        if not wanted:
            return self.spoke()
        nobody = np.zeros(len(self.scope.hosts), bool)
        mask: Mask = np.any([self.hosts_of.get(role, nobody) for role in wanted], axis=0)
        return mask

    def seen_share(self, term: Term) -> NDArray[np.float64]:
        """Return the share of its own days on which each host would show what a term asks.

        Its own days are those from its first event to its last: logs of other hosts may be years apart.
        """
        grid = self.ground.sights.of(term)[self.ground.pattern]
        own = self.scope.own_days()
        share: NDArray[np.float64] = ((grid == 2) & own).sum(axis=1) / np.maximum(
            own.sum(axis=1), 1
        )
        return share

    def host_names(self, mask: Mask) -> tuple[str, ...]:
        """Return the short names of hosts."""
        return tuple(host for host, is_in in zip(self.scope.hosts, mask, strict=True) if is_in)

    def named(self, hosts: Sequence[str]) -> str:
        """Return hosts in words, the first few of many."""
        shown = [self.names.get(host, host) for host in hosts[:NAMED]]
        left = len(hosts) - len(shown)
        return ", ".join(shown) + (f" and {left} more" if left else "")


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, before it is stated."""

    outcome: Outcome
    text: str
    hosts: tuple[str, ...] = ()
    of: int = 0
    evidence: tuple[Evidence, ...] = ()
    figures: tuple[tuple[str, str], ...] = field(default=())


def stated(row: Row, found: Found, look: Look) -> CheckResult:
    """Return the result of a check: with its change, and what stays blind without it."""
    is_open = found.outcome in (Outcome.FAIL, Outcome.WARN)
    name = row.more.get("setting", "") if is_open else ""
    opened = look.changes.of(name) if name else None
    return CheckResult(
        row.id,
        row.title,
        found.outcome,
        found.text,
        found.hosts,
        found.of,
        found.evidence,
        found.figures,
        change_of(name) if name else None,
        opened.behaviours if opened else (),
        opened.chains if opened else (),
        row.more.get("give", "") if found.outcome is Outcome.CANNOT_TELL else "",
    )
