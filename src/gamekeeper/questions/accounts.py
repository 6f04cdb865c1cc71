"""The accounts that the events name: where and when, how they logged on, what they may, and what became of
them.

One account is one domain and name, whatever the case, with or without the rest of the domain's DNS name
(``CORP`` and ``corp.example.org``); what names a SID alone goes to the account that has it elsewhere.
Accounts that no log gives a domain (4776) stay apart from those of their name that have one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.answers import Answer
from gamekeeper.questions.account_facts import JOINED, LEFT, facts
from gamekeeper.questions.fragments import Condition, all_of, like, numbers, values, words
from gamekeeper.questions.logon_columns import meanings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

#: Values of a list that are shown; their number stands beside it where it can be larger.
_MOST: Final = 20
#: What became of accounts: the column, and the event.
_CHANGES: Final = {
    "created": 4720,
    "enabled": 4722,
    "password_changed": 4723,
    "password_reset": 4724,
    "disabled": 4725,
    "deleted": 4726,
    "changed": 4738,
    "locked_out": 4740,
    "unlocked": 4767,
    "renamed": 4781,
}


def accounts(snapshot: Snapshot, selection: Selection, names: Sequence[str] = ()) -> Answer:
    """Return a row for each account, by domain and name.

    ``names`` are patterns with ``*`` and ``?`` for names, DOMAIN\\name and SIDs. Times of changes are those
    of the last one.
    """
    where, parameters = _of_names(names)
    sql = f"""
WITH facts AS ({facts()}),
{_identified()},
{_joined()}
SELECT {_shown()} FROM joined WHERE {where}
ORDER BY "user.domain" NULLS LAST, "user.name" NULLS LAST, "user.id" """
    database = snapshot.database(selection)
    reader = database.query(sql, parameters)
    return Answer("accounts", reader.schema, reader)


def _of_names(names: Sequence[str]) -> Condition:
    full = "coalesce(\"user.domain\", '') || '\\' || \"user.name\""
    columns = ('"user.name"', full, "array_to_string(\"user.id\", ' ')")
    return all_of([like(columns, names)] if names else [])


def _identified() -> str:
    """Return the CTEs that give every fact the key of its account.

    Names come as name, DOMAIN\\name and name@domain. A SID that more than one name has (SYSTEM's, that
    computers use, too) identifies nobody.
    """
    return """
split AS (
  SELECT *, coalesce(domain, CASE WHEN contains(name, '\\') THEN split_part(name, '\\', 1)
      WHEN contains(name, '@') THEN split_part(name, '@', 2) END) AS own_domain,
    CASE WHEN contains(name, '\\') THEN split_part(name, '\\', 2)
      WHEN contains(name, '@') THEN split_part(name, '@', 1) ELSE name END AS own_name,
    nullif(coalesce(sid, CASE WHEN starts_with(name, 'S-1-') THEN name END), 'S-1-0-0') AS own_sid
  FROM facts
),
keyed AS MATERIALIZED (
  SELECT *, lower(split_part(own_domain, '.', 1)) AS domain_key,
    CASE WHEN own_name = own_sid THEN NULL ELSE lower(own_name) END AS name_key
  FROM split
),
holders AS (
  SELECT own_sid AS held_sid, any_value(domain_key) AS held_domain, any_value(name_key) AS held_name
  FROM keyed WHERE own_sid IS NOT NULL AND name_key IS NOT NULL GROUP BY own_sid
  HAVING count(DISTINCT (domain_key, name_key)) = 1
),
identified AS (
  SELECT keyed.* EXCLUDE (domain_key, name_key),
    CASE WHEN name_key IS NULL THEN held_domain ELSE domain_key END AS domain_key,
    coalesce(name_key, held_name) AS name_key,
    CASE WHEN name_key IS NULL AND held_name IS NULL THEN own_sid END AS sid_key
  FROM keyed LEFT JOIN holders ON own_sid = held_sid
  WHERE name_key IS NOT NULL OR own_sid IS NOT NULL
)"""


def _joined() -> str:
    """Return the CTE with a row an account. Privileges come as one text with blanks between them."""
    # Of several spellings the short domain and the name that is met most.
    short = "{'is_long': contains(own_domain, '.'), 'less': -n, 'spelt': own_domain}"
    most = "{'n': n, 'spelt': own_name}"
    kinds = words("kind", meanings("types"))
    changes = ", ".join(
        f"max(last_seen) FILTER (WHERE role = 'target' AND code = {code}) AS {name}"
        for name, code in _CHANGES.items()
    )
    return f"""
joined AS (
  SELECT arg_min(own_domain, {short}) AS "user.domain",
    arg_max(own_name, {most}) FILTER (WHERE own_name IS DISTINCT FROM own_sid) AS "user.name",
    {values("own_sid")}[:{_MOST}] AS "user.id",
    count(DISTINCT host) AS hosts, {values("host")}[:{_MOST}] AS "host.name",
    min(first_seen) AS first_seen, max(last_seen) AS last_seen,
    {_count("role = 'target' AND code = 4624")} AS logons,
    {_count("role = 'target' AND failed")} AS failures,
    {_count("role = 'target' AND code = 4624 AND kind = '5'")} AS service_logons,
    {_count("role = 'target' AND code = 4648")} AS explicit_logons,
    {_count("role = 'target' AND code IN (4768, 4769) AND NOT failed")} AS tickets,
    list_sort(list(DISTINCT {kinds}) FILTER (WHERE code IN (4624, 4625) AND {kinds} IS NOT NULL))
      AS "winlog.logon.type",
    {_count("role = 'subject'")} AS as_subject, {_count("role = 'target'")} AS as_target,
    {_count("role = 'user'")} AS as_user, {_count("role = 'logger'")} AS as_logger,
    {changes},
    list_sort(list(DISTINCT about) FILTER (WHERE role = 'member' AND code IN {numbers(JOINED)}))
      AS "groups.joined",
    list_sort(list(DISTINCT about) FILTER (WHERE role = 'member' AND code IN {numbers(LEFT)}))
      AS "groups.left",
    {_count("role = 'privileged'")} AS privileged_logons,
    list_sort(list_distinct(regexp_extract_all(
      string_agg(DISTINCT about, ' ') FILTER (WHERE role = 'privileged'), 'Se[A-Za-z]+')))
      AS "privileges",
    list_sort(list(DISTINCT about) FILTER (WHERE role = 'service'))[:{_MOST}] AS "service.name"
  FROM identified GROUP BY domain_key, name_key, sid_key
)"""


def _count(condition: str) -> str:
    return f"CAST(coalesce(sum(n) FILTER (WHERE {condition}), 0) AS BIGINT)"


def _shown() -> str:
    """Return the columns in their order: who, where, when, logons, changes, rights."""
    changes = ", ".join(_CHANGES)
    return f""""user.domain", "user.name", "user.id", hosts, "host.name", first_seen, last_seen, logons,
  failures, service_logons, explicit_logons, tickets, privileged_logons, "winlog.logon.type", as_subject,
  as_target, as_user, as_logger, {changes}, "groups.joined", "groups.left", "privileges", "service.name\""""
