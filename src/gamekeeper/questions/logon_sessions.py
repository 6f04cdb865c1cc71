"""Sessions in SQL: 4624 joined by host and logon id to what ended it and to its privileges (4672).

A logon id is new with every start of a computer, so ids are told apart by start (``questions.boots``), and a
second 4624 with the same id begins another session. The sessions of SYSTEM and the built-in services have
one id for as long as the computer runs: their logons are counted in one row.

The ids are sorted and paired in narrow rows; the other columns are joined to what came of it.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.questions.fragments import fact, field, number, spelled
from gamekeeper.questions.logon_columns import TICK_NS, listing, rows, time_of
from gamekeeper.questions.logon_events import of_4624

_SECURITY: Final = "windows.security"
#: 4672 is written with its 4624, before or after it; some exports tear them apart by seconds.
_IDS: Final = '"EventID" IN (4624, 4634, 4647, 4672)'
_CONSTANT: Final = {"logon.kind": "'session'", "event.outcome": "'success'"}
_LATER: Final = 60 * 10_000_000


def _marks(condition: str) -> str:
    """Return the CTEs of the marks of sessions, each with its start of the computer and its turn.

    A turn counts the sessions that one id had since that start; 0 stands before the first that is logged.
    Ids that are absent or 0 pair with nothing: ``alone`` sets each such mark apart. Only ids of which a mark
    meets the condition are looked at, and of those all marks.
    """
    own = number(field(_SECURITY, "TargetLogonId"))
    subject = number(field(_SECURITY, "SubjectLogonId"))
    lasting = ", ".join(str(int(code, 16)) for code in listing("lasting"))
    logon_id = f"""CASE "EventID" WHEN 4672 THEN {subject} ELSE {own} END"""
    wanted, narrowed = "", ""
    if condition != "true":
        shown = rows(
            {**of_4624(), **_account(), **_CONSTANT},
            f"windows_security WHERE {_IDS}",
            {"wanted_id": logon_id},
        )
        wanted = f"""wanted_ids AS (
  SELECT DISTINCT "host.name" AS wanted_host, wanted_id FROM ({shown}) WHERE {condition}),"""
        narrowed = f"""AND ({logon_id} IS NULL
    OR ("host.name", {logon_id}) IN (SELECT (wanted_host, wanted_id) FROM wanted_ids))"""
    return f"""{wanted}
marks AS (
  SELECT "host.name" AS host, "EventID" AS code, "event.filetime" AS moment,
    "EventRecordID" AS record, "event.source" AS source, "event.offset" AS place, {logon_id} AS id
  FROM windows_security WHERE {_IDS} {narrowed}
),
placed AS (
  SELECT marks.*, spans.boot, spans.next_boot, spans.next_stop,
    coalesce(id IN ({lasting}), false) AS lasts,
    CASE WHEN id IS NULL OR moment IS NULL THEN source END AS alone,
    CASE WHEN id IS NULL OR moment IS NULL THEN place END AS alone_place
  FROM marks ASOF LEFT JOIN spans ON marks.host = spans.host AND marks.moment >= spans.boot
),
counted AS (
  SELECT *, row_number() OVER by_time AS nth,
    CASE WHEN lasts THEN 1 ELSE count(*) FILTER (WHERE code = 4624)
      OVER (by_time ROWS UNBOUNDED PRECEDING) END AS turn,
    CASE WHEN lasts THEN 1 ELSE count(*) FILTER (WHERE code = 4624)
      OVER (by_time ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) END AS turns
  FROM placed
  WINDOW by_time AS (PARTITION BY host, id, boot, alone, alone_place
    ORDER BY moment + CASE code WHEN 4672 THEN {_LATER} ELSE 0 END, record, source, place)
)"""


def _earliest(name: str, which: str) -> str:
    """Return, inside an aggregation, moment and place of the first mark for which something holds."""
    return f"""arg_min(moment, nth) FILTER (WHERE {which}) AS {name}_moment,
    arg_min(source, nth) FILTER (WHERE {which}) AS {name}_source,
    arg_min(place, nth) FILTER (WHERE {which}) AS {name}_place"""


def _pairs(condition: str) -> str:
    """Return the CTEs from the turns of an id to one narrow row a session."""
    return f"""{_marks(condition)},
joined AS (
  SELECT host, id, boot, turn, alone, alone_place,
    any_value(next_boot) AS next_boot, any_value(next_stop) AS next_stop,
    turn < any_value(turns) AS is_followed,
    {_earliest("start", "code = 4624")},
    {_earliest("head", "true")},
    {_earliest("end", "code = 4634 AND NOT lasts")},
    {_earliest("left", "code = 4647 AND NOT lasts")},
    count(*) FILTER (WHERE code = 4624) AS logons, bool_or(code = 4672) AS privileged
  FROM counted GROUP BY host, id, boot, turn, alone, alone_place
),
sessions AS (
  SELECT *, CASE WHEN next_stop >= coalesce(start_moment, head_moment) THEN next_stop END AS stop
  FROM joined
),
ended AS (
  SELECT host AS s_host, id AS s_id, start_moment AS s_start, logons AS s_logons,
    coalesce(start_moment, head_moment) AS s_moment,
    coalesce(start_source, head_source) AS s_source, coalesce(start_place, head_place) AS s_place,
    nullif(privileged, false) AS s_privileged, coalesce(end_source, left_source) AS s_end_source,
    coalesce(end_place, left_place) AS s_end_place,
    CASE WHEN coalesce(end_place, left_place) IS NOT NULL THEN coalesce(end_moment, left_moment)
      WHEN NOT is_followed THEN stop END AS s_end,
    CASE WHEN left_place IS NOT NULL THEN 'logged off by the user'
      WHEN end_place IS NOT NULL THEN 'logged off'
      WHEN is_followed THEN 'not logged; the id was given again'
      WHEN next_boot IS NULL THEN 'not logged'
      WHEN stop IS NOT NULL THEN 'the computer stopped'
      ELSE 'not logged; the computer started again' END AS s_words
  FROM sessions
)"""


def _of_target(name: str, of_4672: str) -> str:
    return f"""CASE "EventID" WHEN 4672 THEN {fact(_SECURITY, of_4672)} ELSE {fact(_SECURITY, name)} END"""


def _account() -> dict[str, str]:
    return {
        "user.domain": _of_target("TargetDomainName", "SubjectDomainName"),
        "user.name": _of_target("TargetUserName", "SubjectUserName"),
        "user.id": _of_target("TargetUserSid", "SubjectUserSid"),
    }


def _columns() -> dict[str, str]:
    return {
        **_account(),
        **_CONSTANT,
        "moment": "s_moment",
        "@timestamp": time_of("s_moment"),
        "host.name": "s_host",
        "event.start": time_of("s_start"),
        "event.end": time_of("s_end"),
        "event.duration": f"(s_end - s_start) * {TICK_NS}",
        "logon.end": "s_words",
        "logon.count": "s_logons",
        "winlog.logon.id": spelled("s_id"),
        "logon.privileged": "s_privileged",
        "logon.end.source": "s_end_source",
        "logon.end.offset": "s_end_place",
    }


def sessions(condition: str) -> tuple[str, str]:
    """Return the CTEs of sessions, for behind those of ``questions.boots``, and the SELECT of their rows.

    ``condition`` is what the rows will be asked for, in terms of account, source, type, kind and outcome; its
    parameters are needed once more, unless it is ``true``.
    """
    source = f"""ended JOIN windows_security
      ON "event.source" = s_source AND "event.offset" = s_place
    WHERE {_IDS}"""
    return _pairs(condition), rows({**of_4624(), **_columns()}, source)
