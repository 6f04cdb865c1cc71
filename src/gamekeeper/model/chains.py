"""Chains that were found in a hunt, and the account of those that were looked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How a chain came out: found; looked for with all its logs; with some of them; or not at all.
CHAIN_STATUSES: Final = ("found", "not_found", "partial", "cannot_tell")


@dataclass(frozen=True, slots=True)
class ChainEvent:
    """One record that a chain rests on, and what leads back to its bytes.

    ``step`` is the step of a part where the event stands inside one: ``pair.inward``. ``joined`` are the
    entities that the chain read in it; ``fields`` those that its selection names. ``witnesses`` are other
    records of the same act, as ``source:offset``: copies, and the other log of a new process. ``is_habit``:
    it shows who somebody is, and is no act of the story.
    """

    step: str
    source: int
    offset: int
    record_id: int | None
    event_record_id: int | None
    filetime: int
    host: str
    user: str
    channel: str
    event_code: int | None
    fingerprint: str  # hexadecimal
    joined: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    witnesses: tuple[str, ...] = ()
    is_habit: bool = False


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of a hit. ``events`` are those that complete the chain, the first others and the last.

    ``count`` is how many distinct events of the step lie within the hit, 0 where it is missing.
    """

    name: str
    text: str
    count: int = 0
    first_seen: int | None = None  # FILETIME
    last_seen: int | None = None
    is_optional: bool = False
    events: tuple[ChainEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainHit:
    """One chain that happened to one set of entities; windows that lie close together are one hit.

    ``bits`` is how much the hit tells, which the linking of signals fills in; chains themselves do not.
    """

    id: str  # stable over reruns: a digest of chain, entities and first event
    chain: str
    name: str
    level: str
    attack: tuple[str, ...]
    joined: tuple[tuple[str, str], ...]  # what all steps have in common
    hosts: tuple[str, ...]
    accounts: tuple[str, ...]
    first_seen: int  # FILETIME of the first event that is no habit
    last_seen: int
    windows: int  # how often it was complete
    steps: tuple[ChainStep, ...]
    notes: tuple[
        str, ...
    ] = ()  # what weakens it: cold starts, logs that would have shown what is absent
    bits: float | None = None


@dataclass(frozen=True, slots=True)
class StepAccount:
    """What could be seen of one step: statuses are those of a rule's account."""

    step: str
    status: str
    reason: str = ""
    events_evaluated: int = 0
    matches: int = 0
    hosts_evaluated: int = 0


@dataclass(frozen=True, slots=True)
class ChainAccount:
    """One chain, accounted for; ``status`` is one of ``CHAIN_STATUSES``."""

    id: str
    name: str
    level: str
    status: str
    reason: str = ""
    hits: int = 0
    steps: tuple[StepAccount, ...] = ()
    attack: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    blind_spots: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    path: str = ""


class HitStore(Protocol):
    """Hits in order of time and chain, however many; kept on disk."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[ChainHit]: ...


class NoHits:
    """A ``HitStore`` without a hit."""

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[ChainHit]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Chains:
    """All that a hunt says of chains; ``is_on`` is false where nobody looked."""

    accounts: tuple[ChainAccount, ...] = ()
    hits: HitStore = field(default_factory=NoHits)
    is_on: bool = False
