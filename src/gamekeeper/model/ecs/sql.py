"""The ECS view as SQL over a dataset's columns, in DuckDB's dialect: the same meaning as ``columns.py``."""

from __future__ import annotations

from typing import Final

from gamekeeper.model.ecs.forms import FORMS, quoted, said_sql, says_sql
from gamekeeper.model.ecs.mapping import (
    AnyOf,
    Choice,
    First,
    Fixed,
    Given,
    Joined,
    Known,
    Reading,
    Says,
    choices,
    names,
)
from gamekeeper.model.folding import fold

#: Columns that the view hands on as they are.
POINTERS: Final = (
    "event.source",
    "event.offset",
    "event.record_id",
    "event.state",
    "event.filetime",
    "@timestamp",
)


def identifier(name: str) -> str:
    """Return a column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def ecs_sql(dataset: str, name: str) -> str | None:
    """Return an SQL expression for an ECS name over a dataset's columns; None where it has no such name.

    Text where the name is text, BIGINT where it is a number.
    """
    choice = choices(dataset).get(name)
    return None if choice is None else _choice_sql(choice, number=names()[name].is_number)


def ecs_view_sql(dataset: str) -> str:
    """Return the SELECT list of the view ``ecs`` over a dataset: every name, null where it has none.

    The list is the same for every dataset in names, order and types, so that ``UNION ALL`` fits. Before
    the names stand what leads back to the record (``event.source`` ...), time, and ``event.dataset``.
    """
    parts = [*map(identifier, POINTERS), f"{quoted(dataset)} AS {identifier('event.dataset')}"]
    for name, declared in names().items():
        kind = "BIGINT" if declared.is_number else "VARCHAR"
        parts.append(f"CAST({ecs_sql(dataset, name) or 'NULL'} AS {kind}) AS {identifier(name)}")
    return ",\n  ".join(parts)


def _choice_sql(choice: Choice, *, number: bool) -> str:
    default = "NULL" if choice.default is None else _sql(choice.default)
    if not choice.cases:
        return default
    branches = []
    for case in choice.cases:
        ids = ", ".join(map(str, case.ids))
        condition = f'"EventID" IN ({ids})'
        if case.provider:
            condition += f' AND lower("Provider_Name") = {quoted(case.provider)}'
        then = "NULL" if case.reading is None else _sql(case.reading)
        branches.append(f"WHEN {condition} THEN {then}")
    kind = "BIGINT" if number else "VARCHAR"
    return f"CAST(CASE {' '.join(branches)} ELSE {default} END AS {kind})"


def _formed(text: str, forms: tuple[str, ...]) -> str:
    for form in forms:
        text = FORMS[form].sql(text)
    return text


def _column(field: str) -> str:
    return 'CAST("EventID" AS VARCHAR)' if field == "EventID" else identifier(field)


def _sql(reading: Reading) -> str:
    match reading:
        case Says(field, forms):
            return _formed(said_sql(_column(field)), forms)
        case Known(field, words):
            branches = " ".join(f"WHEN {quoted(v)} THEN {quoted(word)}" for v, word in words)
            return f"CASE lower(trim({_column(field)})) {branches} END"
        case Fixed(words):
            return quoted(words)
        case First(readings):
            return f"coalesce({', '.join(map(_sql, readings))})"
        case Joined(left, right, forms):
            first = _sql(left)
            return _formed(said_sql(f"({first} || coalesce('\\' || {_sql(right)}, ''))"), forms)
        case Given(field, values, then, otherwise):
            other = "NULL" if otherwise is None else _sql(otherwise)
            return f"CASE WHEN {_holds(field, values)} THEN {_sql(then)} ELSE {other} END"
        case AnyOf(field, forms):
            return _any_sql(field, forms)


def _holds(field: str, values: tuple[str, ...]) -> str:
    if not values:
        return says_sql(_column(field))
    listed = ", ".join(map(quoted, values))
    return f"lower(trim({_column(field)})) IN ({listed})"


def _any_sql(field: str, forms: tuple[str, ...]) -> str:
    named = f'list_filter("event.rest", lambda p: lower(p.name) = {quoted(fold(field))})'
    read = f"list_transform({named}, lambda p: {_formed(said_sql('p.value'), forms)})"
    rest = f"list_extract(list_filter({read}, lambda v: v IS NOT NULL), 1)"
    return f"coalesce({_formed(said_sql(_column(field)), forms)}, {rest})"
