"""Pieces of SQL that the questions share: fields as they are meant, whatever the exporter made of them.

SQL is put together from words of our own only. What comes from people or logs goes in as a parameter or
stays in its column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold
from gamekeeper.store.sql import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Where an event stands, and when it happened: in every row that stands for one event.
POINTER: Final = '"event.source", "event.offset", "event.record_id"'
#: A SQL condition and the parameters that it takes.
Condition = tuple[str, list[object]]


def field(dataset: str, name: str) -> str:
    """Return a data field of a dataset, from its own column or from the rest of the pairs."""
    declared = datasets()[dataset].columns.get(fold(name))
    return other(name) if declared is None else quoted(declared)


def other(name: str) -> str:
    """Return a field that has no column: the first pair of that name, whatever the case."""
    wanted = literal(fold(name))
    return f'list_filter("event.rest", lambda pair: lower(pair.name) = {wanted})[1].value'


def others(name: str) -> str:
    """Return all values of a name that has no column, in order, as a list."""
    wanted = literal(fold(name))
    return (
        f'list_transform(list_filter("event.rest", lambda pair: lower(pair.name) = {wanted}), '
        "lambda pair: pair.value)"
    )


def text(value: str) -> str:
    """Return a text, null where the log says ``-`` or nothing."""
    return f"nullif(nullif({value}, ''), '-')"


def fact(dataset: str, name: str) -> str:
    """Return a field as text, null where it says nothing."""
    return text(field(dataset, name))


def number(value: str) -> str:
    """Return a number that the log has in tens or as ``0x3e7``, however padded and cased; null for 0."""
    return f"nullif(TRY_CAST({value} AS UBIGINT), 0)"


def spelled(value: str) -> str:
    """Return a number as ``0x3e7``.

    >>> spelled("logon")
    "'0x' || lower(to_hex(logon))"
    """
    return f"'0x' || lower(to_hex({value}))"


def hexadecimal(value: str) -> str:
    """Return a number of the log as ``0x3e7``; null for 0, and what is no number as it stands."""
    return (
        f"CASE WHEN TRY_CAST({value} AS UBIGINT) IS NULL THEN {text(value)} "
        f"ELSE {spelled(number(value))} END"
    )


def address(value: str) -> str:
    """Return an IP address in its short form; null for what says that there was none."""
    plain = f"lower({text(value)})"
    short = (
        f"CASE WHEN contains({value}, '.') THEN regexp_replace({plain}, '^::ffff:([0-9.]+)$', '\\1') "
        f"WHEN contains({value}, '::') THEN {plain} "
        f"ELSE regexp_replace({plain}, '(^|:)0(:0)+(:|$)', '::') END"
    )
    return f"nullif(nullif(nullif({short}, 'local'), '0.0.0.0'), '::')"


def port(value: str) -> str:
    """Return a port as a number; null for 0 and for what is none."""
    return f"nullif(try_cast({text(value)} AS INTEGER), 0)"


def guid(value: str) -> str:
    """Return a GUID in capitals and braces; null for the one of zeros."""
    plain = f"upper({text(value)})"
    return f"nullif({plain}, '{{00000000-0000-0000-0000-000000000000}}')"


def words(value: str, meanings: Mapping[str, str]) -> str:
    """Return what a code means, by a table of ours; null for a code that it lacks."""
    if not meanings:
        return "NULL"
    # Not CASE: DuckDB would copy the value into every branch, and then think about each copy.
    codes = ", ".join(literal(code) for code in meanings)
    said = ", ".join(literal(one) for one in meanings.values())
    return f"map_extract_value(MAP([{codes}], [{said}]), {value})"


def listed(values: Sequence[str]) -> str:
    """Return texts of ours as the right side of IN."""
    return f"({', '.join(literal(value) for value in values)})"


def numbers(values: Sequence[int]) -> str:
    """Return numbers as the right side of IN."""
    return f"({', '.join(str(int(value)) for value in values)})"


def values(column: str) -> str:
    """Return, inside an aggregation, the distinct values of a column as a list in order."""
    return f"list_sort(list(DISTINCT {column}) FILTER (WHERE {column} IS NOT NULL))"


def like(columns: Sequence[str], patterns: Sequence[str]) -> Condition:
    """Return the condition that one of the columns is one of the patterns, with ``*`` and ``?``, in any case.

    >>> like(["name"], ["adm*"])
    ("(lower(name) LIKE ? ESCAPE '\\\\')", ['adm%'])
    """
    terms: list[str] = []
    parameters: list[object] = []
    for pattern in patterns:
        spelt = fold(pattern)
        for sign in "\\%_":
            spelt = spelt.replace(sign, f"\\{sign}")
        spelt = spelt.replace("*", "%").replace("?", "_")
        terms += [f"lower({column}) LIKE ? ESCAPE '\\'" for column in columns]
        parameters += [spelt] * len(columns)
    return f"({' OR '.join(terms)})", parameters


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Return what holds where all conditions hold, as it stands behind WHERE."""
    if not conditions:
        return "true", []
    return (
        " AND ".join(condition for condition, _ in conditions),
        [value for _, given in conditions for value in given],
    )


#: Inside an aggregation: the earliest event, as one value that sorts.
EARLIEST: Final = """min({'moment': "event.filetime", 'source': "event.source",
    'offset': "event.offset", 'record': "event.record_id"}) AS earliest"""
#: Columns that every row has that stands for several events.
SEEN: Final = (
    'count(*) AS "count", min("@timestamp") AS first_seen, max("@timestamp") AS last_seen, '
    + EARLIEST
)
#: Where the earliest of them stands.
EVIDENCE: Final = """earliest.source AS "event.source", earliest."offset" AS "event.offset",
  earliest.record AS "event.record_id\""""
