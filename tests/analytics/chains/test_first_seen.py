"""What was never seen before, as far as the logs reach."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.analytics.chains.worlds import event, fact, hits, row, step

from gamekeeper.analytics.chains import first_seen
from gamekeeper.analytics.chains.schema import STEP_SCHEMA
from gamekeeper.engine.correlation import row_file
from gamekeeper.model.chains import ChainHit


def found(folder: Path, events: str, history: str = "") -> list[ChainHit]:
    asked = f"first_ever: {{new: [address], known: [account]{history}}},"
    text = f"join: [account]\nwithin: 1m\nsteps: {{a: {step(4624, more=asked)}}}\n"
    return hits(folder, text, events)


def logon(at: str, account: str, address: str) -> str:
    return event(at, 4624, TargetUserName=account, IpAddress=address)


def test_the_second_time_is_not_the_first(tmp_path: Path) -> None:
    (hit,) = found(tmp_path, logon("0s", "anna", "10.0.0.1") + logon("9d", "anna", "10.0.0.1"))
    assert hit.steps[0].count == 1


def test_what_is_new_for_one_account_may_be_old_for_another(tmp_path: Path) -> None:
    events = logon("0s", "anna", "10.0.0.1") + logon("9d", "bob", "10.0.0.1")
    assert [hit.joined for hit in found(tmp_path, events)] == [
        (("account", "anna"),),
        (("account", "bob"),),
    ]


def test_history_has_to_be_there(tmp_path: Path) -> None:
    events = logon("0s", "anna", "10.0.0.1") + logon("9d", "anna", "10.0.0.2")
    assert found(tmp_path, events, ", history: 14d") == []
    (hit,) = found(tmp_path, events, ", history: 7d")
    assert hit.steps[0].events[0].joined == (("account", "anna"), ("address", "10.0.0.2"))


def since(folder: Path, events: str) -> list[ChainHit]:
    asked = "first_ever: {new: [account], known: [account], history: 10d, since: a},"
    steps = f"{{a: {step(4624)}, b: {step(4625, more=asked)}}}"
    return hits(folder, f"join: [account]\nwithin: 30d\nsteps: {steps}\n", events)


def did(at: str, number: int) -> str:
    return event(at, number, TargetUserName="anna")


def test_history_may_be_that_of_another_step(tmp_path: Path) -> None:
    (hit,) = since(tmp_path, did("0s", 4624) + did("12d", 4625))
    assert hit.notes == ("b: it happened for the first time in 12.0 days of logs of this account",)
    assert [one.count for one in hit.steps] == [1, 1]
    assert since(tmp_path, did("3d", 4624) + did("12d", 4625)) == []


def test_what_it_did_before_the_other_step_is_no_news_later(tmp_path: Path) -> None:
    assert since(tmp_path, did("0s", 4625) + did("1d", 4624) + did("12d", 4625)) == []
    assert since(tmp_path, did("0s", 4625) + did("12d", 4624)) == []


def test_a_hit_says_how_far_back_the_logs_go(tmp_path: Path) -> None:
    events = logon("0s", "anna", "10.0.0.1") + logon("40d", "anna", "10.0.0.2")
    cold, warm = found(tmp_path, events)
    said = "a: this address was seen for the first time in {} of logs of this account"
    assert cold.notes == (
        f"{said.format('less than a day')}; that is a cold start and says little",
    )
    assert warm.notes == (said.format("40.0 days"),)


def test_an_event_that_says_no_address_is_left_out(tmp_path: Path) -> None:
    assert found(tmp_path, event("0s", 4624, TargetUserName="anna", IpAddress="-")) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    told=st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(0, 1)), max_size=40
    ),
    size=st.sampled_from((1, 2, 7, 2048)),
)
def test_the_first_event_of_each_key_is_found_wherever_batches_end(
    tmp_path: Path, told: list[tuple[str, int, int]], size: int
) -> None:
    rows = [
        {**row(fact("a", second, host=host), 0), "fingerprint": bytes([mark]) * 16}
        for host, second, mark in sorted(told)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_file, "_STEP", size)
        table = pa.Table.from_pylist(rows, STEP_SCHEMA)
        file = row_file.write_rows(tmp_path / "rows.arrow", [table], STEP_SCHEMA)
    expected = [next(events) for _, events in groupby(file.events(), key=lambda one: one.key)]
    found = [(one.time, one.row, one.stop) for one in first_seen._firsts(file)]
    assert found == [(one.time, one.row, one.stop) for one in expected]
