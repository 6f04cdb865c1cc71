"""Small bodies and facts for tests, and rows on disk made of them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import orjson
import pyarrow as pa
from hypothesis import strategies as st

from gamekeeper.analytics.chains.cases import read_cases
from gamekeeper.analytics.chains.condition import every, parse_condition
from gamekeeper.analytics.chains.ir import HOUR, Body, Chain, Count, Order, Step
from gamekeeper.analytics.chains.parse import parse_chain
from gamekeeper.analytics.chains.plan import BoundBody
from gamekeeper.analytics.chains.schema import STEP_KEY, STEP_SCHEMA, Fact
from gamekeeper.analytics.chains.trial import Trial
from gamekeeper.engine.correlation.row_file import RowFile, write_rows
from gamekeeper.engine.correlation.windows import TICKS
from gamekeeper.model.chains import ChainHit

NAMES = "abcd"
_FILES = itertools.count()


def body(
    condition: str = "",
    *,
    steps: str = "abc",
    order: Order = Order.ANY,
    within_s: int = 60,
    counts: dict[str, Count] | None = None,
    absent: str = "",
    optional: str = "",
    habits: str = "",
) -> BoundBody:
    """A bound body whose steps are single letters; values are those of one entity, ``thing``."""
    made = tuple(
        Step(
            name,
            f"step {name}",
            is_absent=name in absent,
            is_optional=name in optional,
            is_habit=name in habits,
            count=(counts or {}).get(name, Count()),
        )
        for name in steps
    )
    wanted = [name for name in steps if name not in absent and name not in optional]
    term = parse_condition(condition, wanted) if condition else every(wanted)
    return BoundBody(0, 0, "", Body(made, ("host",), within_s, term, order), ("host", "thing"))


def fact(step: str, second: float, *, host: str = "h", thing: str | None = "x") -> Fact:
    """One act; ``step`` is the letter of its step."""
    key = host.encode().ljust(16, b"\0")
    return Fact(key, int(second * TICKS), NAMES.index(step), (host, thing))


def sorted_facts(facts: Sequence[Fact]) -> list[Fact]:
    """Facts in the order of the file, with their rows."""
    ranked = sorted(
        enumerate(facts), key=lambda item: (item[1].key, item[1].time, item[1].role, item[0])
    )
    return [one._replace(row=row, stop=row + 1) for row, (_, one) in enumerate(ranked)]


def row(one: Fact, number: int) -> dict[str, object]:
    """The row of an act."""
    mark = number.to_bytes(16, "big")
    return {
        "body": 0,
        "key": one.key,
        "filetime": one.time,
        "order": one.role,
        "fingerprint": mark,
        "role": one.role,
        "values": orjson.dumps(one.values).decode(),
        "act": mark,
        "shown": mark,
        "fields": '{"Field":"value"}',
        "source": 0,
        "offset": number,
        "state": 0,
        "time_assumed": False,
        "host": one.values[0],
    }


def file_of(folder: Path, facts: Sequence[Fact]) -> RowFile:
    """The facts, which come sorted, as a file."""
    rows = [row(one, number) for number, one in enumerate(facts)]
    table = pa.Table.from_pylist(rows, STEP_SCHEMA)
    assert table.column_names[: len(STEP_KEY)]
    return write_rows(folder / f"facts-{next(_FILES)}.arrow", [table], STEP_SCHEMA)


def chain(bound: BoundBody) -> Chain:
    """A chain of one body."""
    return Chain("T-1", "A chain", "of a test", "high", bound.body)


_HOUR_S = 3_600
# Some of them around full hours, so that hours of the clock may be counted.
times = st.one_of(
    st.integers(0, 40).map(lambda half: half * 0.5),
    st.integers(1, 3).map(lambda hour: hour * _HOUR_S - 1.0),
    st.integers(1, 3).map(lambda hour: hour * _HOUR_S + 1.0),
    st.just(24.0 * _HOUR_S + 2),
)
facts = st.lists(
    st.builds(
        fact,
        st.sampled_from(NAMES),
        times,
        host=st.sampled_from("hk"),
        thing=st.sampled_from(["x", "y", "z", None]),
    ),
    max_size=14,
).map(sorted_facts)
CONDITIONS = ("", "a and (b or c)", "2 of (a, b, c)", "a or b or c", "(a and b) or (b and c)")


@st.composite
def bodies(draw: st.DrawFn) -> BoundBody:
    """Bodies of all kinds."""
    condition = draw(st.sampled_from(CONDITIONS))
    order = draw(st.sampled_from(Order))
    within_s = draw(st.one_of(st.integers(1, 20), st.just(25 * _HOUR_S)))
    is_cut = draw(st.booleans())
    counts = {}
    if order is Order.ANY:
        count = st.one_of(
            st.builds(Count, st.integers(1, 3)),
            st.builds(Count, st.integers(1, 3), st.sampled_from(("thing", HOUR))),
            st.builds(Count, st.just(2), st.just(""), st.integers(1, 5)),
        )
        counts = draw(st.dictionaries(st.sampled_from("abc"), count, max_size=3))
    return body(
        condition,
        steps="abcd",
        order=order,
        within_s=within_s,
        counts=counts,
        absent="d" if is_cut else "",
        optional="" if is_cut else "d",
    )


LOGON = "{product: windows, service: security}"


def hits(folder: Path, text: str, events: str) -> list[ChainHit]:
    """The hits of a chain, given in YAML without the words that every chain needs, in some events."""
    head = "id: T-1\nname: A chain\ndescription: of a test\nlevel: high\n"
    path = folder / "t.yml"
    path.write_text(head + text)
    cases = folder / "t.cases.yml"
    cases.write_text(f"- name: a case\n  kind: positive\n  events:\n{events}")
    (case, *_) = [one for one in read_cases([cases]) if one.log in {"", "both"}]
    assert not case.problem
    return Trial([parse_chain(path.read_bytes(), str(path))]).hits(case, Counter())


def event(at: str, number: int, *, host: str = "h1", **data: str) -> str:
    """A line of a case: an event of the Security log."""
    fields = ", ".join(f"{name}: '{value}'" for name, value in data.items())
    return (
        f"    - {{at: {at}, host: {host}, channel: Security, event_id: {number}, "
        f"data: {{{fields}}}}}\n"
    )


def step(number: int, *, more: str = "") -> str:
    """A step on events of one id."""
    return (
        f"{{text: event {number}, {more} events: [{{logsource: {LOGON}, "
        f"detection: {{s: {{EventID: {number}}}, condition: s}}}}]}}"
    )
