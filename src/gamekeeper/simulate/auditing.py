"""The audit policy: its subcategories, and what the Security log says when one is switched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from gamekeeper import content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.simulate.machine import Machine, Session

#: Events that no policy governs: those of the event log service itself, and the change of the policy.
ALWAYS: Final = frozenset(
    {
        "security_1100",
        "security_1101",
        "security_1102",
        "security_1104",
        "security_1105",
        "security_4719",
    }
)
_ADDED, _REMOVED = "%%8449, %%8451", "%%8448, %%8450"
_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Subcategory:
    """One switch of the audit policy."""

    name: str
    category: str
    category_code: int
    task: int  # of its events; its name has the same number
    guid: UUID


@cache
def subcategories() -> tuple[Subcategory, ...]:
    """Return all subcategories whose events are simulated."""
    document = content.load_yaml("simulate/audit.yml")
    codes, tail = document["categories"], document["guid_tail"]
    return tuple(
        Subcategory(
            row["name"],
            row["category"],
            codes[row["category"]],
            row["task"],
            UUID(f"{row['guid']}-{tail}"),
        )
        for row in document["subcategories"]
    )


def of_names(*names: str) -> tuple[Subcategory, ...]:
    """Return the subcategories with these names.

    >>> [one.task for one in of_names("Process Creation")]
    [13312]
    """
    return tuple(one for one in subcategories() if one.name in names)


def switch(
    machine: Machine, session: Session, ticks: int, changed: Iterable[Subcategory], *, on: bool
) -> int:
    """Log that subcategories are audited from now on, or not; return the time after."""
    for one in changed:
        machine.log(
            "security_4719",
            ticks,
            **session.subject(),
            CategoryId=f"%%{one.category_code}",
            SubcategoryId=f"%%{one.task}",
            SubcategoryGuid=one.guid,
            AuditPolicyChanges=_ADDED if on else _REMOVED,
        )
        ticks += machine.rng.randint(1, 3) * _MS
    return ticks
