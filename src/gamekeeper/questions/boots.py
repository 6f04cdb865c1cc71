"""When computers started and stopped: what ends every process and logon session, and makes their ids new.

Witnesses of a start are Kernel-General 12, Security 4608 and, where a host has no kernel's word in the case,
the start of its event log (6005). Starting and stopping the event log alone, which may write 6009, too, is
within an intruder's reach: it counts for a start or a stop only on hosts whose kernel says nothing at all.
Witnesses within ten minutes are one start, unless their order says that there were two. Where the event
log alone tells of a start, many programs run already: the start counts from two minutes before, or from the
witness before it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: Between the kernel's start and that of the event log, on slow machines, in 100 ns.
SETTLING: Final = 600 * 10_000_000
#: How long before the event log the system began, where nothing else tells.
_BEFORE_LOG: Final = 120 * 10_000_000

#: 1 to 3: witnesses of a start, in the order in which a start gives them; 0: of a stop.
_MARKERS: Final = """
boot_markers AS MATERIALIZED (
  SELECT "host.name" AS host, "event.filetime" AS moment,
    CASE "EventID" WHEN 12 THEN 1 WHEN 6005 THEN 3 ELSE 0 END AS step, "EventID" < 100 AS by_kernel
  FROM windows_system
  WHERE "event.filetime" IS NOT NULL AND "EventID" IN (12, 13, 6005, 6006)
    AND lower("Provider_Name") =
      CASE WHEN "EventID" < 100 THEN 'microsoft-windows-kernel-general' ELSE 'eventlog' END
  UNION ALL
  SELECT "host.name", "event.filetime", CASE "EventID" WHEN 4608 THEN 2 ELSE 0 END, false
  FROM windows_security
  WHERE "event.filetime" IS NOT NULL AND "EventID" IN (4608, 1100)
)"""

#: boots: host, boot (FILETIME of the start), told (of its first witness), stop_before (the stop that was
#: logged before it).
#: spans: host, boot, the boot after it and that one's stop_before. The first span of a host begins at 0: the
#: time before the first start that the logs know.
BOOTS: Final = f"""{_MARKERS},
trusted_markers AS (
  SELECT * FROM (SELECT *, bool_or(by_kernel) OVER (PARTITION BY host) AS has_kernel FROM boot_markers)
  WHERE NOT has_kernel OR by_kernel OR step = 2
),
boots AS MATERIALIZED (
  SELECT host, moment AS told, stop_before,
    CASE WHEN step < 3 THEN moment ELSE greatest(moment - {_BEFORE_LOG}, moment_before) END AS boot
  FROM (
    SELECT *, lag(step) OVER by_time AS step_before, lag(moment) OVER by_time AS moment_before,
      max(CASE WHEN step = 0 THEN moment END)
        OVER (by_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS stop_before
    FROM trusted_markers
    WINDOW by_time AS (PARTITION BY host ORDER BY moment, step)
  )
  WHERE step > 0 AND (step_before IS NULL OR step_before = 0 OR step <= step_before
    OR moment - moment_before > {SETTLING})
),
spans AS MATERIALIZED (
  SELECT host, boot, lead(boot) OVER by_time AS next_boot, lead(stop_before) OVER by_time AS next_stop
  FROM (SELECT host, boot, stop_before FROM boots UNION ALL SELECT DISTINCT host, 0, NULL::BIGINT FROM boots)
  WINDOW by_time AS (PARTITION BY host ORDER BY boot)
)"""


def starts(snapshot: Snapshot, selection: Selection) -> Mapping[str, list[int]]:
    """Return when the selected hosts started (FILETIMEs in order), by ``host.name``."""
    chosen = replace(selection, datasets=(), channels=(), event_ids=())
    rows = snapshot.database(chosen).table(
        f"WITH {BOOTS} SELECT host, boot FROM boots ORDER BY ALL"
    )
    found: dict[str, list[int]] = {}
    for host, boot in zip(*(column.to_pylist() for column in rows.columns), strict=True):
        found.setdefault(host or "", []).append(boot)
    return found
