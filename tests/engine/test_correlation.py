"""Windows that move over files give what the slow truth gives, whatever the rule and the events."""

from __future__ import annotations

import tempfile
from pathlib import Path

import orjson
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.engine.correlation import row_file
from gamekeeper.engine.correlation.absence import absences
from gamekeeper.engine.correlation.reference import Fact, Stretch, stretches
from gamekeeper.engine.correlation.registry import spans
from gamekeeper.engine.correlation.row_file import Event, RowFile, write_rows
from gamekeeper.engine.correlation.schema import PLAIN_SCHEMA, ROW_KEY, order_of
from gamekeeper.engine.correlation.windows import TICKS
from gamekeeper.engine.runs import sort_rows
from gamekeeper.rules.correlation_ir import Correlation, CorrelationType, Limit
from gamekeeper.rules.correlation_parse import COUNT_TYPES, NUMERIC_TYPES
from gamekeeper.rules.plan import BoundCorrelation

ROLES = 3
EXPRESSIONS = ("a", "a and b", "a or c", "(a or b) and not c", "c and not (a and b)")
WORDS = ("1", "2", "3", "-4", "0x10", "1.5", "2.25", "A", "a", "")


@st.composite
def correlations(draw: st.DrawFn) -> BoundCorrelation:
    kind = draw(st.sampled_from(CorrelationType))
    expression = ""
    limits: tuple[Limit, ...] = ()
    if kind is CorrelationType.TEMPORAL and draw(st.booleans()):
        expression = draw(st.sampled_from(EXPRESSIONS))
    elif kind in COUNT_TYPES:
        operators = st.sampled_from(("gt", "gte", "lt", "lte", "eq", "neq"))
        some = st.lists(st.builds(Limit, operators, st.integers(0, 5)), min_size=1, max_size=2)
        limits = tuple(draw(some))
    elif kind is CorrelationType.TEMPORAL:
        operator = st.sampled_from(("gt", "gte", "lt", "lte", "eq", "neq"))
        limits = (Limit(draw(operator), draw(st.integers(0, ROLES))),)
    correlation = Correlation(
        "c",
        "C",
        "low",
        "",
        kind,
        ("a", "b", "c"),
        "s",
        draw(st.integers(1, 5)),
        limits=limits,
        fields=("F",) if kind in COUNT_TYPES else (),
        percentile=draw(st.sampled_from((0, 10, 50, 90, 100))),
        expression=expression,
        expression_names=("a", "b", "c"),
    )
    return BoundCorrelation(correlation, (0, 1, 2), ("F",), (), (0,))


records = st.lists(
    st.tuples(
        st.integers(0, 2),  # group
        st.integers(0, 12),  # half seconds
        st.sets(st.integers(0, ROLES - 1), min_size=1, max_size=2),
        st.sampled_from(WORDS),
        st.integers(1, 2),  # copies
    ),
    max_size=14,
)
Records = list[tuple[int, int, set[int], str, int]]


def rows_of(bound: BoundCorrelation, made: Records) -> list[dict[str, object]]:
    return [
        {
            "correlation": 0,
            "key": bytes([group]) * 16,
            "filetime": time * TICKS // 2,
            "order": order_of(bound, roles),
            "fingerprint": number.to_bytes(16, "big"),
            "role": role,
            "values": orjson.dumps([value]).decode(),
            "shown": bytes(16),
            "source": copy,
            "offset": number,
            "state": 0,
            "time_assumed": False,
        }
        for number, (group, time, roles, value, copies) in enumerate(made)
        if bound.correlation.type not in NUMERIC_TYPES or value not in {"", "A", "a"}
        for copy in range(copies)
        for role in roles
    ]


def fact(event: Event) -> Fact:
    return Fact(event.key, event.time, event.roles, tuple(orjson.loads(event.values)))


def written(bound: BoundCorrelation, made: Records, folder: Path) -> RowFile:
    table = pa.Table.from_pylist(rows_of(bound, made), PLAIN_SCHEMA)
    return write_rows(folder / "rows.arrow", [sort_rows(table, ROW_KEY)])


@settings(max_examples=400)
@given(correlations(), records, st.sampled_from((1, 3, 2048)))
def test_the_engine_equals_the_slow_truth(
    bound: BoundCorrelation, made: Records, step: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        row_file._STEP = step  # type: ignore[misc]
        try:
            file = written(bound, made, Path(name))
        finally:
            row_file._STEP = 2048  # type: ignore[misc]
        events = list(file.events())
        expected = stretches(bound, [fact(event) for event in events])
        ticks = bound.correlation.timespan_s * TICKS
        if bound.correlation.type is CorrelationType.ABSENCE:
            found = list(absences(file, ticks))
        else:
            found = list(spans(bound, file, Path(name)))
    first = {event.row: place for place, event in enumerate(events)}
    last = {event.stop: place for place, event in enumerate(events)}
    assert [Stretch(first[s.row], last[s.stop], s.measured) for s in found] == expected


@given(correlations(), records)
def test_copies_are_one_event(bound: BoundCorrelation, made: Records) -> None:
    with tempfile.TemporaryDirectory() as name:
        events = list(written(bound, made, Path(name)).events())
    rows = rows_of(bound, made)
    assert len(events) == len({row["offset"] for row in rows})
    assert sum(event.stop - event.row for event in events) == len(rows)
