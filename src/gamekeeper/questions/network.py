"""Which program on which host talked to whom, listened where, and asked for which name.

Connections come from Sysmon 3 and the filtering platform's 5156 (let through) and 5157 (stopped), listening
from 5154, 5158 and accepted connections, names from Sysmon 22, the DNS client's log and the DNS server's.
Equal ones are one row. How much was sent is in none of these logs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.answers import Answer
from gamekeeper.questions.fragments import EVIDENCE, SEEN, Condition, all_of, like
from gamekeeper.questions.network_rows import connections, listeners, names_asked, talks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_SAID: Final = """"host.name", "process.executable", "user.name", "event.action", "network.direction",
  "network.transport", "source.ip", "destination.ip", "destination.port", "destination.domain",
  "dns.question.name", "dns.response_code\""""


def network(
    snapshot: Snapshot,
    selection: Selection,
    *,
    programs: Sequence[str] = (),
    peers: Sequence[str] = (),
) -> Answer:
    """Return connections and questions for names, by host and program.

    ``programs`` are patterns of paths or of the file names at their end, ``peers`` of addresses and names
    at the other end. ``prevalence.peer`` counts the hosts of the selection that had to do with the same peer.
    """
    witnesses = f"{connections()} UNION ALL {names_asked()}"
    columns = ('"source.ip"', '"destination.ip"', '"destination.domain"', '"dns.question.name"')
    where = [_of_programs(programs)] if programs else []
    where += [like(columns, peers)] if peers else []
    return _answer(snapshot, selection, witnesses, all_of(where))


def listening(snapshot: Snapshot, selection: Selection, *, programs: Sequence[str] = ()) -> Answer:
    """Return the ports on which programs listened or took connections, by host and program."""
    where = [_of_programs(programs)] if programs else []
    return _answer(snapshot, selection, listeners(), all_of(where))


def _of_programs(patterns: Sequence[str]) -> Condition:
    file_name = "regexp_extract(\"process.executable\", '[^\\\\]*$')"
    return like(['"process.executable"', file_name], patterns)


def _answer(
    snapshot: Snapshot, selection: Selection, witnesses: str, condition: Condition
) -> Answer:
    where, parameters = condition
    peer = (
        'lower(coalesce("dns.question.name", CASE "network.direction" WHEN \'ingress\' THEN "source.ip" '
        'ELSE "destination.ip" END))'
    )
    sql = f"""
WITH {talks()}, witnesses AS ({witnesses}),
kinds AS (
  SELECT {_SAID}, list_sort(list(DISTINCT "EventID")) AS "event.code", {SEEN}
  FROM witnesses GROUP BY {_SAID}
),
by_peer AS (SELECT {peer} AS peer_key, count(DISTINCT "host.name") AS by_peer FROM kinds GROUP BY ALL)
SELECT {_SAID}, "count", first_seen, last_seen, by_peer AS "prevalence.peer", "event.code", {EVIDENCE}
FROM kinds LEFT JOIN by_peer ON {peer} = peer_key
WHERE {where}
ORDER BY {_SAID}, earliest"""
    database = snapshot.database(selection)
    reader = database.query(sql, parameters)
    return Answer("network", reader.schema, reader)
