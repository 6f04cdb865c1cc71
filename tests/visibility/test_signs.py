"""What speaks for an intrusion, by technique, host and day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from tests.fakes.seeing import DAY, NEW_YEAR, each_hour, scope_in

from gamekeeper.model.events import TEXT
from gamekeeper.model.findings import RuleAccount
from gamekeeper.visibility.signs import GRAVITY, LOW, Found, Sign, Signs, signs_of, techniques_of

HIVE = RuleAccount("1", "hive", "high", "matched", tags=("attack.t1003.002",))
OLD = RuleAccount("2", "cleared", "low", "matched", tags=("attack.t1070.001",))
DEAF = RuleAccount("3", "x", "low", "unsupported", tags=("attack.t1021.001",))


@dataclass(frozen=True)
class Matches:
    rows: tuple[tuple[int, str, int | None], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        rule, host, time = (list(column) for column in zip(*self.rows, strict=True))
        yield pa.RecordBatch.from_arrays(
            [pa.array(rule, pa.int32()), pa.array(host).cast(TEXT), pa.array(time, pa.int64())],
            ["rule", "host", "filetime"],
        )


#: Every rule speaks in an incident of both hosts on both days.
EVERYWHERE = tuple(
    Sign(rule.id, rule.level, ("a", "b"), NEW_YEAR, NEW_YEAR + 2 * DAY - 1, "i")
    for rule in (HIVE, OLD, DEAF)
)


def signs(*rows: tuple[int, str, int | None], told: tuple[Sign, ...] = EVERYWHERE) -> Signs:
    scope = scope_in([*each_hour(4624, host="A"), *each_hour(4624, host="B")])
    matches = Matches(rows or ((0, "elsewhere", NEW_YEAR),))
    return signs_of(scope, matches, (HIVE, OLD, DEAF), (), Found(told=told))


def test_a_match_marks_its_host_and_day_with_its_level() -> None:
    found = signs((0, "B.example.org", NEW_YEAR + DAY))
    assert found.gravity["T1003.002"].tolist() == [[0, 0], [0, 4]]


def test_what_no_incident_tells_is_of_low_level() -> None:
    only = Sign(HIVE.id, HIVE.level, ("b",), NEW_YEAR + DAY, NEW_YEAR + DAY, "i")
    found = signs((0, "A", NEW_YEAR + DAY), (0, "B", NEW_YEAR), told=(only,))
    assert found.gravity["T1003.002"].tolist() == [[0, LOW], [LOW, 0]]
    found = signs((0, "B", NEW_YEAR + DAY + 5), told=(only,))
    assert found.gravity["T1003.002"].tolist() == [[0, 0], [0, 4]]


def test_a_technique_marks_the_one_above_it() -> None:
    assert signs((0, "A", NEW_YEAR)).gravity.keys() == {"T1003.002", "T1003"}


def test_the_gravest_level_stays() -> None:
    found = signs((1, "A", NEW_YEAR), (0, "A", NEW_YEAR), (1, "A", NEW_YEAR))
    assert found.gravity["T1003.002"][0, 0] == 4


def test_old_numbers_of_techniques_are_read_as_the_new_ones() -> None:
    assert techniques_of(OLD) == ("T1685.005", "T1685")


def test_matches_without_a_time_or_out_of_scope_mark_nothing() -> None:
    assert signs((0, "A", None), (0, "C", NEW_YEAR)).gravity == {}


def test_a_rule_that_cannot_run_looks_for_nothing() -> None:
    assert signs().looked_for == {"T1003.002": 1, "T1003": 1, "T1685.005": 1, "T1685": 1}


def test_a_rule_with_many_tags_says_its_main_technique_only() -> None:
    dropped = tuple(f"attack.t1003.00{number}" for number in range(1, 6))
    many = RuleAccount("4", "tool dropped", "high", "matched", tags=dropped)
    mixed = RuleAccount("5", "x", "high", "matched", tags=("attack.t1047", "attack.t1220"))
    scope = scope_in(each_hour(4624, host="A"))
    told = [Sign(one.id, one.level, ("a",), NEW_YEAR, NEW_YEAR, "i") for one in (many, mixed)]
    matches = Matches(((0, "A", NEW_YEAR), (1, "A", NEW_YEAR)))
    found = signs_of(scope, matches, (many, mixed), (), Found(told=told))
    graves = {name: int(grid.max()) for name, grid in found.gravity.items()}
    assert (graves["T1003"], graves["T1003.003"]) == (GRAVITY["high"], GRAVITY["low"])
    assert (graves["T1047"], graves["T1220"]) == (GRAVITY["high"], GRAVITY["medium"])
