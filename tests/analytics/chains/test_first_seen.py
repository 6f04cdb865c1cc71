"""What was never seen before, as far as the logs reach."""

from __future__ import annotations

from pathlib import Path

from tests.analytics.chains.worlds import event, hits, step

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
