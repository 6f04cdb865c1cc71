from __future__ import annotations

from gamekeeper.model.traces import TRACE_KEY, TRACE_SCHEMA, Role


def test_the_key_of_traces_is_among_their_columns() -> None:
    assert set(TRACE_KEY) <= set(TRACE_SCHEMA.names)


def test_an_event_may_be_kept_for_several_reasons() -> None:
    both = Role.MATCHED | Role.START
    assert both & Role.START
    assert not both & Role.LOGON
