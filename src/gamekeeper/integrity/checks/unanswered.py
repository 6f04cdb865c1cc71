"""What another host saw and the target should have recorded, and did not.

Sees: a ticket for a host (4769), credentials used against it (4648), a connection to a port of its
administration (Sysmon 3) or a check of credentials that names it (NTLM 8004), and no logon over the network
from that address in the target's Security log within ten minutes before or after, nor in the hour before,
which an open session would explain. Counts only where the target's log covers that time, records such
logons at all, and answers nearly all other words of that kind: what it mostly leaves unanswered is its habit.

A ticket proves that somebody asked for it, not that it was used: by itself it makes tampering possible. With
a connection or used credentials in the same minutes it makes it likely, where the target's record numbers
say that its log of those minutes is whole but for what was cut out. A machine's ticket for itself is nobody's
word.

What else explains it: a ticket that was never used; a connection that never got as far as a logon; a log
that lost records under load; a host whose name was given to another; agents that lost their connection.

Blind: targets without logon auditing; words that name an address only; logons that were left in the log under
another address; removal on both sides.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gamekeeper.integrity.begun import whole
from gamekeeper.integrity.coverage import coverage
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.gathering.meetings import KINDS, SLOT
from gamekeeper.integrity.rows import by_host
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.integrity.coverage import Presence
    from gamekeeper.integrity.facts import Facts

#: Logons that prove that a target records them, words that show a habit, and the share it answers.
_LOGONS: Final = 20
_HABIT: Final = 20
_ANSWERED: Final = 0.95
#: Statements of evidence for one break.
_SHOWN: Final = 6
_SAID: Final = {
    "ticket": "{by} issued a ticket for {target} to {client}",
    "credentials": "{by} used other credentials against {target}",
    "connection": "{by} connected to {target}",
    "check": "{by} checked credentials that {target} asked about",
}


class Unanswered:
    """Looks for what targets should have recorded."""

    name = "unanswered"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a target, client and day."""
        told = coverage(facts)
        by_target = by_host(facts.table("meetings"), "target")
        for target in told.hosts:
            log, own = told.log(target, "security"), by_target.get(target)
            if len(log.hour) and own is not None:
                yield from _of_target(facts, target, log, own.to_pylist())


def _of_target(
    facts: Facts, target: str, log: Presence, rows: list[dict[str, Any]]
) -> Iterator[Anomaly]:
    logons: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row["kind"] == 0:
            logons[row["client"]].append(row["slot"])
    if sum(map(len, logons.values())) < _LOGONS:
        return
    times = {client: np.unique(slots) for client, slots in logons.items()}
    times[""] = np.unique([slot for slots in logons.values() for slot in slots])
    missing: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for kind in range(1, len(KINDS)):
        said = [r for r in rows if r["kind"] == kind and _covered(log, r["first"])]
        answered = np.array([_is_answered(times.get(r["client"]), r["slot"]) for r in said], bool)
        if len(said) >= _HABIT and answered.mean() >= _ANSWERED:
            for row, is_answered in zip(said, answered.tolist(), strict=True):
                if not is_answered:
                    missing[row["client"], row["first"] // (24 * HOUR)].append(row)
    for (client, _), words in sorted(missing.items()):
        words.sort(key=lambda row: (row["first"], row["offset"]))
        yield _anomaly(target, client, words, is_whole=_is_whole(facts, target, words))


def _is_whole(facts: Facts, target: str, words: list[dict[str, Any]]) -> bool:
    """Whether the target's log has all its numbers, but those cut out, while it should have answered."""
    first = np.array([row["first"] for row in words])
    return bool(whole(facts, target, "security").covers(first - SLOT, first + SLOT).all())


def _covered(log: Presence, time: int) -> bool:
    """Whether the target's log speaks shortly before and after a time."""
    before = log.last_before(time)
    return before is not None and time - before < HOUR and log.next_after(time) - time < HOUR


def _is_answered(slots: NDArray[np.int64] | None, slot: int) -> bool:
    """Whether a logon stands near a slot, or in the hour before it: a session may have been open."""
    if slots is None:
        return False
    low, high = np.searchsorted(slots, [slot - HOUR, slot + SLOT], side="left")
    return bool(high < len(slots) and slots[high] == slot + SLOT) or high > low


def _anomaly(target: str, client: str, words: list[dict[str, Any]], *, is_whole: bool) -> Anomaly:
    kinds = {KINDS[row["kind"]] for row in words}
    is_strong = is_whole and len(kinds) > 1 and bool(kinds & {"connection", "credentials"})
    who = client or "another host"
    return Anomaly(
        check=Unanswered.name,
        text=f"{target} recorded no logon of {who}, of whom others tell: {', '.join(sorted(kinds))}",
        tampering="records removed",
        strength=Strength.STRONG if is_strong else Strength.WEAK,
        host=target,
        channel="security",
        start=words[0]["first"],
        stop=words[-1]["first"],
        evidence=tuple(_evidence(row, target) for row in words[:_SHOWN]),
        innocent=("agent outage", "overload", "reboot", "crash", "sleep"),
        techniques=("T1070",),
    )


def _evidence(row: dict[str, Any], target: str) -> Evidence:
    said = _SAID[KINDS[row["kind"]]]
    text = said.format(by=row["by"], target=target, client=row["client"] or "a client")
    return Evidence(text, row["source"], row["offset"], row["record"], row["first"])
