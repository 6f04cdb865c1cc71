"""Auditing that was switched off.

Sees: 4719 that takes success or failure away from a subcategory, and 4912 that exempts one account, unless
the same is given back within two minutes (a policy that is applied anew takes away first). What one account
takes within five minutes is one break; its time lasts until the last of it is back, or as long as the log.

What else explains it: a policy that the domain rolled out (made by SYSTEM, seen on other hosts at the same
time), an administrator who quiets loud subcategories.

Blind: policy set before the log begins; audit policy of a process that an intruder patched in memory;
subcategories that were never on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.audit_changes import TAKEN, AuditChange, audit_changes
from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.model.breaks import Anomaly, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts

#: A policy that is applied anew gives back within this time what it takes.
_APPLIED_ANEW: Final = 2 * MINUTE
_ONE_ACT: Final = 5 * MINUTE
#: So many subcategories at once are no tuning of a loud one.
_MANY: Final = 10
_SHOWN: Final = 5

_Loss = tuple[AuditChange, int | None]  # what was taken, and when the last of it came back


class AuditPolicy:
    """Looks for auditing that was switched off."""

    name = "audit_policy"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly an act."""
        for host, changes in audit_changes(facts).items():
            for act in _acts(_losses(changes)):
                yield _judged(facts, host, act)


def _losses(changes: list[AuditChange]) -> Iterator[_Loss]:
    for at, change in enumerate(changes):
        if not change.taken:
            continue
        back = [_returned(changes[at:], change, code) for code in sorted(change.taken)]
        times = [time for time in back if time is not None]
        whole = max(times) if len(times) == len(back) else None
        if whole is None or whole - change.event.filetime > _APPLIED_ANEW:
            yield change, whole


def _returned(later: list[AuditChange], lost: AuditChange, code: int) -> int | None:
    for change in later:
        same = (change.subcategory, change.whom) == (lost.subcategory, lost.whom)
        if same and TAKEN[code] in change.codes:
            return change.event.filetime
    return None


def _acts(losses: Iterator[_Loss]) -> list[list[_Loss]]:
    acts: list[list[_Loss]] = []
    for loss in losses:
        change = loss[0]
        last = acts[-1][-1][0] if acts else None
        goes_on = (
            last is not None
            and last.subject == change.subject
            and change.event.filetime - last.event.filetime <= _ONE_ACT
        )
        if goes_on:
            acts[-1].append(loss)
        else:
            acts.append([loss])
    return acts


def _judged(facts: Facts, host: str, act: list[_Loss]) -> Anomaly:
    first = act[0][0]
    names = sorted({change.subcategory for change, _ in act})
    grave = len(names) >= _MANY or any(change.is_telling for change, _ in act)
    shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" * (len(names) > _SHOWN))
    whom = f" for {first.whom}" if first.whom else ""
    returned = [back for _, back in act]
    log = coverage(facts).log(host, "security")
    end = int(log.last[-1]) if len(log.last) else first.event.filetime
    stop = end if None in returned else max(back for back in returned if back is not None)
    return Anomaly(
        check=AuditPolicy.name,
        text=f"{first.who} switched auditing off{whom}: {shown}",
        tampering="auditing switched off",
        strength=Strength.STRONG if grave else Strength.WEAK,
        host=host,
        channel="security",
        start=first.event.filetime,
        stop=max(stop, first.event.filetime),
        source=first.event.source,
        evidence=tuple(
            change.event.evidence(f"{change.event.code}: {change.subcategory}")
            for change, _ in act[:_SHOWN]
        ),
        innocent=("policy change",),
        techniques=("T1562.002",),
        account=first.who,
    )
