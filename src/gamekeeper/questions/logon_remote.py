"""Remote desktops in SQL: who was connected to a session, from where, and how that ended.

The session manager numbers sessions on each start of a computer (21 logon, 25 reconnected; 23 logoff, 24
disconnected; 39 and 40 say by whom and why). The security log has the same as 4778 and 4779, for those who
audit it. One row is one time of being connected.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.questions.fragments import address, fact, field, hexadecimal, words
from gamekeeper.questions.logon_columns import TICK_NS, meanings, rows, time_of

_TERMINAL: Final = "windows.terminalservices"
_SECURITY: Final = "windows.security"
_OPENS: Final = "(21, 25, 4778)"
_CLOSES: Final = "(23, 24, 4779)"


def _marks() -> str:
    """Return both logs' events in one form; ``pairs`` is what an opening and a closing one agree on."""
    user, session = fact(_TERMINAL, "User"), fact(_TERMINAL, "SessionID")
    number = (
        f"coalesce({session}, {fact(_TERMINAL, 'Session')}, {fact(_TERMINAL, 'TargetSession')})"
    )
    return f"""
remote_marks AS (
  SELECT "host.name" AS r_host, "EventID" AS r_code, "event.filetime" AS r_moment,
    "@timestamp" AS r_time, "EventRecordID" AS r_record, "event.source" AS r_source,
    "event.offset" AS r_place, "event.record_id" AS r_number, {number} AS r_pairs,
    CASE WHEN contains({user}, '\\') THEN split_part({user}, '\\', 1) END AS r_domain,
    CASE WHEN contains({user}, '\\') THEN split_part({user}, '\\', 2) ELSE {user} END AS r_name,
    {address(field(_TERMINAL, "Address"))} AS r_address, NULL::VARCHAR AS r_client,
    CASE "EventID" WHEN 39 THEN 'disconnected by another session'
      WHEN 40 THEN coalesce({words(fact(_TERMINAL, "Reason"), meanings("disconnects"))},
        'reason ' || {fact(_TERMINAL, "Reason")}) END AS r_reason
  FROM windows_terminalservices
  WHERE "EventID" IN (21, 23, 24, 25, 39, 40) AND contains(lower("Channel"), 'localsessionmanager')
  UNION ALL
  SELECT "host.name", "EventID", "event.filetime", "@timestamp", "EventRecordID", "event.source",
    "event.offset", "event.record_id", {hexadecimal(field(_SECURITY, "LogonID"))},
    {fact(_SECURITY, "AccountDomain")}, {fact(_SECURITY, "AccountName")},
    {address(field(_SECURITY, "ClientAddress"))}, {fact(_SECURITY, "ClientName")}, NULL
  FROM windows_security WHERE "EventID" IN (4778, 4779)
)"""


def _pairs() -> str:
    """Return the CTEs from marks to one row for each time of being connected.

    A reason (39, 40) stands for the end that it explains where that end itself was not logged.
    """
    mark = "{'moment': r_moment, 'record': r_record, 'source': r_source, 'place': r_place}"
    return f"""{_marks()},
remote_placed AS (
  SELECT remote_marks.*, boot AS r_boot, next_boot, next_stop, r_code IN (4778, 4779) AS by_audit,
    CASE WHEN r_pairs IS NULL OR r_moment IS NULL THEN (r_source, r_place) END AS r_alone
  FROM remote_marks ASOF LEFT JOIN spans ON r_host = spans.host AND r_moment >= spans.boot
),
remote_counted AS (
  SELECT *, {mark} AS mark, count(*) FILTER (WHERE r_code IN {_OPENS}) OVER (
    PARTITION BY r_host, r_pairs, by_audit, r_boot, r_alone
    ORDER BY r_moment, r_record, r_source, r_place ROWS UNBOUNDED PRECEDING) AS r_turn
  FROM remote_placed
),
remote_joined AS (
  SELECT r_host, r_pairs, by_audit, r_boot, r_alone, r_turn,
    min(mark) AS head, min(mark) FILTER (WHERE r_code IN {_OPENS}) AS opened,
    coalesce(min(mark) FILTER (WHERE r_code IN {_CLOSES}),
      min(mark) FILTER (WHERE r_code IN (39, 40))) AS closed,
    coalesce(arg_min(r_code, mark) FILTER (WHERE r_code IN {_CLOSES}), 24) AS closing,
    arg_max(r_reason, mark) FILTER (WHERE r_code IN (39, 40)) AS reason,
    arg_min(r_code, mark) AS first_code, arg_min(r_number, mark) AS first_number,
    arg_min(r_domain, mark) AS domain, arg_min(r_name, mark) AS name,
    arg_min(r_address, mark) AS ip, arg_min(r_client, mark) AS client,
    any_value(next_boot) AS next_boot, any_value(next_stop) AS next_stop
  FROM remote_counted GROUP BY r_host, r_pairs, by_audit, r_boot, r_alone, r_turn
),
remote_sessions AS (
  SELECT *, CASE WHEN next_stop >= head.moment THEN next_stop END AS stop,
    lead(r_turn) OVER (PARTITION BY r_host, r_pairs, by_audit, r_boot, r_alone ORDER BY r_turn)
      AS next_turn
  FROM remote_joined
),
remote_ended AS (
  SELECT *,
    CASE WHEN closed IS NOT NULL THEN closed.moment WHEN next_turn IS NULL THEN stop END AS end_moment,
    CASE WHEN closed IS NOT NULL THEN CASE closing WHEN 23 THEN 'logged off' ELSE 'disconnected' END
        || coalesce(': ' || reason, '')
      WHEN next_turn IS NOT NULL THEN 'not logged; connected again'
      WHEN next_boot IS NULL THEN 'not logged'
      WHEN stop IS NOT NULL THEN 'the computer stopped'
      ELSE 'not logged; the computer started again' END AS end_words
  FROM remote_sessions
)"""


def remote_desktops() -> tuple[str, str]:
    """Return the CTEs of remote desktops, for behind those of ``questions.boots``, and the SELECT of rows."""
    given = {
        "moment": "head.moment",
        "@timestamp": time_of("head.moment"),
        "logon.kind": "'desktop'",
        "event.outcome": "'success'",
        "host.name": "r_host",
        "user.domain": "domain",
        "user.name": "name",
        "source.ip": "ip",
        "source.domain": "client",
        "event.start": time_of("opened.moment"),
        "event.end": time_of("end_moment"),
        "event.duration": f"(end_moment - opened.moment) * {TICK_NS}",
        "logon.end": "end_words",
        "winlog.logon.id": "CASE WHEN by_audit THEN r_pairs END",
        "winlog.event_data.SessionID": "CASE WHEN NOT by_audit THEN r_pairs END",
        "event.code": "first_code",
        "event.source": "head.source",
        "event.offset": "head.place",
        "event.record_id": "first_number",
        "logon.end.source": "closed.source",
        "logon.end.offset": "closed.place",
    }
    return _pairs(), rows(given, "remote_ended")
