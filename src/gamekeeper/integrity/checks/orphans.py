"""What must have begun and has no record of it: parents without a start, sessions without a logon.

Sees: a process whose parent has no start record (Sysmon 1 by ProcessGuid, 4688 by pid), a logoff (4634, 4647)
and an opened share (5140, 5145) without the logon (4624) of their session. Counts only where the same log has
all its numbers from the host's last start on, and where that start lies within it: what is named began
later. And only where the log knows nearly all others of the kind: parents of the same program, sessions that
the same event ends or uses, twenty at least, so that one whole life of such a thing was seen.

By themselves orphans are *possible* only. They are likely where records were cut out of the log in that time,
or where two logs of the host lack something within ten minutes.

What else explains it: events that were lost under load or before auditing began at the start; a program that
the configuration leaves out of Sysmon (it is left out always, so that it is no habit); ids that were given
another time while the first start lies before.

Blind: hosts whose start is not in the logs, exports and collectors that leave out records, pids that were
given again; records that were removed with all that names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.integrity.begun import has_begun, ids_begun, whole
from gamekeeper.integrity.gathering.starts import KINDS, NO_ID
from gamekeeper.integrity.machines import SPREAD, machines
from gamekeeper.integrity.rows import by_host
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gamekeeper.integrity.facts import Facts

#: Others of a group that began, and their share, which make a habit.
_HABIT: Final = 20
_SHARE: Final = 0.95
#: Statements of evidence for one break.
_SHOWN: Final = 6
_LACKS: Final = (
    "{count} parent process(es) have no start record of Sysmon",
    "{count} parent process(es) have no start record (4688)",
    "{count} session(s) have no logon (4624)",
)
_SAID: Final = (
    "a process of {group} started another; it has no start record itself",
    "a process of {group} started another; it has no start record itself",
    "{group} names a session whose logon is not recorded",
)


@dataclass(frozen=True, slots=True)
class _Orphans:
    """Those of one kind, host and run of the machine. ``rows``: of the table of namings, in order of time."""

    host: str
    kind: int
    boot: int
    rows: Sequence[dict[str, Any]]
    is_cut: bool  # records were cut out of the log in that time


class Orphans:
    """Looks for them."""

    name = "orphans"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a kind and run of a host."""
        starts = by_host(facts.table("starts"))
        for host, own in by_host(facts.table("namings")).items():
            boots = np.array([e.filetime for e in machines(facts).of(host).starts], np.int64)
            begun = starts.get(host)
            if begun is None or not len(boots):
                continue
            found = [
                one
                for kind in range(len(KINDS))
                for one in _of_kind(facts, own.filter(pc.equal(own["kind"], kind)), begun, boots)
            ]
            for one in found:
                yield _anomaly(one, is_agreed=any(_agree(one, other) for other in found))


def _of_kind(
    facts: Facts, rows: pa.Table, starts: pa.Table, boots: NDArray[np.int64]
) -> Iterator[_Orphans]:
    if not rows.num_rows:
        return
    host, channel, kind = (rows[name][0].as_py() for name in ("host", "channel", "kind"))
    named = rows.filter(pc.not_equal(rows["id"], NO_ID))
    time, ids = named["filetime"].to_numpy(), named["id"].to_numpy()
    at = np.searchsorted(boots, time, side="right") - 1
    boot = np.where(at >= 0, boots[at], time)
    known = has_begun(ids_begun(starts, kind), ids, kind, boot, time)
    log = whole(facts, host, channel)
    counts = (at >= 0) & ~known & log.covers(boot, time) & _is_habit(rows, known)
    for start in np.unique(boot[counts]).tolist():
        orphans = named.filter(pa.array(counts & (boot == start))).to_pylist()
        once = {row["id"]: row for row in reversed(orphans)}
        ordered = sorted(once.values(), key=lambda row: (row["filetime"], row["offset"]))
        yield _Orphans(host, kind, start, ordered, log.cut(start, ordered[-1]["filetime"]))


def _is_habit(rows: pa.Table, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which namings are of groups of which nearly all began in the log."""
    groups = rows["group"].combine_chunks().dictionary_encode()
    place = groups.indices.to_numpy()
    own = place[rows["id"].to_numpy() != NO_ID]
    size = len(groups.dictionary)
    begun = np.bincount(place, rows["started"].to_numpy(), size) + np.bincount(own, known, size)
    share = begun / (begun + np.bincount(own, ~known, size)).clip(1)
    habit: NDArray[np.bool_] = ((begun >= _HABIT) & (share >= _SHARE))[own]
    return habit


def _agree(one: _Orphans, other: _Orphans) -> bool:
    """Whether another log lacks something within ten minutes: Sysmon's and the Security log's."""
    if (one.kind == 0) is (other.kind == 0):
        return False
    mine, theirs = (np.array([row["filetime"] for row in of.rows]) for of in (one, other))
    low, high = (np.searchsorted(theirs, mine + by) for by in (-SPREAD, SPREAD))
    return bool((high > low).any())


def _anomaly(one: _Orphans, *, is_agreed: bool) -> Anomaly:
    first, last = one.rows[0], one.rows[-1]
    reasons = ["records were cut out of the log in that time"] if one.is_cut else []
    reasons += ["another log of the host lacks something at the same time"] if is_agreed else []
    said = _LACKS[one.kind].format(count=len(one.rows))
    text = f"{said}, though the log is whole since the machine started"
    return Anomaly(
        check=Orphans.name,
        text="; ".join([text, *reasons]),
        tampering="records removed",
        strength=Strength.STRONG if reasons else Strength.WEAK,
        host=one.host,
        channel=first["channel"],
        start=one.boot,
        stop=last["filetime"],
        source=first["source"],
        evidence=tuple(_evidence(row) for row in one.rows[:_SHOWN]),
        innocent=("overload",),
        techniques=("T1070.001",),
    )


def _evidence(row: dict[str, Any]) -> Evidence:
    text = _SAID[row["kind"]].format(group=row["group"] or "a program without a name")
    return Evidence(text, row["source"], row["offset"], row["record"], row["filetime"])
